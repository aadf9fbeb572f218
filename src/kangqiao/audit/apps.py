from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kangqiao.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from kangqiao.audit.services import record
        from kangqiao.core import auditing

        auditing.plug(record)
