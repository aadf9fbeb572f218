"""Turning the rules' refusals into problems."""

from collections.abc import Iterable

from kangqiao.checkup.models import OrderedPanel
from kangqiao.checkup.rules.guards import PanelState
from kangqiao.checkup.rules.plain import Refusal
from kangqiao.checkup.rules.transitions import PanelStatus
from kangqiao.core.errors import Conflict


def stop(refusal: Refusal | None, **params: object) -> None:
    """Raise Conflict with the refusal's code and sentence, if there is one."""
    if refusal is None:
        return
    title, _, detail = refusal.message.partition("；")
    raise Conflict(problem_code(refusal), title, detail, **params)


def problem_code(refusal: Refusal) -> str:
    """`results.no_panel` -> `results-no-panel`."""
    return refusal.code.replace(".", "-").replace("_", "-")


def panel_states(panels: Iterable[OrderedPanel], *, ask_payment: bool = False) -> list[PanelState]:
    """Ordered panels as the guards see them; payment counts only where the hospital asks for it first."""
    return [
        PanelState(panel.name, PanelStatus(panel.status), panel.department_id, panel.is_paid or not ask_payment)
        for panel in panels
    ]
