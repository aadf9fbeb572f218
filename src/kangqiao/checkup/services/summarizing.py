"""The department's summary from its results (checkup.md 4.8, options I-69 and I-70)."""

from collections.abc import Sequence

from django.utils import timezone

from kangqiao.checkup.enums import PanelStatus, ResultKind
from kangqiao.checkup.models import CheckupDepartment, DepartmentSummary, ItemResult
from kangqiao.checkup.rules.ranges import ResultFlag
from kangqiao.checkup.rules.summary import (
    SEPARATOR,
    DepartmentSummaryText,
    SummaryItem,
    build_department_summary,
    refresh_summary,
)
from kangqiao.checkup.selectors.settings import CheckupSettings
from kangqiao.checkup.selectors.sheets import Sheet, SheetLine
from kangqiao.checkup.services.judged import Judged
from kangqiao.checkup.services.pressure import DIASTOLIC, SYSTOLIC
from kangqiao.core.actor import Actor

Value = ItemResult | Judged
UNDONE = {
    PanelStatus.DECLINED.value: "declined",
    PanelStatus.REFUSED.value: "refused",
    PanelStatus.POSTPONED.value: "postponed",
    PanelStatus.REMOVED.value: "removed",
}


def summary_items(lines: Sequence[SheetLine], values: dict[int, Value]) -> list[SummaryItem]:
    """The lines as the summary rules see them; a classed pair of pressures speaks as one sentence."""
    pressures = {line.item.code: values.get(line.item.pk) for line in lines if line.item.code in (SYSTOLIC, DIASTOLIC)}
    together = _pressure_text(pressures.get(SYSTOLIC), pressures.get(DIASTOLIC))
    items = []
    for place, line in enumerate(lines):
        value = values.get(line.item.pk)
        if together and line.item.code == DIASTOLIC:
            continue
        item = _summary_item(line, value, place)
        if together and line.item.code == SYSTOLIC:
            item = _as_sentence(item, together, pressures)
        items.append(item)
    return items


def _summary_item(line: SheetLine, value: Value | None, place: int) -> SummaryItem:
    item = line.item
    has_result = value is not None and bool(value.value)
    state = UNDONE.get(line.panel.status) or ("done" if has_result else "pending")
    finding = value.finding if value is not None else None
    return SummaryItem(
        code=item.code,
        name=item.name,
        state=state,
        has_result=has_result,
        numeric=item.result_kind == ResultKind.NUMERIC,
        value=value.value if value else "",
        unit=item.unit,
        flag=ResultFlag(value.flag) if value else ResultFlag.UNKNOWN,
        prompt=value.prompt if value else "",
        range_text=value.range_text if value else "",
        finding_text=(finding.long_text or finding.text) if finding else "",
        severity=finding.severity if finding else 0,
        sort=place,
        into_summary=item.summary_use,  # type: ignore[arg-type]
        shows_name=item.summary_shows_name,
        shows_value=item.summary_shows_value,
        is_private=item.is_private or line.panel.is_private,
    )


def _pressure_text(systolic: Value | None, diastolic: Value | None) -> str:
    if systolic is None or diastolic is None or not (systolic.value and diastolic.value and systolic.class_text):
        return ""
    count = len(systolic.readings)
    mean = f"，{count} 次测量" if count > 1 else ""
    return f"{systolic.class_text}：{systolic.value}/{diastolic.value} mmHg{mean}"


def _as_sentence(item: SummaryItem, text: str, pressures: dict[str, Value | None]) -> SummaryItem:
    flags = [ResultFlag(value.flag) for value in pressures.values() if value is not None]
    flag = next((flag for flag in flags if flag not in (ResultFlag.NORMAL, ResultFlag.UNKNOWN)), ResultFlag.NORMAL)
    return SummaryItem(
        **{**item.__dict__, "numeric": False, "finding_text": text, "flag": flag, "shows_name": False, "severity": 1}
    )


def compose_summary(
    sheet: Sheet,
    department: CheckupDepartment,
    values: dict[int, Value],
    settings: CheckupSettings,
    *,
    saved: bool = True,
) -> DepartmentSummaryText | None:
    """Text for one department, or None when nothing was performed or the department makes no summary."""
    if not department.has_summary:
        return None
    lines = [line for line in sheet.lines if line.panel.department_id == department.pk]
    return build_department_summary(
        summary_items(lines, values),
        saved=saved,
        skip_undone=settings.summary_skip_undone,
        after_save_only=settings.summary_after_save_only,
        normal_summary=department.normal_summary,
    )


def numbered(text: str) -> str:
    """Lines as the report prints them: `1. …`, one below the other."""
    parts = [part for part in text.split(SEPARATOR) if part]
    return "\n".join(f"{place}. {part}" for place, part in enumerate(parts, 1)) if len(parts) > 1 else "".join(parts)


def refresh_department_summary(
    actor: Actor,
    sheet: Sheet,
    department: CheckupDepartment,
    settings: CheckupSettings,
    *,
    typed: str | None = None,
    doctor: tuple[int | None, str] | None = None,
) -> DepartmentSummary | None:
    """Renew the automatic text after a save; an edited text stays and is marked stale. `typed`: the doctor's own, "" for automatic."""
    composed = compose_summary(sheet, department, dict(sheet.results), settings)
    row = DepartmentSummary.objects.filter(checkup=sheet.checkup, department=department).first()
    if composed is None:
        if row is not None and not row.edited:
            row.delete()
        return None
    auto = numbered(composed.text)
    row = row or DepartmentSummary(checkup=sheet.checkup, department=department)
    if typed is not None:
        row.edited = bool(typed.strip()) and typed.strip() != auto
        row.final_text = typed.strip() if row.edited else auto
        row.stale = False
    else:
        fresh = refresh_summary(auto, row.auto_text, row.final_text, row.edited)
        row.final_text, row.edited, row.stale = (
            fresh.final_text,
            fresh.edited,
            fresh.differs or (row.stale and row.edited),
        )
    row.auto_text, row.private_text, row.generated_at = auto, numbered(composed.private_text), timezone.now()
    row.doctor_id, row.doctor_name = doctor or (actor.id, actor.name)
    row.save()
    return row
