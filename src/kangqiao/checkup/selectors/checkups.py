"""Check-ups as the desk, the board and the detail page read them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from kangqiao.checkup.enums import (
    CheckupStatus,
    Level,
    PanelStatus,
    PaymentStatus,
    SpecimenStatus,
    SpecimenTiming,
    VisitState,
)
from kangqiao.checkup.models import Checkup, DepartmentVisit, ImportantFinding, OrderedPanel, Specimen
from kangqiao.checkup.rules.code_format import kind_of_code
from kangqiao.checkup.rules.transitions import BEGUN
from kangqiao.checkup.states import IN_HOUSE, OPEN_FOR_RESULTS
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.people.enums import Sex
from kangqiao.people.selectors import person_card

NUMBER_LENGTH = 8
S = CheckupStatus


def person_ids_by_number(text: str) -> list[int]:
    """Whose check-up number this is; for the person search."""
    if kind_of_code(text) != "checkup":
        return []
    return list(Checkup.objects.filter(checkup_no=text).values_list("person_id", flat=True))


def search_checkups(
    text: str = "", *, status: str = "", day_from: date | None = None, day_to: date | None = None
) -> "QuerySet[Checkup]":
    """By number (from its beginning), name or pinyin initials; newest first."""
    rows = Checkup.objects.select_related("package", "kind").order_by("-enrolled_on", "-id")
    wanted = text.strip()
    if wanted.isdigit():
        rows = rows.filter(checkup_no__startswith=wanted)
    elif wanted:
        by_pinyin = Q(person_pinyin__startswith=wanted.upper())
        rows = rows.filter(by_pinyin if wanted.isascii() else Q(person_name__startswith=wanted))
    if status:
        rows = rows.filter(status=status)
    if day_from:
        rows = rows.filter(enrolled_on__gte=day_from)
    if day_to:
        rows = rows.filter(enrolled_on__lte=day_to)
    return rows


def checkup_row(checkup: Checkup) -> dict[str, Any]:
    """A row of the desk's list."""
    return {
        "id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "queue_no": checkup.queue_no,
        "enrolled_at": checkup.enrolled_at,
        "enrolled_on": checkup.enrolled_on,
        "name": checkup.person_name,
        "sex": checkup.sex,
        "sex_label": Sex(checkup.sex).label,
        "age": checkup.age,
        "package_name": checkup.package.name if checkup.package else "自选组合",
        "status": checkup.status,
        "status_label": S(checkup.status).label,
        "payment_status": checkup.payment_status,
        "payment_status_label": PaymentStatus(checkup.payment_status).label,
        "amount": checkup.amount,
        "is_urgent": checkup.is_urgent,
    }


def todays(actor: Actor, *, mine: bool, text: str = "") -> "QuerySet[Checkup]":
    """Enrolments of today, the actor's own or everybody's."""
    rows = search_checkups(text).filter(enrolled_on=timezone.localdate())
    return rows.filter(enrolled_by_id=actor.id) if mine else rows


def today_counts() -> dict[str, int]:
    """Figures over the desk's list: booked, enrolled, arrived, examining, done. One query."""
    done = [S.DEPARTMENTS_DONE, S.IN_CONCLUSION, S.CONCLUDED, S.REVIEWED, S.RELEASED, S.NOTIFIED, S.COLLECTED]
    return Checkup.objects.filter(enrolled_on=timezone.localdate()).aggregate(
        booked=Count("id", filter=Q(status=S.BOOKED)),
        enrolled=Count("id", filter=~Q(status__in=[S.BOOKED, S.CANCELLED, S.VOID, S.NO_SHOW])),
        arrived=Count("id", filter=Q(checked_in_at__isnull=False)),
        examining=Count("id", filter=Q(status=S.EXAMINING)),
        done=Count("id", filter=Q(status__in=done)),
    )


