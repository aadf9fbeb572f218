"""The page of one check-up at one department, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kangqiao.checkup.enums import CheckupStatus, PanelStatus, ResultKind, VisitState
from kangqiao.checkup.models import (
    Checkup,
    CheckupDepartment,
    DepartmentSummary,
    DepartmentVisit,
    ItemResult,
    OrderedPanel,
    SendBack,
    SupersededResult,
)
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.ranges import ReferenceRange, range_text
from kangqiao.checkup.rules.transitions import CheckupStatus as RuleStatus
from kangqiao.checkup.selectors.checkups import get_checkup, important_blocks, minutes_since
from kangqiao.checkup.selectors.entering import get_department, is_computed, may_enter, panel_states
from kangqiao.checkup.selectors.history import History, load_history
from kangqiao.checkup.selectors.settings import CheckupSettings, read_settings
from kangqiao.checkup.selectors.sheets import Sheet, SheetLine, load_sheet
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.people.selectors import person_card

FINDING_KEYS = 9
SETTLED = (PanelStatus.DONE, PanelStatus.VERIFIED, PanelStatus.DECLINED, PanelStatus.REFUSED)
ONE_VISIT = "血压本次达{grade}，一次测量不作诊断，建议非同日复测 3 次。"


def checkup_block(checkup: Checkup, panels: Iterable[OrderedPanel]) -> dict[str, Any]:
    """The check-up's line on the stations and in the conclusion."""
    live = [panel for panel in panels if panel.status != PanelStatus.REMOVED]
    return {
        "id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "queue_no": checkup.queue_no,
        "status": checkup.status,
        "status_label": CheckupStatus(checkup.status).label,
        "age": checkup.age,
        "sex": checkup.sex,
        "kind": checkup.kind.name,
        "package": checkup.package.name if checkup.package else "自选组合",
        "enrolled_on": checkup.enrolled_on,
        "checked_in_at": checkup.checked_in_at,
        "minutes_in_hospital": minutes_since(checkup.checked_in_at),
        "panels_done": sum(panel.status in SETTLED for panel in live),
        "panels_total": len(live),
        "is_urgent": checkup.is_urgent,
    }


def station_page(actor: Actor, department_id: int, checkup_id: int) -> dict[str, Any]:
    """Everything a doctor needs at one station; changes nothing."""
    settings = read_settings()
    department = get_department(department_id)
    checkup = get_checkup(checkup_id)
    visit = DepartmentVisit.objects.filter(checkup=checkup, department=department).first()
    if visit is None:
        raise NotFound("该体检没有本科室的项目", "请核对体检号，或到登记台加项")
    everything = list(checkup.ordered_panels.select_related("department").order_by("department__sort_guide", "sort_no"))
    sheet = load_sheet(checkup, department_id)
    history = load_history(checkup, item_ids=[line.item.pk for line in sheet.lines])
    summary = DepartmentSummary.objects.filter(checkup=checkup, department=department).first()
    photo_for = actor if settings.photo_at_station else None
    return {
        "department": _department(department),
        "checkup": checkup_block(checkup, everything),
        "person": person_card(checkup.person, actor=photo_for),
        "warnings": _warnings(checkup),
        "visit": _visit(actor, visit, sheet, department, settings),
        "next_station": _next_station(checkup, department_id),
        "panels": _panels(sheet, history, visit, settings),
        "history_dates": [former.on for former in history.checkups],
        "summary": summary_block(summary),
        "advice_notes": _advice_notes(sheet),
        "others": _others(sheet, everything, department_id, actor),
    }


def _department(department: CheckupDepartment) -> dict[str, Any]:
    return {
        "id": department.pk,
        "name": department.name,
        "kind": department.kind,
        "location": department.location,
        "has_summary": department.has_summary,
    }


def summary_block(summary: DepartmentSummary | None) -> dict[str, Any]:
    if summary is None:
        return {"auto_text": "", "final_text": "", "edited": False, "stale": False, "generated_at": None, "lines": []}
    return {
        "auto_text": summary.auto_text,
        "final_text": summary.final_text,
        "edited": summary.edited,
        "stale": summary.stale,
        "generated_at": summary.generated_at,
        "lines": summary.final_text.splitlines(),
    }


