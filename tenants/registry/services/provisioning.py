"""Making, suspending and removing hospitals. Each step is one transaction: killed anywhere, it leaves nothing behind."""

from datetime import date, timedelta
from typing import NoReturn

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tenants.errors import HospitalMissing, refuse
from tenants.registry.enums import HospitalStatus, MigrationState, PreparedState
from tenants.registry.events import hospital_changed
from tenants.registry.models import Hospital, HospitalGroup, Licence, MigrationLedger, PreparedSchema
from tenants.registry.names import check_subdomain, new_schema_name, role_of
from tenants.registry.selectors import ref_of
from tenants.registry.services.keys import make_keys
from tenants.registry.services.roles import drop_schema_and_role
from tenants.registry.services.templates import Template, ensure_template, replay
from tenants.registry.services.versions import tables_version
from tenants.scope import PUBLIC, TenantRef, as_owner, as_public

TRIAL_DAYS = 30


def new_group(name: str) -> int:
    """A group of its own, whatever others are called: a stranger who knows a group's name must not join it."""
    with as_public():
        return HospitalGroup.objects.create(name=name).pk


def ensure_group(name: str) -> int:
    """The id of the group with this name, made if there is none; for operators only."""
    with as_public():
        group = HospitalGroup.objects.filter(name=name).order_by("pk").first()
    return group.pk if group else new_group(name)


def reserve_hospital(
    *, group_id: int, name: str, subdomain: str, plan: str = "trial", is_demo: bool = False
) -> TenantRef:
    """Write down a hospital that is about to be made. A taken subdomain is refused with `subdomain-taken`."""
    subdomain = check_subdomain(subdomain)
    schema = new_schema_name()
    with as_public():
        try:
            with transaction.atomic():
                hospital = Hospital.objects.create(
                    group_id=group_id,
                    name=name,
                    subdomain=subdomain,
                    schema_name=schema,
                    role_name=role_of(schema),
                    is_demo=is_demo,
                )
                expires = timezone.localdate() + timedelta(days=TRIAL_DAYS) if plan == "trial" else None
                Licence.objects.create(hospital=hospital, plan=plan, expires_on=expires)
                make_keys(hospital)
        except IntegrityError:
            refuse_taken(subdomain)
    return ref_of(hospital)


def refuse_taken(subdomain: str) -> NoReturn:
    refuse(
        "subdomain-taken",
        f"网址前缀 {subdomain} 已被使用",
        detail="请换一个，例如加上城市名的拼音",
        subdomain=subdomain,
    )


def build_hospital_schema(hospital_id: int) -> TenantRef:
    """Give a reserved hospital its schema: a prepared one if there is, else by replay. Does nothing when it has one."""
    template = ensure_template()
    with as_public(), transaction.atomic():
        hospital = Hospital.objects.select_for_update().filter(pk=hospital_id).first()
        if hospital is None:
            raise HospitalMissing
        if not MigrationLedger.objects.filter(hospital=hospital).exists():
            prepared = _take_prepared(template)
            if prepared:
                hospital.schema_name, hospital.role_name = prepared.schema_name, prepared.role_name
                hospital.save(update_fields=["schema_name", "role_name"])
            else:
                replay(template, hospital.schema_name)
            MigrationLedger.objects.create(
                hospital=hospital, version=tables_version(), state=MigrationState.DONE, finished_at=timezone.now()
            )
    hospital_changed.send(sender=Hospital, hospital_id=hospital_id)
    return ref_of(hospital)


def _take_prepared(template: Template) -> PreparedSchema | None:
    """Take one schema out of the pool by compare-and-set; two takers never get the same one."""
    row = (
        PreparedSchema.objects.select_for_update(skip_locked=True)
        .filter(state=PreparedState.READY, version=template.version)
        .order_by("pk")
        .first()
    )
    if row is None:
        return None
    taken = PreparedSchema.objects.filter(pk=row.pk, state=PreparedState.READY).update(
        state=PreparedState.ASSIGNED, assigned_at=timezone.now()
    )
    return row if taken else None


def activate_hospital(hospital_id: int) -> TenantRef:
    """Open the hospital's doors. Idempotent."""
    with as_public(), transaction.atomic():
        Hospital.objects.filter(pk=hospital_id, status=HospitalStatus.PROVISIONING, ledger__isnull=False).update(
            status=HospitalStatus.ACTIVE, activated_at=timezone.now()
        )
        hospital = Hospital.objects.get(pk=hospital_id)
    hospital_changed.send(sender=Hospital, hospital_id=hospital_id)
    return ref_of(hospital)