def overview() -> dict[str, Any]:
    """The home page's figures. Three queries."""
    today = Checkup.objects.filter(enrolled_on=timezone.localdate()).values("status").annotate(n=Count("id"))
    by_status = {row["status"]: row["n"] for row in today}
    waiting = (
        Checkup.objects.filter(status__in=[S.DEPARTMENTS_DONE, S.CONCLUDED]).values("status").annotate(n=Count("id"))
    )
    open_work = {row["status"]: row["n"] for row in waiting}
    keys = (
        S.ENROLLED,
        S.CHECKED_IN,
        S.EXAMINING,
        S.DEPARTMENTS_DONE,
        S.IN_CONCLUSION,
        S.CONCLUDED,
        S.REVIEWED,
        S.RELEASED,
    )
    return {
        "today": {str(key): by_status.get(key, 0) for key in keys},
        "enrolled_today": sum(n for status, n in by_status.items() if status not in (S.CANCELLED, S.VOID)),
        "waiting_conclusion": open_work.get(S.DEPARTMENTS_DONE, 0),
        "waiting_review": open_work.get(S.CONCLUDED, 0),
        "important_open": ImportantFinding.objects.filter(level=Level.A, notified_at=None, withdrawn_at=None).count(),
    }


def look_up(code: str) -> dict[str, Any]:
    """Whatever a scanner read: a check-up number or the barcode of a tube."""
    text = code.strip()
    kind = kind_of_code(text)
    specimen = None
    if kind == "specimen":
        specimen = Specimen.objects.filter(barcode=text).select_related("checkup").first()
        checkup = specimen.checkup if specimen else None
    else:
        checkup = Checkup.objects.filter(checkup_no=text).first()
    if checkup is None:
        raise NotFound("没有这个号码", "请核对体检号或条码，或改用姓名拼音查找")
    return {
        "checkup_id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "specimen_id": specimen.pk if specimen else None,
        "barcode": specimen.barcode if specimen else None,
        "name": checkup.person_name,
        "status": checkup.status,
        "status_label": S(checkup.status).label,
    }


def get_checkup(checkup_id: int) -> Checkup:
    """With person, kind and package. Raises NotFound."""
    checkup = Checkup.objects.filter(pk=checkup_id).select_related("person", "kind", "package").first()
    if checkup is None:
        raise NotFound("没有这次体检", "请核对体检号")
    return checkup


def checkup_detail(actor: Actor, checkup_id: int) -> dict[str, Any]:
    """Everything the desk needs of one check-up. Six queries."""
    checkup = get_checkup(checkup_id)
    panels = list(checkup.ordered_panels.select_related("department"))
    return {
        **_head(checkup),
        "person": person_card(checkup.person, actor=actor),
        "panels": [panel_block(panel) for panel in panels],
        "specimens": [specimen_block(row, panels) for row in tubes_of(checkup)],
        "departments": department_blocks(checkup, panels),
        "important_findings": important_blocks(checkup),
        "available": available_actions(checkup, panels),
    }


def _head(checkup: Checkup) -> dict[str, Any]:
    return {
        **checkup_row(checkup),
        "public_id": str(checkup.public_id),
        "kind": checkup.kind.name,
        "kind_id": checkup.kind_id,
        "package": checkup.package.name if checkup.package else "自选组合",
        "package_id": checkup.package_id,
        "source": checkup.source,
        "enrolled_by": checkup.enrolled_by_name,
        "checked_in_at": checkup.checked_in_at,
        "note": checkup.extra.get("note", ""),
        "list_amount": checkup.list_amount,
        "guide_sheet_prints": int(checkup.extra.get("guide_sheet_prints", 0)),
        "label_prints": int(checkup.extra.get("label_prints", 0)),
        "hbv_consent": checkup.hbv_consent,
    }


def panel_block(panel: OrderedPanel) -> dict[str, Any]:
    return {
        "id": panel.pk,
        "panel_id": panel.panel_id,
        "name": panel.name,
        "department_id": panel.department_id,
        "department": panel.department.name,
        "status": panel.status,
        "status_label": PanelStatus(panel.status).label,
        "list_price": panel.list_price,
        "price": panel.price,
        "payer": panel.payer,
        "is_added": panel.is_added,
        "reason": panel.reason,
        "postponed_until": panel.postponed_until,
        "done_at": panel.done_at,
        "done_by": panel.done_by_name,
        "specimen_id": panel.specimen_id,
    }


def tubes_of(checkup: Checkup) -> list[Specimen]:
    """Live tubes in the order of draw, with who drew them. One query."""
    rows = checkup.specimens.exclude(status=SpecimenStatus.VOID)
    return list(rows.select_related("tube_kind", "specimen_kind", "draw").order_by("tube_kind__draw_order", "id"))


