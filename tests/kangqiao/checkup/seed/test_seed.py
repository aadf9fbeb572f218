"""The starter dictionaries hang together: every code exists, nothing is doubled, money adds up."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from kangqiao.checkup.rules.advice_rule import faults_of, items_in, terms_in
from kangqiao.checkup.rules.blood_pressure import KNOWN_HYPERTENSION_TERM, PRESSURE_TERMS
from kangqiao.checkup.rules.bmi import BMI_TERMS, WAIST_TERMS
from kangqiao.checkup.rules.derived import DERIVED_ITEMS, inputs_of
from kangqiao.checkup.rules.plain import days_of_years
from kangqiao.checkup.rules.ranges import choose_range, flag_number, flag_text
from kangqiao.checkup.seed import Seed, load

SEED = load()
ITEMS = {row.code: row for row in SEED.items}
PANELS = {row.code: row for row in SEED.panels}
TERMS = {row.code: row for row in SEED.terms}
DEPARTMENTS = {row.code: row for row in SEED.departments}
DICTIONARIES = [name for name in Seed.__dataclass_fields__ if name not in ("ranges", "mappings")]


@pytest.mark.feature("I-01", "I-02", "I-04", "I-05", "I-06", "I-09", "I-10", "I-11")
def test_there_is_enough_to_start_a_day_with() -> None:
    assert len(SEED.items) >= 70
    assert len(SEED.panels) >= 28
    assert len(SEED.packages) >= 6
    assert len(SEED.terms) >= 150
    assert len(SEED.findings) >= 120
    assert len([r for r in SEED.advice_rules if r.kind in ("composite", "merge")]) >= 12
    assert len(SEED.ethnicities) == 56
    assert SEED.ethnicities[0].name == "汉族"
    assert SEED.ethnicities[55].name == "基诺族"


@pytest.mark.feature("I-01")
@pytest.mark.parametrize("name", DICTIONARIES)
def test_codes_and_names_are_unique_and_fit_the_tables(name: str) -> None:
    rows = getattr(SEED, name)
    assert [code for code, n in Counter(r.code for r in rows).items() if n > 1] == []
    assert all(0 < len(r.code) <= 32 and 0 < len(r.name) <= 100 for r in rows)
    if name != "findings":
        assert [text for text, n in Counter(r.name for r in rows).items() if n > 1] == []


@pytest.mark.feature("I-01")
def test_tubes_are_in_order_of_draw_and_tellable_by_colour() -> None:
    orders = [t.draw_order for t in SEED.tube_kinds]
    assert orders == sorted(set(orders))
    assert all(re.fullmatch(r"#[0-9a-f]{6}", t.color) for t in SEED.tube_kinds)
    by_code = {t.code: t.draw_order for t in SEED.tube_kinds}
    order = ["BLUE", "BLACK", "YELLOW", "GREEN", "PURPLE", "GRAY"]
    assert all(by_code[a] < by_code[b] for a, b in pairwise(order))


@pytest.mark.feature("I-04")
def test_items_name_an_existing_department_unit_and_kind() -> None:
    units = {u.code for u in SEED.measurement_units}
    for item in SEED.items:
        assert item.department_code in DEPARTMENTS
        assert item.result_kind in ("numeric", "text", "choice")
        assert not item.unit or item.unit in units, item.code
        assert item.summary_use in ("abnormal", "always", "never")
        if item.result_kind == "numeric":
            assert item.valid_min is not None
            assert item.valid_max is not None
            assert item.valid_min < item.valid_max


@pytest.mark.feature("I-04")
def test_every_item_is_ordered_by_some_panel() -> None:
    used = {code for panel in SEED.panels for code in panel.item_codes}
    assert set(ITEMS) - used == set()
    assert used - set(ITEMS) == set()


@pytest.mark.feature("I-04")
def test_computed_items_agree_with_their_declarations() -> None:
    for derived in DERIVED_ITEMS:
        if derived.code in ITEMS:
            assert ITEMS[derived.code].decimals == derived.decimals, derived.code
            assert inputs_of(derived) - {"AGE"} <= set(ITEMS)


@pytest.mark.feature("I-04")
def test_ranges_refer_to_items_and_terms_and_name_their_source() -> None:
    for row in SEED.ranges:
        r = row.range
        assert r.item_code in ITEMS
        assert r.source
        assert ("核对后启用" in r.source or "须按本室" in r.source or "按本室方法核对" in r.source) is not row.confirmed
        for term in (r.term_high, r.term_low, r.term_positive):
            assert not term or term in TERMS, (r.item_code, term)
        if r.low is not None and r.high is not None:
            assert r.low < r.high
        assert not ITEMS[r.item_code].sex_limit or r.sex in ("", ITEMS[r.item_code].sex_limit)


@pytest.mark.feature("I-04")
def test_ranges_of_one_item_and_sex_never_overlap_in_age() -> None:
    for code in ITEMS:
        for sex in ("male", "female"):
            bands = sorted(
                (r.range.age_min_days or 0, r.range.age_max_days or 10**6)
                for r in SEED.ranges
                if r.range.item_code == code and r.range.sex in ("", sex)
            )
            assert all(a[1] <= b[0] for a, b in pairwise(bands)), (code, sex)


@pytest.mark.feature("I-04")
@pytest.mark.parametrize(
    ("item", "sex", "years", "value", "flag"),
    [
        ("WBC", "male", 30, "9.5", "N"),
        ("HGB", "male", 30, "129", "L"),
        ("HGB", "female", 30, "129", "N"),
        ("HGB", "female", 30, "60", "LL"),
        ("PLT", "female", 30, "30", "LL"),
        ("CREA", "male", 59, "100", "H"),
        ("CREA", "male", 60, "100", "N"),
        ("CREA", "female", 70, "82", "H"),
        ("ALP", "female", 49, "110", "H"),
        ("ALP", "female", 50, "110", "N"),
        ("FPG", "male", 40, "6.1", "H"),
        ("TC", "male", 40, "5.20", "H"),
        ("TC", "male", 40, "5.19", "N"),
        ("UA", "female", 40, "361", "H"),
        ("UA", "male", 40, "420", "N"),
        ("SBP", "male", 40, "139", "N"),
        ("SBP", "male", 40, "140", "H"),
        ("DBP", "male", 40, "110", "HH"),
        ("BMI", "male", 40, "24.0", "H"),
    ],
)
def test_values_of_the_standards(item: str, sex: str, years: int, value: str, flag: str) -> None:
    ranges = [r.range for r in SEED.confirmed_ranges if r.range.item_code == item]
    chosen = choose_range(ranges, sex=sex, age_days=days_of_years(years), on=date(2026, 11, 23))
    assert flag_number(Decimal(value), chosen).flag == flag


@pytest.mark.feature("I-09")
def test_findings_refer_to_items_and_terms_with_one_default_each() -> None:
    for code, item in ITEMS.items():
        found = [f for f in SEED.findings if f.item_code == code]
        if item.result_kind == "numeric":
            assert not found, code
            continue
        assert [f.is_abnormal for f in found if f.is_default] == [False], code
        assert len({f.text for f in found}) == len(found)
        assert item.default_value == next(f.text for f in found if f.is_default)
    for finding in SEED.findings:
        assert not finding.term_code or (finding.term_code in TERMS and finding.is_abnormal), finding.code
        assert 0 <= finding.severity <= 4
        assert len(finding.text) <= 200


@pytest.mark.feature("I-09")
def test_a_findings_flag_agrees_with_the_range_of_its_item() -> None:
    texts = {r.range.item_code: r.range for r in SEED.confirmed_ranges if r.range.text_normal}
    for finding in SEED.findings:
        r = texts.get(finding.item_code)
        if r is None or ITEMS[finding.item_code].result_kind == "numeric":
            continue
        flagged = flag_text(finding.text, r)
        assert (flagged.flag != "N") is finding.is_abnormal, finding.code
        assert flagged.term == finding.term_code, finding.code


@pytest.mark.feature("I-05")
def test_panels_are_whole() -> None:
    specimens, tubes = {s.code for s in SEED.specimen_kinds}, {t.code for t in SEED.tube_kinds}
    for panel in SEED.panels:
        assert panel.department_code in DEPARTMENTS
        assert panel.price > 0
        assert len(set(panel.item_codes)) == len(panel.items) > 0
        assert any(row.is_required for row in panel.items)
        assert panel.timing in ("ordinary", "fasting", "after_meal")
        lab = panel.department_code == "LAB"
        assert bool(panel.specimen_kind_code) is bool(panel.tube_kind_code) is bool(panel.barcode_class) is lab
        assert not lab or (panel.specimen_kind_code in specimens and panel.tube_kind_code in tubes)
        assert not lab or (panel.label_name and len(panel.label_name) <= 8), panel.code
        for code in panel.item_codes:
            assert ITEMS[code].sex_limit in ("", panel.sex_limit), (panel.code, code)
            assert ITEMS[code].department_code == panel.department_code, (panel.code, code)
            assert ITEMS[code].is_private is panel.is_private


@pytest.mark.feature("I-05")
def test_fasting_and_after_meal_blood_never_share_a_label() -> None:
    groups: dict[tuple[str, str], set[str]] = {}
    for panel in SEED.panels:
        if panel.tube_kind_code:
            groups.setdefault((panel.tube_kind_code, panel.barcode_class), set()).add(panel.timing)
    timings = groups["GRAY", "glucose"]
    assert timings == {"fasting", "after_meal"}
    assert not any(t == {"fasting", "after_meal"} for key, t in groups.items() if key != ("GRAY", "glucose"))


@pytest.mark.feature("I-05")
def test_an_item_stands_in_two_panels_only_if_they_exclude_each_other() -> None:
    by_item: dict[str, list[str]] = {}
    for panel in SEED.panels:
        for code in panel.item_codes:
            by_item.setdefault(code, []).append(panel.overlap_group or panel.code)
    assert {code: groups for code, groups in by_item.items() if len(set(groups)) > 1} == {}


@pytest.mark.feature("I-06")
def test_package_lines_add_up_to_the_price_below_the_list() -> None:
    kinds = {k.code: k for k in SEED.checkup_kinds}
    for package in SEED.packages:
        panels = [PANELS[line.panel_code] for line in package.lines]
        assert sum(line.price for line in package.lines) == package.price
        assert package.list_price == sum(p.price for p in panels)
        assert package.price < package.list_price
        assert package.kind_code in kinds
        assert all(p.sex_limit in ("", package.sex_limit) for p in panels), package.code
        overlaps = Counter(p.overlap_group for p in panels if p.overlap_group)
        assert all(n == 1 for n in overlaps.values()), package.code
        assert len({line.panel_code for line in package.lines}) == len(package.lines)
        assert package.age_min is None or package.age_max is None or package.age_min <= package.age_max
        assert not package.marriage or package.marriage in {m.code for m in SEED.marriages}


@pytest.mark.feature("I-06")
def test_no_package_offers_hepatitis_b_and_employment_forbids_it() -> None:
    assert not any(PANELS[line.panel_code].is_hepatitis_b for p in SEED.packages for line in p.lines)
    assert next(k for k in SEED.checkup_kinds if k.code == "pre_employment").forbids_hepatitis_b
    assert all(ITEMS[code].is_private for code in ("HBSAG", "HBSAB", "HBEAG", "HBEAB", "HBCAB"))
    assert TERMS["HBSAG_POS"].is_private


@pytest.mark.feature("I-10")
def test_terms_say_something_to_the_doctor_and_to_the_examinee() -> None:
    for term in SEED.terms:
        assert term.level in "ABCD", term.code
        assert term.category in ("disease", "positive", "risk")
        assert term.department_code in DEPARTMENTS
        assert len(term.explanation) >= 8, term.code
        assert len(term.advice) >= 8, term.code
        assert term.explanation.endswith("。")
        assert term.advice.endswith("。")
        assert re.fullmatch(r"[A-Z]\d{2}(\.\d{1,2})?", term.icd10), term.code
        assert set(term.recheck_panel_codes) <= set(PANELS), term.code
        assert term.level not in "AB" or term.recheck_days, term.code
    for field in ("explanation", "advice"):
        texts = Counter(getattr(t, field) for t in SEED.terms)
        assert [t for t, n in texts.items() if n > 2] == []


@pytest.mark.feature("I-10")
def test_every_term_the_rules_can_name_exists() -> None:
    named = {*BMI_TERMS.values(), *WAIST_TERMS.values(), *PRESSURE_TERMS.values(), KNOWN_HYPERTENSION_TERM}
    assert named <= set(TERMS)


@pytest.mark.feature("I-10")
def test_advice_rules_are_well_formed_and_refer_to_what_exists() -> None:
    for rule in SEED.advice_rules:
        assert rule.term_code in TERMS, rule.code
        assert set(rule.absorbs) <= set(TERMS), rule.code
        assert rule.source
        if rule.kind == "merge":
            assert not rule.expression
            assert len(rule.absorbs) >= 2
            continue
        assert faults_of(rule.expression) == [], rule.code
        assert items_in(rule.expression) <= set(ITEMS), rule.code
        assert terms_in(rule.expression) <= set(TERMS), rule.code
        assert bool(rule.absorbs) is (rule.kind == "composite") or rule.code == "METABOLIC_SYNDROME"


@pytest.mark.feature("I-10")
def test_important_rules_are_well_formed_and_unverified_ones_are_off() -> None:
    for rule in SEED.important_rules:
        assert faults_of(rule.expression) == [], rule.code
        assert items_in(rule.expression) <= set(ITEMS)
        assert terms_in(rule.expression) <= set(TERMS)
        assert rule.level in "AB"
        assert rule.is_active is ("未核对" not in rule.source)


@pytest.mark.feature("I-10")
def test_every_term_can_be_reached_or_is_named_for_manual_use() -> None:
    reachable = {t for r in SEED.ranges for t in (r.range.term_high, r.range.term_low, r.range.term_positive)}
    reachable |= {f.term_code for f in SEED.findings} | {r.term_code for r in SEED.advice_rules}
    reachable |= {*BMI_TERMS.values(), *WAIST_TERMS.values(), *PRESSURE_TERMS.values(), KNOWN_HYPERTENSION_TERM}
    assert set(TERMS) - reachable == {"IBIL_HIGH", "EGFR_MILD", "HOMA_HIGH"}


@pytest.mark.feature("I-11")
def test_the_haematology_analyzer_is_mapped_channel_by_channel() -> None:
    channels = {m.channel_code: m for m in SEED.mappings if m.interface == "hematology"}
    wanted = [
        "WBC",
        "RBC",
        "HGB",
        "HCT",
        "MCV",
        "MCH",
        "MCHC",
        "PLT",
        "NEUT%",
        "LYMPH%",
        "MONO%",
        "EO%",
        "BASO%",
        "NEUT#",
        "LYMPH#",
    ]
    assert set(wanted) <= set(channels)
    assert channels["HCT"].factor * 45 == Decimal("0.45")
    assert len(channels) == len(SEED.mappings)
    assert {m.item_code for m in SEED.mappings} == set(PANELS["CBC"].item_codes)


def test_the_seed_is_read_once() -> None:
    assert load() is SEED
