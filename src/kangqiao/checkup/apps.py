from django.apps import AppConfig


class CheckupConfig(AppConfig):
    name = "kangqiao.checkup"
    label = "checkup"
    verbose_name = "健康体检"
