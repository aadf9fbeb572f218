"""Plausible laboratory values from sex, age, body mass index and the person's own chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kangqiao.checkup.rules.plain import MALE

from .latent import Latent


@dataclass(frozen=True)
class Body:
    """What laboratory values depend on. `tc` and `hdl` are real measurements where there are any."""

    sex: str
    age: int
    bmi: float
    latent: Latent
    tc: float | None = None
    hdl: float | None = None

    @property
    def male(self) -> bool:
        return self.sex == MALE

    @property
    def excess(self) -> float:
        """Body mass index above 23, at most 12."""
        return max(-4.0, min(12.0, self.bmi - 23))

    @property
    def diabetic(self) -> bool:
        return self.latent.chance("diabetes") < 0.01 + 0.0016 * max(0, self.age - 30) + 0.004 * max(0.0, self.excess)


def blood_count(b: Body) -> dict[str, float]:
    """HGB and HCT follow from RBC, MCV and MCHC; absolute counts from WBC and shares that add up to 100."""
    n = b.latent.normal
    short_of_iron = not b.male and b.age < 52 and b.latent.chance("iron") < 0.08
    rbc = n("RBC", 5.0 if b.male else 4.45, 0.33)
    mcv = n("MCV", 76 if short_of_iron else 90, 3.4)
    mchc = n("MCHC", 318 if short_of_iron else 335, 6)
    hct = rbc * mcv / 1000
    wbc = b.latent.skewed("WBC", 6.0 + 0.05 * b.excess, 0.22)
    shares = {"NEUT": n("NEUT", 57, 6.5), "LYMPH": n("LYMPH", 33, 6), "MONO": n("MONO", 6.2, 1.3)}
    shares |= {"EO": b.latent.skewed("EO", 2.0, 0.55), "BASO": b.latent.skewed("BASO", 0.5, 0.35)}
    whole = sum(shares.values())
    percents = {code: round(share * 100 / whole, 1) for code, share in shares.items()}
    percents["NEUT"] = round(100 - sum(v for k, v in percents.items() if k != "NEUT"), 1)
    counts = {code: wbc * percent / 100 for code, percent in percents.items()}
    return {
        "WBC": wbc,
        "RBC": rbc,
        "HCT": hct,
        "MCV": mcv,
        "HGB": hct * mchc,
        "MCH": hct * mchc / rbc,
        "MCHC": mchc,
        "PLT": n("PLT", 235, 48),
        **{f"{code}_PCT": percent for code, percent in percents.items()},
        **counts,
    }


def liver(b: Body) -> dict[str, float]:
    fat = 1 + 0.045 * max(0.0, b.excess)
    s = b.latent.skewed
    return {
        "ALT": s("ALT", (22 if b.male else 15.5) * fat, 0.38),
        "AST": s("AST", 21 * (1 + 0.015 * max(0.0, b.excess)), 0.24),
        "GGT": s("GGT", (26 if b.male else 16) * fat, 0.45),
        "ALP": s("ALP", 74 if b.age < 50 else 82, 0.2),
        "TBIL": s("TBIL", 12.5 if b.male else 10.5, 0.32),
        "DBIL": s("DBIL", 3.4, 0.28),
        "TP": b.latent.normal("TP", 74.5, 3.6),
        "ALB": b.latent.normal("ALB", 46.5 - 0.03 * b.age, 2.0),
    }


def kidney(b: Body) -> dict[str, float]:
    n = b.latent.normal
    return {
        "CREA": n("CREA", (76 if b.male else 56) + 0.12 * (b.age - 40), 9.5),
        "UREA": n("UREA", 4.7 + 0.02 * (b.age - 40), 1.05),
        "UA": n("UA", (358 if b.male else 275) + 5 * b.excess, 58),
        "UALB": b.latent.skewed("UALB", 9, 0.7) * (2.5 if b.diabetic else 1),
        "UCREA": b.latent.skewed("UCREA", 9.5, 0.4),
    }


def sugar(b: Body) -> dict[str, float]:
    if b.diabetic:
        fasting = 7.2 + 1.3 * abs(b.latent.z("FPG"))
    else:
        fasting = b.latent.normal("FPG", 4.95 + 0.009 * (b.age - 40) + 0.03 * b.excess, 0.38)
    return {
        "FPG": fasting,
        "GLU2H": fasting * b.latent.skewed("GLU2H", 1.28, 0.14),
        "HBA1C": b.latent.normal("HBA1C", (fasting * 0.95 + 3.4) / 1.53, 0.16),
        "FINS": b.latent.skewed("FINS", 7 + 0.7 * max(0.0, b.excess), 0.35),
    }


def lipids(b: Body) -> dict[str, float]:
    n = b.latent.normal
    tc = b.tc if b.tc is not None else n("TC", 4.75 + 0.008 * (b.age - 40), 0.8)
    hdl = b.hdl if b.hdl is not None else n("HDL", (1.22 if b.male else 1.45) - 0.012 * b.excess, 0.24)
    tg = b.latent.skewed("TG", 1.15 * (1 + 0.05 * max(0.0, b.excess)), 0.4)
    return {"TC": tc, "HDL": hdl, "TG": tg, "LDL": max(0.8, tc - hdl - min(tg, 4.0) / 2.2 + 0.05 * b.latent.z("LDL"))}


def others(b: Body) -> dict[str, float]:
    n, s = b.latent.normal, b.latent.skewed
    return {
        "TSH": s("TSH", 1.9, 0.45),
        "FT3": n("FT3", 4.9, 0.5),
        "FT4": n("FT4", 16.2, 1.9),
        "AFP": s("AFP", 2.6, 0.35),
        "CEA": s("CEA", 1.6, 0.42),
        "CA125": s("CA125", 12, 0.4),
        "CA153": s("CA153", 9.5, 0.35),
        "CA199": s("CA199", 8, 0.45),
        "PSA": s("PSA", 0.7 + 0.02 * max(0, b.age - 40), 0.5),
        "K": n("K", 4.2, 0.28),
        "NA": n("NA", 141, 1.6),
        "CL": n("CL", 104, 2),
        "CA": n("CA", 2.32, 0.08),
        "HCY": s("HCY", 12.2 if b.male else 9.2, 0.28),
        "ESR": s("ESR", 6 if b.male else 10, 0.5),
        "U_SG": n("U_SG", 1.017, 0.005),
        "U_PH": n("U_PH", 6.0, 0.5),
        "HP_DOB": 1.2 + 0.8 * abs(n("HP_DOB", 0, 1)) if b.latent.chance("HP_RESULT") > 0.24 else s("HP_DOB", 16, 0.5),
        "BMD_T": n("BMD_T", -0.1 - (0.045 if b.male else 0.075) * max(0, b.age - 45), 0.8),
    }


GROUPS: tuple[Callable[[Body], dict[str, float]], ...] = (blood_count, liver, kidney, sugar, lipids, others)


def lab_values(b: Body) -> dict[str, float]:
    """Unrounded values of every numeric laboratory item that is not computed from others."""
    return {code: value for group in GROUPS for code, value in group(b).items()}
