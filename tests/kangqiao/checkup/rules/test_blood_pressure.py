"""Averaging and classes of blood pressure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.blood_pressure import (
    METHODS,
    Averaged,
    PressureClass,
    Reading,
    Subtype,
    assess,
    average,
    classify,
    describe_pulse_pressure,
    needs_repeat,
    refuse_reading,
)

pytestmark = pytest.mark.feature("I-76")

readings = st.builds(Reading, st.integers(60, 260), st.integers(30, 160))
NHANES_58826 = [Reading(150, 80), Reading(138, 84), Reading(136, 84)]


def test_the_method_changes_the_class_of_a_real_person() -> None:
    by_guideline = average(NHANES_58826, "cn2024")
    assert by_guideline == Averaged((0, 1, 2), Reading(141, 83))
    assert classify(Reading(141, 83)) == (PressureClass.GRADE_1, Subtype.ISOLATED_SYSTOLIC)
    without_first = average(NHANES_58826, "drop_first")
    assert without_first == Averaged((1, 2), Reading(137, 84))
    assert classify(Reading(137, 84)) == (PressureClass.HIGH_NORMAL, Subtype.NONE)


def test_two_readings_within_the_threshold_are_averaged_and_a_third_is_left_out() -> None:
    two = average([Reading(130, 80), Reading(120, 90), Reading(200, 100)])
    assert two == Averaged((0, 1), Reading(125, 85))
    assert two.complete


@pytest.mark.parametrize("second", [Reading(141, 80), Reading(130, 91), Reading(119, 80), Reading(130, 69)])
def test_more_than_ten_apart_in_either_value_asks_for_a_third(second: Reading) -> None:
    found = average([Reading(130, 80), second])
    assert found.third_required
    assert not found.complete


def test_one_reading_is_incomplete_by_the_guideline_and_complete_by_the_legacy_methods() -> None:
    assert average([Reading(120, 80)]).second_required
    assert not average([Reading(120, 80)]).complete
    assert all(average([Reading(120, 80)], method).complete for method in ("last", "min", "drop_first"))


def test_no_reading_has_no_mean() -> None:
    assert average([]) == Averaged((), None)
    assert not average([]).complete


def test_the_2018_guideline_and_a_set_threshold() -> None:
    pair = [Reading(130, 80), Reading(136, 80)]
    assert average(pair, "cn2024").complete
    assert average(pair, "cn2018").third_required
    assert average(pair, "cn2018", threshold=6).complete


def test_last_and_lowest_reading() -> None:
    three = [Reading(150, 80), Reading(136, 90), Reading(136, 84), Reading(140, 70)]
    assert average(three, "last") == Averaged((3,), Reading(140, 70))
    assert average(three, "min") == Averaged((2,), Reading(136, 84))


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown"):
        average([Reading(120, 80)], "mean")


def test_means_are_rounded_half_up() -> None:
    assert average([Reading(121, 80), Reading(122, 81)]).mean == Reading(122, 81)


@given(st.lists(readings, min_size=1, max_size=5), st.sampled_from(METHODS))
def test_the_mean_lies_between_the_used_readings(given_readings: list[Reading], method: str) -> None:
    found = average(given_readings, method)
    assert found.mean is not None
    used = [given_readings[i] for i in found.used]
    assert min(r.systolic for r in used) <= found.mean.systolic <= max(r.systolic for r in used)
    assert min(r.diastolic for r in used) <= found.mean.diastolic <= max(r.diastolic for r in used)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "expected", "subtype"),
    [
        (119, 79, "normal", ""),
        (120, 79, "high_normal", ""),
        (119, 80, "high_normal", ""),
        (139, 89, "high_normal", ""),
        (140, 89, "grade_1", "isolated_systolic"),
        (139, 90, "grade_1", "isolated_diastolic"),
        (140, 90, "grade_1", ""),
        (159, 99, "grade_1", ""),
        (160, 85, "grade_2", "isolated_systolic"),
        (150, 100, "grade_2", ""),
        (179, 109, "grade_2", ""),
        (180, 80, "grade_3", "isolated_systolic"),
        (130, 110, "grade_3", "isolated_diastolic"),
        (90, 60, "normal", ""),
        (89, 60, "low", ""),
        (90, 59, "low", ""),
    ],
)
def test_classes_at_their_edges(systolic: int, diastolic: int, expected: str, subtype: str) -> None:
    assert classify(Reading(systolic, diastolic)) == (expected, subtype)


@given(readings)
def test_a_higher_reading_never_gets_a_lower_class(reading: Reading) -> None:
    order = list(PressureClass)
    higher = Reading(reading.systolic + 1, reading.diastolic + 1)
    if classify(reading)[0] is not PressureClass.LOW:
        assert order.index(classify(higher)[0]) >= order.index(classify(reading)[0])


def test_wording_is_a_level_of_this_visit_and_no_diagnosis() -> None:
    assert assess(Reading(150, 95)).words == "血压升高（本次测量达 1 级水平）"
    assert assess(Reading(165, 85)).words == "血压升高（本次测量达 2 级水平，单纯收缩期升高）"
    assert assess(Reading(130, 92)).words == "血压升高（本次测量达 1 级水平，单纯舒张期升高）"
    assert assess(Reading(118, 76)).words == "血压正常"
    assert assess(Reading(85, 55)).words == "血压偏低"
    assert assess(Reading(125, 76)).words == "血压正常高值"


def test_known_hypertension_changes_the_wording_and_the_term() -> None:
    treated = assess(Reading(128, 78), known_hypertension=True)
    assert treated.words == "高血压（已诊断），本次血压正常高值"
    assert treated.term == "BP_KNOWN"
    raised = assess(Reading(150, 95), known_hypertension=True)
    assert raised.words == "高血压（已诊断），本次血压达 1 级水平"
    assert assess(Reading(190, 95), known_hypertension=True).term == "BP_GRADE_3"


def test_pulse_pressure_and_mean_arterial_pressure() -> None:
    found = assess(Reading(150, 80))
    assert (found.pulse_pressure, found.mean_arterial, found.pulse_pressure_words) == (70, 103, "脉压增大")
    assert [describe_pulse_pressure(v) for v in (19, 20, 60, 61)] == ["脉压减小", "", "", "脉压增大"]


def test_a_low_diastolic_beside_a_raised_systolic_is_told() -> None:
    assert assess(Reading(145, 55)).low_component
    assert not assess(Reading(85, 55)).low_component


@pytest.mark.parametrize(("reading", "again"), [((179, 109), False), ((180, 80), True), ((130, 110), True)])
def test_very_high_readings_must_be_repeated_after_rest(reading: tuple[int, int], again: bool) -> None:
    assert needs_repeat(Reading(*reading)) is again


@pytest.mark.parametrize(
    ("reading", "code"),
    [
        ((59, 40), "bp.systolic_out_of_limits"),
        ((261, 90), "bp.systolic_out_of_limits"),
        ((120, 29), "bp.diastolic_out_of_limits"),
        ((220, 161), "bp.diastolic_out_of_limits"),
        ((80, 80), "bp.crossed"),
        ((80, 120), "bp.crossed"),
    ],
)
def test_impossible_readings_are_refused(reading: tuple[int, int], code: str) -> None:
    refusal = refuse_reading(Reading(*reading))
    assert refusal is not None
    assert refusal.code == code


@pytest.mark.parametrize("reading", [(60, 30), (260, 160)])
def test_the_limits_are_accepted(reading: tuple[int, int]) -> None:
    assert refuse_reading(Reading(*reading)) is None
