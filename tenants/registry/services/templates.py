"""The template schema: built by plain migrations and seeds, kept as SQL, replayed for each new hospital."""

from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO

from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import connection

from tenants.errors import refuse
from tenants.registry.models import SchemaTemplate
from tenants.registry.names import role_of, template_schema
from tenants.registry.services.catalog import fingerprint
from tenants.registry.services.dump import PLACEHOLDER, dump_section, rows_sql
from tenants.registry.services.roles import hospital_grants, make_hospital_role
from tenants.registry.services.seeds import registered_seeds
from tenants.registry.services.versions import template_version
from tenants.scope import PUBLIC, as_log_in, as_owner, as_public, checked

LOCK = "hashtext('kangqiao template')"


@dataclass(frozen=True)
class Template:
    """What provisioning replays."""

    version: str
    schema: str
    pre_data: str
    rows: str
    post_data: str
    fingerprint: str
    tables: int


def migrate_schema(schema: str, out: StringIO | None = None) -> None:
    """Bring one schema up to date by Django's own migrations, as its owner."""
    with as_owner(schema):
        MigrateCommand(stdout=out or StringIO(), stderr=StringIO(), no_color=True).execute(
            app_label=None, migration_name=None, database="default", interactive=False, verbosity=1, fake=False,
            fake_initial=False, plan=False, check_unapplied=False, run_syncdb=False, prune=False, skip_checks=True,
            force_color=False, no_color=True, traceback=False, settings=None, pythonpath=None,
        )  # fmt: skip


def present_template() -> Template | None:
    """The stored template if it is in step with the migrations and seeds."""
    with as_public():
        row = SchemaTemplate.objects.filter(version=template_version()).first()
    if row is None:
        return None
    return Template(row.version, row.schema_name, row.pre_data, row.rows, row.post_data, row.fingerprint, row.tables)


def ensure_template(report: Callable[[str], None] = lambda _line: None) -> Template:
    """The present template, built first if it is missing or stale. Never builds inside a transaction."""
    template = present_template()
    if template is not None:
        return template
    if connection.in_atomic_block:
        refuse("template-stale", "模板已过期", status=500, detail="请先运行 manage.py build_template")
    with as_log_in(), connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_lock({LOCK})")
    try:
        return present_template() or build_template(report)
    finally:
        with as_log_in(), connection.cursor() as cursor:
            cursor.execute(f"select pg_advisory_unlock({LOCK})")


def build_template(report: Callable[[str], None] = lambda _line: None) -> Template:
    """Build the template anew. The row is removed first and written last: killed half way, it is built again."""
    schema = template_schema()
    with as_public():
        SchemaTemplate.objects.all().delete()
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(f"drop schema if exists {schema} cascade; create schema {schema}")
    report(f"migrating {schema}")
    migrate_schema(schema)
    for seed in registered_seeds():
        report(f"seeding {seed.name}")
        with as_owner(schema, with_public=True):
            seed.fn()
    report("dumping")
    template = _dumped(schema)
    with as_public():
        SchemaTemplate.objects.create(
            version=template.version,
            schema_name=schema,
            pre_data=template.pre_data,
            rows=template.rows,
            post_data=template.post_data,
            fingerprint=template.fingerprint,
            tables=template.tables,
        )
    return template


def _dumped(schema: str) -> Template:
    pre_data = dump_section(schema, "pre-data")
    return Template(
        version=template_version(),
        schema=schema,
        pre_data=pre_data,
        rows=rows_sql(schema),
        post_data=dump_section(schema, "post-data"),
        fingerprint=fingerprint(schema),
        tables=pre_data.count("CREATE TABLE "),
    )


def replay_sql(template: Template, schema: str, role: str) -> str:
    """Everything that makes one hospital's schema, as one batch for the owner."""
    parts = ("SET LOCAL check_function_bodies = false;", template.pre_data, template.rows, template.post_data)
    return "\n".join(parts).replace(PLACEHOLDER, checked(schema)) + hospital_grants(schema, role)


def replay(template: Template, schema: str) -> str:
    """Make schema and role from the template and check them against it; gives the role. Joins the current transaction."""
    role = role_of(schema)
    with as_log_in(), connection.cursor() as cursor:
        cursor.execute(f"select pg_advisory_xact_lock_shared({LOCK})")
    make_hospital_role(role)
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(replay_sql(template, schema, role))
    if fingerprint(schema) != template.fingerprint:
        refuse(
            "template-mismatch", "新建的数据区与模板不一致", status=500, detail="请运行 manage.py build_template 后重试"
        )
    return role
