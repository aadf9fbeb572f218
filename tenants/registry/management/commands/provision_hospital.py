from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tenants.registry.selectors import hospital_with_subdomain
from tenants.registry.services import provision_hospital


class Command(BaseCommand):
    help = "Make a hospital; does nothing if the subdomain already has one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subdomain")
        parser.add_argument("--name", required=True)
        parser.add_argument("--group", required=True)
        parser.add_argument("--plan", default="trial")
        parser.add_argument("--demo", action="store_true")

    def handle(
        self, *_args: Any, subdomain: str, name: str, group: str, plan: str, demo: bool, **_options: Any
    ) -> None:
        ref = hospital_with_subdomain(subdomain)
        verb = "exists" if ref else "made"
        ref = ref or provision_hospital(group=group, name=name, subdomain=subdomain, plan=plan, is_demo=demo)
        self.stdout.write(f"{verb}: {ref.subdomain} {ref.schema} (hospital {ref.hospital_id})")
