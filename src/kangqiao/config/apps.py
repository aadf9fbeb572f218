from django.apps import AppConfig


class KangqiaoConfig(AppConfig):
    """Last of the apps: when it is ready, all are, and the registries are filled."""

    name = "kangqiao.config"
    label = "config"

    def ready(self) -> None:
        from kangqiao.core.discovery import discover

        discover()
