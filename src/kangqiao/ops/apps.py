from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "kangqiao.ops"
    label = "ops"
    verbose_name = "运维"
