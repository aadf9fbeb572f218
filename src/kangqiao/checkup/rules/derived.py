"""Items that are computed from other items, as declarations (checkup.md 4.4).

Sources: Friedewald 1972 in mmol/L (only TG < 4.5); CKD-EPI 2021 creatinine equation; MAP = DBP + PP/3; the blood-cell
indices by definition. Creatinine in µmol/L (÷ 88.4 = mg/dL), HGB in g/L, HCT as L/L. ACR: 113.12 g/mol creatinine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from .formula import Formula, parse_formula
from .plain import ANY_SEX, FEMALE, MALE, round_half_up


@dataclass(frozen=True)
class DerivedItem:
    """`formulas` by sex ("" = any). There is no value unless inputs are `below` / at least `at_least` their bounds.

    `unless_measured`: a measured value wins over the computed one.
    """

    code: str
    name: str
    formulas: Mapping[str, str]
    decimals: int
    source: str
    below: Mapping[str, Decimal] = field(default_factory=dict)
    at_least: Mapping[str, Decimal] = field(default_factory=dict)
    unless_measured: bool = False


def _any(formula: str) -> Mapping[str, str]:
    return {ANY_SEX: formula}


def _egfr(kappa: str, alpha: str, factor: str) -> str:
    ratio = f"CREA / 88.4 / {kappa}"
    return f"142 * min({ratio}, 1) ** -{alpha} * max({ratio}, 1) ** -1.2 * 0.9938 ** AGE{factor}"


DERIVED_ITEMS: tuple[DerivedItem, ...] = (
    DerivedItem("BMI", "体重指数", _any("WEIGHT / (HEIGHT / 100) ** 2"), 1, "WS/T 428-2013"),
    DerivedItem("WHR", "腰臀比", _any("WAIST / HIP"), 2, "腰围 ÷ 臀围"),
    DerivedItem("WHTR", "腰高比", _any("WAIST / HEIGHT"), 2, "腰围 ÷ 身高"),
    DerivedItem("PP", "脉压", _any("SBP - DBP"), 0, "收缩压 − 舒张压"),
    DerivedItem("MAP", "平均动脉压", _any("DBP + (SBP - DBP) / 3"), 0, "舒张压 + 脉压/3"),
    DerivedItem("GLB", "球蛋白", _any("TP - ALB"), 1, "总蛋白 − 白蛋白"),
    DerivedItem("AG_RATIO", "白球比", _any("ALB / (TP - ALB)"), 2, "白蛋白 ÷ 球蛋白"),
    DerivedItem("IBIL", "间接胆红素", _any("TBIL - DBIL"), 1, "总胆红素 − 直接胆红素"),
    DerivedItem("NON_HDL", "非高密度脂蛋白胆固醇", _any("TC - HDL"), 2, "总胆固醇 − 高密度脂蛋白胆固醇"),
    DerivedItem(
        "LDL",
        "低密度脂蛋白胆固醇",
        _any("TC - HDL - TG / 2.2"),
        2,
        "Friedewald，仅 TG < 4.5 mmol/L",
        below={"TG": Decimal("4.5")},
        unless_measured=True,
    ),
    DerivedItem("MCV", "平均红细胞体积", _any("HCT * 1000 / RBC"), 1, "HCT ÷ RBC", unless_measured=True),
    DerivedItem("MCH", "平均红细胞血红蛋白量", _any("HGB / RBC"), 1, "HGB ÷ RBC", unless_measured=True),
    DerivedItem("MCHC", "平均红细胞血红蛋白浓度", _any("HGB / HCT"), 0, "HGB ÷ HCT", unless_measured=True),
    DerivedItem(
        "EGFR",
        "估算肾小球滤过率",
        {MALE: _egfr("0.9", "0.302", ""), FEMALE: _egfr("0.7", "0.241", " * 1.012")},
        1,
        "CKD-EPI 2021",
        at_least={"AGE": Decimal(18)},
    ),
    DerivedItem("HOMA_IR", "胰岛素抵抗指数", _any("FPG * FINS / 22.5"), 2, "HOMA-IR"),
    DerivedItem("ACR", "尿白蛋白/肌酐比值", _any("UALB / (UCREA * 0.11312)"), 1, "mg/L ÷ (mmol/L × 0.11312 g/mmol)"),
)
BY_CODE = {item.code: item for item in DERIVED_ITEMS}


@lru_cache(maxsize=256)
def _parsed(text: str) -> Formula:
    return parse_formula(text)


def inputs_of(item: DerivedItem) -> frozenset[str]:
    """Codes that the item is computed from, whatever the sex."""
    return frozenset().union(*(_parsed(text).inputs for text in item.formulas.values()))


def derive(item: DerivedItem, values: Mapping[str, Decimal | None], sex: str = ANY_SEX) -> Decimal | None:
    """The item's value rounded half up, or None (input missing or out of bounds, sex unknown but needed).

    AGE (completed years) is passed among `values`. A globulin of zero gives None.
    """
    text = item.formulas.get(sex) or item.formulas.get(ANY_SEX)
    if text is None:
        return None
    if any((v := values.get(code)) is None or v >= bound for code, bound in item.below.items()):
        return None
    if any((v := values.get(code)) is None or v < bound for code, bound in item.at_least.items()):
        return None
    result = _parsed(text).evaluate(values)
    return None if result is None else round_half_up(result, item.decimals)


def derive_all(
    values: Mapping[str, Decimal | None], sex: str = ANY_SEX, wanted: frozenset[str] | None = None
) -> dict[str, Decimal]:
    """Every derivable item (of `wanted`, if given); measured values of `unless_measured` items are left alone."""
    found: dict[str, Decimal] = {}
    for item in DERIVED_ITEMS:
        if wanted is not None and item.code not in wanted:
            continue
        if item.unless_measured and values.get(item.code) is not None:
            continue
        value = derive(item, values, sex)
        if value is not None:
            found[item.code] = value
    return found
