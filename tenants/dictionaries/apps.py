from django.apps import AppConfig


class DictionariesConfig(AppConfig):
    name = "tenants.dictionaries"
    label = "dictionaries"
    verbose_name = "共享字典"
    default_auto_field = "django.db.models.BigAutoField"

    def seed(self) -> None:
        """Bring the national codes up to date; called after the public migrations."""
        from tenants.dictionaries.services import seed

        seed()
