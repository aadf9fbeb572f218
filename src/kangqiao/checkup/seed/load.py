"""The starter dictionaries of a new hospital as one value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from kangqiao.checkup.rules.plain import days_of_years
from kangqiao.checkup.rules.pricing import spread
from kangqiao.checkup.rules.ranges import ReferenceRange

from .reader import number, read_csv, read_toml, whole, yes
from .rows import (
    AdviceRuleRow,
    CheckupKindRow,
    DepartmentRow,
    DictionaryRow,
    FindingRow,
    ImportantRuleRow,
    ItemRow,
    MappingRow,
    MeasurementUnitRow,
    PackageLineRow,
    PackageRow,
    PanelItemRow,
    PanelRow,
    RangeRow,
    TermRow,
    TubeKindRow,
)

TERM_FILES = ("terms_body.csv", "terms_lab.csv", "terms_image.csv")


@dataclass(frozen=True)
class Seed:
    """Everything a new hospital starts with. Rows refer to each other by code; see rows.py for the fields."""

    ethnicities: tuple[DictionaryRow, ...]
    marriages: tuple[DictionaryRow, ...]
    occupations: tuple[DictionaryRow, ...]
    relationships: tuple[DictionaryRow, ...]
    payment_kinds: tuple[DictionaryRow, ...]
    specimen_kinds: tuple[DictionaryRow, ...]
    measurement_units: tuple[MeasurementUnitRow, ...]
    checkup_kinds: tuple[CheckupKindRow, ...]
    tube_kinds: tuple[TubeKindRow, ...]
    departments: tuple[DepartmentRow, ...]
    items: tuple[ItemRow, ...]
    ranges: tuple[RangeRow, ...]
    findings: tuple[FindingRow, ...]
    panels: tuple[PanelRow, ...]
    packages: tuple[PackageRow, ...]
    terms: tuple[TermRow, ...]
    advice_rules: tuple[AdviceRuleRow, ...]
    important_rules: tuple[ImportantRuleRow, ...]
    mappings: tuple[MappingRow, ...]

    @property
    def confirmed_ranges(self) -> tuple[RangeRow, ...]:
        """Those to install; the others wait until the hospital has checked them against its standard or kit."""
        return tuple(row for row in self.ranges if row.confirmed)


def _plain(rows: dict[str, str]) -> tuple[DictionaryRow, ...]:
    return tuple(DictionaryRow(code, name, 10 * i) for i, (code, name) in enumerate(rows.items(), 1))


def _departments() -> tuple[DepartmentRow, ...]:
    return tuple(
        DepartmentRow(
            code=row["code"],
            name=row["name"],
            sort_no=int(row["sort_no"]),
            kind=row["kind"],
            location=row["location"],
            sort_guide=int(row["sort_guide"]),
            sex_limit=row["sex_limit"],
            has_summary=yes(row["has_summary"]),
            normal_summary=row["normal_summary"],
            guide_text=row["guide_text"],
            avg_minutes=int(row["avg_minutes"]),
            dict_code=row["dict_code"],
        )
        for row in read_csv("departments.csv")
    )


def _items(private: frozenset[str], defaults: dict[str, str]) -> tuple[ItemRow, ...]:
    return tuple(
        ItemRow(
            code=row["code"],
            name=row["name"],
            sort_no=10 * i,
            abbr=row["abbr"],
            department_code=row["department"],
            section=row["section"],
            result_kind=row["result_kind"],
            unit=row["unit"],
            decimals=int(row["decimals"]),
            readings=int(row["readings"]),
            sex_limit=row["sex_limit"],
            valid_min=number(row["valid_min"]),
            valid_max=number(row["valid_max"]),
            summary_use=row["summary_use"],
            is_private=row["code"] in private,
            is_trend=yes(row["is_trend"]),
            loinc=row["loinc"],
            default_value=defaults.get(row["code"], ""),
        )
        for i, row in enumerate(read_csv("items.csv"), 1)
    )


def _days(years: str) -> int | None:
    return days_of_years(int(years)) if years else None


def _ranges() -> tuple[RangeRow, ...]:
    return tuple(
        RangeRow(
            ReferenceRange(
                item_code=row["item"],
                sex=row["sex"],
                age_min_days=_days(row["age_min"]),
                age_max_days=_days(row["age_max"]),
                low=number(row["low"]),
                high=number(row["high"]),
                low_inclusive=yes(row["low_inclusive"]),
                high_inclusive=yes(row["high_inclusive"]),
                critical_low=number(row["critical_low"]),
                critical_high=number(row["critical_high"]),
                text_normal=row["text_normal"],
                term_high=row["term_high"],
                term_low=row["term_low"],
                term_positive=row["term_positive"],
                source=row["source"],
            ),
            confirmed=yes(row["is_active"]),
        )
        for row in read_csv("ranges.csv")
    )


def _findings(choice_items: frozenset[str]) -> tuple[FindingRow, ...]:
    rows: list[FindingRow] = []
    counts: dict[str, int] = {}
    for row in read_csv("findings.csv"):
        item, severity = row["item"], int(row["severity"])
        counts[item] = counts.get(item, 0) + 1
        rows.append(
            FindingRow(
                code=f"{item}_{counts[item]:02d}",
                name=row["text"],
                sort_no=10 * counts[item],
                item_code=item,
                text=row["text"],
                long_text=row["long_text"],
                is_default=yes(row["is_default"]),
                is_abnormal=severity > 0,
                severity=severity,
                mutex_group=item if item in choice_items else "",
                term_code=row["term"],
            )
        )
    return tuple(rows)


def _panel_items(text: str) -> tuple[PanelItemRow, ...]:
    """`A B? C`: a question mark marks an item that need not be filled."""
    return tuple(
        PanelItemRow(code.rstrip("?"), 10 * i, not code.endswith("?")) for i, code in enumerate(text.split(), 1)
    )


def _panels() -> tuple[PanelRow, ...]:
    return tuple(
        PanelRow(
            code=row["code"],
            name=row["name"],
            sort_no=10 * i,
            department_code=row["department"],
            items=_panel_items(row["items"]),
            price=Decimal(row["price"]).quantize(Decimal("0.01")),
            sex_limit=row["sex_limit"],
            timing=row["timing"],
            needs_full_bladder=yes(row["needs_full_bladder"]),
            specimen_kind_code=row["specimen_kind"],
            tube_kind_code=row["tube_kind"],
            barcode_class=row["barcode_class"],
            label_name=row["label_name"],
            guide_text=row["guide_text"],
            overlap_group=row["overlap_group"],
            is_private=yes(row["is_private"]),
            is_hepatitis_b=yes(row["is_hepatitis_b"]),
        )
        for i, row in enumerate(read_csv("panels.csv"), 1)
    )


def _packages(panels: tuple[PanelRow, ...]) -> tuple[PackageRow, ...]:
    prices = {panel.code: panel.price for panel in panels}
    rows: list[PackageRow] = []
    for i, entry in enumerate(read_toml("packages.toml")["package"], 1):
        codes, price = entry["panels"], Decimal(entry["price"])
        listed = [prices[code] for code in codes]
        shares = spread(price, listed)
        lines = tuple(PackageLineRow(code, shares[n], 10 * (n + 1)) for n, code in enumerate(codes))
        rows.append(
            PackageRow(
                code=entry["code"],
                name=entry["name"],
                sort_no=10 * i,
                kind_code=entry["kind"],
                sex_limit=entry.get("sex_limit", ""),
                marriage=entry.get("marriage", ""),
                age_min=entry.get("age_min"),
                age_max=entry.get("age_max"),
                list_price=sum(listed, Decimal("0.00")),
                price=price,
                description=entry["description"],
                lines=lines,
            )
        )
    return tuple(rows)


def _terms() -> tuple[TermRow, ...]:
    rows = [row for name in TERM_FILES for row in read_csv(name)]
    return tuple(
        TermRow(
            code=row["code"],
            name=row["name"],
            sort_no=10 * i,
            level=row["level"],
            weight=int(row["weight"]),
            category=row["category"],
            icd10=row["icd10"],
            department_code=row["department"],
            sex_limit=row["sex_limit"],
            is_private=yes(row["is_private"]),
            recheck_days=whole(row["recheck_days"]),
            recheck_panel_codes=tuple(row["recheck_panels"].split()),
            statistic_group=row["statistic_group"],
            explanation=row["explanation"],
            advice=row["advice"],
        )
        for i, row in enumerate(rows, 1)
    )


def _advice_rules() -> tuple[AdviceRuleRow, ...]:
    return tuple(
        AdviceRuleRow(
            code=entry["code"],
            name=entry["name"],
            sort_no=10 * i,
            kind=entry["kind"],
            term_code=entry["term"],
            expression=entry.get("expression", {}),
            absorbs=tuple(entry.get("absorbs", ())),
            priority=entry["priority"],
            source=entry["source"],
        )
        for i, entry in enumerate(read_toml("advice_rules.toml")["rule"], 1)
    )


def _important_rules() -> tuple[ImportantRuleRow, ...]:
    return tuple(
        ImportantRuleRow(
            code=entry["code"],
            name=entry["name"],
            sort_no=10 * i,
            level=entry["level"],
            expression=entry["expression"],
            source=entry["source"],
            is_active=entry["is_active"],
        )
        for i, entry in enumerate(read_toml("important_rules.toml")["rule"], 1)
    )


def _mappings() -> tuple[MappingRow, ...]:
    return tuple(
        MappingRow(
            row["interface"],
            row["channel_code"],
            row["channel_name"],
            row["item"],
            Decimal(row["factor"]),
            row["instrument_unit"],
        )
        for row in read_csv("mappings.csv")
    )


def _tube_kinds(entries: list[dict[str, str | int]]) -> tuple[TubeKindRow, ...]:
    return tuple(
        TubeKindRow(
            code=str(entry["code"]),
            name=str(entry["name"]),
            sort_no=int(entry["draw_order"]),
            color_word=str(entry["color_word"]),
            color=str(entry["color"]),
            additive=str(entry.get("additive", "")),
            volume_ml=number(str(entry.get("volume_ml", ""))),
            draw_order=int(entry["draw_order"]),
        )
        for entry in entries
    )


@lru_cache(maxsize=1)
def load() -> Seed:
    """Read everything once. The value is frozen and shared; do not change the expressions inside."""
    words = read_toml("dictionaries.toml")
    panels = _panels()
    private = frozenset(code for panel in panels if panel.is_private for code in panel.item_codes)
    choices = frozenset(row["code"] for row in read_csv("items.csv") if row["result_kind"] == "choice")
    findings = _findings(choices)
    defaults = {row.item_code: row.text for row in findings if row.is_default}
    peoples = {f"{i:02d}": name for i, name in enumerate(words["ethnicities"].split(), 1)}
    kinds = words["checkup_kinds"]
    units = words["measurement_units"].items()
    return Seed(
        ethnicities=_plain(peoples),
        marriages=_plain(words["marriages"]),
        occupations=_plain(words["occupations"]),
        relationships=_plain(words["relationships"]),
        payment_kinds=_plain(words["payment_kinds"]),
        specimen_kinds=_plain(words["specimen_kinds"]),
        measurement_units=tuple(MeasurementUnitRow(n, n, 10 * i, ucum) for i, (n, ucum) in enumerate(units, 1)),
        checkup_kinds=tuple(
            CheckupKindRow(k["code"], k["name"], 10 * i, k.get("forbids_hepatitis_b", False))
            for i, k in enumerate(kinds, 1)
        ),
        tube_kinds=_tube_kinds(words["tube_kinds"]),
        departments=_departments(),
        items=_items(private, defaults),
        ranges=_ranges(),
        findings=findings,
        panels=panels,
        packages=_packages(panels),
        terms=_terms(),
        advice_rules=_advice_rules(),
        important_rules=_important_rules(),
        mappings=_mappings(),
    )
