from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tenants.registry.services import migrate_hospitals


class Command(BaseCommand):
    help = (
        "Migrate the hospitals whose ledger lags behind. Goes on after a failure, names the failed, then exits with 1."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subdomains", nargs="*", help="only these hospitals")

    def handle(self, *_args: Any, subdomains: list[str], **_options: Any) -> None:
        outcome = migrate_hospitals(self.stdout.write, only=subdomains)
        self.stdout.write(
            f"{len(outcome.migrated)} migrated, {outcome.skipped} up to date, {len(outcome.failed)} failed"
        )
        if outcome.failed:
            raise CommandError("failed: " + "; ".join(f"{name}: {why}" for name, why in outcome.failed.items()))
