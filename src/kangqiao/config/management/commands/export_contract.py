"""`manage.py export_contract [--check]`: write the OpenAPI document that the front end's types are made from."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kangqiao.config import contracts


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say whether the committed document is current")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            if not contracts.is_current():
                self.stderr.write(
                    f"{contracts.CONTRACT.name} is not what the code says; run: manage.py export_contract"
                )
                raise SystemExit(1)
            self.stdout.write("OpenAPI document is current")
            return
        contracts.CONTRACT.write_text(contracts.text(), encoding="utf-8")
        self.stdout.write(f"{len(contracts.document()['paths'])} paths")
