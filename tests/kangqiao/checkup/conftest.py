"""A check-up hospital at work: people with their rights, and a walk along the main path as far as a test needs."""

from collections.abc import Callable

import pytest

from kangqiao.checkup.models import Checkup, CheckupDepartment, CheckupItem, CheckupKind, CheckupPackage, CheckupPanel
from kangqiao.checkup.services import arrival, enrollment, sampling, station
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.seeding import load_starter
from kangqiao.core.actor import Actor
from kangqiao.core.permissions import default_permissions
from kangqiao.core.tenancy import TenantRef
from kangqiao.people.services import PersonData


@pytest.fixture(autouse=True)
def starter(request: pytest.FixtureRequest) -> None:
    """The starter dictionaries, in case the template of the test databases does not bring them."""
    if "in_a" in request.fixturenames:
        request.getfixturevalue("in_a")
        if not CheckupKind.objects.exists():
            load_starter()


def staff(role: str, name: str, staff_id: int, departments: frozenset[int] = frozenset()) -> Actor:
    """Somebody with the default rights of a role."""
    return Actor(
        kind="staff",
        id=staff_id,
        name=name,
        permissions=frozenset(default_permissions(role)),
        department_ids=departments,
        roles=frozenset({role}),
    )


@pytest.fixture
def all_departments(in_a: TenantRef) -> frozenset[int]:
    return frozenset(CheckupDepartment.objects.exclude(department=None).values_list("department_id", flat=True))


@pytest.fixture
def receptionist(in_a: TenantRef) -> Actor:
    return staff("receptionist", "林晓芸", 1)


@pytest.fixture
def phlebotomist(in_a: TenantRef) -> Actor:
    return staff("phlebotomist", "顾婷", 2)


@pytest.fixture
def doctor(all_departments: frozenset[int]) -> Actor:
    return staff("department_doctor", "周文渊", 3, all_departments)


@pytest.fixture
def chief(in_a: TenantRef) -> Actor:
    return staff("chief_doctor", "沈嘉树", 4)


@pytest.fixture
def reviewer(in_a: TenantRef) -> Actor:
    return staff("review_doctor", "韩一鸣", 5)


def he_zhiyuan() -> PersonData:
    """男 46 岁, with a valid ID number."""
    return PersonData(name="何志远", id_number="420106198003141211", phone="13812342067")


def panel(code: str) -> CheckupPanel:
    return CheckupPanel.objects.get(code=code)


def department(code: str) -> CheckupDepartment:
    return CheckupDepartment.objects.get(code=code)


def item(code: str) -> CheckupItem:
    return CheckupItem.objects.get(code=code)


def entry(code: str, value: str = "", *readings: str, version: int = 0) -> Entry:
    return Entry(item(code).pk, value, readings, None, version)


@pytest.fixture
def enrol(receptionist: Actor) -> Callable[..., Checkup]:
    """Enrol 何志远 or another person with the given panels or package."""

    def run(*codes: str, package: str = "", person: PersonData | None = None, kind: str = "health") -> Checkup:
        return enrollment.enroll_checkup(
            receptionist,
            enrollment.Enrolment(
                kind_id=CheckupKind.objects.get(code=kind).pk,
                person=person or he_zhiyuan(),
                package_id=CheckupPackage.objects.get(code=package).pk if package else None,
                panel_ids=[panel(code).pk for code in codes],
            ),
        )

    return run


@pytest.fixture
def arrive(enrol: Callable[..., Checkup], receptionist: Actor) -> Callable[..., Checkup]:
    """Enrol and check in."""

    def run(*codes: str, **more: object) -> Checkup:
        return arrival.check_in_examinee(receptionist, enrol(*codes, **more).pk)

    return run


GENERAL = ("HEIGHT", "173.2"), ("WEIGHT", "80.4"), ("WAIST", "91")


def general_entries(*pressures: tuple[str, str]) -> list[Entry]:
    """Height, weight, waist and the readings of the general examination."""
    upper, lower = zip(*(pressures or (("148", "92"), ("136", "86"), ("140", "88"))), strict=True)
    rows = [entry(code, value) for code, value in GENERAL]
    return [*rows, entry("SBP", "", *upper), entry("DBP", "", *lower), entry("PULSE", "78")]


@pytest.fixture
def examined(arrive: Callable[..., Checkup], doctor: Actor) -> Callable[..., Checkup]:
    """The general examination done, so that a check-up with this one panel is ready for the conclusion."""

    def run(*pressures: tuple[str, str]) -> Checkup:
        checkup = arrive("GENERAL")
        saving = station.Saving(entries=general_entries(*pressures))
        station.complete_department(doctor, department("GEN").pk, checkup.pk, saving)
        checkup.refresh_from_db()
        return checkup

    return run


@pytest.fixture
def drawn(arrive: Callable[..., Checkup], phlebotomist: Actor) -> Checkup:
    """A blood count drawn and waiting for the analyzer."""
    checkup = arrive("GENERAL", "CBC")
    sampling.draw_blood(phlebotomist, checkup.specimens.get().barcode)
    return checkup
