"""How a check-up moves on by itself as its panels are done."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import CheckupStatus, PanelStatus
from kangqiao.checkup.models import Checkup, DepartmentVisit, OrderedPanel, SendBack
from kangqiao.checkup.states import SETTLED_PANELS, checkup_machine, panel_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import IllegalTransition
from kangqiao.core.locks import lock_one
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify


def lock_checkup(checkup_id: int, rows: "QuerySet[Checkup] | None" = None) -> Checkup:
    """The check-up under lock: the first and only explicit lock of every service of this app."""
    return lock_one(Checkup.objects.all() if rows is None else rows, checkup_id)


def move_panels(actor: Actor, panels: Iterable[OrderedPanel], to: PanelStatus, **extra: Any) -> None:
    """Move several panels of one locked check-up, one UPDATE for each former status, one audit entry."""
    chosen = list(panels)
    if not chosen:
        return
    for panel in chosen:
        if not panel_machine.can(panel.status, to):
            words = PanelStatus(panel.status).label
            raise IllegalTransition(f"“{panel.name}”现在是“{words}”，不能改为“{to.label}”", panel_id=panel.pk)
    before = {str(panel.pk): panel.status for panel in chosen}
    now = timezone.now()
    for status in sorted(set(before.values())):
        ids = [panel.pk for panel in chosen if panel.status == status]
        changed = OrderedPanel.objects.filter(pk__in=ids, status=status).update(status=to, updated_at=now, **extra)
        if changed != len(ids):
            raise IllegalTransition("组合状态刚被他人更改", "请刷新后再试")
    for panel in chosen:
        panel.status = to
        for name, value in extra.items():
            setattr(panel, name, value)
    names = [panel.name for panel in chosen]
    record(
        actor,
        "checkup.panels.moved",
        target=chosen[0].checkup,
        before=before,
        after={"status": to.value, "names": names},
        **({"reason": extra["reason"]} if extra.get("reason") else {}),
    )


def begin_examining(actor: Actor, checkup: Checkup) -> None:
    """The first tube or result implies the arrival."""
    if checkup.status not in (CheckupStatus.ENROLLED, CheckupStatus.CHECKED_IN):
        return
    arrived = checkup.checked_in_at or timezone.now()
    checkup_machine.move(actor, checkup, CheckupStatus.EXAMINING, checked_in_at=arrived)
    announce(checkup)


def settle(actor: Actor, checkup: Checkup) -> bool:
    """Move to departments_done when no panel is left to do, or back to examining when one is again. True if it moved."""
    statuses = set(checkup.ordered_panels.values_list("status", flat=True))
    complete = bool(statuses & {PanelStatus.DONE}) and statuses <= SETTLED_PANELS
    if complete and checkup.status == CheckupStatus.EXAMINING:
        checkup_machine.move(actor, checkup, CheckupStatus.DEPARTMENTS_DONE, departments_done_at=timezone.now())
        SendBack.objects.filter(checkup=checkup, stage="conclusion", resolved_at=None).update(
            resolved_at=timezone.now()
        )
        publish("checkup.departments_done", {"checkup_id": checkup.pk})
    elif not complete and checkup.status == CheckupStatus.DEPARTMENTS_DONE:
        checkup_machine.move(actor, checkup, CheckupStatus.EXAMINING, departments_done_at=None)
    else:
        return False
    announce(checkup)
    return True


def enqueue_visits(checkup: Checkup, department_ids: Iterable[int]) -> None:
    """Put the check-up into the queues of departments where it is not yet waiting."""
    wanted = list(department_ids)
    now = timezone.now()
    rows = DepartmentVisit.objects.filter(checkup=checkup, department_id__in=wanted, is_queued=False)
    rows.update(is_queued=True, queued_at=now, updated_at=now)
    for department_id in wanted:
        notify("station", department_id, {"kind": "queue_changed"})


def announce(checkup: Checkup) -> None:
    """Tell open pages that the state changed."""
    notify("checkup", checkup.pk, {"kind": "moved", "status": str(checkup.status)})
    notify("board", 0, {"kind": "moved", "checkup_id": checkup.pk})
