"""The sheet of one department of one check-up: panels, items, ranges, findings and present results, in five queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F

from kangqiao.checkup.enums import PanelStatus
from kangqiao.checkup.models import (
    Checkup,
    CheckupItem,
    CommonFinding,
    ItemResult,
    OrderedPanel,
    PanelItem,
    ReferenceRange,
)
from kangqiao.checkup.rules import ranges as range_rules
from kangqiao.checkup.rules.plain import age_days
from kangqiao.people.enums import Sex

RANGE_FIELDS = (
    "sex",
    "age_min_days",
    "age_max_days",
    "condition",
    "method",
    "low",
    "high",
    "low_inclusive",
    "high_inclusive",
    "critical_low",
    "critical_high",
    "text_normal",
    "positive_when",
    "cutoff",
    "high_prompt",
    "low_prompt",
    "effective_from",
    "effective_to",
    "source",
)


@dataclass
class SheetLine:
    """One item as it stands in the sheet."""

    item: CheckupItem
    panel: OrderedPanel
    is_required: bool
    range: range_rules.ReferenceRange | None = None
    findings: list[CommonFinding] = field(default_factory=list)


@dataclass
class Sheet:
    """Lines of the live panels in order; `results` are those of the whole check-up by item id."""

    checkup: Checkup
    panels: list[OrderedPanel]
    lines: list[SheetLine]
    results: dict[int, ItemResult]

    def line_of(self, item_id: int) -> SheetLine | None:
        return next((line for line in self.lines if line.item.pk == item_id), None)

    def by_code(self, code: str) -> SheetLine | None:
        return next((line for line in self.lines if line.item.code == code), None)


def rule_sex(sex: str) -> str:
    """The rules know male and female; anything else is unknown."""
    return sex if sex in (Sex.MALE, Sex.FEMALE) else ""


def load_sheet(checkup: Checkup, department_id: int | None = None) -> Sheet:
    """The sheet of one department, or of all when none is given. Items shared by two panels appear once."""
    panels = live_panels(checkup, department_id)
    by_panel = {panel.panel_id: panel for panel in panels}
    rows = (
        PanelItem.objects.filter(panel_id__in=list(by_panel), item__is_active=True)
        .select_related("item")
        .order_by("sort_no", "id")
    )
    grouped: dict[int, list[PanelItem]] = defaultdict(list)
    for row in rows:
        grouped[row.panel_id].append(row)
    seen: set[int] = set()
    lines: list[SheetLine] = []
    for panel in panels:
        for row in grouped[panel.panel_id]:
            item = row.item
            if item.pk in seen or (item.sex_limit and item.sex_limit != checkup.sex):
                continue
            seen.add(item.pk)
            lines.append(SheetLine(item, panel, row.is_required))
    attach_ranges(lines, checkup)
    attach_findings(lines)
    results = {row.item_id: row for row in ItemResult.objects.filter(checkup=checkup).select_related("item")}
    return Sheet(checkup, panels, lines, results)


def live_panels(checkup: Checkup, department_id: int | None = None) -> list[OrderedPanel]:
    rows = OrderedPanel.objects.filter(checkup=checkup).exclude(status=PanelStatus.REMOVED)
    if department_id is not None:
        rows = rows.filter(department_id=department_id)
    return list(rows.select_related("department").order_by("department__sort_no", "sort_no", "id"))


def ranges_of(item_ids: Iterable[int]) -> dict[int, list[range_rules.ReferenceRange]]:
    """Ranges as plain values, by item. One query."""
    rows = ReferenceRange.objects.filter(item_id__in=list(item_ids)).values(
        "item_id",
        *RANGE_FIELDS,
        high_term=F("term_high__code"),
        low_term=F("term_low__code"),
        positive_term=F("term_positive__code"),
    )
    found: dict[int, list[range_rules.ReferenceRange]] = defaultdict(list)
    for row in rows:
        found[row.pop("item_id")].append(
            range_rules.ReferenceRange(
                term_high=row.pop("high_term") or "",
                term_low=row.pop("low_term") or "",
                term_positive=row.pop("positive_term") or "",
                **{name: trimmed(value) for name, value in row.items()},
            )
        )
    return found


def trimmed(value: Any) -> Any:
    """A number of the database without the zeros of its column: 3.5000 -> 3.5."""
    return Decimal(format(value.normalize(), "f")) if isinstance(value, Decimal) else value


def attach_ranges(lines: list[SheetLine], checkup: Checkup) -> None:
    """Give each line the range that fits this person on the day of the check-up."""
    ranges = ranges_of(line.item.pk for line in lines)
    days = age_in_days(checkup.birth_date, checkup.enrolled_on)
    for line in lines:
        line.range = range_rules.choose_range(
            ranges[line.item.pk], sex=rule_sex(checkup.sex), age_days=days, on=checkup.enrolled_on
        )


def age_in_days(birth_date: date | None, on: date) -> int | None:
    return age_days(birth_date, on) if birth_date else None


def attach_findings(lines: list[SheetLine]) -> None:
    by_item = {line.item.pk: line for line in lines}
    rows = CommonFinding.objects.filter(item_id__in=list(by_item), is_active=True).select_related("term")
    for finding in rows.order_by("item_id", "sort_no", "code"):
        by_item[finding.item_id].findings.append(finding)
