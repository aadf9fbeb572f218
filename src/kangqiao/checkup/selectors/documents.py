"""The documents that a check-up is printed as: plain values for `kangqiao.printing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from kangqiao.checkup.enums import CRITICAL_FLAGS, Level, PanelStatus, SpecimenStatus, SpecimenTiming
from kangqiao.checkup.models import (
    AdviceLine,
    Checkup,
    DepartmentSummary,
    DepartmentVisit,
    ImportantFinding,
    ItemResult,
    OrderedPanel,
    Specimen,
)
from kangqiao.checkup.selectors.history import History, load_history
from kangqiao.checkup.selectors.quoting import preparation
from kangqiao.checkup.selectors.rulebook import report_order
from kangqiao.core.tenancy import current_hospital
from kangqiao.files.selectors import get_file, read
from kangqiao.printing import ports

MARKS = {
    "H": ports.ResultMark.HIGH,
    "L": ports.ResultMark.LOW,
    "HH": ports.ResultMark.CRITICAL_HIGH,
    "LL": ports.ResultMark.CRITICAL_LOW,
    "POS": ports.ResultMark.ABNORMAL,
    "ABN": ports.ResultMark.ABNORMAL,
}
TIMINGS = {
    SpecimenTiming.FASTING.value: ports.VisitTiming.FASTING,
    SpecimenTiming.AFTER_MEAL.value: ports.VisitTiming.AFTER_MEAL,
    SpecimenTiming.ORDINARY.value: ports.VisitTiming.ORDINARY,
}
NOT_DONE = (
    PanelStatus.PENDING,
    PanelStatus.SAMPLED,
    PanelStatus.RECEIVED,
    PanelStatus.DECLINED,
    PanelStatus.REFUSED,
    PanelStatus.POSTPONED,
)

if TYPE_CHECKING:
    from kangqiao.people.models import Person
LONG_TEXT = 24


def identity(checkup: Checkup, person: Person) -> ports.PersonIdentity:
    return ports.PersonIdentity(
        name=checkup.person_name,
        sex=ports.PrintedSex(checkup.sex),
        age_text=f"{checkup.age} 岁" if checkup.age is not None else "",
        birthday=checkup.birth_date.isoformat() if checkup.birth_date else "",
        profile_no=person.archive_no,
    )


def guide_sheet(checkup: Checkup) -> ports.GuideSheetDocument:
    """Panels by department in walking order; what was removed is not on it. Four queries."""
    rows = checkup.ordered_panels.exclude(status=PanelStatus.REMOVED).select_related(
        "department", "panel__tube_kind", "panel__specimen_kind"
    )
    ordered = sorted(rows, key=lambda row: (row.department.sort_guide, row.sort_no))
    person = checkup.person
    warnings = [f"过敏：{person.allergies}"] if person.allergies else []
    return ports.GuideSheetDocument(
        hospital_name=current_hospital().name,
        checkup_no=checkup.checkup_no,
        person=identity(checkup, person),
        checkup_date=checkup.enrolled_on.isoformat(),
        kind_name=checkup.kind.name,
        package_name=checkup.package.name if checkup.package else "自选组合",
        lines=tuple(_guide_line(row) for row in ordered),
        registrar=checkup.enrolled_by_name,
        printed_at=_minute(timezone.now()),
        print_count=int(checkup.extra.get("guide_sheet_prints", 0)) + 1,
        photo=read(get_file(person.photo_public_id)) if person.photo_public_id else None,
        warnings=tuple(warnings),
    )


def _guide_line(row: OrderedPanel) -> ports.GuideLine:
    panel = row.panel
    timing = ports.VisitTiming.FULL_BLADDER if panel.needs_full_bladder else TIMINGS[panel.timing]
    return ports.GuideLine(
        timing=timing,
        name=panel.print_name or row.name,
        place=" ".join(part for part in (row.department.name, row.department.location) if part),
        note=panel.guide_text or preparation(panel),
        declined=row.status in (PanelStatus.DECLINED, PanelStatus.REFUSED),
    )


def labels(checkup: Checkup, *, by_sex: bool, barcode: str = "") -> list[ports.LabelDocument]:
    """One label for each live tube, in the order of draw."""
    rows = checkup.specimens.exclude(status=SpecimenStatus.VOID).select_related("tube_kind", "specimen_kind")
    rows = rows.order_by("tube_kind__draw_order", "id")
    return [
        _label(checkup, row, by_sex, f"{place}/{len(rows)}")
        for place, row in enumerate(rows, 1)
        if not barcode or row.barcode == barcode
    ]


def _label(checkup: Checkup, specimen: Specimen, by_sex: bool, serial: str) -> ports.LabelDocument:
    timing = SpecimenTiming(specimen.timing)
    holder = specimen.tube_kind or specimen.specimen_kind
    tube = specimen.tube_kind.color_word if specimen.tube_kind else (holder.name if holder else "")
    return ports.LabelDocument(
        barcode=specimen.barcode,
        name=checkup.person_name,
        sex=ports.PrintedSex(checkup.sex),
        age_text=f"{checkup.age} 岁" if checkup.age is not None else "",
        tube=tube,
        items=tuple(specimen.label.split("、")),
        date=checkup.enrolled_on.isoformat(),
        timing_word="" if timing == SpecimenTiming.ORDINARY else str(timing.label),
        serial=serial,
        by_sex=by_sex,
        copies=specimen.copies,
    )


def checkup_report(checkup: Checkup, *, version: int, revision_note: str = "") -> ports.CheckupReportDocument:
    """The personal report without anything private. Nine queries."""
    results = [
        row
        for row in ItemResult.objects.filter(
            checkup=checkup, ordered_panel__status__in=(PanelStatus.DONE, PanelStatus.VERIFIED)
        )
        .exclude(value="")
        .select_related("item", "department", "ordered_panel", "finding")
        if not (row.item.is_private or row.ordered_panel.is_private) and row.item.prints_on_report
    ]
    history = load_history(checkup, item_ids=[row.item_id for row in results])
    conclusion = checkup.conclusion
    shown = conclusion.lines.filter(is_hidden=False, is_private=False, merged_into=None).select_related("term")
    important = checkup.important_findings.filter(Q(level=Level.A) | Q(level=Level.B), withdrawn_at=None)
    return ports.CheckupReportDocument(
        hospital_name=current_hospital().name,
        checkup_no=checkup.checkup_no,
        person=identity(checkup, checkup.person),
        checkup_date=checkup.enrolled_on.isoformat(),
        report_date=timezone.localdate().isoformat(),
        package_name=checkup.package.name if checkup.package else "自选组合",
        conclusions=tuple(_conclusion(line) for line in shown.order_by("sort_no", "id")),
        departments=tuple(_sections(checkup, sorted(results, key=report_order), history)),
        conclusion_doctor=conclusion.concluded_by_name,
        review_doctor=conclusion.reviewed_by_name,
        important=tuple(_important(row) for row in important),
        skipped=tuple(_skipped(checkup)),
        history_labels=tuple(f"{former.on:%Y-%m}" for former in history.checkups),
        overview=conclusion.overview,
        version=version,
        revision_note=revision_note,
    )


def _conclusion(line: AdviceLine) -> ports.ConclusionEntry:
    return ports.ConclusionEntry(
        severity=line.level,
        name=line.name,
        note="合并 " + "、".join(line.merged_from) if line.merged_from else "",
        evidence=tuple(
            (part["text"], MARKS.get(part.get("flag", ""), ports.ResultMark.NORMAL)) for part in line.evidence
        ),
        meaning=line.term.explanation if line.term else "",
        advice=line.advice,
        recheck=recheck_words(line.recheck_days),
    )


def recheck_words(days: int | None) -> str:
    """`14` -> `2 周内`, `90` -> `3 个月内`, `365` -> `1 年内`."""
    if not days:
        return ""
    for size, word in ((365, "年"), (30, "个月"), (7, "周")):
        if days % size == 0:
            return f"{days // size} {word}内"
    return f"{days} 天内"


def _important(row: ImportantFinding) -> ports.ImportantFinding:
    notified = ""
    if row.notified_at is not None:
        notified = f"{_minute(row.notified_at)} 由{row.notified_by_name}{row.get_how_display()}告知{row.told}"
    return ports.ImportantFinding(severity=row.level, text=row.name, evidence=row.evidence, notified=notified)


def _sections(checkup: Checkup, results: list[ItemResult], history: History) -> Iterable[ports.DepartmentSection]:
    summaries = {row.department_id: row for row in DepartmentSummary.objects.filter(checkup=checkup)}
    visits = {row.department_id: row for row in DepartmentVisit.objects.filter(checkup=checkup)}
    grouped: dict[int, list[ItemResult]] = defaultdict(list)
    for row in results:
        grouped[row.department_id].append(row)
    for department_id, rows in grouped.items():
        visit = visits.get(department_id)
        summary = summaries.get(department_id)
        yield ports.DepartmentSection(
            name=rows[0].department.name,
            rows=tuple(_row(row, history) for row in rows),
            examined_by=visit.doctor_name if visit else "",
            examined_on=timezone.localtime(visit.done_at).date().isoformat() if visit and visit.done_at else "",
            summary=summary.final_text if summary else "",
        )


def _row(row: ItemResult, history: History) -> ports.ResultRow:
    numeric = row.numeric is not None
    return ports.ResultRow(
        name=row.item.name,
        value=row.value,
        mark=mark_of(row),
        unit=row.unit,
        reference=row.range_text,
        number=float(row.numeric) if row.numeric is not None else None,
        low=float(row.range_low) if row.range_low is not None else None,
        high=float(row.range_high) if row.range_high is not None else None,
        history=tuple(_former(found) for _, found in history.of_item(row.item_id)),
        long_text=not numeric and len(row.value) > LONG_TEXT,
    )


def mark_of(row: ItemResult) -> ports.ResultMark:
    if row.flag in CRITICAL_FLAGS:
        return MARKS[row.flag]
    return MARKS.get(row.flag, ports.ResultMark.NORMAL)


def _former(found: ItemResult | None) -> ports.HistoryValue | None:
    if found is None:
        return None
    number = float(found.numeric) if found.numeric is not None else None
    return ports.HistoryValue(text=found.value, mark=mark_of(found), number=number)


def _skipped(checkup: Checkup) -> Iterable[ports.SkippedItem]:
    rows = checkup.ordered_panels.filter(status__in=NOT_DONE, is_private=False).order_by("sort_no")
    for row in rows:
        given_up = row.status in (PanelStatus.DECLINED, PanelStatus.REFUSED, PanelStatus.POSTPONED)
        word = str(PanelStatus(row.status).label) if given_up else "未检"
        yield ports.SkippedItem(name=row.name, state=word, reason=row.reason if given_up else "")


def _minute(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