def specimen_block(row: Specimen, panels: Iterable[OrderedPanel]) -> dict[str, Any]:
    tube, draw = row.tube_kind, getattr(row, "draw", None)
    return {
        "id": row.pk,
        "barcode": row.barcode,
        "tube": tube.color_word if tube else (row.specimen_kind.name if row.specimen_kind else ""),
        "tube_color": tube.color if tube else "#9aa5a1",
        "draw_order": tube.draw_order if tube else 99,
        "volume_ml": str(tube.volume_ml) if tube and tube.volume_ml else "",
        "specimen_kind": row.specimen_kind.name if row.specimen_kind else "",
        "label": row.label,
        "panels": [panel.name for panel in panels if panel.specimen_id == row.pk],
        "fasting": row.timing == SpecimenTiming.FASTING,
        "timing": row.timing,
        "timing_label": SpecimenTiming(row.timing).label,
        "is_blood": row.is_blood,
        "status": row.status,
        "status_label": SpecimenStatus(row.status).label,
        "drawn_at": draw.drawn_at if draw else None,
        "drawn_by": draw.drawn_by_name if draw else None,
    }


def minutes_since(at: datetime | None) -> int | None:
    return None if at is None else max(0, int((timezone.now() - at).total_seconds() // 60))


def department_blocks(checkup: Checkup, panels: Iterable[OrderedPanel]) -> list[dict[str, Any]]:
    """Progress of each department, in guide order. One query."""
    grouped: dict[int, list[OrderedPanel]] = defaultdict(list)
    for panel in panels:
        if panel.status != PanelStatus.REMOVED:
            grouped[panel.department_id].append(panel)
    visits = DepartmentVisit.objects.filter(checkup=checkup).select_related("department")
    rows = []
    for visit in sorted(visits, key=lambda each: (each.department.sort_guide, each.department_id)):
        mine = grouped.get(visit.department_id, [])
        waiting = visit.is_queued and visit.state in (VisitState.WAITING, VisitState.CALLED, VisitState.SKIPPED)
        rows.append(
            {
                "department_id": visit.department_id,
                "name": visit.department.name,
                "location": visit.department.location,
                "status": visit.state,
                "status_label": VisitState(visit.state).label,
                "done": sum(panel.status == PanelStatus.DONE for panel in mine),
                "total": len(mine),
                "waiting_minutes": minutes_since(visit.queued_at) if waiting else None,
                "doctor": visit.doctor_name,
            }
        )
    return rows


def important_blocks(checkup: Checkup) -> list[dict[str, Any]]:
    """Findings that still count, A first. One query."""
    return [
        {
            "id": row.pk,
            "level": row.level,
            "name": row.name,
            "evidence": row.evidence,
            "found_at": row.found_at,
            "due_at": row.due_at,
            "notified_at": row.notified_at,
            "notified_by": row.notified_by_name,
            "how": row.how,
            "told": row.told,
        }
        for row in checkup.important_findings.filter(withdrawn_at=None)
    ]


def available_actions(checkup: Checkup, panels: Iterable[OrderedPanel]) -> list[str]:
    """What the desk may offer now; the services check again."""
    actions = []
    if checkup.status == S.ENROLLED:
        actions.append("check_in")
    if checkup.status in OPEN_FOR_RESULTS:
        actions += ["add_panels", "remove_panels"]
    begun = {str(status) for status in BEGUN}
    if checkup.status in (S.ENROLLED, S.CHECKED_IN) and not any(panel.status in begun for panel in panels):
        actions.append("cancel")
    return actions


def board(text: str = "") -> "QuerySet[Checkup]":
    """People now in the house, who came first on top."""
    rows = search_checkups(text).filter(status__in=IN_HOUSE, checked_in_at__isnull=False)
    return rows.order_by("-is_urgent", "checked_in_at", "id")


def board_cells(checkups: list[Checkup]) -> tuple[dict[int, list[dict[str, Any]]], dict[int, str]]:
    """Department states and the worst open finding of the given check-ups. Two queries."""
    ids = [checkup.pk for checkup in checkups]
    cells: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for visit in DepartmentVisit.objects.filter(checkup_id__in=ids):
        since = visit.queued_at if visit.is_queued and visit.state != VisitState.DONE else None
        state = visit.state if visit.is_queued or visit.state == VisitState.DONE else "planned"
        cells[visit.checkup_id].append(
            {"department_id": visit.department_id, "state": state, "minutes": minutes_since(since)}
        )
    found = ImportantFinding.objects.filter(checkup_id__in=ids, withdrawn_at=None).values("checkup_id")
    levels = {row["checkup_id"]: row["worst"] for row in found.annotate(worst=Min("level"))}
    return cells, levels