def _warnings(checkup: Checkup) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if checkup.person.allergies:
        found.append({"kind": "allergy", "level": None, "text": f"{checkup.person.allergies}过敏"})
    for row in important_blocks(checkup):
        told = "" if row["notified_at"] is None else "（已告知）"
        found.append({"kind": "important", "level": row["level"], "text": f"{row['name']}：{row['evidence']}{told}"})
    if checkup.status == CheckupStatus.EXAMINING:
        back = SendBack.objects.filter(checkup=checkup, stage="conclusion", resolved_at=None).first()
        if back is not None:
            found.append({"kind": "sent_back", "level": None, "text": f"{back.by_name}退回：{back.reason}"})
    return found


def _visit(
    actor: Actor, visit: DepartmentVisit, sheet: Sheet, department: CheckupDepartment, settings: CheckupSettings
) -> dict[str, Any]:
    states = panel_states(sheet.panels, ask_payment=settings.pay_before_exam)
    refusal = guards.refuse_save_results(RuleStatus(sheet.checkup.status), states)
    reason = refusal.message if refusal else ""
    if not reason and not (actor.may("checkup.result.write") and may_enter(actor, department, settings)):
        reason = "只能保存、修改本科室的检查项目"
    return {
        "state": visit.state,
        "state_label": VisitState(visit.state).label,
        "version": visit.version,
        "doctor": visit.doctor_name,
        "can_edit": not reason,
        "read_only_reason": reason,
        "draft_at": visit.draft_at,
        "done_at": visit.done_at,
    }


def _next_station(checkup: Checkup, department_id: int) -> dict[str, Any] | None:
    """The next department in walking order that is still to visit. One query."""
    rows = DepartmentVisit.objects.filter(checkup=checkup, is_queued=True).exclude(department_id=department_id)
    rows = rows.exclude(state=VisitState.DONE).exclude(department__kind="lab").select_related("department")
    visit = rows.order_by("department__sort_guide").first()
    if visit is None:
        return None
    department = visit.department
    return {"department_id": department.pk, "name": department.name, "location": department.location}


def _panels(sheet: Sheet, history: History, visit: DepartmentVisit, settings: CheckupSettings) -> list[dict[str, Any]]:
    drafts = {row["item_id"]: row for row in visit.draft.get("items", [])}
    older: dict[int, list[SupersededResult]] = defaultdict(list)
    mine = [row.pk for row in sheet.results.values() if sheet.line_of(row.item_id)]
    for row in SupersededResult.objects.filter(result_id__in=mine):
        older[row.result_id].append(row)
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in sheet.lines:
        result = sheet.results.get(line.item.pk)
        grouped[line.panel.pk].append(
            {
                **item_block(line, is_computed(line, settings)),
                "result": result_block(result, older[result.pk]) if result else None,
                "draft": _draft(drafts.get(line.item.pk)),
                "history": _former_values(history, line.item.pk),
            }
        )
    return [
        {
            "ordered_panel_id": panel.pk,
            "panel_id": panel.panel_id,
            "name": panel.name,
            "status": panel.status,
            "status_label": PanelStatus(panel.status).label,
            "reason": panel.reason,
            "items": grouped[panel.pk],
        }
        for panel in sheet.panels
    ]


def _draft(row: dict[str, Any] | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"value": row.get("value", ""), "readings": row.get("readings", []), "finding_id": row.get("finding_id")}


def _former_values(history: History, item_id: int) -> list[dict[str, Any]]:
    return [
        {
            "date": former.on,
            "checkup_id": former.id,
            "value": found.value if found else "",
            "numeric": float(found.numeric) if found and found.numeric is not None else None,
            "flag": found.flag if found else "",
        }
        for former, found in history.of_item(item_id)
    ]


