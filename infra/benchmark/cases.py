"""The requests that are measured: what a hospital sends all day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from infra.benchmark import hospital as house
from infra.benchmark.measure import Comparison
from infra.benchmark.people import sample
from infra.benchmark.twin import Case, Request
from kangqiao.checkup.models import CheckupDepartment, DepartmentVisit
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.people.models import Person


@dataclass(frozen=True)
class Size:
    """How much is made and how long is measured."""

    demo: int = 300
    persons: int = 100_000
    waiting: int = 40
    per_round: int = 10
    rounds: int = 30
    seconds_per_case: float = 18.0
    provisioning_rounds: int = 5


FULL = Size()
QUICK = Size(demo=30, persons=2_000, waiting=6, per_round=4, rounds=2, seconds_per_case=5.0, provisioning_rounds=1)


def _worklist(cookie: str, size: Size) -> Case:
    """The queues of the departments with most people, first page, as the station page opens it."""
    busy = DepartmentVisit.objects.filter(is_queued=True).exclude(state="done").values_list("department_id", flat=True)
    queued = list(busy)
    departments = sorted(CheckupDepartment.objects.exclude(kind="lab"), key=lambda each: -queued.count(each.pk))[:4]
    paths = [f"/api/v1/checkup/stations/{each.pk}/worklist" for each in departments]
    requests = [Request("GET", paths[place % len(paths)]) for place in range(size.per_round)]
    return Case("station_worklist", "station worklist", requests, cookie)


def _saving(paths: Iterable[str], version: int, weight: str) -> list[Request]:
    body: dict[str, Any] = {"items": house.entries(version, weight=weight)}
    return [Request("POST", path, body=body) for path in paths]


def _saves(hospital: TenantRef, cookie: str, checkup_ids: list[int]) -> Iterable[Case]:
    """The first save of the general examination (8 results made) and a correction of the weight (2 changed)."""
    department = house.general_department().pk
    paths = [f"/api/v1/checkup/stations/{department}/checkups/{each}/save" for each in checkup_ids]
    house.examine(checkup_ids)
    corrected = house.Snapshot(hospital, checkup_ids)
    correction = _saving(paths, version=1, weight="63.0")
    house.forget_results(checkup_ids)
    opened = house.Snapshot(hospital, checkup_ids)
    first = _saving(paths, version=0, weight=house.VALUES["WEIGHT"])
    yield Case("save_first", "save of a department: first values", first, cookie, opened.restore)
    yield Case("save_correction", "save of a department: correction", correction, cookie, corrected.restore)


def _searches(cookie: str, size: Size) -> Iterable[Case]:
    """What the desk types: initials, a whole name, a phone number, an ID number."""
    persons = sample(size.per_round)
    kinds: dict[str, tuple[str, Any]] = {
        "initials": ("pinyin initials", lambda person: person.pinyin_initials),
        "name": ("name", lambda person: person.name),
        "phone": ("phone number (blind index)", lambda person: person.phone),
        "id_number": ("ID number (blind index)", lambda person: person.id_number),
    }
    for kind, (words, typed) in kinds.items():
        requests = [Request("GET", "/api/v1/people/persons", urlencode({"q": typed(each)})) for each in persons]
        yield Case(f"search_{kind}", f"person search: {words}", requests, cookie)


def run(
    hospital: TenantRef, size: Size, *, say: Callable[[str], None] = lambda _text: None
) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Fill the hospital, then measure case by case: how many rows there are, and the figures."""
    checkup_ids = house.fill(hospital, demo=size.demo, persons=size.persons, waiting=size.waiting)
    cookie = house.signed_in(hospital)
    with use_hospital(hospital):
        queued = DepartmentVisit.objects.filter(is_queued=True).exclude(state="done").count()
        rows = {"persons": Person.objects.count(), "queued_visits": queued}
        cases = [_worklist(cookie, size), *_searches(cookie, size)]
    figures = [_measured(hospital, case, size, say) for case in cases]
    with use_hospital(hospital):
        saves = list(_saves(hospital, cookie, checkup_ids[: size.per_round]))
    return rows, figures + [_measured(hospital, case, size, say) for case in saves]


def _measured(hospital: TenantRef, case: Case, size: Size, say: Callable[[str], None]) -> dict[str, Any]:
    say(case.title)
    return Comparison(hospital, case).run(size.rounds, seconds=size.seconds_per_case)
