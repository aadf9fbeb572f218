"""The dictionaries by code, loaded once for the demo examinees."""

from collections import defaultdict
from dataclasses import dataclass

from kangqiao.checkup.models import Checkup as CheckupRow
from kangqiao.checkup.models import (
    CheckupKind,
    CheckupPackage,
    CheckupPanel,
    CommonFinding,
    ConclusionTerm,
    ImportantRule,
    OrderedPanel,
    PackageLine,
    PanelItem,
)
from kangqiao.checkup.rules import ranges as range_rules
from kangqiao.checkup.rules.conclusion import RuleBook
from kangqiao.checkup.selectors.quoting import items_by_panel
from kangqiao.checkup.selectors.rulebook import load_rulebook
from kangqiao.checkup.selectors.settings import CheckupSettings, read_settings
from kangqiao.checkup.selectors.sheets import Sheet, SheetLine, age_in_days, ranges_of, rule_sex
from kangqiao.checkup.services.findings import active_rules


@dataclass
class Catalogue:
    """What a visit refers to by code."""

    kinds: dict[str, CheckupKind]
    packages: dict[str, CheckupPackage]
    prices: dict[tuple[str, str], PackageLine]
    panels: dict[str, CheckupPanel]
    panel_items: dict[int, list[PanelItem]]
    ranges: dict[int, list[range_rules.ReferenceRange]]
    findings: dict[int, list[CommonFinding]]
    finding_by_code: dict[str, CommonFinding]
    book: RuleBook
    terms: dict[str, ConclusionTerm]
    important: list[ImportantRule]
    settings: CheckupSettings

    def sheet(self, checkup: CheckupRow, panels: list[OrderedPanel]) -> Sheet:
        """As `selectors.sheets.load_sheet`, without a query."""
        days = age_in_days(checkup.birth_date, checkup.enrolled_on)
        seen: set[int] = set()
        lines = []
        for panel in panels:
            for row in self.panel_items[panel.panel_id]:
                if row.item_id in seen or (row.item.sex_limit and row.item.sex_limit != checkup.sex):
                    continue
                seen.add(row.item_id)
                chosen = range_rules.choose_range(
                    self.ranges[row.item_id], sex=rule_sex(checkup.sex), age_days=days, on=checkup.enrolled_on
                )
                lines.append(SheetLine(row.item, panel, row.is_required, chosen, self.findings[row.item_id]))
        return Sheet(checkup, panels, lines, {})


def load_catalogue() -> Catalogue:
    """Ten queries."""
    panels = {
        row.code: row
        for row in CheckupPanel.objects.select_related("department", "tube_kind", "specimen_kind").order_by("sort_no")
    }
    panel_items = items_by_panel(row.pk for row in panels.values())
    item_ids = {row.item_id for rows in panel_items.values() for row in rows}
    findings: dict[int, list[CommonFinding]] = defaultdict(list)
    by_code = {}
    for finding in CommonFinding.objects.filter(is_active=True).select_related("term").order_by("sort_no", "code"):
        findings[finding.item_id].append(finding)
        by_code[finding.code] = finding
    book, terms = load_rulebook()
    lines = PackageLine.objects.select_related("package", "panel")
    return Catalogue(
        kinds={row.code: row for row in CheckupKind.objects.all()},
        packages={row.code: row for row in CheckupPackage.objects.all()},
        prices={(row.package.code, row.panel.code): row for row in lines},
        panels=panels,
        panel_items=panel_items,
        ranges=ranges_of(item_ids),
        findings=findings,
        finding_by_code=by_code,
        book=book,
        terms=terms,
        important=active_rules(),
        settings=read_settings(),
    )
