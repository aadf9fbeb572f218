from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "kangqiao.printing"
    label = "printing"
    verbose_name = "打印"
