"""Making hospitals: template, replay, warm pool, rights, debris; what is left after a kill."""

import re
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection, transaction

from kangqiao.core.tenancy import TenantRef, hospital_by_host, use_hospital, use_owner, use_public
from tenants.errors import DomainError
from tenants.registry.enums import HospitalStatus, PreparedState
from tenants.registry.models import Hospital, HospitalGroup, PreparedSchema, SchemaTemplate
from tenants.registry.names import check_subdomain
from tenants.registry.services import (
    abandon_hospital,
    activate_hospital,
    build_hospital_schema,
    build_template,
    drop_debris,
    ensure_roles,
    ensure_template,
    new_group,
    prepare_schemas,
    provision_hospital,
    provisioning,
    register_seed,
    reserve_hospital,
    unregister_seed,
)
from tenants.registry.services.catalog import catalog_lines, fingerprint
from tenants.registry.services.templates import present_template

pytestmark = pytest.mark.feature("P-02")


def schemas() -> set[str]:
    with use_owner("public"), connection.cursor() as cursor:
        cursor.execute(r"select nspname from pg_namespace where nspname ~ '^h_'")
        return {row[0] for row in cursor.fetchall()}


def roles() -> set[str]:
    with use_owner("public"), connection.cursor() as cursor:
        cursor.execute(r"select rolname from pg_roles where rolname ~ '^kqt_h_'")
        return {row[0] for row in cursor.fetchall()}


def test_new_hospital_is_open_with_tables_of_the_template_and_rights_of_its_own(db: None) -> None:
    ref = provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
    assert hospital_by_host(f"gamma.{settings.BASE_DOMAIN}") == ref
    assert re.match(r"^h_[0-9a-f]{12}$", ref.schema)
    assert catalog_lines(ref.schema) == catalog_lines("kqt_template")
    with use_hospital(ref), connection.cursor() as cursor:
        cursor.execute("select current_user, current_schema(), count(*) from django_migrations")
        user, schema, migrations = cursor.fetchone()
    assert (user, schema) == (ref.role, ref.schema)
    assert migrations > 0


def test_rows_and_sequences_of_the_template_arrive(db: None, hospital_a: TenantRef) -> None:
    """Breaks without the setval lines: the next row would take an id that the seed has used."""
    ref = provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
    with use_owner(ref.schema), connection.cursor() as cursor:
        cursor.execute("insert into django_migrations (app, name, applied) values ('x', 'x', now()) returning id")
        new = cursor.fetchone()[0]
        cursor.execute("select count(*), max(id) from kqt_template.django_migrations")
        assert cursor.fetchone() == (new - 1, new - 1)


def test_taken_subdomain_is_refused_in_words_and_leaves_nothing(db: None) -> None:
    before = schemas()
    with pytest.raises(DomainError) as refusal:
        provision_hospital(group="又一集团", name="另一家", subdomain="alpha")
    assert refusal.value.code == "subdomain-taken"
    assert "alpha" in refusal.value.title
    assert schemas() == before


