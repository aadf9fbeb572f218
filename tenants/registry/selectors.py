"""Reading the registry. Every function enters the public schema itself and returns plain frozen values."""

from django.conf import settings

from tenants.registry.enums import HospitalStatus
from tenants.registry.models import Hospital, HospitalGroup
from tenants.scope import TenantRef, as_public

__all__ = [
    "TenantRef",
    "group_members",
    "group_title",
    "hospital_at_host",
    "hospital_with_id",
    "hospitals",
    "ref_of",
    "subdomain_taken",
]


def ref_of(hospital: Hospital) -> TenantRef:
    return TenantRef(
        hospital_id=hospital.pk,
        schema=hospital.schema_name,
        role=hospital.role_name,
        subdomain=hospital.subdomain,
        name=hospital.name,
        group_id=hospital.group_id,
        key_id=hospital.key_id,
        db_alias=hospital.db_alias,
        status=hospital.status,
        public_id=hospital.public_id,
    )


def _one(**lookup: object) -> TenantRef | None:
    with as_public():
        hospital = Hospital.objects.filter(**lookup).exclude(status=HospitalStatus.PROVISIONING).first()
    return ref_of(hospital) if hospital else None


def hospital_at_host(host: str) -> TenantRef | None:
    """By host name without port: `<subdomain>.<base domain>`, or a verified domain of its own."""
    name, _, base = host.partition(".")
    if base and base == settings.BASE_DOMAIN:
        return _one(subdomain=name)
    return _one(domains__host=host, domains__verified_at__isnull=False)


def hospital_with_id(hospital_id: int) -> TenantRef | None:
    """Also one that is still being provisioned: its own steps run inside it."""
    with as_public():
        hospital = Hospital.objects.filter(pk=hospital_id).first()
    return ref_of(hospital) if hospital else None


def hospital_with_subdomain(subdomain: str) -> TenantRef | None:
    return _one(subdomain=subdomain)


def subdomain_taken(subdomain: str) -> bool:
    """Whether a hospital has it, also one that is still being provisioned."""
    with as_public():
        return Hospital.objects.filter(subdomain=subdomain).exists()


def subdomain_is_taken(subdomain: str) -> bool:
    """By any hospital, also one that is still being provisioned."""
    with as_public():
        return Hospital.objects.filter(subdomain=subdomain).exists()


def hospitals(*, active_only: bool = True) -> list[TenantRef]:
    """All hospitals in order of their ids; for tasks that fan out."""
    with as_public():
        rows = Hospital.objects.exclude(status=HospitalStatus.PROVISIONING).order_by("pk")
        if active_only:
            rows = rows.filter(status=HospitalStatus.ACTIVE)
        return [ref_of(hospital) for hospital in rows]


def group_members(group_id: int) -> list[TenantRef]:
    """The active hospitals of one group, by name."""
    with as_public():
        rows = Hospital.objects.filter(group_id=group_id, status=HospitalStatus.ACTIVE).order_by("name")
        return [ref_of(hospital) for hospital in rows]


def group_title(group_id: int) -> str:
    """The name of a hospital group."""
    with as_public():
        return HospitalGroup.objects.filter(pk=group_id).values_list("name", flat=True).first() or ""
