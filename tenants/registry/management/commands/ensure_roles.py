from typing import Any

from django.core.management.base import BaseCommand

from tenants.registry.services import ensure_roles


class Command(BaseCommand):
    help = "Make the database roles that do not depend on a hospital. Idempotent."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        ensure_roles()
