"""Starter dictionaries of a new hospital, and the invented examinees that can be taken away again."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models, transaction

from kangqiao.checkup import seed
from kangqiao.checkup.models import (
    AdviceRule,
    CheckupDepartment,
    CheckupItem,
    CheckupKind,
    CheckupPackage,
    CheckupPanel,
    CommonFinding,
    ConclusionTerm,
    ImportantRule,
    LabItemMapping,
    MeasurementUnit,
    PackageLine,
    PanelItem,
    PaymentKind,
    ReferenceRange,
    SpecimenKind,
    TubeKind,
)
from kangqiao.checkup.services.demo import has_demo, remove_demo, seed_demo
from kangqiao.core.search import pinyin_initials
from kangqiao.people.services import load_people_dictionaries

__all__ = ["has_demo", "load_starter", "remove_demo", "seed_demo"]

RANGE_FIELDS = (
    "sex", "age_min_days", "age_max_days", "condition", "method", "low", "high", "low_inclusive", "high_inclusive",
    "critical_low", "critical_high", "text_normal", "positive_when", "cutoff", "high_prompt", "low_prompt",
    "effective_from", "effective_to", "source",
)  # fmt: skip


def load_starter() -> None:
    """Make what is missing of the starter dictionaries; a row that the hospital has is left as it is. Idempotent."""
    with transaction.atomic():
        _load(seed.load())


def _load(rows: seed.Seed) -> None:
    load_people_dictionaries(rows.ethnicities, rows.marriages, rows.occupations)
    _fill(CheckupKind, rows.checkup_kinds, "code name sort_no forbids_hepatitis_b")
    _fill(PaymentKind, rows.payment_kinds, "code name sort_no")
    _fill(MeasurementUnit, rows.measurement_units, "code name sort_no ucum")
    _fill(SpecimenKind, rows.specimen_kinds, "code name sort_no")
    _fill(TubeKind, rows.tube_kinds, "code name sort_no color_word color additive volume_ml draw_order")
    _departments(rows)
    _terms(rows)
    fresh = _items(rows)
    _ranges(rows, fresh)
    _findings(rows)
    _panels(rows)
    _packages(rows)
    _rules(rows)
    _mappings(rows)


def _fill(
    model: type[models.Model],
    rows: Iterable[Any],
    fields: str,
    more: Callable[[Any], dict[str, Any]] | None = None,
) -> set[str]:
    """Create the rows whose code is unknown; their codes."""
    known = set(model._default_manager.values_list("code", flat=True))
    fresh = [row for row in rows if row.code not in known]
    model._default_manager.bulk_create(
        model(
            **{name: getattr(row, name) for name in fields.split()},
            pinyin=pinyin_initials(row.name),
            **(more(row) if more else {}),
        )
        for row in fresh
    )
    return {row.code for row in fresh}


def _ids(model: type[models.Model]) -> dict[str, int]:
    return dict(model._default_manager.values_list("code", "pk"))


def _departments(rows: seed.Seed) -> None:
    """Each check-up department belongs to a department of the hospital of the same name, by which rights are given."""
    department = CheckupDepartment._meta.get_field("department").related_model
    known = dict(department._default_manager.values_list("name", "pk"))
    missing = [row for row in rows.departments if row.name not in known]
    department._default_manager.bulk_create(
        department(
            code=f"TJ-{row.code}",
            name=row.name,
            pinyin=pinyin_initials(row.name),
            sort_no=row.sort_no,
            dict_code=row.dict_code,
            location=row.location,
        )
        for row in missing
    )
    known = dict(department._default_manager.values_list("name", "pk"))
    fields = "code name sort_no kind location sort_guide sex_limit has_summary guide_text avg_minutes"
    _fill(
        CheckupDepartment,
        rows.departments,
        fields,
        lambda row: {"department_id": known[row.name], "normal_summary": row.normal_summary or "未见异常"},
    )


def _terms(rows: seed.Seed) -> None:
    departments = _ids(CheckupDepartment)
    fields = "code name sort_no level weight category icd10 sex_limit is_private recheck_days statistic_group explanation advice"
    _fill(
        ConclusionTerm,
        rows.terms,
        fields,
        lambda row: {"department_id": departments.get(row.department_code), "is_disease": row.is_disease},
    )


def _items(rows: seed.Seed) -> set[str]:
    departments = _ids(CheckupDepartment)
    fields = (
        "code name sort_no abbr section result_kind unit decimals readings sex_limit valid_min valid_max summary_use"
        " is_private is_trend loinc default_value"
    )
    return _fill(CheckupItem, rows.items, fields, lambda row: {"department_id": departments[row.department_code]})


def _ranges(rows: seed.Seed, fresh: set[str]) -> None:
    items, terms = _ids(CheckupItem), _ids(ConclusionTerm)
    ReferenceRange.objects.bulk_create(
        ReferenceRange(
            item_id=items[row.range.item_code],
            term_high_id=terms.get(row.range.term_high),
            term_low_id=terms.get(row.range.term_low),
            term_positive_id=terms.get(row.range.term_positive),
            **{name: getattr(row.range, name) for name in RANGE_FIELDS},
        )
        for row in rows.confirmed_ranges
        if row.range.item_code in fresh
    )


def _findings(rows: seed.Seed) -> None:
    items, terms = _ids(CheckupItem), _ids(ConclusionTerm)
    fields = "code name sort_no text long_text is_default is_abnormal severity mutex_group"
    _fill(
        CommonFinding,
        rows.findings,
        fields,
        lambda row: {"item_id": items[row.item_code], "term_id": terms.get(row.term_code)},
    )


def _panels(rows: seed.Seed) -> None:
    departments, items = _ids(CheckupDepartment), _ids(CheckupItem)
    tubes, specimens = _ids(TubeKind), _ids(SpecimenKind)
    fields = (
        "code name sort_no price sex_limit timing needs_full_bladder barcode_class label_name guide_text overlap_group"
        " is_private is_hepatitis_b"
    )
    fresh = _fill(
        CheckupPanel,
        rows.panels,
        fields,
        lambda row: {
            "department_id": departments[row.department_code],
            "tube_kind_id": tubes.get(row.tube_kind_code),
            "specimen_kind_id": specimens.get(row.specimen_kind_code),
        },
    )
    panels = _ids(CheckupPanel)
    PanelItem.objects.bulk_create(
        PanelItem(
            panel_id=panels[row.code], item_id=items[part.item_code], sort_no=part.sort_no, is_required=part.is_required
        )
        for row in rows.panels
        if row.code in fresh
        for part in row.items
    )
    _recheck_panels(rows, panels)


def _recheck_panels(rows: seed.Seed, panels: dict[str, int]) -> None:
    terms = _ids(ConclusionTerm)
    through = ConclusionTerm.recheck_panels.through
    through.objects.bulk_create(
        [
            through(conclusionterm_id=terms[row.code], checkuppanel_id=panels[code])
            for row in rows.terms
            for code in row.recheck_panel_codes
            if code in panels
        ],
        ignore_conflicts=True,
    )


def _packages(rows: seed.Seed) -> None:
    kinds, panels = _ids(CheckupKind), _ids(CheckupPanel)
    fields = "code name sort_no sex_limit marriage age_min age_max list_price price description"
    fresh = _fill(CheckupPackage, rows.packages, fields, lambda row: {"kind_id": kinds[row.kind_code]})
    packages = _ids(CheckupPackage)
    PackageLine.objects.bulk_create(
        PackageLine(
            package_id=packages[row.code], panel_id=panels[line.panel_code], price=line.price, sort_no=line.sort_no
        )
        for row in rows.packages
        if row.code in fresh
        for line in row.lines
    )


def _rules(rows: seed.Seed) -> None:
    terms = _ids(ConclusionTerm)
    _fill(
        AdviceRule,
        rows.advice_rules,
        "code name sort_no kind priority source",
        lambda row: {
            "term_id": terms[row.term_code],
            "expression": dict(row.expression),
            "absorbs": list(row.absorbs),
        },
    )
    _fill(
        ImportantRule,
        rows.important_rules,
        "code name sort_no level notify_within_minutes source is_active",
        lambda row: {"expression": dict(row.expression)},
    )


def _mappings(rows: seed.Seed) -> None:
    """For any instrument: a hospital adds rows of its own for an instrument that speaks otherwise."""
    items = _ids(CheckupItem)
    known = set(LabItemMapping.objects.filter(interface="").values_list("channel_code", flat=True))
    LabItemMapping.objects.bulk_create(
        LabItemMapping(
            channel_code=row.channel_code,
            channel_name=row.channel_name,
            item_id=items[row.item_code],
            factor=row.factor,
            instrument_unit=row.instrument_unit,
        )
        for row in rows.mappings
        if row.channel_code not in known
    )
