from django.apps import AppConfig


class OptionsConfig(AppConfig):
    name = "kangqiao.options"
    label = "options"
    verbose_name = "选项"
