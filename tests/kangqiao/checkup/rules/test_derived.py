"""Items computed from other items."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.blood_pressure import Reading, mean_arterial, pulse_pressure
from kangqiao.checkup.rules.bmi import bmi
from kangqiao.checkup.rules.derived import BY_CODE, DERIVED_ITEMS, derive, derive_all, inputs_of

pytestmark = pytest.mark.feature("I-04")


def values(**given_values: str) -> dict[str, Decimal | None]:
    return {code: Decimal(value) for code, value in given_values.items()}


@pytest.mark.parametrize(
    ("code", "sex", "given_values", "expected"),
    [
        ("GLB", "", {"TP": "75.2", "ALB": "45.1"}, "30.1"),
        ("AG_RATIO", "", {"TP": "75", "ALB": "45"}, "1.50"),
        ("IBIL", "", {"TBIL": "15.0", "DBIL": "4.2"}, "10.8"),
        ("NON_HDL", "", {"TC": "5.20", "HDL": "1.30"}, "3.90"),
        ("LDL", "", {"TC": "5.20", "HDL": "1.30", "TG": "1.70"}, "3.13"),
        ("MCV", "", {"HCT": "0.45", "RBC": "5.00"}, "90.0"),
        ("MCH", "", {"HGB": "150", "RBC": "5.00"}, "30.0"),
        ("MCHC", "", {"HGB": "150", "HCT": "0.45"}, "333"),
        ("HOMA_IR", "", {"FPG": "5.0", "FINS": "9.0"}, "2.00"),
        ("WHR", "", {"WAIST": "90", "HIP": "100"}, "0.90"),
        ("WHTR", "", {"WAIST": "85", "HEIGHT": "170"}, "0.50"),
        ("ACR", "", {"UALB": "30", "UCREA": "10"}, "26.5"),
        ("EGFR", "male", {"CREA": "77.25", "AGE": "41"}, "111.0"),
        ("EGFR", "female", {"CREA": "177", "AGE": "70"}, "26.3"),
    ],
)
def test_published_formulas(code: str, sex: str, given_values: dict[str, str], expected: str) -> None:
    assert derive(BY_CODE[code], values(**given_values), sex) == Decimal(expected)


def test_friedewald_stops_at_high_triglycerides() -> None:
    assert derive(BY_CODE["LDL"], values(TC="5.2", HDL="1.3", TG="4.5")) is None
    assert derive(BY_CODE["LDL"], values(TC="5.2", HDL="1.3", TG="4.49")) is not None
    assert derive(BY_CODE["LDL"], values(TC="5.2", HDL="1.3")) is None


def test_egfr_needs_a_known_sex_and_an_adult() -> None:
    assert derive(BY_CODE["EGFR"], values(CREA="80", AGE="40"), "") is None
    assert derive(BY_CODE["EGFR"], values(CREA="80", AGE="17"), "male") is None
    assert derive(BY_CODE["EGFR"], values(CREA="80"), "male") is None


def test_a_measured_value_is_left_alone() -> None:
    blood = values(HCT="0.45", RBC="5.00", HGB="150", MCV="91.3")
    assert derive_all(blood) == {"MCH": Decimal("30.0"), "MCHC": Decimal("333")}
    assert derive_all(blood, wanted=frozenset({"MCH"})) == {"MCH": Decimal("30.0")}


def test_missing_inputs_and_an_empty_denominator_give_nothing() -> None:
    assert derive_all(values(TP="75")) == {}
    assert derive(BY_CODE["AG_RATIO"], values(TP="45", ALB="45")) is None


def test_every_declaration_names_its_source_and_inputs() -> None:
    assert len(BY_CODE) == len(DERIVED_ITEMS)
    for item in DERIVED_ITEMS:
        assert item.source
        assert inputs_of(item)


@given(st.integers(60, 260), st.integers(30, 160))
def test_the_declared_pressures_agree_with_the_rule(systolic: int, diastolic: int) -> None:
    found = derive_all({"SBP": Decimal(systolic), "DBP": Decimal(diastolic)})
    assert found["PP"] == pulse_pressure(Reading(systolic, diastolic))
    assert found["MAP"] == mean_arterial(Reading(systolic, diastolic))


@given(st.decimals("50", "250", places=1), st.decimals("2", "400", places=1))
def test_the_declared_bmi_agrees_with_the_rule(height: Decimal, weight: Decimal) -> None:
    assert derive(BY_CODE["BMI"], {"HEIGHT": height, "WEIGHT": weight}) == bmi(height, weight)
