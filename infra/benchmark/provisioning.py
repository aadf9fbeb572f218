"""Making a hospital: the product's service, the warm pool, bare psycopg replaying the same SQL, and plain migrations.

One run, one machine, interleaved rounds: only the ratios mean something. Needs Django set up; what it makes it removes.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any
from unittest import mock

import psycopg
from django.db import connection

from infra.benchmark.measure import ratio
from tenants.registry.enums import HospitalStatus
from tenants.registry.models import Hospital
from tenants.registry.names import new_schema_name, role_of
from tenants.registry.services import (
    Template,
    abandon_hospital,
    ensure_template,
    prepare_schemas,
    provision_hospital,
    provisioning,
)
from tenants.registry.services.roles import drop_schema_and_role, hospital_grants
from tenants.registry.services.templates import migrate_schema, replay_sql
from tenants.scope import PUBLIC, TenantRef, as_owner, as_public, prefixed


def _seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _remove(ref: TenantRef) -> None:
    with as_public():
        Hospital.objects.filter(pk=ref.hospital_id).update(status=HospitalStatus.PROVISIONING)
    abandon_hospital(ref.hospital_id)


def _product(number: int, *, pool: bool) -> float:
    """`provision_hospital` with everything it does: rows, keys, role, replay or pool, grants, comparison of catalogs."""
    made: list[TenantRef] = []
    name = f"bench-{'pool' if pool else 'replay'}-{number}"

    def make() -> None:
        made.append(provision_hospital(group="bench", name="bench", subdomain=name))

    if pool:
        prepare_schemas(1)
        seconds = _seconds(make)
    else:
        with mock.patch.object(provisioning, "_take_prepared", return_value=None):
            seconds = _seconds(make)
    _remove(made[0])
    return seconds


def _bare(bare: psycopg.Connection, template: Template) -> float:
    """The same SQL and no more: role, schema, rows, indexes, grants."""
    schema = new_schema_name()
    role = role_of(schema)
    batch = (
        f"create role {role} nologin; grant {prefixed('dictionaries')} to {role}; grant {role} to session_user;"
        f"set local role {prefixed('owner')};" + replay_sql(template, schema, role)
    )

    def replay() -> None:
        with bare.transaction():
            bare.execute(batch)

    seconds = _seconds(replay)
    drop_schema_and_role(schema, role)
    return seconds


def _plain_migrations() -> float:
    """What schema-per-tenant does by itself: Django's migrations in a new schema, then the grants. No starter rows."""
    schema = new_schema_name()
    role = prefixed("public")

    def migrate() -> None:
        with as_owner(PUBLIC), connection.cursor() as cursor:
            cursor.execute(f"create schema {schema}")
        migrate_schema(schema)
        with as_owner(PUBLIC), connection.cursor() as cursor:
            cursor.execute(hospital_grants(schema, role))

    seconds = _seconds(migrate)
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"drop schema {schema} cascade")
    return seconds


def run(rounds: int) -> dict[str, Any]:
    """Ratios round by round: `replay_to_bare` and `pool_to_bare` (1 = as fast), `migrations_to_replay` (gain)."""
    template = ensure_template()
    database = connection.settings_dict
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: database[key] for name, key in names.items() if database[key]}
    times: dict[str, list[float]] = {"replay": [], "bare": [], "pool": [], "migrations": []}
    with psycopg.connect(autocommit=True, **given) as bare:
        _product(0, pool=False)
        for number in range(1, rounds + 1):
            times["replay"].append(_product(number, pool=False))
            times["bare"].append(_bare(bare, template))
            times["pool"].append(_product(number, pool=True))
            if number <= max(1, rounds // 3):
                times["migrations"].append(_plain_migrations())
    beside_migrations = times["replay"][: len(times["migrations"])]
    return {
        "name": "provisioning",
        "tables": template.tables,
        "rounds": rounds,
        "milliseconds": {name: round(median(values) * 1000, 1) for name, values in times.items()},
        "ratios": {
            "replay_to_bare": ratio(times["replay"], times["bare"]),
            "pool_to_bare": ratio(times["pool"], times["bare"]),
            "migrations_to_replay": ratio(times["migrations"], beside_migrations),
        },
    }
