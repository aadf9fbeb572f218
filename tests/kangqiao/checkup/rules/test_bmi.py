"""Body mass index and waist against WS/T 428-2013."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules import bmi as rule
from kangqiao.checkup.rules.plain import Refusal

pytestmark = pytest.mark.feature("I-75")

heights = st.decimals("50", "250", places=1)
weights = st.decimals("2", "400", places=1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("18.4", "underweight"),
        ("18.5", "normal"),
        ("23.9", "normal"),
        ("24.0", "overweight"),
        ("27.9", "overweight"),
        ("28.0", "obese"),
    ],
)
def test_adults_are_classed_at_the_chinese_cut_points(value: str, expected: str) -> None:
    assert rule.classify_bmi(Decimal(value), 30) == expected


def test_the_displayed_value_is_classed_so_paper_never_says_28_overweight() -> None:
    # NHANES 55721: 27.9953 is shown as 28.0
    found = rule.assess_bmi(Decimal("179.1"), Decimal("89.8"), 40)
    assert isinstance(found, rule.BmiAssessment)
    assert (found.value, found.bmi_class, found.term) == (Decimal("28.0"), "obese", "BMI_OBESE")
    two_places = rule.assess_bmi(Decimal("179.1"), Decimal("89.8"), 40, decimals=3)
    assert isinstance(two_places, rule.BmiAssessment)
    assert (two_places.value, two_places.bmi_class) == (Decimal("27.995"), "overweight")


def test_halves_are_rounded_up() -> None:
    assert rule.bmi(Decimal(200), Decimal("97.8")) == Decimal("24.5")  # 24.45


@pytest.mark.parametrize("age", [None, 0, 17])
def test_minors_and_unknown_ages_get_no_adult_class(age: int | None) -> None:
    found = rule.assess_bmi(Decimal(150), Decimal(60), age)
    assert isinstance(found, rule.BmiAssessment)
    assert found.bmi_class is rule.BmiClass.NEEDS_CONFIRMATION
    assert found.term == ""
    assert "18" in found.remark


@pytest.mark.parametrize(("weight", "words"), [("60", "本次在建议范围内"), ("50", "本次不在建议范围内")])
def test_from_eighty_years_the_suggested_band_is_remarked(weight: str, words: str) -> None:
    found = rule.assess_bmi(Decimal(160), Decimal(weight), 80)
    assert isinstance(found, rule.BmiAssessment)
    assert words in found.remark


@pytest.mark.parametrize(
    ("height", "weight", "code"),
    [
        (None, "60", "bmi.missing"),
        ("170", None, "bmi.missing"),
        ("1.70", "60", "bmi.height_in_metres"),
        ("0.5", "60", "bmi.height_in_metres"),
        ("49.9", "60", "bmi.height_out_of_limits"),
        ("250.1", "60", "bmi.height_out_of_limits"),
        ("170", "1.9", "bmi.weight_out_of_limits"),
        ("170", "400.1", "bmi.weight_out_of_limits"),
    ],
)
def test_impossible_sizes_give_a_reason_and_no_index(height: str | None, weight: str | None, code: str) -> None:
    size = (None if height is None else Decimal(height), None if weight is None else Decimal(weight))
    refusal = rule.assess_bmi(*size, 30)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert rule.bmi(*size) is None


@pytest.mark.parametrize(("height", "weight"), [("50", "2"), ("250", "400")])
def test_the_limits_themselves_are_accepted(height: str, weight: str) -> None:
    assert rule.bmi(Decimal(height), Decimal(weight)) is not None


@given(heights, weights, st.integers(18, 110))
def test_every_possible_adult_gets_a_class_of_the_value_shown(height: Decimal, weight: Decimal, age: int) -> None:
    found = rule.assess_bmi(height, weight, age)
    assert isinstance(found, rule.BmiAssessment)
    assert abs(found.value - weight / (height / 100) ** 2) <= Decimal("0.05")
    assert found.bmi_class is rule.classify_bmi(found.value, age)
    assert found.bmi_class is not rule.BmiClass.NEEDS_CONFIRMATION


@pytest.mark.parametrize(
    ("sex", "waist", "expected"),
    [
        ("male", "84.9", "normal"),
        ("male", "85", "pre_central_obesity"),
        ("male", "90", "central_obesity"),
        ("female", "79.9", "normal"),
        ("female", "80", "pre_central_obesity"),
        ("female", "85", "central_obesity"),
    ],
)
def test_waist_is_classed_by_sex(sex: str, waist: str, expected: str) -> None:
    assert rule.classify_waist(Decimal(waist), sex, 40) == expected


@pytest.mark.parametrize(("sex", "age"), [("", 40), ("male", 17), ("female", None)])
def test_waist_of_minors_or_unknown_sex_needs_confirmation(sex: str, age: int | None) -> None:
    assert rule.classify_waist(Decimal(100), sex, age) == "needs_confirmation"


def test_waist_ratios() -> None:
    assert rule.high_waist_hip_ratio(Decimal("0.91"), "male") is True
    assert rule.high_waist_hip_ratio(Decimal("0.90"), "male") is False
    assert rule.high_waist_hip_ratio(Decimal("0.86"), "female") is True
    assert rule.high_waist_hip_ratio(Decimal("0.85"), "female") is False
    assert rule.high_waist_hip_ratio(Decimal("0.99"), "") is None
    assert rule.high_waist_height_ratio(Decimal("0.50")) is True
    assert rule.high_waist_height_ratio(Decimal("0.49")) is False
