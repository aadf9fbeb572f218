from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kangqiao.core"
    label = "core"
    verbose_name = "核心"
