"""A department's station: open, call, draft, save, complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import PanelStatus, VisitState
from kangqiao.checkup.models import Checkup, CheckupDepartment, DepartmentVisit, ItemResult, OrderedPanel
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.selectors.entering import get_department, may_enter, panel_states
from kangqiao.checkup.selectors.settings import CheckupSettings, read_settings
from kangqiao.checkup.selectors.sheets import Sheet, load_sheet
from kangqiao.checkup.services.entry_checks import (
    OPEN_PANELS,
    default_entries,
    missing_items,
    refuse_errors,
    refuse_foreign_items,
    refuse_stale,
)
from kangqiao.checkup.services.findings import refresh_findings
from kangqiao.checkup.services.guarding import stop
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.judging import judge
from kangqiao.checkup.services.progress import announce, begin_examining, lock_checkup, move_panels, settle
from kangqiao.checkup.services.recording import store_results
from kangqiao.checkup.services.summarizing import refresh_department_summary
from kangqiao.checkup.states import visit_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Forbidden, Invalid, NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify


@dataclass(frozen=True)
class Saving:
    """What a station sends. `summary_text`: None leaves it, "" goes back to the automatic text."""

    entries: Sequence[Entry]
    summary_text: str | None = None
    confirm_defaults: bool = False
    doctor: tuple[int | None, str] | None = None


def require_entry(actor: Actor, department: CheckupDepartment, settings: CheckupSettings) -> None:
    actor.require("checkup.result.write")
    if not may_enter(actor, department, settings):
        raise Forbidden(f"只能保存、修改本科室的项目，“{department.name}”不是您的科室", "请联系管理员把您加入该科室")


def lock_visit(checkup_id: int, department_id: int) -> tuple[Checkup, DepartmentVisit]:
    """The check-up under lock and its visit at the department. Raises NotFound when it has no panel there."""
    checkup = lock_checkup(checkup_id)
    visit = DepartmentVisit.objects.filter(checkup=checkup, department_id=department_id).first()
    if visit is None:
        raise NotFound("该体检没有本科室的项目", "请核对体检号，或到登记台加项")
    return checkup, visit


@transaction.atomic
def open_station(actor: Actor, department_id: int, checkup_id: int) -> DepartmentVisit:
    """The doctor takes the person in. Opening again what is done or open changes nothing."""
    department = get_department(department_id)
    require_entry(actor, department, read_settings())
    checkup, visit = lock_visit(checkup_id, department_id)
    stop(guards.refuse_save_results(CheckupStatus(checkup.status), panel_states(_panels(checkup, department_id))))
    if visit.state in (VisitState.EXAMINING, VisitState.DONE):
        return visit
    extra: dict[str, Any] = {
        "opened_at": timezone.now(),
        "is_queued": True,
        "doctor_id": actor.id,
        "doctor_name": actor.name,
    }
    if visit.queued_at is None:
        extra["queued_at"] = timezone.now()
    visit_machine.move(actor, visit, VisitState.EXAMINING, **extra)
    notify("station", department_id, {"kind": "queue_changed"})
    return visit


@transaction.atomic
def call_examinee(actor: Actor, department_id: int, checkup_id: int) -> DepartmentVisit:
    """Call the next person; each call counts."""
    require_entry(actor, get_department(department_id), read_settings())
    _, visit = lock_visit(checkup_id, department_id)
    if visit.state == VisitState.CALLED:
        DepartmentVisit.objects.filter(pk=visit.pk).update(calls=visit.calls + 1)
        visit.calls += 1
    else:
        visit_machine.move(actor, visit, VisitState.CALLED, calls=visit.calls + 1)
    notify("station", department_id, {"kind": "queue_changed"})
    return visit


@transaction.atomic
def skip_examinee(actor: Actor, department_id: int, checkup_id: int) -> DepartmentVisit:
    """Not there when called: kept at the end of the queue as skipped."""
    require_entry(actor, get_department(department_id), read_settings())
    _, visit = lock_visit(checkup_id, department_id)
    visit_machine.move(actor, visit, VisitState.SKIPPED)
    notify("station", department_id, {"kind": "queue_changed"})
    return visit


@transaction.atomic
def save_draft(actor: Actor, department_id: int, checkup_id: int, items: list[dict[str, object]]) -> DepartmentVisit:
    """Keep unsaved typing as it is: no flags, no summary, no result."""
    require_entry(actor, get_department(department_id), read_settings())
    checkup, visit = lock_visit(checkup_id, department_id)
    stop(guards.refuse_save_results(CheckupStatus(checkup.status), panel_states(_panels(checkup, department_id))))
    visit.draft, visit.draft_at, visit.draft_by_id = {"items": items}, timezone.now(), actor.id
    visit.save(update_fields=["draft", "draft_at", "draft_by_id", "updated_at"])
    return visit


@transaction.atomic
def save_results(actor: Actor, department_id: int, checkup_id: int, saving: Saving) -> list[ItemResult]:
    """Store results with flags and summary. Refuses stale versions, wrong values and other departments; the changed results."""
    return _save(actor, department_id, checkup_id, saving)[0]


@transaction.atomic
def complete_department(actor: Actor, department_id: int, checkup_id: int, saving: Saving) -> list[ItemResult]:
    """Save and close the department: its open panels become done; the check-up moves on when nothing is left."""
    changed, sheet, visit = _save(actor, department_id, checkup_id, saving)
    checkup = sheet.checkup
    missing = missing_items(sheet)
    refusal = guards.refuse_complete_department(CheckupStatus(checkup.status), panel_states(sheet.panels), missing)
    stop(refusal, items=missing)
    doctor = saving.doctor or (actor.id, actor.name)
    live = [panel for panel in sheet.panels if panel.status in OPEN_PANELS]
    now = timezone.now()
    move_panels(actor, live, PanelStatus.DONE, done_at=now, done_by_id=doctor[0], done_by_name=doctor[1])
    if visit.state != VisitState.DONE:
        visit_machine.move(
            actor,
            visit,
            VisitState.DONE,
            done_at=now,
            done_on=timezone.localdate(),
            is_queued=True,
            queued_at=visit.queued_at or now,
            doctor_id=doctor[0],
            doctor_name=doctor[1],
        )
    settle(actor, checkup)
    after = {"department": department_id, "panels": [panel.name for panel in live]}
    record(actor, "checkup.department_completed", target=checkup, after=after)
    publish("checkup.department_completed", {"checkup_id": checkup.pk, "department_id": department_id})
    notify("station", department_id, {"kind": "queue_changed"})
    announce(checkup)
    return changed


@transaction.atomic
def reopen_department(actor: Actor, department_id: int, checkup_id: int, *, reason: str) -> DepartmentVisit:
    """Take back a completion, until the conclusion is opened."""
    require_entry(actor, get_department(department_id), read_settings())
    if not reason.strip():
        raise Invalid.field("reason", "请填写重新打开的原因")
    checkup, visit = lock_visit(checkup_id, department_id)
    panels = _panels(checkup, department_id)
    stop(guards.refuse_save_results(CheckupStatus(checkup.status), panel_states(panels)))
    reopen_panels(actor, panels, reason=reason.strip()[:200])
    if visit.state == VisitState.DONE:
        visit_machine.move(actor, visit, VisitState.EXAMINING, reason=reason, done_at=None, done_on=None)
    settle(actor, checkup)
    notify("station", department_id, {"kind": "queue_changed"})
    return visit


def reopen_panels(actor: Actor, panels: Sequence[OrderedPanel], *, reason: str) -> None:
    """Done panels are to do again; their results stay."""
    done = [panel for panel in panels if panel.status == PanelStatus.DONE]
    move_panels(actor, done, PanelStatus.PENDING, done_at=None, done_by_id=None, done_by_name="", reason=reason)


def _panels(checkup: Checkup, department_id: int) -> list[OrderedPanel]:
    return list(OrderedPanel.objects.filter(checkup=checkup, department_id=department_id).select_related("checkup"))


def _save(
    actor: Actor, department_id: int, checkup_id: int, saving: Saving
) -> tuple[list[ItemResult], Sheet, DepartmentVisit]:
    settings = read_settings()
    department = get_department(department_id)
    require_entry(actor, department, settings)
    checkup, visit = lock_visit(checkup_id, department_id)
    sheet = load_sheet(checkup, department_id)
    states = panel_states(sheet.panels, ask_payment=settings.pay_before_exam)
    stop(guards.refuse_save_results(CheckupStatus(checkup.status), states))
    entries = [*saving.entries, *(default_entries(sheet, saving.entries) if saving.confirm_defaults else ())]
    refuse_foreign_items(sheet, entries)
    refuse_stale(sheet, entries)
    judged = judge(sheet, entries, settings)
    refuse_errors(judged, entries)
    changed = store_results(actor, checkup, sheet, judged)
    _close_draft(visit)
    refresh_department_summary(actor, sheet, department, settings, typed=saving.summary_text, doctor=saving.doctor)
    if changed:
        _after_change(actor, sheet, department, changed)
    return changed, sheet, visit


def _after_change(actor: Actor, sheet: Sheet, department: CheckupDepartment, changed: list[ItemResult]) -> None:
    checkup = sheet.checkup
    refresh_findings(actor, checkup, sheet.results.values())
    begin_examining(actor, checkup)
    values = {row.item.code: row.value for row in changed}
    record(actor, "checkup.results_saved", target=checkup, after={"department": department.name, "results": values})
    publish(
        "checkup.results_saved",
        {"checkup_id": checkup.pk, "department_id": department.pk, "item_ids": [row.item_id for row in changed]},
    )
    notify("checkup", checkup.pk, {"kind": "results_saved", "department_id": department.pk})


def _close_draft(visit: DepartmentVisit) -> None:
    DepartmentVisit.objects.filter(pk=visit.pk).update(
        draft={}, draft_at=None, draft_by_id=None, version=visit.version + 1, updated_at=timezone.now()
    )
    visit.version += 1
    visit.draft, visit.draft_at = {}, None
