from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kangqiao.files"
    label = "files"
    verbose_name = "文件"