@pytest.mark.parametrize("name", ["ab", "-abc", "abc-", "a--b", "ABC_D", "www", "api", "康桥", "a" * 31, "", "a.b"])
def test_subdomain_must_be_plain_and_not_reserved(name: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_subdomain(name)
    assert refusal.value.status == 422


@pytest.mark.parametrize(("given", "stored"), [("Alpha-2", "alpha-2"), (" abc ", "abc"), ("a" * 30, "a" * 30)])
def test_subdomain_is_normalized(given: str, stored: str) -> None:
    assert check_subdomain(given) == stored


@pytest.mark.parametrize("point", ["make_keys", "replay", "activate_hospital", "tables_version"])
def test_provisioning_that_dies_anywhere_leaves_no_debris(db: None, point: str) -> None:
    """One transaction holds rows, schema and role: Postgres undoes all of it, also after a kill."""
    before = (schemas(), roles())
    real = getattr(provisioning, point)

    def die_after(*args: object, **kwargs: object) -> None:
        real(*args, **kwargs)
        raise KeyboardInterrupt

    with mock.patch.object(provisioning, point, die_after), pytest.raises(KeyboardInterrupt):
        provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
    assert (schemas(), roles()) == before
    with use_public():
        assert not Hospital.objects.filter(subdomain="gamma").exists()
    assert provision_hospital(group="新集团", name="丙医院", subdomain="gamma").status == HospitalStatus.ACTIVE


def test_reserved_hospital_is_not_served_until_it_is_opened(db: None) -> None:
    ref = reserve_hospital(group_id=new_group("新集团"), name="丙医院", subdomain="gamma")
    host = f"gamma.{settings.BASE_DOMAIN}"
    assert hospital_by_host(host) is None
    activate_hospital(ref.hospital_id)
    assert hospital_by_host(host) is None, "without a schema the doors stay shut"
    build_hospital_schema(ref.hospital_id)
    built = build_hospital_schema(ref.hospital_id)
    activate_hospital(ref.hospital_id)
    assert hospital_by_host(host) is not None
    assert built.schema == ref.schema


def test_warm_pool_is_filled_and_used_first(db: None) -> None:
    assert prepare_schemas(2) == 2
    assert prepare_schemas(2) == 0
    with use_public():
        ready = set(PreparedSchema.objects.values_list("schema_name", flat=True))
    with mock.patch.object(provisioning, "replay", side_effect=AssertionError("no replay is needed")):
        first = provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
        second = provision_hospital(group="新集团", name="丁医院", subdomain="delta")
    assert {first.schema, second.schema} == ready
    with use_hospital(first), connection.cursor() as cursor:
        cursor.execute("select current_user")
        assert cursor.fetchone() == (first.role,)
    third = provision_hospital(group="新集团", name="戊医院", subdomain="epsilon")
    assert third.schema not in ready


def test_stale_prepared_schemas_are_replaced(db: None) -> None:
    prepare_schemas(1)
    with use_public():
        PreparedSchema.objects.update(version="old")
        old = PreparedSchema.objects.get().schema_name
    assert provision_hospital(group="新集团", name="丙医院", subdomain="gamma").schema != old
    assert prepare_schemas(1) == 1
    with use_public():
        assert PreparedSchema.objects.filter(state=PreparedState.READY).get().schema_name != old
    assert old not in schemas()


def test_schema_that_differs_from_the_template_is_refused(db: None) -> None:
    """Breaks without the comparison of catalogs: a template that was changed by hand would go unseen."""
    with use_public():
        row = SchemaTemplate.objects.get()
        SchemaTemplate.objects.update(pre_data=row.pre_data + "\nCREATE TABLE @schema@.stray (id int);")
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
    assert refusal.value.code == "template-mismatch"


def test_debris_is_found_and_removed_but_nothing_else(db: None, hospital_a: TenantRef) -> None:
    prepare_schemas(1)
    unfinished = reserve_hospital(group_id=new_group("新集团"), name="丙医院", subdomain="gamma")
    with use_owner("public"), connection.cursor() as cursor:
        cursor.execute("create schema h_deadbeef0000")
    assert drop_debris() == ["h_deadbeef0000"]
    with use_public():
        Hospital.objects.filter(pk=unfinished.hospital_id).update(created_at="2020-01-01T00:00:00Z")
    assert drop_debris() == [unfinished.schema]
    assert drop_debris() == []
    with use_public():
        assert not HospitalGroup.objects.filter(name="新集团").exists()
    with pytest.raises(DomainError):
        abandon_hospital(hospital_a.hospital_id)


def test_roles_may_be_ensured_again(db: None) -> None:
    ensure_roles()
    ensure_roles()


def extra_seed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("create table planted (id bigint generated by default as identity primary key, word text)")
        cursor.execute("insert into planted (word) values ('种子'), ('字典')")


@pytest.mark.django_db(transaction=True)
def test_template_is_rebuilt_when_seeds_change_and_new_hospitals_get_them() -> None:
    first = ensure_template()
    assert ensure_template() == first
    register_seed(extra_seed)
    try:
        assert present_template() is None
        second = ensure_template()
        assert second.version != first.version
        assert second.tables == first.tables + 1
        ref = provision_hospital(group="新集团", name="丙医院", subdomain="gamma")
        with use_hospital(ref), connection.cursor() as cursor:
            cursor.execute("insert into planted (word) values ('新') returning id")
            assert cursor.fetchone() == (3,)
    finally:
        unregister_seed(extra_seed)
    assert present_template() is None, "the present code has another version again"


@pytest.mark.django_db(transaction=True)
def test_template_killed_half_way_is_built_again() -> None:
    with (
        mock.patch("tenants.registry.services.templates.dump_section", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        build_template()
    assert present_template() is None
    template = ensure_template()
    assert fingerprint(template.schema) == template.fingerprint


def test_template_is_not_built_inside_a_transaction(db: None) -> None:
    with use_public():
        SchemaTemplate.objects.all().delete()
    with pytest.raises(DomainError) as refusal:
        ensure_template()
    assert refusal.value.code == "template-stale"


def test_template_knows_no_machine_and_no_other_schema(db: None) -> None:
    template = ensure_template()
    text = template.pre_data + template.post_data
    assert "kqt_template" not in text
    assert "OWNER TO" not in text
    assert str(Path.home()) not in text
