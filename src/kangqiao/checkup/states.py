"""What may follow what: the check-up, its panels, department visits, conclusion and report (checkup.md 2.2, 2.3)."""

from kangqiao.checkup.enums import ConclusionStatus, ReportStatus, SpecimenStatus, VisitState
from kangqiao.checkup.rules import transitions
from kangqiao.core.state import StateMachine

V = VisitState

checkup_machine = StateMachine("status", transitions.CHECKUP_TRANSITIONS)
panel_machine = StateMachine("status", transitions.PANEL_TRANSITIONS)

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

SETTLED_PANELS = frozenset(map(str, transitions.SETTLED))
OPEN_FOR_RESULTS = frozenset(map(str, transitions.OPEN_TO_RESULTS))
IN_HOUSE = frozenset(map(str, transitions.IN_BUILDING))
