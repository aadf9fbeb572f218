"""Postgres roles: who owns, who may read and write. See `tenants/registry/README.md` for what a site must prepare."""

# ruff: noqa: S608 (identifiers cannot be parameters; each passes `checked` or `quote_name`)

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from tenants.errors import refuse
from tenants.scope import EXTENSIONS, PUBLIC, as_log_in, as_owner, checked, prefixed

TRUSTED_EXTENSIONS = ("pg_trgm", "btree_gist")


def _make_role(name: str) -> str:
    """Roles belong to the cluster, so two databases may make the same one at the same moment."""
    return (
        f"do $$ begin create role {checked(name)} nologin; "
        f"exception when duplicate_object or unique_violation then null; end $$;"
    )


def ensure_roles() -> None:
    """Make the roles that do not depend on a hospital, and what they may do in this database. Idempotent."""
    owner, public, readers = prefixed("owner"), prefixed("public"), prefixed("dictionaries")
    database = connection.ops.quote_name(connection.settings_dict["NAME"])
    with as_log_in(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('kangqiao roles'))")
        _check_log_in_role(cursor)
        cursor.execute("".join(_make_role(name) for name in (owner, public, readers)))
        cursor.execute(f"grant {owner}, {public} to session_user; grant create on database {database} to {owner}")
        cursor.execute(
            f"set local role pg_database_owner; grant usage, create on schema {PUBLIC} to {owner}; set local role none"
        )
    with as_owner(PUBLIC), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"create schema if not exists {EXTENSIONS}; grant usage on schema {EXTENSIONS} to public")
        for extension in TRUSTED_EXTENSIONS:
            cursor.execute(f"create extension if not exists {extension} schema {EXTENSIONS}")
        cursor.execute(
            f"alter default privileges in schema {PUBLIC} grant select, insert, update, delete on tables to {public};"
            f"alter default privileges in schema {PUBLIC} grant usage, select on sequences to {public}"
        )


def _check_log_in_role(cursor: object) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        "select r.rolname, r.rolsuper or r.rolcreaterole, r.rolsuper or pg_has_role(r.oid, d.datdba, 'member')"
        " from pg_roles r, pg_database d where r.rolname = session_user and d.datname = current_database()"
    )
    name, may_create_roles, owns_database = cursor.fetchone()  # type: ignore[attr-defined]
    if not may_create_roles or not owns_database:
        refuse(
            "log-in-role-too-weak",
            f"数据库登录角色 {name} 的权限不够",
            status=500,
            detail="它须有 CREATEROLE，并且是本数据库的所有者；所需 SQL 见 tenants/registry/README.md",
        )


def grant_public() -> None:
    """Rights on the public tables: everything for the platform, reading the dictionaries for hospitals."""
    public, readers = prefixed("public"), prefixed("dictionaries")
    tables = ", ".join(sorted(m._meta.db_table for m in apps.get_app_config("dictionaries").get_models()))
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(
            f"grant select, insert, update, delete on all tables in schema {PUBLIC} to {public};"
            f"grant usage, select on all sequences in schema {PUBLIC} to {public};"
            f"revoke insert, update, delete on django_migrations from {public};"
            f"grant select on {tables} to {readers}"
        )


def make_hospital_role(role: str) -> None:
    """The role of one hospital: a member of the dictionary readers and of nothing else. Joins the current transaction."""
    with as_log_in(), connection.cursor() as cursor:
        cursor.execute(
            f"{_make_role(role)} grant {prefixed('dictionaries')} to {checked(role)}; grant {role} to session_user"
        )


def append_only_tables() -> list[str]:
    """Tables that a hospital may only add to and read: settings.APPEND_ONLY_MODELS, as far as installed."""
    return [apps.get_model(label)._meta.db_table for label in getattr(settings, "APPEND_ONLY_MODELS", ())]


def hospital_grants(schema: str, role: str) -> str:
    """SQL that gives a hospital's role its rights in its schema, now and for tables to come; run as owner."""
    schema, role = checked(schema), checked(role)
    narrow = [
        f"revoke update, delete, truncate on {schema}.{connection.ops.quote_name(table)} from {role};"
        for table in append_only_tables()
    ]
    return (
        f"grant usage on schema {schema} to {role};"
        f"grant select, insert, update, delete on all tables in schema {schema} to {role};"
        f"grant usage, select on all sequences in schema {schema} to {role};"
        f"alter default privileges in schema {schema} grant select, insert, update, delete on tables to {role};"
        f"alter default privileges in schema {schema} grant usage, select on sequences to {role};"
        f"revoke insert, update, delete on {schema}.django_migrations from {role};" + "".join(narrow)
    )


def drop_schema_and_role(schema: str, role: str) -> None:
    """Remove a hospital's tables and its role. Joins the current transaction."""
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"drop schema if exists {checked(schema)} cascade")
    with as_log_in(), connection.cursor() as cursor:
        cursor.execute(f"drop role if exists {checked(role)}")
