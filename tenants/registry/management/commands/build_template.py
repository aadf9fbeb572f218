from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.registry.services import build_template, ensure_template


class Command(BaseCommand):
    help = "Build the template schema from the migrations and seeds, if it is stale."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="build even if the template is in step")

    def handle(self, *_args: Any, force: bool, **_options: Any) -> None:
        template = (build_template if force else ensure_template)(self.stdout.write)
        self.stdout.write(f"template {template.version[:12]}: {template.tables} tables")
