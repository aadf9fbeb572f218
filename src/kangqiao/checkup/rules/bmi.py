"""Body mass index and waist.

Sources: WS/T 428-2013 成人体重判定 (adults: 18.5 / 24.0 / 28.0; waist 90/85 cm and the band before it);
体重管理指导原则（2024 年版） (22.0-26.9 suggested from 80 years on); checkup.md 4.1.
Minors (WS/T 586-2018) get no class until the half-year table has been checked against the printed standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .plain import FEMALE, MALE, Refusal, round_half_up

HEIGHT_CM = (Decimal(50), Decimal(250))
WEIGHT_KG = (Decimal(2), Decimal(400))
WAIST_CM = (Decimal(30), Decimal(250))
ADULT_YEARS = 18
OLD_AGE_YEARS = 80
OLD_AGE_BAND = (Decimal("22.0"), Decimal("26.9"))


class BmiClass(StrEnum):
    UNDERWEIGHT = "underweight"
    NORMAL = "normal"
    OVERWEIGHT = "overweight"
    OBESE = "obese"
    NEEDS_CONFIRMATION = "needs_confirmation"


BMI_WORDS = {
    BmiClass.UNDERWEIGHT: "体重过低",
    BmiClass.NORMAL: "体重正常",
    BmiClass.OVERWEIGHT: "超重",
    BmiClass.OBESE: "肥胖",
    BmiClass.NEEDS_CONFIRMATION: "需结合年龄性别判定，请医生确认",
}
BMI_TERMS = {BmiClass.UNDERWEIGHT: "BMI_LOW", BmiClass.OVERWEIGHT: "BMI_OVERWEIGHT", BmiClass.OBESE: "BMI_OBESE"}


@dataclass(frozen=True)
class BmiAssessment:
    """What the station shows: the rounded value, its class, words, remark, and the conclusion term if abnormal."""

    value: Decimal
    bmi_class: BmiClass
    words: str
    remark: str = ""
    term: str = ""


def refuse_body_size(height_cm: Decimal | None, weight_kg: Decimal | None) -> Refusal | None:
    """Why no index can be computed from this height and weight, or None."""
    if height_cm is None or weight_kg is None:
        return Refusal("bmi.missing", "身高或体重未录入，暂不计算体重指数")
    if Decimal("0.5") <= height_cm <= Decimal("2.5"):
        return Refusal("bmi.height_in_metres", f"身高 {height_cm} 像是以米录入，请改为厘米（如 170）")
    if not HEIGHT_CM[0] <= height_cm <= HEIGHT_CM[1]:
        return Refusal("bmi.height_out_of_limits", f"身高 {height_cm} cm 不在 50–250 cm 之间，请核对")
    if not WEIGHT_KG[0] <= weight_kg <= WEIGHT_KG[1]:
        return Refusal("bmi.weight_out_of_limits", f"体重 {weight_kg} kg 不在 2–400 kg 之间，请核对")
    return None


def bmi(height_cm: Decimal | None, weight_kg: Decimal | None, decimals: int = 1) -> Decimal | None:
    """kg/m², rounded half up to `decimals`; None where `refuse_body_size` refuses."""
    if height_cm is None or weight_kg is None or refuse_body_size(height_cm, weight_kg):
        return None
    metres = height_cm / 100
    return round_half_up(weight_kg / (metres * metres), decimals)


def classify_bmi(value: Decimal, age: int | None) -> BmiClass:
    """Class of the *displayed* value; below 18 years or with unknown age: needs confirmation."""
    if age is None or age < ADULT_YEARS:
        return BmiClass.NEEDS_CONFIRMATION
    if value < Decimal("18.5"):
        return BmiClass.UNDERWEIGHT
    if value < Decimal(24):
        return BmiClass.NORMAL
    return BmiClass.OVERWEIGHT if value < Decimal(28) else BmiClass.OBESE


def assess_bmi(
    height_cm: Decimal | None, weight_kg: Decimal | None, age: int | None, decimals: int = 1
) -> BmiAssessment | Refusal:
    """Everything the screen needs for one person, or the reason why there is no index."""
    refusal = refuse_body_size(height_cm, weight_kg)
    value = bmi(height_cm, weight_kg, decimals)
    if refusal or value is None:
        return refusal or Refusal("bmi.missing", "身高或体重未录入，暂不计算体重指数")
    bmi_class = classify_bmi(value, age)
    remark = ""
    if bmi_class is BmiClass.NEEDS_CONFIRMATION:
        remark = "未满 18 岁或年龄不明，不套用成人标准"
    elif age is not None and age >= OLD_AGE_YEARS:
        inside = OLD_AGE_BAND[0] <= value <= OLD_AGE_BAND[1]
        remark = "80 岁及以上建议 22.0–26.9，" + ("本次在建议范围内" if inside else "本次不在建议范围内")
    return BmiAssessment(value, bmi_class, BMI_WORDS[bmi_class], remark, BMI_TERMS.get(bmi_class, ""))


class WaistClass(StrEnum):
    NORMAL = "normal"
    PRE_CENTRAL_OBESITY = "pre_central_obesity"
    CENTRAL_OBESITY = "central_obesity"
    NEEDS_CONFIRMATION = "needs_confirmation"


WAIST_WORDS = {
    WaistClass.NORMAL: "腰围正常",
    WaistClass.PRE_CENTRAL_OBESITY: "中心型肥胖前期",
    WaistClass.CENTRAL_OBESITY: "中心型肥胖",
    WaistClass.NEEDS_CONFIRMATION: "需结合年龄性别判定，请医生确认",
}
WAIST_TERMS = {WaistClass.PRE_CENTRAL_OBESITY: "WAIST_PRE", WaistClass.CENTRAL_OBESITY: "WAIST_CENTRAL"}


def classify_waist(waist_cm: Decimal, sex: str, age: int | None) -> WaistClass:
    """WS/T 428-2013, adults: male 85/90 cm, female 80/85 cm; unknown sex or minors need confirmation."""
    if age is None or age < ADULT_YEARS or sex not in (MALE, FEMALE):
        return WaistClass.NEEDS_CONFIRMATION
    before, central = (Decimal(85), Decimal(90)) if sex == MALE else (Decimal(80), Decimal(85))
    if waist_cm >= central:
        return WaistClass.CENTRAL_OBESITY
    return WaistClass.PRE_CENTRAL_OBESITY if waist_cm >= before else WaistClass.NORMAL


def high_waist_hip_ratio(ratio: Decimal, sex: str) -> bool | None:
    """Male > 0.90, female > 0.85; None when the sex is unknown."""
    limit = {MALE: Decimal("0.90"), FEMALE: Decimal("0.85")}.get(sex)
    return None if limit is None else ratio > limit


def high_waist_height_ratio(ratio: Decimal) -> bool:
    """0.50 and above."""
    return ratio >= Decimal("0.5")
