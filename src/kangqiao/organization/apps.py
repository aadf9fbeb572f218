from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "kangqiao.organization"
    label = "organization"
    verbose_name = "机构"
