"""What the database roles may, and the doors that stay closed."""

import dataclasses
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, ProgrammingError, connection, transaction

from kangqiao.core import tenancy
from kangqiao.core.tenancy import (
    HospitalMissing,
    HospitalRequired,
    TenantRef,
    current_hospital,
    in_hospital,
    use_hospital,
    use_owner,
)
from tenants import scope
from tests.isolation.probe import Probe, plant, word

Check = Callable[[TenantRef, TenantRef], None]
RED = (AssertionError, DatabaseError, HospitalRequired, pytest.fail.Exception)


class Undo(Exception):
    pass


@pytest.fixture
def a(hospital_a: TenantRef) -> TenantRef:
    return hospital_a


@pytest.fixture
def b(hospital_b: TenantRef) -> TenantRef:
    return hospital_b


@pytest.fixture
def planted(db: None, a: TenantRef, b: TenantRef) -> None:
    plant(a, b)


@pytest.fixture
def committed(transactional_db: None, a: TenantRef, b: TenantRef) -> None:
    """For other threads: they have connections of their own."""
    plant(a, b)


# What the roles may, seen in the database itself ---------------------------------------------------------------------------


def refused(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.feature("P-01")
def test_hospital_may_read_shared_dictionaries_and_nothing_else_of_public(in_a: TenantRef) -> None:
    """Without the role of its own, a hospital could list the other hospitals."""
    from tenants.dictionaries.selectors import departments

    assert len(departments()) > 30
    refused("select * from public.registry_hospital")
    refused("select * from public.registry_datakey")
    refused("update public.dictionaries_departmentdict set name = ''")
    refused("delete from public.dictionaries_departmentdict")
    refused("create table public.notes (id int)")
    refused(f"create table {in_a.schema}.notes (id int)")


@pytest.mark.feature("P-01")
def test_log_in_role_by_itself_reads_no_hospital(planted: None, a: TenantRef) -> None:
    """NOINHERIT: being a member of the hospital's role is not enough, it must be taken."""
    with scope.as_log_in(), connection.cursor() as cursor:
        cursor.execute("select rolsuper from pg_roles where rolname = session_user")
        if cursor.fetchone()[0]:
            pytest.skip("the test log-in is a superuser")
        refused(f"select * from {a.schema}.probe")


@pytest.mark.feature("P-01")
def test_no_tenant_table_is_in_public_and_no_key_leads_there(db: None, a: TenantRef) -> None:
    """Breaks when a tenant app is listed in SHARED_APPS or a model refers to a shared table by a foreign key."""
    from django.apps import apps

    tenant_tables = [
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name in settings.TENANT_APPS
        for model in config.get_models()
        if model._meta.managed
    ]
    assert tenant_tables
    with use_owner("public"), connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relnamespace = 'public'::regnamespace")
        assert not {row[0] for row in cursor.fetchall()} & set(tenant_tables)
        cursor.execute("select relname from pg_class where relnamespace = %s::regnamespace", [a.schema])
        assert set(tenant_tables) <= {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "select c.conname from pg_constraint c join pg_class t on t.oid = c.confrelid"
            " where c.connamespace = %s::regnamespace and t.relnamespace <> c.connamespace",
            [a.schema],
        )
        assert cursor.fetchall() == []


@pytest.mark.feature("P-01")
def test_both_hospitals_have_the_same_tables_and_seeds(db: None, a: TenantRef, b: TenantRef) -> None:
    from tenants.registry.services.catalog import catalog_lines

    assert catalog_lines(a.schema) == catalog_lines(b.schema)


@pytest.mark.feature("P-01")
def test_append_only_tables_cannot_be_changed_by_the_hospital(in_a: TenantRef) -> None:
    """Breaks without the revoke in hospital_grants."""
    from tenants.registry.services.roles import append_only_tables

    for table in append_only_tables():
        refused(f"update {table} set id = id")
        refused(f"delete from {table}")
        refused(f"truncate {table} cascade")


# Doors that are closed -----------------------------------------------------------------------------------------------------


def test_django_tenants_own_switch_is_closed(a: TenantRef) -> None:
    """`with tenant:` and `connection.set_tenant` swap hospitals between threads; the backend refuses both."""
    with pytest.raises(HospitalRequired):
        connection.set_tenant(a)
    with pytest.raises(HospitalRequired):
        connection.set_schema_to_public()


def test_only_a_ref_from_the_resolver_is_entered() -> None:
    with pytest.raises(TypeError):
        use_hospital("alpha")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["h_1; drop schema public", 'public"', "pg_catalog", "", "H_1"])
def test_names_that_could_carry_sql_are_refused(a: TenantRef, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        use_hospital(dataclasses.replace(a, schema=name))


def test_role_that_does_not_exist_is_a_missing_hospital(db: None, a: TenantRef) -> None:
    gone = dataclasses.replace(a, role="kqt_h_0123456789ab")
    with use_hospital(gone), pytest.raises(HospitalMissing), transaction.atomic():
        Probe.objects.count()


def test_scope_of_another_database_is_refused(db: None, a: TenantRef) -> None:
    """A hospital that lives on a second database cannot be read through the first."""
    with use_hospital(dataclasses.replace(a, db_alias="second")), pytest.raises(HospitalRequired):
        Probe.objects.count()


def test_scope_is_restored_after_an_error(a: TenantRef, b: TenantRef) -> None:
    with use_hospital(a):
        with pytest.raises(Undo), use_hospital(b):
            raise Undo
        assert current_hospital() == a
    with pytest.raises(HospitalRequired):
        current_hospital()


def test_function_of_a_consumer_enters_by_itself(planted: None, a: TenantRef, b: TenantRef) -> None:
    assert [in_hospital(ref, word) for ref in (a, b)] == ["甲", "乙"]
    with pytest.raises(HospitalRequired):
        word()


@pytest.mark.parametrize(
    "helper",
    [
        lambda: tenancy.cache_key("x"),
        lambda: tenancy.lock_key("x"),
        lambda: tenancy.group_name("x", 1),
        lambda: tenancy.file_path("0" * 64),
        tenancy.log_fields,
        lambda: cache.get("x"),
    ],
)
def test_names_outside_of_every_hospital_are_refused(helper: Callable[[], object]) -> None:
    with pytest.raises(HospitalRequired):
        helper()


def test_savepoints_and_transactions_need_no_hospital(planted: None, a: TenantRef) -> None:
    with transaction.atomic(), use_hospital(a), transaction.atomic():
        assert word() == "甲"


def test_switching_is_one_statement_and_only_when_needed(planted: None, a: TenantRef, b: TenantRef) -> None:
    """The pair is set once for any number of queries in one hospital, and once more for the next hospital."""
    sent: list[str] = []
    raw = connection.connection
    real = raw.execute

    def spy(query: str, *rest: Any) -> Any:
        sent.append(query)
        return real(query, *rest)

    with mock.patch.object(raw, "execute", spy):
        for ref in (a, b):
            with use_hospital(ref):
                word()
                word()
    assert [query.count("set_config") for query in sent] == [2, 2]
