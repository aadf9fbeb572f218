"""Demo examinees: real bodies, invented people, a working day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kangqiao.checkup.rules.plain import age_years
from kangqiao.checkup.rules.transitions import CheckupStatus, PanelStatus

from . import people
from .day_plan import PANELS, DemoPanel, DemoTimes, choose_package, plan_panels, plan_times, statuses, visit_day
from .latent import Chance, Latent
from .readings import Measured, measured
from .results import DemoResult, visit_results

KNOWN_DONE = frozenset({PanelStatus.DONE})


@dataclass(frozen=True)
class DemoVisit:
    """One check-up. `results` of done panels by item code; sampled panels have their results in `awaited` (the analyzer's)."""

    day: date
    age: int
    kind_code: str
    package_code: str
    status: CheckupStatus
    times: DemoTimes
    panels: tuple[DemoPanel, ...]
    results: dict[str, DemoResult]
    awaited: dict[str, DemoResult]


@dataclass(frozen=True)
class DemoExaminee:
    """One invented person with today's visit and those of earlier years (oldest first, all released)."""

    index: int
    name: str
    sex: str
    birth_date: date
    id_number: str
    phone: str
    ethnicity_code: str
    marriage_code: str
    occupation: str
    company: str
    visit: DemoVisit
    past_visits: tuple[DemoVisit, ...]
    source_id: str


def _results(
    panels: Sequence[DemoPanel], states: frozenset[PanelStatus], person: Measured, age: int, latent: Latent
) -> dict[str, DemoResult]:
    codes = [c for p in panels if p.status in states for c in PANELS[p.panel_code].item_codes]
    return visit_results(dict.fromkeys(codes), person, age, latent)


def _visit(
    rng: Chance,
    person: Measured,
    latent: Latent,
    *,
    who: tuple[date, str],
    day: date,
    today: date,
    status: CheckupStatus,
    until: time,
) -> DemoVisit:
    birth, marriage = who
    age = age_years(birth, day)
    package = choose_package(rng, person.sex, age, marriage)
    times = plan_times(rng, status, day, today, until)
    codes = [line.panel_code for line in package.lines]
    panels = plan_panels(rng, codes, status, times, datetime.combine(today, until))
    return DemoVisit(
        day=day,
        age=age,
        kind_code=package.kind_code,
        package_code=package.code,
        status=status,
        times=times,
        panels=panels,
        results=_results(panels, KNOWN_DONE, person, age, latent),
        awaited=_results(panels, frozenset({PanelStatus.SAMPLED}), person, age, latent),
    )


def _past_visits(rng: Chance, person: Measured, key: str, who: tuple[date, str], day: date) -> tuple[DemoVisit, ...]:
    """One to three earlier years for three people in ten, only while they were adults."""
    years = rng.randint(1, 3) if rng.random() < 0.3 else 0
    visits: list[DemoVisit] = []
    for back in range(years, 0, -1):
        then = day - timedelta(days=365 * back + rng.randint(-25, 25))
        if age_years(who[0], then) < 18:
            continue
        latent = Latent(key, f"{back} years ago")
        visits.append(
            _visit(rng, person, latent, who=who, day=then, today=day, status=CheckupStatus.RELEASED, until=time(18, 0))
        )
    return tuple(visits)


def _examinee(index: int, *, ordinal: int, seed: int, status: CheckupStatus, today: date, until: time) -> DemoExaminee:
    sample = measured()
    person = sample[index % len(sample)]
    key = f"{seed}:{index}"
    rng = Chance(key)
    name = people.full_name(rng, ordinal, person.sex)
    day = visit_day(rng, status, today)
    birth = people.birth_date(rng, person.age, day)
    marriage = people.marriage_code(rng, person.age)
    working = person.age < 60 and rng.random() < 0.55
    visit = _visit(
        rng, person, Latent(key, "now"), who=(birth, marriage), day=day, today=today, status=status, until=until
    )
    return DemoExaminee(
        index=index,
        name=name,
        sex=person.sex,
        birth_date=birth,
        id_number=people.id_number(rng, person.sex, birth),
        phone=people.phone_number(index),
        ethnicity_code=people.ETHNICITY_OF_NAME.get(name, "01"),
        marriage_code=marriage,
        occupation=people.occupation(rng, person.age),
        company=rng.choice(people.COMPANIES) if working else "",
        visit=visit,
        past_visits=_past_visits(rng, person, key, (birth, marriage), day),
        source_id=person.source_id,
    )


def examinees(n: int = 300, seed: int = 1, *, today: date, until: time = time(11, 0)) -> list[DemoExaminee]:
    """`n` people, the same for the same arguments; nothing of today happens later than `until`. ID numbers are unique."""
    order = statuses(n)
    Chance(seed).shuffle(order)
    sample = measured()
    ordinals: dict[str, int] = {}
    found: list[DemoExaminee] = []
    numbers: set[str] = set()
    for index, status in enumerate(order):
        sex = sample[index % len(sample)].sex
        ordinals[sex] = ordinals.get(sex, 0) + 1
        person = _examinee(index, ordinal=ordinals[sex], seed=seed, status=status, today=today, until=until)
        if person.id_number in numbers:
            raise AssertionError("two demo people share an ID number; choose another seed")
        numbers.add(person.id_number)
        found.append(person)
    return found
