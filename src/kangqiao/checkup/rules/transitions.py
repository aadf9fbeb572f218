"""States and allowed moves of a check-up and of an ordered panel, as data (checkup.md 2.2, 2.3).

The members are strings equal to the values that the models store, so rows can be passed in as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class CheckupStatus(StrEnum):
    BOOKED = "booked"
    ENROLLED = "enrolled"
    CHECKED_IN = "checked_in"
    EXAMINING = "examining"
    DEPARTMENTS_DONE = "departments_done"
    IN_CONCLUSION = "in_conclusion"
    CONCLUDED = "concluded"
    REVIEWED = "reviewed"
    RELEASED = "released"
    NOTIFIED = "notified"
    COLLECTED = "collected"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"
    VOID = "void"
    PAUSED = "paused"
    NO_SHOW = "no_show"


class PanelStatus(StrEnum):
    PENDING = "pending"
    SAMPLED = "sampled"
    RECEIVED = "received"
    DONE = "done"
    VERIFIED = "verified"
    DECLINED = "declined"
    REFUSED = "refused"
    POSTPONED = "postponed"
    REMOVED = "removed"


CHECKUP_WORDS: Mapping[CheckupStatus, str] = {
    CheckupStatus.BOOKED: "已预约",
    CheckupStatus.ENROLLED: "已登记",
    CheckupStatus.CHECKED_IN: "已签到",
    CheckupStatus.EXAMINING: "检查中",
    CheckupStatus.DEPARTMENTS_DONE: "分检完成",
    CheckupStatus.IN_CONCLUSION: "总检中",
    CheckupStatus.CONCLUDED: "总检完成",
    CheckupStatus.REVIEWED: "审核通过",
    CheckupStatus.RELEASED: "报告已出",
    CheckupStatus.NOTIFIED: "已通知",
    CheckupStatus.COLLECTED: "已领取",
    CheckupStatus.ARCHIVED: "已归档",
    CheckupStatus.CANCELLED: "已取消",
    CheckupStatus.VOID: "已撤销登记",
    CheckupStatus.PAUSED: "已暂停",
    CheckupStatus.NO_SHOW: "未到检",
}
PANEL_WORDS: Mapping[PanelStatus, str] = {
    PanelStatus.PENDING: "待检",
    PanelStatus.SAMPLED: "已采样",
    PanelStatus.RECEIVED: "标本已接收",
    PanelStatus.DONE: "已检",
    PanelStatus.VERIFIED: "已审核",
    PanelStatus.DECLINED: "弃检",
    PanelStatus.REFUSED: "拒检",
    PanelStatus.POSTPONED: "延期",
    PanelStatus.REMOVED: "退项",
}

_C, _P = CheckupStatus, PanelStatus
CHECKUP_TRANSITIONS: Mapping[CheckupStatus, frozenset[CheckupStatus]] = {
    _C.BOOKED: frozenset({_C.ENROLLED, _C.CANCELLED, _C.NO_SHOW}),
    _C.ENROLLED: frozenset({_C.CHECKED_IN, _C.EXAMINING, _C.DEPARTMENTS_DONE, _C.VOID, _C.PAUSED}),
    _C.CHECKED_IN: frozenset({_C.EXAMINING, _C.DEPARTMENTS_DONE, _C.VOID, _C.PAUSED}),
    _C.EXAMINING: frozenset({_C.DEPARTMENTS_DONE, _C.PAUSED}),
    _C.DEPARTMENTS_DONE: frozenset({_C.IN_CONCLUSION, _C.EXAMINING}),
    _C.IN_CONCLUSION: frozenset({_C.CONCLUDED, _C.DEPARTMENTS_DONE}),
    _C.CONCLUDED: frozenset({_C.REVIEWED, _C.IN_CONCLUSION}),
    _C.REVIEWED: frozenset({_C.RELEASED, _C.CONCLUDED}),
    _C.RELEASED: frozenset({_C.NOTIFIED, _C.COLLECTED, _C.REVIEWED, _C.ARCHIVED}),
    _C.NOTIFIED: frozenset({_C.COLLECTED, _C.REVIEWED, _C.ARCHIVED}),
    _C.COLLECTED: frozenset({_C.ARCHIVED}),
    _C.ARCHIVED: frozenset({_C.COLLECTED}),
    _C.PAUSED: frozenset({_C.ENROLLED, _C.CHECKED_IN, _C.EXAMINING}),
    _C.CANCELLED: frozenset(),
    _C.VOID: frozenset(),
    _C.NO_SHOW: frozenset({_C.ENROLLED}),
}
PANEL_TRANSITIONS: Mapping[PanelStatus, frozenset[PanelStatus]] = {
    _P.PENDING: frozenset({_P.SAMPLED, _P.DONE, _P.DECLINED, _P.REFUSED, _P.POSTPONED, _P.REMOVED}),
    _P.SAMPLED: frozenset({_P.RECEIVED, _P.DONE, _P.PENDING, _P.DECLINED}),
    _P.RECEIVED: frozenset({_P.DONE, _P.PENDING, _P.DECLINED}),
    _P.DONE: frozenset({_P.VERIFIED, _P.PENDING}),
    _P.VERIFIED: frozenset({_P.DONE}),
    _P.DECLINED: frozenset({_P.PENDING}),
    _P.REFUSED: frozenset({_P.PENDING}),
    _P.POSTPONED: frozenset({_P.PENDING, _P.SAMPLED, _P.DONE, _P.DECLINED, _P.REFUSED, _P.REMOVED}),
    _P.REMOVED: frozenset(),
}

PERFORMED = frozenset({_P.DONE, _P.VERIFIED})
BEGUN = PERFORMED | {_P.SAMPLED, _P.RECEIVED}
GIVEN_UP = frozenset({_P.DECLINED, _P.REFUSED})
SETTLED = PERFORMED | GIVEN_UP | {_P.REMOVED}
BEFORE_ARRIVAL = frozenset({_C.BOOKED, _C.ENROLLED})
OPEN_TO_RESULTS = frozenset({_C.ENROLLED, _C.CHECKED_IN, _C.EXAMINING, _C.DEPARTMENTS_DONE})
LOCKED = frozenset({_C.IN_CONCLUSION, _C.CONCLUDED, _C.REVIEWED, _C.RELEASED, _C.NOTIFIED, _C.COLLECTED, _C.ARCHIVED})
IN_BUILDING = frozenset({_C.CHECKED_IN, _C.EXAMINING})


def may_move(current: CheckupStatus, to: CheckupStatus) -> bool:
    return to in CHECKUP_TRANSITIONS[current]


def panel_may_move(current: PanelStatus, to: PanelStatus) -> bool:
    return to in PANEL_TRANSITIONS[current]


def all_settled(panels: Iterable[PanelStatus]) -> bool:
    """Every live panel is performed or given up (postponed is not), and at least one was not removed."""
    states = list(panels)
    return all(s in SETTLED for s in states) and any(s != PanelStatus.REMOVED for s in states)


def status_after_panels_changed(current: CheckupStatus, panels: Iterable[PanelStatus]) -> CheckupStatus:
    """Where a check-up stands after a panel changed: a sample or result begins it, the last settled panel ends it.

    Every other state stays as it is; the answer is always one allowed move away.
    """
    states = list(panels)
    if current in (_C.ENROLLED, _C.CHECKED_IN) and any(s in BEGUN for s in states):
        current = _C.EXAMINING
    if current == _C.EXAMINING and all_settled(states):
        return _C.DEPARTMENTS_DONE
    if current == _C.DEPARTMENTS_DONE and not all_settled(states):
        return _C.EXAMINING
    return current
