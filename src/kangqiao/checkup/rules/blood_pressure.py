"""Blood pressure: several readings averaged, classed, worded.

Sources: 中国高血压防治指南 2018 and its 2024 revision (classes, isolated subtypes, two readings and a third when
they differ by more than 10 mmHg); NHANES BPXSAR (`drop_first`); checkup.md 4.2, 4.3, 4.6. One visit is a level, never a diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .plain import Refusal, round_half_up

SYSTOLIC_LIMITS = (60, 260)
DIASTOLIC_LIMITS = (30, 160)
THRESHOLDS = {"cn2024": 10, "cn2018": 5}
METHODS = ("cn2024", "cn2018", "drop_first", "last", "min")
REPEAT_SYSTOLIC, REPEAT_DIASTOLIC = 180, 110


@dataclass(frozen=True)
class Reading:
    """One measurement in mmHg."""

    systolic: int
    diastolic: int


@dataclass(frozen=True)
class Averaged:
    """Mean of the used readings (indexes from 0). Not `complete` while the method asks for a further reading."""

    used: tuple[int, ...]
    mean: Reading | None
    second_required: bool = False
    third_required: bool = False

    @property
    def complete(self) -> bool:
        return self.mean is not None and not (self.second_required or self.third_required)


class PressureClass(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH_NORMAL = "high_normal"
    GRADE_1 = "grade_1"
    GRADE_2 = "grade_2"
    GRADE_3 = "grade_3"


class Subtype(StrEnum):
    NONE = ""
    ISOLATED_SYSTOLIC = "isolated_systolic"
    ISOLATED_DIASTOLIC = "isolated_diastolic"


@dataclass(frozen=True)
class PressureAssessment:
    """Class and words of a mean; `low_component` tells that one value is below 90 / 60 although the class is higher."""

    pressure_class: PressureClass
    subtype: Subtype
    words: str
    term: str
    pulse_pressure: int
    mean_arterial: int
    pulse_pressure_words: str
    low_component: bool


SUBTYPE_WORDS = {
    Subtype.NONE: "",
    Subtype.ISOLATED_SYSTOLIC: "，单纯收缩期升高",
    Subtype.ISOLATED_DIASTOLIC: "，单纯舒张期升高",
}
GRADE_NUMBERS = {PressureClass.GRADE_1: 1, PressureClass.GRADE_2: 2, PressureClass.GRADE_3: 3}
PRESSURE_TERMS = {
    PressureClass.LOW: "BP_LOW",
    PressureClass.HIGH_NORMAL: "BP_HIGH_NORMAL",
    PressureClass.GRADE_1: "BP_GRADE_1",
    PressureClass.GRADE_2: "BP_GRADE_2",
    PressureClass.GRADE_3: "BP_GRADE_3",
}
KNOWN_HYPERTENSION_TERM = "BP_KNOWN"


def refuse_reading(reading: Reading) -> Refusal | None:
    """Why a reading cannot be right, or None. Accepted: 60-260 / 30-160 mmHg, systolic above diastolic."""
    if not SYSTOLIC_LIMITS[0] <= reading.systolic <= SYSTOLIC_LIMITS[1]:
        return Refusal(
            "bp.systolic_out_of_limits", f"收缩压 {reading.systolic} 不在 60–260 mmHg 之间，请重新测量或核对"
        )
    if not DIASTOLIC_LIMITS[0] <= reading.diastolic <= DIASTOLIC_LIMITS[1]:
        return Refusal(
            "bp.diastolic_out_of_limits", f"舒张压 {reading.diastolic} 不在 30–160 mmHg 之间，请重新测量或核对"
        )
    if reading.systolic <= reading.diastolic:
        return Refusal("bp.crossed", "收缩压应高于舒张压，请核对是否填反")
    return None


def _mean(readings: Sequence[Reading], used: tuple[int, ...]) -> Reading:
    count = Decimal(len(used))
    systolic = round_half_up(sum((Decimal(readings[i].systolic) for i in used), Decimal(0)) / count, 0)
    diastolic = round_half_up(sum((Decimal(readings[i].diastolic) for i in used), Decimal(0)) / count, 0)
    return Reading(int(systolic), int(diastolic))


def _pick_guideline(readings: Sequence[Reading], threshold: int) -> Averaged:
    if len(readings) == 1:
        return Averaged((0,), readings[0], second_required=True)
    first, second = readings[0], readings[1]
    apart = max(abs(first.systolic - second.systolic), abs(first.diastolic - second.diastolic)) > threshold
    if not apart:
        return Averaged((0, 1), _mean(readings, (0, 1)))
    if len(readings) == 2:
        return Averaged((0, 1), _mean(readings, (0, 1)), third_required=True)
    return Averaged((0, 1, 2), _mean(readings, (0, 1, 2)))


def average(readings: Sequence[Reading], method: str = "cn2024", threshold: int | None = None) -> Averaged:
    """Mean by the hospital's method, rounded half up to whole mmHg; `threshold` (mmHg) overrides the guideline's.

    `min` takes the single reading with the lowest systolic (then diastolic) value. ValueError on an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"unknown averaging method {method!r}")
    if not readings:
        return Averaged((), None)
    if method in THRESHOLDS:
        return _pick_guideline(readings, THRESHOLDS[method] if threshold is None else threshold)
    last = len(readings) - 1
    if method == "last":
        return Averaged((last,), readings[last])
    if method == "min":
        lowest = min(range(len(readings)), key=lambda i: (readings[i].systolic, readings[i].diastolic))
        return Averaged((lowest,), readings[lowest])
    used = tuple(range(1, len(readings))) if last else (0,)
    return Averaged(used, _mean(readings, used))


