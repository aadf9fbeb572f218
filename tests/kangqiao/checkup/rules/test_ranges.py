"""Choice of the reference range and the flag of a result."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.plain import age_days, age_years, days_of_years
from kangqiao.checkup.rules.ranges import Flagged, ReferenceRange, choose_range, flag_number, flag_text, range_text

pytestmark = pytest.mark.feature("I-04")

TODAY = date(2026, 11, 23)
D = Decimal
CREA_M = ReferenceRange("CREA", "male", low=D(57), high=D(97), term_high="CREA_HIGH", term_low="CREA_LOW")
CREA_M60 = ReferenceRange("CREA", "male", days_of_years(60), days_of_years(80), low=D(57), high=D(111))
CREA_ANY = ReferenceRange("CREA", low=D(41), high=D(97))
HGB = ReferenceRange("HGB", low=D(115), high=D(150), critical_low=D(60), critical_high=D(200), term_low="ANEMIA")


def choose(*ranges: ReferenceRange, sex: str = "male", years: int | None = 61, **more: str) -> ReferenceRange | None:
    days = None if years is None else days_of_years(years)
    return choose_range(ranges, sex=sex, age_days=days, on=TODAY, **more)


def test_the_most_specific_range_wins() -> None:
    assert choose(CREA_ANY, CREA_M, CREA_M60) == CREA_M60
    assert choose(CREA_M60, CREA_M, CREA_ANY, years=59) == CREA_M
    assert choose(CREA_M60, CREA_M, CREA_ANY, sex="female") == CREA_ANY
    assert choose(CREA_M, sex="female") is None


def test_an_age_band_starts_on_the_birthday_and_ends_before_the_next() -> None:
    ranges = [CREA_M60, CREA_M]
    for day, expected in [(date(2026, 2, 28), CREA_M), (date(2026, 3, 1), CREA_M60)]:
        days = age_days(date(1966, 3, 1), day)
        assert choose_range(ranges, sex="male", age_days=days, on=day) == expected
    assert choose(*ranges, years=80) == CREA_M


def test_unknown_age_or_sex_uses_only_ranges_that_do_not_ask() -> None:
    assert choose(CREA_M60, CREA_M, years=None) == CREA_M
    assert choose(CREA_M60, years=None) is None
    assert choose(CREA_M, CREA_ANY, sex="") == CREA_ANY


def test_condition_and_method_beat_sex_and_age_and_never_apply_uninvited() -> None:
    pregnant = ReferenceRange("HGB", condition="pregnant", low=D(110))
    kit = ReferenceRange("HGB", method="kit-b", low=D(100))
    banded = ReferenceRange("HGB", "female", 0, days_of_years(99), low=D(115))
    assert choose(pregnant, kit, banded, sex="female") == banded
    assert choose(pregnant, kit, banded, sex="female", method="kit-b") == kit
    assert choose(pregnant, kit, banded, sex="female", condition="pregnant", method="kit-b") == pregnant


def test_effective_dates_bound_a_range_and_the_latest_wins_a_tie() -> None:
    old = ReferenceRange("X", high=D(1), effective_to=TODAY)
    new = ReferenceRange("X", high=D(2), effective_from=TODAY)
    future = ReferenceRange("X", high=D(3), effective_from=date(2027, 1, 1))
    always = ReferenceRange("X", high=D(4))
    assert choose(old, new, future, always) == new
    assert choose_range([old, new], sex="", age_days=None, on=date(2026, 11, 22)) == old


def test_a_narrower_age_band_wins() -> None:
    wide = ReferenceRange("X", age_min_days=0, age_max_days=40_000)
    narrow = ReferenceRange("X", age_min_days=20_000, age_max_days=30_000)
    open_ended = ReferenceRange("X", age_min_days=1)
    assert choose(wide, narrow, open_ended) == narrow


@pytest.mark.parametrize(
    ("value", "flag"),
    [("115", "N"), ("150", "N"), ("114", "L"), ("151", "H"), ("60", "LL"), ("61", "L"), ("200", "HH"), ("199", "H")],
)
def test_numbers_are_flagged_with_inclusive_bounds(value: str, flag: str) -> None:
    assert flag_number(D(value), HGB).flag == flag


def test_exclusive_bounds() -> None:
    r = ReferenceRange(low=D(1), high=D("5.2"), low_inclusive=False, high_inclusive=False)
    assert [flag_number(D(v), r).flag for v in ("1", "1.01", "5.19", "5.2")] == ["L", "N", "N", "H"]


def test_the_flag_carries_a_snapshot_a_prompt_and_the_term() -> None:
    assert flag_number(D(100), CREA_M) == Flagged("H", "↑", D(57), D(97), "57–97", "CREA_HIGH")  # type: ignore[arg-type]
    assert flag_number(D(50), CREA_M).term == "CREA_LOW"
    assert flag_number(D(60), HGB).prompt == "↓↓"
    own = ReferenceRange(high=D(1), high_prompt="偏高", low=D(0), low_prompt="偏低")
    assert [flag_number(D(v), own).prompt for v in (2, -1)] == ["偏高", "偏低"]


@pytest.mark.parametrize(
    ("when", "value", "flag"),
    [
        ("ge", "1", "POS"),
        ("ge", "0.99", "N"),
        ("gt", "1", "N"),
        ("gt", "1.01", "POS"),
        ("lt", "0.99", "POS"),
        ("lt", "1", "N"),
        ("le", "1", "POS"),
        ("le", "1.01", "N"),
    ],
)
def test_positive_is_told_by_the_kits_rule_also_for_competitive_assays(when: str, value: str, flag: str) -> None:
    r = ReferenceRange(positive_when=when, cutoff=D(1), term_positive="T")
    found = flag_number(D(value), r)
    assert found.flag == flag
    assert found.term == ("T" if flag == "POS" else "")


@pytest.mark.parametrize(
    ("qualifier", "value", "flag"),
    [
        ("<", "0.05", "N"),
        ("<", "5", "N"),
        ("<", "6", ""),
        (">", "5", "H"),
        (">", "4", ""),
        ("<=", "5", "N"),
        (">=", "5", ""),
        (">=", "5.1", "H"),
    ],
)
def test_qualified_values_are_flagged_only_when_certain(qualifier: str, value: str, flag: str) -> None:
    assert flag_number(D(value), ReferenceRange(high=D(5)), qualifier).flag == flag


def test_qualified_values_against_a_cutoff() -> None:
    r = ReferenceRange(positive_when="ge", cutoff=D("0.05"))
    assert flag_number(D("0.05"), r, "<").flag == "N"
    assert flag_number(D(250), r, ">").flag == "POS"
    assert flag_number(D("0.06"), r, "<").flag == ""


@given(st.decimals("-10", "10", places=2), st.decimals("-10", "10", places=2), st.sampled_from(["<", ">", "<=", ">="]))
def test_a_qualified_flag_agrees_with_every_value_it_may_stand_for(bound: Decimal, true: Decimal, sign: str) -> None:
    r = ReferenceRange(low=D(-5), high=D(5), critical_low=D(-8), critical_high=D(8))
    stands = {"<": true < bound, ">": true > bound, "<=": true <= bound, ">=": true >= bound}[sign]
    flagged = flag_number(bound, r, sign).flag
    if stands and flagged:
        exact = flag_number(true, r).flag
        assert flagged == exact or (flagged in ("H", "L") and exact == flagged * 2)


@given(st.decimals("-1000", "1000", places=3))
def test_every_number_gets_exactly_one_side(value: Decimal) -> None:
    flag = flag_number(value, HGB).flag
    assert (flag in ("H", "HH")) == (value > 150)
    assert (flag in ("L", "LL")) == (value < 115)


def test_without_a_range_nothing_is_claimed() -> None:
    assert flag_number(D(1), None) == Flagged("")  # type: ignore[arg-type]
    assert flag_number(D(1), ReferenceRange(text_normal="阴性")).flag == ""
    assert flag_text("阳性", None).flag == "POS"
    assert flag_text("阴性", None).flag == "N"
    assert flag_text("淡黄色", None).flag == ""
    assert flag_text("  ", None).flag == ""


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("阴性", "N"),
        ("-", "N"),
        ("阴性(-)", "N"),
        ("阳性", "POS"),
        ("弱阳性", "POS"),
        ("+", "POS"),
        ("2+", "POS"),
        ("阳性(+)", "POS"),
        ("可疑", "POS"),
        ("浑浊", "ABN"),
        ("", ""),
    ],
)
def test_texts_are_compared_with_the_normal_text(text: str, flag: str) -> None:
    found = flag_text(text, ReferenceRange(text_normal="阴性", term_positive="T"))
    assert found.flag == flag
    assert found.term == ("T" if flag in ("POS", "ABN") else "")


@pytest.mark.parametrize(
    ("r", "text"),
    [
        (ReferenceRange(low=D("3.5"), high=D("9.5")), "3.5–9.5"),
        (ReferenceRange(high=D("5.2")), "≤5.2"),
        (ReferenceRange(high=D("5.2"), high_inclusive=False), "<5.2"),
        (ReferenceRange(low=D("1.0")), "≥1.0"),
        (ReferenceRange(low=D(1), low_inclusive=False), ">1"),
        (ReferenceRange(positive_when="ge", cutoff=D(1)), "<1"),
        (ReferenceRange(positive_when="lt", cutoff=D(1)), "≥1"),
        (ReferenceRange(positive_when="gt", cutoff=D(1)), "≤1"),
        (ReferenceRange(positive_when="le", cutoff=D(1)), ">1"),
        (ReferenceRange(text_normal="阴性"), "阴性"),
        (ReferenceRange(), ""),
    ],
)
def test_the_printed_range(r: ReferenceRange, text: str) -> None:
    assert range_text(r) == text


@given(st.dates(date(1910, 1, 1), date(2010, 1, 1)), st.dates(date(2010, 1, 2), date(2040, 1, 1)))
def test_age_in_days_never_leaves_the_completed_year(birth: date, on: date) -> None:
    years, days = age_years(birth, on), age_days(birth, on)
    assert days_of_years(years) <= days < days_of_years(years + 1)
    assert abs(days - (on - birth).days) <= 1


@pytest.mark.feature("I-04")
@pytest.mark.parametrize(("decimals", "text"), [(1, "18.5–23.9"), (2, "18.5–23.99"), (None, "18.5–<24")])
def test_upper_bound_outside_the_range_is_not_printed_as_part_of_it(decimals: int | None, text: str) -> None:
    limits = ReferenceRange(low=Decimal("18.5"), high=Decimal(24), high_inclusive=False)
    assert range_text(limits, decimals) == text
