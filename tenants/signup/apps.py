from django.apps import AppConfig


class SignUpConfig(AppConfig):
    name = "tenants.signup"
    label = "signup"
    verbose_name = "自助开通"
    default_auto_field = "django.db.models.BigAutoField"
