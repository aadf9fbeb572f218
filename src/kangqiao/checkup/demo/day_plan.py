"""A working day: who stands where, when each step happened, which panels are done, given up or still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from kangqiao.checkup.rules.transitions import CheckupStatus, PanelStatus
from kangqiao.checkup.seed import load
from kangqiao.checkup.seed.rows import PackageRow, PanelRow

from .latent import Chance

S, P = CheckupStatus, PanelStatus
# Share of 300 people in each state, and how many days ago such a visit began at most.
SHARES: tuple[tuple[CheckupStatus, int, int], ...] = (
    (S.ENROLLED, 60, 0),
    (S.CHECKED_IN, 40, 0),
    (S.EXAMINING, 80, 0),
    (S.DEPARTMENTS_DONE, 30, 1),
    (S.IN_CONCLUSION, 4, 1),
    (S.CONCLUDED, 16, 2),
    (S.REVIEWED, 20, 3),
    (S.RELEASED, 50, 7),
)
# Check-in, departments done, concluded, reviewed, released: each so long after the step before.
STEP_GAPS = tuple(timedelta(minutes=m) for m in (6, 90, 150, 180, 120))
DECLINE_REASONS = ("本人要求不做", "今日时间不够", "近期已在外院检查", "身体不适")
PANELS = {panel.code: panel for panel in load().panels}


@dataclass(frozen=True)
class DemoPanel:
    """An ordered panel; `done_at` when it was examined (or sampled)."""

    panel_code: str
    status: PanelStatus
    done_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class DemoTimes:
    """Naive local times of the steps that happened, in order."""

    enrolled_at: datetime
    checked_in_at: datetime | None = None
    departments_done_at: datetime | None = None
    concluded_at: datetime | None = None
    reviewed_at: datetime | None = None
    released_at: datetime | None = None


def statuses(n: int) -> list[CheckupStatus]:
    """State of each of `n` people in the proportions of SHARES; the rounding rest is enrolled."""
    whole = sum(share for _, share, _ in SHARES)
    found = [status for status, share, _ in SHARES for _ in range(n * share // whole)]
    return found + [S.ENROLLED] * (n - len(found))


def visit_day(rng: Chance, status: CheckupStatus, today: date) -> date:
    """Today for whoever is in the building; some days ago, never on a Sunday, for finished ones."""
    back = next(days for each, _, days in SHARES if each == status)
    day = today - timedelta(days=rng.randint(2 if status == S.RELEASED else 0, back))
    return day - timedelta(days=1) if day.weekday() == 6 and day != today else day


def choose_package(rng: Chance, sex: str, age: int, marriage: str) -> PackageRow:
    """Some package that suits sex, age and marriage, the standard ones most often."""
    fitting = [
        p
        for p in load().packages
        if p.sex_limit in ("", sex) and (p.age_min is None or age >= p.age_min) and p.marriage in ("", marriage)
    ]
    if age >= 60:
        fitting = [p for p in fitting if p.kind_code == "health"]
    weights = [
        {"STANDARD_M": 5, "STANDARD_F": 5, "BASIC": 2, "EMPLOYMENT": 1, "SENIOR": 4}.get(p.code, 2) for p in fitting
    ]
    return rng.choices(fitting, weights)[0]


def _start(rng: Chance, day: date, today: date, until: time) -> datetime:
    """Enrolled between four hours and twenty minutes before `until` today; in the morning on other days."""
    if day != today:
        return datetime.combine(day, time(7, 30)) + timedelta(minutes=rng.randrange(0, 150))
    end = datetime.combine(day, until)
    earliest = max(datetime.combine(day, time(0, 0)), end - timedelta(minutes=240))
    minutes = max(1, int((end - earliest).total_seconds() // 60) - 20)
    return earliest + timedelta(minutes=rng.randrange(minutes))


def plan_times(rng: Chance, status: CheckupStatus, day: date, today: date, until: time) -> DemoTimes:
    """Times of all steps up to `status`, ascending, none later than `until` today."""
    start = _start(rng, day, today, until)
    end = datetime.combine(today, until)
    order = [s for s, _, _ in SHARES]
    reached = order.index(status)
    times, moment = [], start
    for gap in STEP_GAPS:
        moment += gap * rng.uniform(0.8, 1.2)
        times.append(moment)
    room = (end - start) / (times[-1] - start)
    if times[-1] > end:
        times = [start + (moment - start) * room for moment in times]
    needed = {S.CHECKED_IN: 1, S.DEPARTMENTS_DONE: 2, S.CONCLUDED: 3, S.REVIEWED: 4, S.RELEASED: 5}
    count = max((n for s, n in needed.items() if order.index(s) <= reached), default=0)
    return DemoTimes(start, *(moment.replace(microsecond=0) for moment in times[:count]))


def _open_panel(panel: PanelRow, rng: Chance, moment: datetime) -> DemoPanel:
    if panel.tube_kind_code and rng.random() < 0.6:
        return DemoPanel(panel.code, P.SAMPLED, moment)
    return DemoPanel(panel.code, P.PENDING)


def plan_panels(
    rng: Chance, codes: Sequence[str], status: CheckupStatus, times: DemoTimes, until: datetime
) -> tuple[DemoPanel, ...]:
    """States of the panels that fit the check-up's status: all settled from departments_done on, some open before."""
    if status in (S.ENROLLED, S.CHECKED_IN) or times.checked_in_at is None:
        return tuple(DemoPanel(code, P.PENDING) for code in codes)
    end = times.departments_done_at or until
    span = (end - times.checked_in_at) / (len(codes) + 1)
    moments = [(times.checked_in_at + span * (i + 1)).replace(microsecond=0) for i in range(len(codes))]
    finished = len(codes) if times.departments_done_at else rng.randint(1, max(1, len(codes) - 1))
    panels: list[DemoPanel] = []
    for i, code in enumerate(codes):
        panel = PANELS[code]
        if i >= finished:
            panels.append(_open_panel(panel, rng, moments[i]))
        elif i > 2 and rng.random() < 0.02:
            panels.append(DemoPanel(code, P.DECLINED, moments[i], rng.choice(DECLINE_REASONS)))
        else:
            panels.append(DemoPanel(code, P.DONE, moments[i]))
    if status == S.EXAMINING and all(p.status in (P.DONE, P.DECLINED) for p in panels):
        panels[-1] = replace(panels[-1], status=P.PENDING, done_at=None, reason="")
    if status == S.EXAMINING and rng.random() < 0.05:
        panels[-1] = DemoPanel(panels[-1].panel_code, P.POSTPONED, None, "改日补检")
    return tuple(panels)
