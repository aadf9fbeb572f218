from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "tenants.registry"
    label = "registry"
    verbose_name = "医院登记"
    default_auto_field = "django.db.models.BigAutoField"
