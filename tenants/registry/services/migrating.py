"""Bringing the public schema and all hospitals up to date, with a ledger per hospital."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from io import StringIO

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from tenants.registry.enums import HospitalStatus, MigrationState
from tenants.registry.models import Hospital, MigrationLedger
from tenants.registry.services.catalog import fingerprint
from tenants.registry.services.roles import ensure_roles, grant_public, hospital_grants
from tenants.registry.services.templates import ensure_template, migrate_schema
from tenants.registry.services.versions import tables_version
from tenants.scope import PUBLIC, as_owner, as_public

Report = Callable[[str], None]


@dataclass
class Outcome:
    """Subdomains by what became of them; `failed` gives the reason too."""

    migrated: list[str] = field(default_factory=list)
    skipped: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def migrate_public(out: StringIO | None = None) -> None:
    """Roles, public tables, their rights, and the shared dictionaries. Idempotent."""
    ensure_roles()
    migrate_schema(PUBLIC, out)
    grant_public()
    apps.get_app_config("dictionaries").seed()  # type: ignore[attr-defined]


def migrate_hospitals(report: Report = lambda _line: None, only: list[str] | None = None) -> Outcome:
    """Migrate every hospital whose ledger lags behind; one query finds them. Goes on after a failure."""
    version = tables_version()
    expected = ensure_template().fingerprint
    with as_public():
        rows = Hospital.objects.filter(ledger__isnull=False).exclude(status=HospitalStatus.PROVISIONING)
        if only:
            rows = rows.filter(subdomain__in=only)
        behind = rows.exclude(ledger__version=version, ledger__state=MigrationState.DONE).order_by("pk")
        outcome = Outcome(skipped=rows.count() - len(behind))
        pending = list(behind)
    for number, hospital in enumerate(pending, 1):
        error = _migrate_one(hospital, version, expected)
        report(f"{number}/{len(pending)} {hospital.subdomain} {hospital.schema_name}: {error or 'done'}")
        if error:
            outcome.failed[hospital.subdomain] = error
        else:
            outcome.migrated.append(hospital.subdomain)
    return outcome


def _migrate_one(hospital: Hospital, version: str, expected: str) -> str:
    """Empty when done, else the reason. The ledger says the same."""
    _note(hospital, state=MigrationState.RUNNING, error="", started_at=timezone.now(), finished_at=None)
    try:
        migrate_schema(hospital.schema_name)
        with as_owner(PUBLIC), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(hospital_grants(hospital.schema_name, hospital.role_name))
        if fingerprint(hospital.schema_name) != expected:
            raise RuntimeError("the schema differs from the template after its migrations")
    except Exception as error:  # the next hospital must have its turn, whatever happened here
        _note(hospital, state=MigrationState.FAILED, error=traceback.format_exc()[-4000:], finished_at=timezone.now())
        return f"{type(error).__name__}: {error}".strip()[:500]
    _note(hospital, state=MigrationState.DONE, version=version, finished_at=timezone.now())
    return ""


def _note(hospital: Hospital, **changes: object) -> None:
    with as_public():
        MigrationLedger.objects.filter(hospital=hospital).update(**changes)
