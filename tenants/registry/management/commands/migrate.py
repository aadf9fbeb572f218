from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.migrations.autodetector import MigrationAutodetector

from tenants.registry.services import build_template, ensure_template, migrate_hospitals, migrate_public


class Command(BaseCommand):
    help = "Bring everything up to date: roles, public schema, template, hospitals."
    requires_system_checks: list[str] = []
    # Django's own check compares this attribute of migrate and makemigrations.
    autodetector = MigrationAutodetector

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force-template", action="store_true", help="build the template even if it is in step")

    def handle(self, *_args: Any, force_template: bool, **_options: Any) -> None:
        migrate_public(self.stdout)  # type: ignore[arg-type]
        template = (build_template if force_template else ensure_template)(self.stdout.write)
        self.stdout.write(f"template {template.version[:12]}: {template.tables} tables")
        outcome = migrate_hospitals(self.stdout.write)
        self.stdout.write(f"{len(outcome.migrated)} migrated, {outcome.skipped} up to date")
        if outcome.failed:
            raise CommandError("failed: " + "; ".join(f"{name}: {why}" for name, why in outcome.failed.items()))
