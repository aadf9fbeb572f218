from typing import Any

from django.core.management.commands import makemigrations

from tenants.scope import PUBLIC, as_owner


class Command(makemigrations.Command):
    """Django's command, inside the owner's scope: it looks at the history of the public schema."""

    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(PUBLIC):
            super().handle(*args, **options)
