from django.apps import AppConfig


class VendorsConfig(AppConfig):
    name = "kangqiao.vendors"
    label = "vendors"
    verbose_name = "外部服务"
