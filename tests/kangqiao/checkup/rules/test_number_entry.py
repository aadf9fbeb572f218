"""What a person types into a numeric field."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.number_entry import NumberEntry, parse_number, refuse_out_of_limits
from kangqiao.checkup.rules.plain import Refusal

pytestmark = pytest.mark.feature("I-17")


@pytest.mark.parametrize(
    ("typed", "value", "qualifier", "text"),
    [
        ("5.6", "5.6", "", "5.6"),
        (" 5.60 ", "5.60", "", "5.60"),
        ("１２．５", "12.5", "", "12.5"),
        ("36。5", "36.5", "", "36.5"),
        ("<0.05", "0.05", "<", "<0.05"),
        ("＜ 0.05", "0.05", "<", "<0.05"),
        ("≥1000", "1000", ">=", "≥1000"),
        (">=1000", "1000", ">=", "≥1000"),
        ("≤3", "3", "<=", "≤3"),
        (">200", "200", ">", ">200"),
        ("1,200", "1200", "", "1200"),
        ("1，200.5", "1200.5", "", "1200.5"),
        (".5", "0.5", "", "0.5"),
        ("5.", "5", "", "5"),
        ("-1.25", "-1.25", "", "-1.25"),
        ("−1.25", "-1.25", "", "-1.25"),
        ("+2", "2", "", "2"),
    ],
)
def test_numbers_are_understood_as_typed(typed: str, value: str, qualifier: str, text: str) -> None:
    assert parse_number(typed) == NumberEntry(Decimal(value), qualifier, text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number.empty"),
        ("   ", "number.empty"),
        ("5,6", "number.comma"),
        ("12,34,567", "number.comma"),
        ("abc", "number.unreadable"),
        ("1.2.3", "number.unreadable"),
        ("1e5", "number.unreadable"),
        ("<", "number.unreadable"),
        ("五", "number.unreadable"),
        ("NaN", "number.unreadable"),
        ("1234567890123456", "number.too_long"),
    ],
)
def test_anything_doubtful_is_refused_in_chinese(typed: str, code: str) -> None:
    refusal = parse_number(typed)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.message)


def test_more_places_than_the_item_has_are_refused_but_trailing_zeros_are_not() -> None:
    refusal = parse_number("5.67", decimals=1)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "number.too_many_decimals"
    assert parse_number("5.60", decimals=1) == NumberEntry(Decimal("5.6"), "", "5.6")
    assert parse_number("5", decimals=1) == NumberEntry(Decimal(5), "", "5")


@given(st.decimals("-99999", "99999", places=3))
def test_every_plain_number_survives(value: Decimal) -> None:
    found = parse_number(format(value, "f"))
    assert isinstance(found, NumberEntry)
    assert found.value == value


@given(st.text(max_size=12))
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    assert isinstance(parse_number(text), NumberEntry | Refusal)


@pytest.mark.parametrize(
    ("value", "low", "high", "fine"),
    [("5", "5", "9", True), ("9", "5", "9", True), ("4.9", "5", "9", False), ("9.1", "5", "9", False)],
)
def test_hard_limits_include_their_bounds(value: str, low: str, high: str, fine: bool) -> None:
    refusal = refuse_out_of_limits(NumberEntry(Decimal(value), "", value), Decimal(low), Decimal(high), "kg")
    assert (refusal is None) is fine
    assert refusal is None or "5–9 kg" in refusal.message


def test_one_sided_hard_limits_name_their_side() -> None:
    entry = NumberEntry(Decimal(5), "", "5")
    low = refuse_out_of_limits(entry, Decimal(6), None)
    high = refuse_out_of_limits(entry, None, Decimal(4))
    assert low is not None
    assert "不低于 6" in low.message
    assert high is not None
    assert "不高于 4" in high.message
    assert refuse_out_of_limits(entry, None, None) is None


def test_limits_are_named_without_the_zeros_that_the_database_adds() -> None:
    entry = parse_number("300", decimals=1)
    assert isinstance(entry, NumberEntry)
    refusal = refuse_out_of_limits(entry, Decimal("20.0000"), Decimal("250.0000"), "cm")
    assert refusal is not None
    assert "（20–250 cm）" in refusal.message
