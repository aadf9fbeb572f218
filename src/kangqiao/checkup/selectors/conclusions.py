"""The conclusion doctor's and the reviewer's lists and page."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from kangqiao.checkup.enums import (
    ABNORMAL_FLAGS,
    CheckupStatus,
    ConclusionStatus,
    Level,
    PanelStatus,
    VisitState,
)
from kangqiao.checkup.models import (
    AdviceLine,
    Checkup,
    Conclusion,
    ConclusionTerm,
    DepartmentSummary,
    DepartmentVisit,
    ImportantFinding,
    ItemResult,
    OrderedPanel,
    SendBack,
)
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.transitions import CheckupStatus as RuleStatus
from kangqiao.checkup.selectors.checkups import get_checkup, important_blocks, search_checkups
from kangqiao.checkup.selectors.entering import panel_states
from kangqiao.checkup.selectors.history import History, load_history
from kangqiao.checkup.selectors.rulebook import report_order
from kangqiao.checkup.selectors.settings import read_settings
from kangqiao.checkup.selectors.station_page import checkup_block
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict
from kangqiao.people.enums import Sex
from kangqiao.people.selectors import person_card

S = CheckupStatus
CONCLUDED = (S.CONCLUDED, S.REVIEWED, S.RELEASED, S.NOTIFIED, S.COLLECTED, S.ARCHIVED)
TREND_ITEMS = 6
TREND_VISITS = 3


def conclusion_worklist(actor: Actor, *, state: str = "ready", text: str = "") -> "QuerySet[Checkup]":
    """ready: to be opened; mine / open: being concluded; concluded; all. By option incomplete check-ups are not offered."""
    rows = search_checkups(text)
    only_complete = read_settings().conclusion_only_complete
    if only_complete and text.strip().isdigit() and len(text.strip()) >= 12:
        _refuse_incomplete(rows)
    offered = Q(status=S.DEPARTMENTS_DONE) if only_complete else Q(status__in=[S.DEPARTMENTS_DONE, S.EXAMINING])
    choice = {
        "ready": offered,
        "mine": Q(status=S.IN_CONCLUSION, conclusion__owner_id=actor.id),
        "open": Q(status=S.IN_CONCLUSION),
        "concluded": Q(status__in=CONCLUDED),
    }.get(state, offered | Q(status=S.IN_CONCLUSION) | Q(status__in=CONCLUDED))
    return _with_figures(rows.filter(choice)).order_by("-is_urgent", "departments_done_at", "id")


def _refuse_incomplete(rows: "QuerySet[Checkup]") -> None:
    """A number that was searched directly names what is missing instead of an empty list."""
    checkup = rows.filter(status__in=[S.ENROLLED, S.CHECKED_IN, S.EXAMINING]).first()
    if checkup is None:
        return
    undone = list(guards.undone_panels(panel_states(checkup.ordered_panels.all())))
    raise Conflict(
        "departments-incomplete",
        f"{checkup.person_name}还有 {len(undone)} 个组合未完成，不能总检",
        "未完成：" + "、".join(undone[:8]),
        panels=undone,
        checkup_id=checkup.pk,
    )


def _with_figures(rows: "QuerySet[Checkup]") -> "QuerySet[Checkup]":
    abnormal = (
        ItemResult.objects.filter(checkup=OuterRef("pk"), flag__in=list(ABNORMAL_FLAGS))
        .order_by()
        .values("checkup")
        .annotate(n=Count("id"))
        .values("n")
    )
    worst = (
        ImportantFinding.objects.filter(checkup=OuterRef("pk"), withdrawn_at=None)
        .order_by()
        .values("checkup")
        .annotate(worst=Min("level"))
        .values("worst")
    )
    reason = SendBack.objects.filter(checkup=OuterRef("pk"), stage="review", resolved_at=None).order_by("-at")
    return rows.select_related("conclusion").annotate(
        abnormal=Subquery(abnormal), worst=Subquery(worst), back_reason=Subquery(reason.values("reason")[:1])
    )


def review_worklist(*, state: str = "waiting", text: str = "") -> "QuerySet[Checkup]":
    """waiting: concluded and not yet reviewed; reviewed; all."""
    waiting, reviewed = Q(status=S.CONCLUDED), Q(status__in=CONCLUDED[1:])
    choice = {"waiting": waiting, "reviewed": reviewed}.get(state, waiting | reviewed)
    return _with_figures(search_checkups(text).filter(choice)).order_by("-is_urgent", "conclusion__concluded_at", "id")


def conclusion_row(checkup: Any) -> dict[str, Any]:
    conclusion = getattr(checkup, "conclusion", None)
    return {
        "checkup_id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "name": checkup.person_name,
        "sex": checkup.sex,
        "sex_label": Sex(checkup.sex).label,
        "age": checkup.age,
        "package": checkup.package.name if checkup.package else "自选组合",
        "status": checkup.status,
        "status_label": S(checkup.status).label,
        "enrolled_on": checkup.enrolled_on,
        "departments_done_at": checkup.departments_done_at,
        "is_urgent": checkup.is_urgent,
        "owner": conclusion.owner_name if conclusion else "",
        "owner_id": conclusion.owner_id if conclusion else None,
        "claimed_at": conclusion.claimed_at if conclusion else None,
        "abnormal": checkup.abnormal or 0,
        "max_level": checkup.worst,
        "sent_back_reason": checkup.back_reason or "",
        "concluded_by": conclusion.concluded_by_name if conclusion else "",
        "concluded_at": conclusion.concluded_at if conclusion else None,
        "reviewed_by": conclusion.reviewed_by_name if conclusion else "",
        "reviewed_at": conclusion.reviewed_at if conclusion else None,
    }


def conclusion_page(actor: Actor, checkup_id: int) -> dict[str, Any]:
    """Everything on one screen; changes nothing."""
    settings = read_settings()
    checkup = get_checkup(checkup_id)
    conclusion = Conclusion.objects.filter(checkup=checkup).first()
    panels = list(checkup.ordered_panels.select_related("department").order_by("department__sort_no", "sort_no"))
    results = _results(actor, checkup)
    history = load_history(checkup, visits=TREND_VISITS)
    lines = list(conclusion.lines.select_related("term").order_by("sort_no", "id")) if conclusion else []
    may_private = actor.may("checkup.private.view")
    shown = [line for line in lines if may_private or not line.is_private]
    important = important_blocks(checkup)
    return {
        "checkup": checkup_block(checkup, panels),
        "person": person_card(checkup.person, actor=actor if settings.photo_at_station else None),
        "conclusion": _conclusion(actor, checkup, conclusion, important, results),
        "departments": _departments(checkup, panels, results, history),
        "not_done": _not_done(panels),
        "counts": {
            "items": len(results),
            "abnormal": sum(row.is_abnormal for row in results),
            "declined": sum(panel.status == PanelStatus.DECLINED for panel in panels),
        },
        "lines": [line_block(line) for line in shown if not line.is_hidden and line.merged_into_id is None],
        "hidden": [line_block(line) for line in shown if line.is_hidden or line.merged_into_id is not None],
        "important_findings": important,
        "trends": _trends(checkup, results, history),
        "history": [
            {"checkup_id": former.id, "date": former.on, "verdict": former.verdict.replace("\n", "，")}
            for former in history.checkups
        ],
    }


def _results(actor: Actor, checkup: Checkup) -> list[ItemResult]:
    rows = ItemResult.objects.filter(checkup=checkup).exclude(value="")
    rows = rows.exclude(ordered_panel__status__in=(PanelStatus.REMOVED, PanelStatus.DECLINED, PanelStatus.REFUSED))
    found = rows.select_related("item", "department", "ordered_panel", "finding")
    may_private = actor.may("checkup.private.view")
    visible = [row for row in found if may_private or not (row.item.is_private or row.ordered_panel.is_private)]
    return sorted(visible, key=report_order)


def _conclusion(
    actor: Actor,
    checkup: Checkup,
    conclusion: Conclusion | None,
    important: list[dict[str, Any]],
    results: list[ItemResult],
) -> dict[str, Any]:
    back = SendBack.objects.filter(checkup=checkup, stage="review", resolved_at=None).first()
    row = conclusion or Conclusion(checkup=checkup)
    mine = row.owner_id is not None and row.owner_id == actor.id
    newest = max((each.entered_at for each in results), default=None)
    return {
        "status": row.status if conclusion else "none",
        "status_label": ConclusionStatus(row.status).label if conclusion else "未总检",
        "owner": row.owner_name,
        "owner_id": row.owner_id,
        "claimed_at": row.claimed_at,
        "mine": mine,
        "version": row.version,
        "overview": row.overview,
        "verdict": row.verdict,
        "overview_edited": row.overview_edited,
        "generated_at": row.generated_at,
        "stale": bool(row.generated_at and newest and newest > row.generated_at),
        "concluded_by": row.concluded_by_name,
        "concluded_at": row.concluded_at,
        "reviewed_by": row.reviewed_by_name,
        "reviewed_at": row.reviewed_at,
        "sent_back_reason": back.reason if back else "",
        "sent_back_by": back.by_name if back else "",
        "can_edit": mine and checkup.status == S.IN_CONCLUSION and actor.may("checkup.conclusion.write"),
        "read_only_reason": _read_only(actor, checkup, row, mine),
        "blockers": _blockers(important),
        "review_blocker": _review_blocker(actor, checkup, row),
    }


def _blockers(important: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What keeps the doctor from signing."""
    return [
        {
            "code": "important-not-notified",
            "text": f"A 类“{each['name']}”未登记告知，暂不能完成总检",
            "finding_id": each["id"],
        }
        for each in important
        if each["level"] == Level.A and each["notified_at"] is None
    ]


