from typing import Any

from django.core.management.base import BaseCommand

from tenants.registry.services import migrate_public


class Command(BaseCommand):
    help = "Make the database roles, migrate the public schema, grant rights, seed the shared dictionaries."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        migrate_public(self.stdout)  # type: ignore[arg-type]
