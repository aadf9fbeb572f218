"""Test databases: one template with two hospitals per state of the code, one quick copy per worker.

Names: `kqt_template_<hash>` and `kqt_<worker>_<pid>`; what dead processes left behind is removed at the next start.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).parents[1]
SCHEMAS = {"alpha": "h_aaaaaaaaaaaa", "beta": "h_bbbbbbbbbbbb"}
KEPT_TEMPLATES = 3
OWN = f"kqt_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
CREATE = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")


def _database() -> dict:
    return settings.DATABASES["default"]


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    """A connection of its own, with the lock that lets one process at a time make or copy databases."""
    database = _database()
    parts = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    given = {name: database[key] for name, key in parts.items() if database[key]}
    with psycopg.connect(dbname="postgres", autocommit=True, **given) as connection:
        connection.execute("select pg_advisory_lock(hashtext('kangqiao test databases'))")
        yield connection


def _names(connection: psycopg.Connection, like: str) -> list[str]:
    rows = connection.execute("select datname from pg_database where datname like %s order by oid desc", [like])
    return [row[0] for row in rows]


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database with whoever is connected. An autovacuum worker is the superuser's and may not be ended by us: a drop
    without force ends it, and both are tried until one is let through."""
    drop = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    for last in (*[False] * 39, True):
        for statement in (drop + sql.SQL(" WITH (FORCE)"), drop):
            try:
                connection.execute(statement)
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ObjectInUse):
                if last:
                    raise
            else:
                return
        time.sleep(0.25)


def state_of_code() -> str:
    """Hash of everything that shapes the template: the tenants package, all migrations and the seeds."""
    from tenants.registry.services.versions import hash_of_migrations, shared_app_labels, template_version

    sources = [*sorted((ROOT / "tenants").rglob("*.py")), Path(__file__)]
    own = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    parts = (own, hash_of_migrations(shared_app_labels()), template_version(), str(settings.APPEND_ONLY_MODELS))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:10]


def _alive(name: str) -> bool:
    pid = name.rpartition("_")[2]
    return not pid.isdigit() or Path(f"/proc/{pid}").exists()


def _ensure_template(connection: psycopg.Connection) -> str:
    template = f"kqt_template_{state_of_code()}"
    if template not in _names(connection, r"kqt\_template\_%"):
        building = f"kqt_building_{os.getpid()}"
        _drop(connection, building)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(building))
        )
        _fill(building)
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(template))
        )
    for name in _names(connection, r"kqt\_template\_%")[KEPT_TEMPLATES:]:
        _drop(connection, name)
    return template


def _fill(name: str) -> None:
    """Migrate, build the schema template, provision the two hospitals of every test."""
    from tenants.registry.services import ensure_template, migrate_public, provision_hospital

    _database()["NAME"] = name
    migrate_public()
    ensure_template()
    for (subdomain, schema), title in zip(SCHEMAS.items(), ("甲医院", "乙医院"), strict=True):
        with mock.patch("tenants.registry.services.provisioning.new_schema_name", return_value=schema):
            provision_hospital(group="测试集团", name=title, subdomain=subdomain)
    connections["default"].close()


def make_own() -> None:
    """Copy the template into this worker's database and point Django at it; again after a test that committed."""
    connections["default"].close()
    with _maintenance() as connection:
        for name in _names(connection, r"kqt\_%"):
            if name == OWN or not _alive(name):
                _drop(connection, name)
        _drop_orphaned_roles(connection)
        template = _ensure_template(connection)
        connection.execute(CREATE.format(sql.Identifier(OWN), sql.Identifier(template)))
        grant = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
        owner = sql.Identifier(f"{settings.TENANT_ROLE_PREFIX}_owner")
        connection.execute(grant.format(sql.Identifier(OWN), owner))
    _database()["NAME"] = OWN


def _drop_orphaned_roles(connection: psycopg.Connection) -> None:
    """Hospitals' roles belong to the cluster and outlive a dropped database; one that still has rights anywhere stays."""
    rows = connection.execute(r"select rolname from pg_roles where rolname ~ '^kqt_h_[0-9a-f]{12}$'").fetchall()
    kept = {f"kqt_{schema}" for schema in SCHEMAS.values()}
    for (role,) in rows:
        if role not in kept:
            try:
                connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
            except psycopg.errors.DependentObjectsStillExist:
                continue


def drop_own() -> None:
    connections["default"].close()
    with _maintenance() as connection:
        _drop(connection, OWN)
