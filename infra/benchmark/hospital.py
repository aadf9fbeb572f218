"""The benchmark's hospital: provisioned by the product, with starter dictionaries, demo data, persons, staff and a full waiting room."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models
from django.utils import timezone

from infra.benchmark.people import make_persons, sample
from kangqiao.accounts.models import Role, StaffUser
from kangqiao.accounts.services.sessions import start_session
from kangqiao.checkup.models import (
    Checkup,
    CheckupDepartment,
    CheckupItem,
    CheckupKind,
    CheckupPackage,
    DepartmentSummary,
    DepartmentVisit,
    ImportantFinding,
    ItemResult,
    OrderedPanel,
    SupersededResult,
)
from kangqiao.checkup.services import arrival, enrollment, station
from kangqiao.checkup.services.demo import seed_demo
from kangqiao.checkup.services.judged import Entry
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.permissions import PERMISSIONS
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.organization.models import Department
from tenants.registry.services import provision_hospital

ROLES = ("department_doctor", "receptionist")
DEPARTMENT, PACKAGE = "GEN", "BASIC"
VALUES = {"HEIGHT": "168.0", "WEIGHT": "61.5", "WAIST": "78", "PULSE": "72"}
READINGS = {"SBP": ("118", "116", "120"), "DBP": ("76", "74", "78")}


def provisioned(subdomain: str = "bench") -> TenantRef:
    return provision_hospital(group="基准测试", name="基准医院", subdomain=subdomain)


def fill(hospital: TenantRef, *, demo: int, persons: int, waiting: int) -> list[int]:
    """Demo data, persons, and `waiting` people in front of the general examination; the ids of their check-ups."""
    with use_hospital(hospital):
        seed_demo(SYSTEM, count=demo)
        make_persons(persons)
        return [_waiting_checkup(person.pk) for person in sample(waiting)]


def signed_in(hospital: TenantRef) -> str:
    """The cookie of a user with the rights of the desk and of every department's doctor."""
    with use_hospital(hospital):
        user = StaffUser.objects.create(
            username="bench.doctor",
            name="周文渊",
            password=make_password(None),
            password_changed_at=timezone.now(),
            must_change_password=False,
        )
        user.roles.set(Role.objects.filter(code__in=ROLES))
        user.departments.set(Department.objects.filter(is_active=True))
        return start_session(user, "127.0.0.1", "benchmark")


def _everyone() -> Actor:
    return Actor(
        kind="staff",
        id=None,
        name="林晓芸",
        permissions=frozenset(permission.code for permission in PERMISSIONS),
        department_ids=frozenset(Department.objects.values_list("pk", flat=True)),
    )


def _waiting_checkup(person_id: int) -> int:
    """Enrolled, checked in, taken in by the doctor: the examination has begun and nothing is entered yet."""
    actor = _everyone()
    kind, package = CheckupKind.objects.get(code="health"), CheckupPackage.objects.get(code=PACKAGE)
    order = enrollment.Enrolment(kind_id=kind.pk, person_id=person_id, package_id=package.pk)
    checkup = enrollment.enroll_checkup(actor, order)
    arrival.check_in_examinee(actor, checkup.pk)
    return checkup.pk


def general_department() -> CheckupDepartment:
    return CheckupDepartment.objects.get(code=DEPARTMENT)


def entries(version: int, *, weight: str = VALUES["WEIGHT"]) -> list[dict[str, Any]]:
    """What the page of the general examination sends; `version` is that of the stored results, 0 when there are none."""
    ids = dict(CheckupItem.objects.filter(code__in=[*VALUES, *READINGS]).values_list("code", "pk"))
    values = {**VALUES, "WEIGHT": weight}
    simple = [{"item_id": ids[code], "value": value, "version": version} for code, value in values.items()]
    read = [{"item_id": ids[code], "readings": list(each), "version": version} for code, each in READINGS.items()]
    return simple + read


def examine(checkup_ids: Sequence[int]) -> None:
    """Open the department for each and save the values once."""
    actor, department = _everyone(), general_department()
    for checkup_id in checkup_ids:
        station.open_station(actor, department.pk, checkup_id)
        rows = [Entry(row["item_id"], row.get("value", ""), tuple(row.get("readings", ()))) for row in entries(0)]
        station.save_results(actor, department.pk, checkup_id, station.Saving(entries=rows))


def forget_results(checkup_ids: Sequence[int]) -> None:
    """Back to the moment after opening: the examination goes on, this department has entered nothing."""
    for model in (ImportantFinding, DepartmentSummary, ItemResult):
        model._default_manager.filter(checkup_id__in=checkup_ids).delete()


class Snapshot:
    """Rows of some check-ups as they are now, to be put back before each round."""

    MODELS: tuple[type[models.Model], ...] = (
        Checkup,
        OrderedPanel,
        DepartmentVisit,
        ItemResult,
        DepartmentSummary,
        ImportantFinding,
    )

    def __init__(self, hospital: TenantRef, checkup_ids: Sequence[int]) -> None:
        self.hospital, self.checkup_ids = hospital, list(checkup_ids)
        self.rows = {model: list(self._present(model)) for model in self.MODELS}

    def _present(self, model: type[models.Model]) -> "models.QuerySet[Any]":
        column = "pk__in" if model is Checkup else "checkup_id__in"
        return model._default_manager.filter(**{column: self.checkup_ids})

    def restore(self) -> None:
        """Delete what came later, put the kept rows back under their keys."""
        with use_hospital(self.hospital):
            SupersededResult.objects.filter(result__checkup_id__in=self.checkup_ids).delete()
            for model, rows in reversed(self.rows.items()):
                if model is not Checkup:
                    self._present(model).exclude(pk__in=[row.pk for row in rows]).delete()
            for model, rows in self.rows.items():
                names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
                model._default_manager.bulk_create(
                    rows, update_conflicts=True, unique_fields=["id"], update_fields=names
                )
