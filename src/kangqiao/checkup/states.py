"""What may follow what: the check-up, its panels, department visits, conclusion and report (checkup.md 2.2, 2.3)."""

from kangqiao.checkup.enums import (
    CheckupStatus,
    ConclusionStatus,
    PanelStatus,
    ReportStatus,
    SpecimenStatus,
    VisitState,
)
from kangqiao.core.state import StateMachine

C, P, V = CheckupStatus, PanelStatus, VisitState

CHECKUP_MOVES = {
    C.BOOKED: {C.ENROLLED, C.CANCELLED},
    C.ENROLLED: {C.CHECKED_IN, C.EXAMINING, C.CANCELLED},
    C.CHECKED_IN: {C.EXAMINING, C.DEPARTMENTS_DONE, C.CANCELLED},
    C.EXAMINING: {C.DEPARTMENTS_DONE},
    C.DEPARTMENTS_DONE: {C.IN_CONCLUSION, C.EXAMINING},
    C.IN_CONCLUSION: {C.CONCLUDED, C.DEPARTMENTS_DONE, C.EXAMINING},
    C.CONCLUDED: {C.REVIEWED, C.IN_CONCLUSION},
    C.REVIEWED: {C.RELEASED, C.CONCLUDED},
    C.RELEASED: {C.COLLECTED, C.ARCHIVED, C.REVIEWED},
    C.COLLECTED: {C.ARCHIVED},
    C.ARCHIVED: set(),
    C.CANCELLED: set(),
}
checkup_machine = StateMachine("status", CHECKUP_MOVES)

PANEL_MOVES = {
    P.PENDING: {P.SAMPLED, P.DONE, P.DECLINED, P.POSTPONED, P.REMOVED},
    P.SAMPLED: {P.DONE, P.PENDING},
    P.DONE: {P.PENDING, P.SAMPLED},
    P.DECLINED: {P.PENDING},
    P.POSTPONED: {P.PENDING, P.SAMPLED, P.DONE, P.DECLINED, P.REMOVED},
    P.REMOVED: set(),
}
panel_machine = StateMachine("status", PANEL_MOVES)

VISIT_MOVES = {
    V.WAITING: {V.CALLED, V.EXAMINING, V.SKIPPED, V.DONE},
    V.CALLED: {V.WAITING, V.EXAMINING, V.SKIPPED, V.DONE},
    V.SKIPPED: {V.WAITING, V.CALLED, V.EXAMINING, V.DONE},
    V.EXAMINING: {V.WAITING, V.SKIPPED, V.DONE},
    V.DONE: {V.WAITING, V.EXAMINING},
}
visit_machine = StateMachine("state", VISIT_MOVES)

specimen_machine = StateMachine(
    "status",
    {
        SpecimenStatus.PLANNED: {SpecimenStatus.COLLECTED, SpecimenStatus.VOID},
        SpecimenStatus.COLLECTED: {SpecimenStatus.RECEIVED, SpecimenStatus.REJECTED},
        SpecimenStatus.RECEIVED: {SpecimenStatus.REJECTED},
        SpecimenStatus.REJECTED: set(),
        SpecimenStatus.VOID: set(),
    },
)
conclusion_machine = StateMachine(
    "status",
    {
        ConclusionStatus.OPEN: {ConclusionStatus.CONCLUDED},
        ConclusionStatus.CONCLUDED: {ConclusionStatus.OPEN, ConclusionStatus.REVIEWED},
        ConclusionStatus.REVIEWED: {ConclusionStatus.CONCLUDED},
    },
)
report_machine = StateMachine(
    "status",
    {
        ReportStatus.RENDERED: {ReportStatus.RELEASED, ReportStatus.VOID},
        ReportStatus.RELEASED: {ReportStatus.VOID},
        ReportStatus.VOID: set(),
    },
)

SETTLED_PANELS = frozenset({P.DONE.value, P.DECLINED.value, P.REMOVED.value})
OPEN_FOR_RESULTS = frozenset({C.ENROLLED.value, C.CHECKED_IN.value, C.EXAMINING.value, C.DEPARTMENTS_DONE.value})
IN_HOUSE = frozenset({C.CHECKED_IN.value, C.EXAMINING.value})
