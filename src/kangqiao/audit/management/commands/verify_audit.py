"""`manage.py verify_audit [subdomain ...]`: check the audit chain of the named hospitals, or of all."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kangqiao.audit.services import seal, verify
from kangqiao.core.tenancy import use_hospital
from tenants.registry.selectors import hospitals


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subdomains", nargs="*")

    def handle(self, *args: Any, subdomains: list[str], **options: Any) -> None:
        broken = 0
        for hospital in hospitals():
            if subdomains and hospital.subdomain not in subdomains:
                continue
            with use_hospital(hospital):
                seal()
                verdict = verify()
            broken += not verdict.intact
            self.stdout.write(f"{hospital.subdomain}: {'intact' if verdict.intact else 'BROKEN'} {verdict}")
        if broken:
            raise SystemExit(1)