def _review_blocker(actor: Actor, checkup: Checkup, conclusion: Conclusion) -> str:
    """Why this actor cannot approve a concluded check-up; empty when nothing is in the way."""
    if checkup.status != S.CONCLUDED:
        return ""
    refusal = guards.refuse_review(
        RuleStatus(checkup.status),
        concluded_by=conclusion.concluded_by_id or 0,
        reviewer=actor.id or 0,
        require_two_persons=read_settings().two_person_review,
    )
    return refusal.message if refusal else ""


def _read_only(actor: Actor, checkup: Checkup, conclusion: Conclusion, mine: bool) -> str:
    if not actor.may("checkup.conclusion.write"):
        return "您没有总检权限，只能查看"
    if checkup.status == S.IN_CONCLUSION:
        return "" if mine else f"{conclusion.owner_name}正在总检"
    if checkup.status == S.DEPARTMENTS_DONE:
        return "尚未打开总检"
    return f"该体检{S(checkup.status).label}"


def _departments(
    checkup: Checkup, panels: list[OrderedPanel], results: list[ItemResult], history: History
) -> list[dict[str, Any]]:
    visits = {row.department_id: row for row in DepartmentVisit.objects.filter(checkup=checkup)}
    summaries = {row.department_id: row for row in DepartmentSummary.objects.filter(checkup=checkup)}
    grouped: dict[int, list[ItemResult]] = defaultdict(list)
    for row in results:
        grouped[row.department_id].append(row)
    blocks = []
    for department in {panel.department_id: panel.department for panel in panels}.values():
        rows, visit = grouped.get(department.pk, []), visits.get(department.pk)
        if not rows:
            continue
        summary = summaries.get(department.pk)
        state = visit.state if visit else VisitState.WAITING
        blocks.append(
            {
                "department_id": department.pk,
                "name": department.name,
                "doctor": visit.doctor_name if visit else "",
                "done_at": visit.done_at if visit else None,
                "status": state,
                "status_label": VisitState(state).label,
                "abnormal": sum(row.is_abnormal for row in rows),
                "summary": summary.final_text if summary else "",
                "results": [_result(row, history) for row in rows],
            }
        )
    return blocks


