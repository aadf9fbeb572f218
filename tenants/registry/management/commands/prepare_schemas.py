from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.registry.services import drop_debris, prepare_schemas


class Command(BaseCommand):
    help = "Fill the warm pool of prepared schemas and remove what unfinished provisioning left behind."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, nargs="?", default=2)

    def handle(self, *_args: Any, count: int, **_options: Any) -> None:
        for schema in drop_debris():
            self.stdout.write(f"dropped {schema}")
        self.stdout.write(f"{prepare_schemas(count)} made, {count} kept ready")