def item_block(line: SheetLine, computed: bool) -> dict[str, Any]:
    """One row of the entry table, without its result."""
    item, limits = line.item, line.range or ReferenceRange()
    return {
        "item_id": item.pk,
        "code": item.code,
        "name": item.name,
        "kind": item.result_kind,
        "unit": item.unit,
        "decimals": item.decimals,
        "readings": item.readings,
        "required": line.is_required and not computed,
        "computed": computed,
        "default_value": item.default_value,
        "valid_min": _text(item.valid_min),
        "valid_max": _text(item.valid_max),
        "choices": [finding.text for finding in line.findings] if item.result_kind == ResultKind.CHOICE else [],
        "section": item.section,
        "range_text": range_text(limits, item.decimals),
        "range_low": _text(limits.low),
        "range_high": _text(limits.high),
        "critical_low": _text(limits.critical_low),
        "critical_high": _text(limits.critical_high),
        "findings": [
            {
                "id": finding.pk,
                "key": place if place <= FINDING_KEYS else None,
                "text": finding.text,
                "is_default": finding.is_default,
                "is_abnormal": finding.is_abnormal,
                "severity": finding.severity,
                "level": finding.term.level if finding.term else None,
            }
            for place, finding in enumerate(line.findings, 1)
        ],
    }


def _text(number: Any) -> str | None:
    return None if number is None else format(number.normalize(), "f")


def result_block(row: ItemResult, older: list[SupersededResult]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "value": row.value,
        "numeric": float(row.numeric) if row.numeric is not None else None,
        "readings": row.readings,
        "flag": row.flag,
        "prompt": row.prompt,
        "class_text": row.class_text,
        "range_text": row.range_text,
        "finding_id": row.finding_id,
        "source": row.source,
        "instrument": row.instrument,
        "entered_by": row.entered_by_name,
        "entered_at": row.entered_at,
        "version": row.version,
        "superseded": [
            {
                "value": old.value,
                "flag": old.flag,
                "source": old.source,
                "entered_by": old.entered_by_name,
                "entered_at": old.entered_at,
            }
            for old in older
        ],
    }


def _advice_notes(sheet: Sheet) -> list[str]:
    line = sheet.by_code("SBP")
    result = sheet.results.get(line.item.pk) if line else None
    if result is None or "级水平" not in result.class_text:
        return []
    grade = result.class_text.split("达", 1)[-1].rstrip("）)")
    return [ONE_VISIT.format(grade=grade)]


def _others(sheet: Sheet, panels: list[OrderedPanel], department_id: int, actor: Actor) -> list[dict[str, Any]]:
    """What other departments have found, and what they still have to do; private results only for those who may."""
    by_panel = {panel.pk: panel for panel in panels if panel.department_id != department_id}
    mine = {line.item.pk for line in sheet.lines}
    may_private = actor.may("checkup.private.view")
    rows, begun = [], set()
    for row in sheet.results.values():
        panel = by_panel.get(row.ordered_panel_id)
        if panel is None or row.item_id in mine or not row.value:
            continue
        begun.add(panel.pk)
        if may_private or not (row.item.is_private or panel.is_private):
            range_note = f"参考 {row.range_text}" if row.is_abnormal and row.range_text else ""
            rows.append(
                {
                    "item": row.item.name,
                    "value": row.value,
                    "unit": row.unit,
                    "flag": row.flag,
                    "prompt": row.prompt,
                    "department": panel.department.name,
                    "status": panel.status,
                    "note": row.class_text or range_note,
                }
            )
    waiting = (PanelStatus.PENDING, PanelStatus.SAMPLED, PanelStatus.POSTPONED)
    rows += [
        _not_begun(panel)
        for panel in by_panel.values()
        if panel.status in waiting and panel.pk not in begun and not panel.is_private
    ]
    return rows


def _not_begun(panel: OrderedPanel) -> dict[str, Any]:
    return {
        "item": panel.name,
        "value": "",
        "unit": "",
        "flag": "",
        "prompt": "",
        "department": panel.department.name,
        "status": panel.status,
        "note": PanelStatus(panel.status).label,
    }
