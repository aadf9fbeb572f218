"""Changing what was ordered: add, remove, decline, postpone, restore, cancel."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import PanelStatus, SpecimenStatus, VisitState
from kangqiao.checkup.models import Checkup, DepartmentVisit, OrderedPanel, Specimen
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.selectors.entering import get_department, panel_states
from kangqiao.checkup.selectors.quoting import QuoteLine, items_by_panel, make_quote, overlaps
from kangqiao.checkup.selectors.settings import read_settings
from kangqiao.checkup.services.arrival import waiting_departments
from kangqiao.checkup.services.enrollment import refuse_problems, write_lines
from kangqiao.checkup.services.entry_checks import OPEN_PANELS
from kangqiao.checkup.services.guarding import stop
from kangqiao.checkup.services.progress import announce, enqueue_visits, lock_checkup, move_panels, settle
from kangqiao.checkup.services.station import require_entry
from kangqiao.checkup.states import checkup_machine, visit_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Invalid, NotFound
from kangqiao.core.outbox import publish


def _ordered(checkup: Checkup, ids: Sequence[int]) -> list[OrderedPanel]:
    rows = list(OrderedPanel.objects.filter(checkup=checkup, pk__in=ids).select_related("checkup", "panel"))
    if len(rows) != len(set(ids)):
        raise NotFound("该体检没有这个组合", "请刷新后再试")
    return rows


@transaction.atomic
def add_panels(actor: Actor, checkup_id: int, panel_ids: Sequence[int]) -> Checkup:
    """Add panels at their list price, with tubes of their own; a check-up whose departments were done goes back to examining."""
    actor.require("checkup.checkup.enroll")
    checkup = lock_checkup(checkup_id)
    status = CheckupStatus(checkup.status)
    stop(guards.refuse_add_panels(status))
    present = list(checkup.ordered_panels.exclude(status=PanelStatus.REMOVED).select_related("panel"))
    twice = [row.name for row in present if row.panel_id in set(panel_ids)]
    if twice:
        raise Conflict("panel-duplicate", f"该受检者已有项目组合“{twice[0]}”", "请勿重复添加")
    quote = make_quote(
        kind_id=checkup.kind_id,
        package_id=None,
        panel_ids=panel_ids,
        sex=checkup.sex,
        birth_date=checkup.birth_date,
        hbv_consent=checkup.hbv_consent,
    )
    items = items_by_panel(row.panel_id for row in present)
    known = [QuoteLine(row.panel, row.price, False, items[row.panel_id]) for row in present]
    blocking = [*quote.blocking, *(each for each in overlaps([*known, *quote.lines]) if each.blocking)]
    if blocking:
        refuse_problems(blocking)
    rows = write_lines(checkup, quote.lines, offset=max((row.sort_no for row in present), default=0))
    _reopen_visits(actor, checkup, {row.department_id for row in rows})
    _recount(checkup)
    settle(actor, checkup)
    record(actor, "checkup.panels_added", target=checkup, after={"names": [row.name for row in rows]})
    publish("checkup.panels_added", {"checkup_id": checkup.pk, "ordered_panel_ids": [row.pk for row in rows]})
    announce(checkup)
    return checkup


def _reopen_visits(actor: Actor, checkup: Checkup, department_ids: set[int]) -> None:
    """Departments that were done wait again; those in the house are queued."""
    done = DepartmentVisit.objects.filter(checkup=checkup, department_id__in=department_ids, state=VisitState.DONE)
    for visit in done:
        visit_machine.move(actor, visit, VisitState.WAITING, done_at=None, done_on=None)
    if checkup.checked_in_at is not None:
        enqueue_visits(checkup, department_ids & set(waiting_departments(checkup)))


def _recount(checkup: Checkup) -> None:
    rows = checkup.ordered_panels.exclude(status=PanelStatus.REMOVED)
    totals = rows.aggregate(listed=Sum("list_price"), due=Sum("price"))
    checkup.list_amount, checkup.amount = totals["listed"] or 0, totals["due"] or 0
    checkup.save(update_fields=["list_amount", "amount", "updated_at"])


@transaction.atomic
def remove_panels(actor: Actor, checkup_id: int, ordered_panel_ids: Sequence[int], *, reason: str) -> Checkup:
    """退项: only what was neither sampled nor examined. A tube that nobody needs any more is void."""
    actor.require("checkup.checkup.enroll")
    if not reason.strip():
        raise Invalid.field("reason", "请填写减项原因")
    checkup = lock_checkup(checkup_id)
    rows = _ordered(checkup, ordered_panel_ids)
    for state in panel_states(rows):
        stop(guards.refuse_remove_panel(CheckupStatus(checkup.status), state))
    live = checkup.ordered_panels.exclude(status=PanelStatus.REMOVED).count()
    if live == len(rows):
        raise Conflict("last-panel", "至少要保留一个组合", "全部取消请用“撤销登记”")
    move_panels(actor, rows, PanelStatus.REMOVED, reason=reason.strip()[:200], changed_by_name=actor.name)
    _drop_empty_tubes(checkup)
    _drop_empty_visits(checkup)
    _recount(checkup)
    settle(actor, checkup)
    publish("checkup.panels_removed", {"checkup_id": checkup.pk, "ordered_panel_ids": [row.pk for row in rows]})
    announce(checkup)
    return checkup


def _drop_empty_tubes(checkup: Checkup) -> None:
    needed = checkup.ordered_panels.exclude(status=PanelStatus.REMOVED).values("specimen_id")
    rows = Specimen.objects.filter(checkup=checkup, status=SpecimenStatus.PLANNED)
    rows.exclude(pk__in=needed.filter(specimen__isnull=False)).update(status=SpecimenStatus.VOID)


def _drop_empty_visits(checkup: Checkup) -> None:
    needed = checkup.ordered_panels.exclude(status=PanelStatus.REMOVED).values("department_id")
    DepartmentVisit.objects.filter(checkup=checkup).exclude(department_id__in=needed).delete()


@transaction.atomic
def decline_panel(actor: Actor, checkup_id: int, ordered_panel_id: int, *, reason: str) -> Checkup:
    """弃检: the examinee gives the panel up. Its line stays on the report; results that were begun are kept but not used."""
    return _give_up(actor, checkup_id, ordered_panel_id, PanelStatus.DECLINED, reason)


@transaction.atomic
def postpone_panel(actor: Actor, checkup_id: int, ordered_panel_id: int, *, until: date, reason: str = "") -> Checkup:
    """延期: will be done another day."""
    if until <= timezone.localdate():
        raise Invalid.field("until", "延期日期应晚于今天")
    return _give_up(actor, checkup_id, ordered_panel_id, PanelStatus.POSTPONED, reason or "延期", until=until)


def _give_up(
    actor: Actor, checkup_id: int, ordered_panel_id: int, to: PanelStatus, reason: str, *, until: date | None = None
) -> Checkup:
    if not reason.strip():
        raise Invalid.field("reason", "请填写弃检原因")
    checkup = lock_checkup(checkup_id)
    (row,) = _ordered(checkup, [ordered_panel_id])
    require_entry(actor, get_department(row.department_id), read_settings())
    stop(guards.refuse_decline(CheckupStatus(checkup.status), panel_states([row])[0]))
    extra = {"reason": reason.strip()[:200], "changed_by_name": actor.name, "postponed_until": until}
    move_panels(actor, [row], to, **extra)
    _close_visit_if_settled(actor, checkup, row.department_id)
    settle(actor, checkup)
    publish("checkup.panel_given_up", {"checkup_id": checkup.pk, "ordered_panel_id": row.pk, "status": to.value})
    announce(checkup)
    return checkup


def _close_visit_if_settled(actor: Actor, checkup: Checkup, department_id: int) -> None:
    open_rows = checkup.ordered_panels.filter(department_id=department_id, status__in=OPEN_PANELS)
    if open_rows.exclude(status=PanelStatus.POSTPONED).exists():
        return
    visit = DepartmentVisit.objects.filter(checkup=checkup, department_id=department_id).first()
    if visit is not None and visit.state != VisitState.DONE:
        visit_machine.move(
            actor, visit, VisitState.DONE, done_at=timezone.now(), done_on=timezone.localdate(), doctor_name=actor.name
        )


@transaction.atomic
def restore_panel(actor: Actor, checkup_id: int, ordered_panel_id: int) -> Checkup:
    """反弃检: the panel is to do again."""
    checkup = lock_checkup(checkup_id)
    (row,) = _ordered(checkup, [ordered_panel_id])
    require_entry(actor, get_department(row.department_id), read_settings())
    stop(guards.refuse_restore(CheckupStatus(checkup.status), panel_states([row])[0]))
    move_panels(actor, [row], PanelStatus.PENDING, reason="", postponed_until=None, changed_by_name=actor.name)
    _reopen_visits(actor, checkup, {row.department_id})
    settle(actor, checkup)
    announce(checkup)
    return checkup


@transaction.atomic
def cancel_checkup(actor: Actor, checkup_id: int, *, reason: str) -> Checkup:
    """反登记: before anything was sampled or examined; the number is not used again."""
    actor.require("checkup.checkup.enroll")
    if not reason.strip():
        raise Invalid.field("reason", "请填写撤销登记的原因")
    checkup = lock_checkup(checkup_id)
    rows = list(checkup.ordered_panels.all())
    paid = any(row.is_paid and row.price for row in rows)
    stop(guards.refuse_void(CheckupStatus(checkup.status), panel_states(rows), paid))
    checkup_machine.move(actor, checkup, CheckupStatus.VOID, reason=reason.strip())
    checkup.specimens.filter(status=SpecimenStatus.PLANNED).update(status=SpecimenStatus.VOID)
    checkup.visits.update(is_queued=False)
    publish("checkup.cancelled", {"checkup_id": checkup.pk})
    announce(checkup)
    return checkup