def _result(row: ItemResult, history: History) -> dict[str, Any]:
    former = next((found for _, found in history.of_item(row.item_id) if found is not None), None)
    return {
        "result_id": row.pk,
        "item_id": row.item_id,
        "code": row.item.code,
        "name": row.item.name,
        "value": row.value,
        "unit": row.unit,
        "flag": row.flag,
        "prompt": row.prompt,
        "class_text": row.class_text,
        "range_text": row.range_text,
        "is_abnormal": row.is_abnormal,
        "previous": former.value if former else "",
        "panel": row.ordered_panel.name,
    }


def _not_done(panels: list[OrderedPanel]) -> list[dict[str, Any]]:
    done = (PanelStatus.DONE, PanelStatus.VERIFIED, PanelStatus.REMOVED)
    return [
        {
            "panel": panel.name,
            "department": panel.department.name,
            "status": panel.status,
            "status_label": PanelStatus(panel.status).label,
            "reason": panel.reason,
        }
        for panel in panels
        if panel.status not in done
    ]


def line_block(line: AdviceLine) -> dict[str, Any]:
    return {
        "id": line.pk,
        "term_id": line.term_id,
        "term_code": line.term.code if line.term else "",
        "name": line.name,
        "advice": line.advice,
        "level": line.level,
        "sort_no": line.sort_no,
        "source": line.source,
        "evidence": line.evidence,
        "merged_from": line.merged_from,
        "merged_into_id": line.merged_into_id,
        "recheck_days": line.recheck_days,
        "edited": line.edited,
        "is_private": line.is_private,
    }


def _trends(checkup: Checkup, results: list[ItemResult], history: History) -> list[dict[str, Any]]:
    """Numbers that have a past, abnormal and marked ones first."""
    candidates = [row for row in results if row.numeric is not None and any(f for _, f in history.of_item(row.item_id))]
    candidates.sort(key=lambda row: (not row.is_abnormal, not row.item.is_trend))
    return [_trend(checkup, row, history) for row in candidates[:TREND_ITEMS]]


def _trend(checkup: Checkup, row: ItemResult, history: History) -> dict[str, Any]:
    points = [
        {"date": former.on, "value": float(found.numeric), "flag": found.flag}
        for former, found in reversed(history.of_item(row.item_id))
        if found is not None and found.numeric is not None
    ]
    points.append({"date": checkup.enrolled_on, "value": float(row.numeric or 0), "flag": row.flag})
    return {
        "item_id": row.item_id,
        "code": row.item.code,
        "name": row.item.name,
        "unit": row.unit,
        "range_low": float(row.range_low) if row.range_low is not None else None,
        "range_high": float(row.range_high) if row.range_high is not None else None,
        "range_text": row.range_text,
        "points": points,
    }


def search_terms(text: str) -> "QuerySet[ConclusionTerm]":
    """Active terms by code, pinyin initials or part of the name."""
    rows = ConclusionTerm.objects.filter(is_active=True).order_by("sort_no", "code")
    wanted = text.strip()
    if not wanted:
        return rows
    match = Q(code__istartswith=wanted) | Q(pinyin__startswith=wanted.upper()) | Q(name__icontains=wanted)
    return rows.filter(match)
