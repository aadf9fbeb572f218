from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.registry.selectors import hospitals
from tenants.registry.services import rewrap_keys, rotate_data_key


class Command(BaseCommand):
    help = (
        "Give hospitals a new data key for what is written from now on; with --master only wrap the present keys by the "
        "present master key (the old one in KANGQIAO_PREVIOUS_MASTER_KEY)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subdomains", nargs="*", help="only these hospitals")
        parser.add_argument("--all", action="store_true", help="every hospital")
        parser.add_argument("--master", action="store_true", help="re-wrap, no new data key")

    def handle(self, *_args: Any, subdomains: list[str], master: bool, **options: Any) -> None:
        if bool(subdomains) == bool(options["all"]):
            raise CommandError("name hospitals by subdomain, or give --all")
        refs = [ref for ref in hospitals(active_only=False) if options["all"] or ref.subdomain in subdomains]
        if missing := set(subdomains) - {ref.subdomain for ref in refs}:
            raise CommandError(f"no such hospital: {', '.join(sorted(missing))}")
        for ref in refs:
            if master:
                self.stdout.write(f"{ref.subdomain}: {rewrap_keys(ref.hospital_id)} keys wrapped anew")
            else:
                self.stdout.write(f"{ref.subdomain}: data key {rotate_data_key(ref.hospital_id)}")
