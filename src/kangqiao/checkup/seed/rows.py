"""Rows of the starter dictionaries, field by field as the models name them; `*_code` fields refer to other rows by code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kangqiao.checkup.rules.ranges import ReferenceRange


@dataclass(frozen=True)
class DictionaryRow:
    code: str
    name: str
    sort_no: int = 0


@dataclass(frozen=True)
class CheckupKindRow(DictionaryRow):
    forbids_hepatitis_b: bool = False


@dataclass(frozen=True)
class MeasurementUnitRow(DictionaryRow):
    ucum: str = ""


@dataclass(frozen=True)
class TubeKindRow(DictionaryRow):
    color_word: str = ""
    color: str = ""
    additive: str = ""
    volume_ml: Decimal | None = None
    draw_order: int = 50


@dataclass(frozen=True)
class DepartmentRow(DictionaryRow):
    """`dict_code` is the national code (诊疗科目名录) to map the hospital's own department by."""

    kind: str = "physical"
    location: str = ""
    sort_guide: int = 100
    sex_limit: str = ""
    has_summary: bool = True
    normal_summary: str = ""
    guide_text: str = ""
    avg_minutes: int = 5
    dict_code: str = ""


@dataclass(frozen=True)
class ItemRow(DictionaryRow):
    abbr: str = ""
    department_code: str = ""
    section: str = ""
    result_kind: str = "numeric"
    unit: str = ""
    decimals: int = 1
    readings: int = 1
    sex_limit: str = ""
    valid_min: Decimal | None = None
    valid_max: Decimal | None = None
    summary_use: str = "abnormal"
    is_private: bool = False
    is_trend: bool = False
    loinc: str = ""
    default_value: str = ""


@dataclass(frozen=True)
class RangeRow:
    """A reference range; not `confirmed`: the value must be checked against its standard or kit before it is switched on."""

    range: ReferenceRange
    confirmed: bool = True


@dataclass(frozen=True)
class FindingRow(DictionaryRow):
    """A canned finding. `mutex_group`: choosing one clears the others of its group; empty: several may stand together."""

    item_code: str = ""
    text: str = ""
    long_text: str = ""
    is_default: bool = False
    is_abnormal: bool = False
    severity: int = 0
    mutex_group: str = ""
    term_code: str = ""


@dataclass(frozen=True)
class PanelItemRow:
    item_code: str
    sort_no: int
    is_required: bool = True


@dataclass(frozen=True)
class PanelRow(DictionaryRow):
    department_code: str = ""
    items: tuple[PanelItemRow, ...] = ()
    price: Decimal = Decimal(0)
    sex_limit: str = ""
    timing: str = "ordinary"
    needs_full_bladder: bool = False
    specimen_kind_code: str = ""
    tube_kind_code: str = ""
    barcode_class: str = ""
    label_name: str = ""
    guide_text: str = ""
    overlap_group: str = ""
    is_private: bool = False
    is_hepatitis_b: bool = False

    @property
    def item_codes(self) -> tuple[str, ...]:
        return tuple(row.item_code for row in self.items)


@dataclass(frozen=True)
class PackageLineRow:
    panel_code: str
    price: Decimal
    sort_no: int


@dataclass(frozen=True)
class PackageRow(DictionaryRow):
    """`lines` carry the package price spread to the cent; ages are completed years, both included."""

    kind_code: str = "health"
    sex_limit: str = ""
    marriage: str = ""
    age_min: int | None = None
    age_max: int | None = None
    list_price: Decimal = Decimal(0)
    price: Decimal = Decimal(0)
    description: str = ""
    lines: tuple[PackageLineRow, ...] = ()


@dataclass(frozen=True)
class TermRow(DictionaryRow):
    """A conclusion term: `explanation` for the doctor, `advice` for the examinee."""

    level: str = "D"
    weight: int = 0
    category: str = "positive"
    icd10: str = ""
    department_code: str = ""
    sex_limit: str = ""
    is_private: bool = False
    recheck_days: int | None = None
    recheck_panel_codes: tuple[str, ...] = ()
    statistic_group: str = ""
    explanation: str = ""
    advice: str = ""

    @property
    def is_disease(self) -> bool:
        return self.category == "disease"


@dataclass(frozen=True)
class AdviceRuleRow(DictionaryRow):
    """kind single | composite: `expression` leads to the term; merge: two of `absorbs` are printed as the term."""

    kind: str = "single"
    term_code: str = ""
    expression: Mapping[str, Any] = field(default_factory=dict)
    absorbs: tuple[str, ...] = ()
    priority: int = 100
    source: str = ""


@dataclass(frozen=True)
class ImportantRuleRow(DictionaryRow):
    level: str = "A"
    expression: Mapping[str, Any] = field(default_factory=dict)
    notify_within_minutes: int = 120
    source: str = ""
    is_active: bool = False


@dataclass(frozen=True)
class MappingRow:
    """A channel of an instrument or LIS and the item it feeds; `factor` multiplies the number into our unit."""

    interface: str
    channel_code: str
    channel_name: str
    item_code: str
    factor: Decimal = Decimal(1)
    instrument_unit: str = ""