def classify(mean: Reading) -> tuple[PressureClass, Subtype]:
    """The higher of both grades wins; isolated subtypes per guideline; low only when nothing is raised."""
    systolic, diastolic = mean.systolic, mean.diastolic
    subtype = Subtype.NONE
    if systolic >= 140 and diastolic < 90:
        subtype = Subtype.ISOLATED_SYSTOLIC
    elif systolic < 140 and diastolic >= 90:
        subtype = Subtype.ISOLATED_DIASTOLIC
    if systolic >= 180 or diastolic >= 110:
        return PressureClass.GRADE_3, subtype
    if systolic >= 160 or diastolic >= 100:
        return PressureClass.GRADE_2, subtype
    if systolic >= 140 or diastolic >= 90:
        return PressureClass.GRADE_1, subtype
    if systolic >= 120 or diastolic >= 80:
        return PressureClass.HIGH_NORMAL, subtype
    if systolic < 90 or diastolic < 60:
        return PressureClass.LOW, subtype
    return PressureClass.NORMAL, subtype


def describe(pressure_class: PressureClass, subtype: Subtype, known_hypertension: bool = False) -> str:
    """Wording of one visit; with known hypertension (history or medication) it says so."""
    grade = GRADE_NUMBERS.get(pressure_class)
    plain = {PressureClass.LOW: "血压偏低", PressureClass.NORMAL: "血压正常", PressureClass.HIGH_NORMAL: "血压正常高值"}
    if known_hypertension:
        level = f"血压达 {grade} 级水平{SUBTYPE_WORDS[subtype]}" if grade else plain[pressure_class]
        return f"高血压（已诊断），本次{level}"
    return f"血压升高（本次测量达 {grade} 级水平{SUBTYPE_WORDS[subtype]}）" if grade else plain[pressure_class]


def pulse_pressure(mean: Reading) -> int:
    """Systolic minus diastolic, mmHg."""
    return mean.systolic - mean.diastolic


def mean_arterial(mean: Reading) -> int:
    """Diastolic plus a third of the pulse pressure, rounded half up, mmHg."""
    return int(round_half_up(mean.diastolic + Decimal(pulse_pressure(mean)) / 3, 0))


def describe_pulse_pressure(value: int) -> str:
    """Above 60 wide, below 20 narrow, otherwise empty."""
    if value > 60:
        return "脉压增大"
    return "脉压减小" if value < 20 else ""


def needs_repeat(reading: Reading) -> bool:
    """From 180 or 110 on the person rests 5-10 minutes and is measured again before the result is saved."""
    return reading.systolic >= REPEAT_SYSTOLIC or reading.diastolic >= REPEAT_DIASTOLIC


def assess(mean: Reading, known_hypertension: bool = False) -> PressureAssessment:
    """Class, words, term and derived values of a mean."""
    pressure_class, subtype = classify(mean)
    term = PRESSURE_TERMS.get(pressure_class, "")
    if known_hypertension and pressure_class is not PressureClass.GRADE_3:
        term = KNOWN_HYPERTENSION_TERM
    pulse = pulse_pressure(mean)
    low = mean.systolic < 90 or mean.diastolic < 60
    return PressureAssessment(
        pressure_class=pressure_class,
        subtype=subtype,
        words=describe(pressure_class, subtype, known_hypertension),
        term=term,
        pulse_pressure=pulse,
        mean_arterial=mean_arterial(mean),
        pulse_pressure_words=describe_pulse_pressure(pulse),
        low_component=low and pressure_class is not PressureClass.LOW,
    )
