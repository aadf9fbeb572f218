"""Check-in: the examinee is in the house."""

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import CheckupStatus, DepartmentKind, PanelStatus
from kangqiao.checkup.models import Checkup, OrderedPanel
from kangqiao.checkup.services.progress import announce, enqueue_visits, lock_checkup
from kangqiao.checkup.states import checkup_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict
from kangqiao.core.outbox import publish


@transaction.atomic
def check_in_examinee(actor: Actor, checkup_id: int) -> Checkup:
    """Stamp the arrival and queue the person at every department but the laboratories, which wait for the tubes."""
    actor.require("checkup.checkup.check_in")
    checkup = lock_checkup(checkup_id)
    if checkup.checked_in_at is not None:
        at = timezone.localtime(checkup.checked_in_at)
        raise Conflict("already-checked-in", f"{checkup.person_name}已于 {at:%H:%M} 签到", "无需重复签到")
    checkup_machine.move(actor, checkup, CheckupStatus.CHECKED_IN, checked_in_at=timezone.now())
    enqueue_visits(checkup, waiting_departments(checkup))
    record(actor, "checkup.checked_in", target=checkup, after={"checkup_no": checkup.checkup_no})
    publish("checkup.checked_in", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup


def waiting_departments(checkup: Checkup) -> list[int]:
    """Departments with something to do that does not wait for a tube."""
    rows = OrderedPanel.objects.filter(checkup=checkup, status=PanelStatus.PENDING, specimen__isnull=True)
    rows = rows.exclude(department__kind=DepartmentKind.LAB)
    return sorted(set(rows.values_list("department_id", flat=True)))
