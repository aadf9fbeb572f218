"""What decides about entering results, read by the station's page and asked again by its services."""

from collections.abc import Iterable

from kangqiao.checkup.models import CheckupDepartment, CheckupItem, OrderedPanel
from kangqiao.checkup.rules.derived import BY_CODE
from kangqiao.checkup.rules.guards import PanelState
from kangqiao.checkup.rules.transitions import PanelStatus
from kangqiao.checkup.selectors.settings import CheckupSettings
from kangqiao.checkup.selectors.sheets import SheetLine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound

BMI = "BMI"


def get_department(department_id: int) -> CheckupDepartment:
    department = CheckupDepartment.objects.filter(pk=department_id).first()
    if department is None:
        raise NotFound("没有这个体检科室", "请刷新后重新选择诊台")
    return department


def may_enter(actor: Actor, department: CheckupDepartment, settings: CheckupSettings) -> bool:
    """Own department, or the right to enter any; with the option off the right to enter results is enough."""
    if actor.kind == "system" or not settings.own_department_only or actor.may("checkup.result.any_department"):
        return True
    return department.department_id in actor.department_ids


def panel_states(panels: Iterable[OrderedPanel], *, ask_payment: bool = False) -> list[PanelState]:
    """Ordered panels as the guards see them; payment counts only where the hospital asks for it first."""
    return [
        PanelState(panel.name, PanelStatus(panel.status), panel.department_id, panel.is_paid or not ask_payment)
        for panel in panels
    ]


def derivable(item: CheckupItem) -> bool:
    """Whether some formula can fill the item, so that it is never missing."""
    return bool(item.formula) or item.code in BY_CODE


def is_computed(line: SheetLine, settings: CheckupSettings) -> bool:
    """Whether the item is computed from others under this hospital's options."""
    code = line.item.code
    if code == BMI:
        return settings.bmi_auto
    derived = BY_CODE.get(code)
    return bool(line.item.formula) or (derived is not None and not derived.unless_measured)