def provision_hospital(
    *, group: str, name: str, subdomain: str, plan: str = "trial", is_demo: bool = False
) -> TenantRef:
    """A ready hospital with an empty schema and seeded dictionaries. All or nothing."""
    ensure_template()
    with transaction.atomic():
        ref = reserve_hospital(group_id=ensure_group(group), name=name, subdomain=subdomain, plan=plan, is_demo=is_demo)
        build_hospital_schema(ref.hospital_id)
        return activate_hospital(ref.hospital_id)


def _change_status(hospital_id: int, before: str, after: str) -> bool:
    with as_public():
        changed = Hospital.objects.filter(pk=hospital_id, status=before).update(status=after)
    hospital_changed.send(sender=Hospital, hospital_id=hospital_id)
    return bool(changed)


def suspend_hospital(hospital_id: int) -> bool:
    """Close the doors of an active hospital; nothing is lost. False if it was not active."""
    return _change_status(hospital_id, HospitalStatus.ACTIVE, HospitalStatus.SUSPENDED)


def resume_hospital(hospital_id: int) -> bool:
    """Open a suspended hospital again."""
    return _change_status(hospital_id, HospitalStatus.SUSPENDED, HospitalStatus.ACTIVE)


def abandon_hospital(hospital_id: int) -> None:
    """Remove a hospital that never opened, with schema, role and keys. Refuses any other."""
    with as_public(), transaction.atomic():
        hospital = Hospital.objects.select_for_update().filter(pk=hospital_id).first()
        if hospital is None:
            return
        if hospital.status != HospitalStatus.PROVISIONING:
            refuse("hospital-is-open", "医院已开通，不能作为残留删除")
        drop_schema_and_role(hospital.schema_name, hospital.role_name)
        PreparedSchema.objects.filter(schema_name=hospital.schema_name).delete()
        hospital.delete()
        HospitalGroup.objects.filter(pk=hospital.group_id, hospitals__isnull=True).delete()


def prepare_schemas(count: int) -> int:
    """Fill the warm pool up to `count` ready schemas of the present version and drop stale ones; gives how many were made."""
    template = ensure_template()
    made = 0
    with as_public():
        for row in PreparedSchema.objects.filter(state=PreparedState.READY).exclude(version=template.version):
            with transaction.atomic():
                if PreparedSchema.objects.filter(pk=row.pk, state=PreparedState.READY).delete()[0]:
                    drop_schema_and_role(row.schema_name, row.role_name)
        while PreparedSchema.objects.filter(state=PreparedState.READY, version=template.version).count() < count:
            schema = new_schema_name()
            with transaction.atomic():
                role = replay(template, schema)
                PreparedSchema.objects.create(schema_name=schema, role_name=role, version=template.version)
            made += 1
    return made


def drop_debris(older_than: timedelta = timedelta(days=1)) -> list[str]:
    """Remove hospitals that were never finished and schemas that belong to nobody; gives the names of the schemas."""
    dropped = []
    with as_public():
        stale = Hospital.objects.filter(status=HospitalStatus.PROVISIONING, created_at__lt=timezone.now() - older_than)
        for hospital in list(stale):
            dropped.append(hospital.schema_name)
            abandon_hospital(hospital.pk)
        known = {*Hospital.objects.values_list("schema_name", flat=True)}
        known |= {*PreparedSchema.objects.values_list("schema_name", flat=True)}
    with as_owner(PUBLIC), connection.cursor() as cursor:
        cursor.execute(r"select nspname from pg_namespace where nspname ~ '^h_[0-9a-f]{12}$'")
        orphans = [row[0] for row in cursor.fetchall() if row[0] not in known]
    for schema in orphans:
        with transaction.atomic():
            drop_schema_and_role(schema, role_of(schema))
        dropped.append(schema)
    return dropped


def set_licence(
    hospital_id: int, *, plan: str, seats: int, agents: int, modules: list[str], expires_on: date | None
) -> None:
    """Write down what a hospital has bought."""
    with as_public():
        Licence.objects.update_or_create(
            hospital_id=hospital_id,
            defaults={"plan": plan, "seats": seats, "agents": agents, "modules": modules, "expires_on": expires_on},
        )
