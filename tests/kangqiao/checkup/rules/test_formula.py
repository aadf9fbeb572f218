"""The formula reader: right arithmetic, and nothing but arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.formula import FormulaError, evaluate, parse_formula

pytestmark = pytest.mark.feature("I-04")

VALUES = {"A": Decimal(6), "B": Decimal(4), "ZERO": Decimal(0), "EMPTY": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A + B * 2", "14"),
        ("(A + B) * 2", "20"),
        ("A - B - 1", "1"),
        ("A / B", "1.5"),
        ("2 ** 3 ** 2", "512"),
        ("-2 ** 2", "-4"),
        ("2 ** -1", "0.5"),
        ("--A", "6"),
        ("+A", "6"),
        ("min(A, B, 5)", "4"),
        ("max(A, (B + 5))", "9"),
        ("1.5", "1.5"),
        ("  A", "6"),
    ],
)
def test_arithmetic(text: str, expected: str) -> None:
    assert evaluate(text, VALUES) == Decimal(expected)


@pytest.mark.parametrize("text", ["A + EMPTY", "A + UNKNOWN", "A / ZERO", "ZERO ** 0", "(0 - 2) ** 0.5", "9 ** 9 ** 9"])
def test_missing_inputs_and_impossible_arithmetic_give_none(text: str) -> None:
    assert evaluate(text, VALUES) is None


@pytest.mark.parametrize(
    "text",
    ["", "A +", "(A", "A)", "A B", "1..2", "A; B", "abs(A)", "min()", "min(A", "__import__('os')", "A.real", "A[0]", "'a'",
     "lambda: 1", "A = 1", "(" * 60 + "1" + ")" * 60, "2" + "**2" * 60, "1+" * 300 + "1"],
)  # fmt: skip
def test_anything_else_is_refused_with_a_chinese_reason(text: str) -> None:
    with pytest.raises(FormulaError) as error:
        parse_formula(text)
    assert any("\u4e00" <= c <= "\u9fff" for c in str(error.value))


def test_a_formula_knows_its_inputs() -> None:
    assert parse_formula("TC - HDL - TG / 2.2").inputs == {"TC", "HDL", "TG"}


@given(st.text(alphabet="AB12.+-*/(), minax", max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        result = evaluate(text, VALUES)
    except FormulaError:
        return
    assert result is None or result.is_finite()


@given(st.decimals("0.01", "1000", places=2), st.decimals("0.01", "1000", places=2))
def test_results_equal_decimal_arithmetic(a: Decimal, b: Decimal) -> None:
    assert evaluate("X * 2 + Y - X", {"X": a, "Y": b}) == a + b
