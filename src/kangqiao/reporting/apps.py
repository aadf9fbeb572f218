from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "kangqiao.reporting"
    label = "reporting"
    verbose_name = "报表"
