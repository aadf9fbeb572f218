"""Plausible findings of physicians and imaging: mostly the default one, abnormal ones by severity, age and body."""

from __future__ import annotations

from collections.abc import Callable

from kangqiao.checkup.seed import load
from kangqiao.checkup.seed.rows import FindingRow

from .lab_values import Body

CHANCE_BY_SEVERITY = {0: 0.02, 1: 0.055, 2: 0.022, 3: 0.003, 4: 0.0006}


def _old(start: int, per_decade: float) -> Callable[[Body], float]:
    """Impossible before `start`, then more with every decade."""
    return lambda b: max(0.0, (b.age - start) / 10) * per_decade


AGE_TERMS: dict[str, Callable[[Body], float]] = {
    "CATARACT": _old(50, 2.5),
    "BPH": _old(42, 2.0),
    "FUNDUS_ARTERIO": _old(45, 3.0),
    "HEARING_LOSS": _old(50, 1.5),
    "AORTA_CALC": _old(52, 1.5),
    "CAROTID_IMT": _old(40, 2.0),
    "CAROTID_PLAQUE": _old(45, 5.0),
    "EMPHYSEMA": _old(55, 0.8),
    "AF": _old(60, 2.0),
    "JOINT_OA": _old(48, 1.2),
    "TOOTH_LOSS": _old(45, 1.2),
    "KNOWN_CHD": _old(50, 4.0),
    "BP_KNOWN": _old(38, 3.0),
    "KNOWN_DIABETES": lambda b: 20.0 if b.diabetic else 0.0,
    "FUNDUS_DR": lambda b: 12.0 if b.diabetic else 0.0,
    "FATTY_LIVER": lambda b: max(0.0, b.excess) * 2.0,
    "FATTY_LIVER_TREND": lambda b: max(0.2, b.excess * 0.4),
    "THYROID_NODULE": lambda b: 2.0 + b.age / 30,
    "FUNDUS_CUP": lambda b: 3.0,
    "HP_POS": lambda b: 11.0,
    "UTERUS_PROLAPSE": _old(50, 1.0),
    "HBSAG_POS": lambda b: 12.0,
    "U_GLU_POS": lambda b: 3.0 if b.diabetic else 0.05,
}
# Seen less often than their severity suggests.
RARE_TERMS = {
    "U_PRO_POS": 0.4,
    "U_BLD_POS": 0.4,
    "U_LEU_POS": 0.4,
    "U_KET_POS": 0.3,
    "U_NIT_POS": 0.3,
    "U_URO_POS": 0.15,
    "U_BIL_POS": 0.1,
    "SPLEEN_ENLARGED": 0.2,
    "LIVER_ENLARGED": 0.4,
    "KIDNEY_PERCUSSION": 0.2,
    "ABDOMEN_TENDER": 0.3,
    "LUNG_RALES": 0.3,
    "SKIN_VITILIGO": 0.2,
    "CONJUNCTIVITIS": 0.4,
    "RESIDUAL_ROOT": 0.4,
    "PLEURAL_THICK": 0.5,
    "LOW_VOLTAGE": 0.3,
    "HEART_BIG": 0.5,
}
FERTILE_ONLY = {"PELVIC_FLUID", "OVARY_CYST"}


def _weight(finding: FindingRow, b: Body) -> float:
    weight = CHANCE_BY_SEVERITY[finding.severity] * RARE_TERMS.get(finding.term_code, 1.0)
    if finding.term_code in FERTILE_ONLY and b.age >= 50:
        return 0.0
    factor = AGE_TERMS.get(finding.term_code)
    return weight * factor(b) if factor else weight


def _by_item() -> dict[str, tuple[FindingRow, ...]]:
    grouped: dict[str, list[FindingRow]] = {}
    for finding in load().findings:
        grouped.setdefault(finding.item_code, []).append(finding)
    return {code: tuple(rows) for code, rows in grouped.items()}


FINDINGS = _by_item()


def finding_for(item_code: str, b: Body) -> FindingRow:
    """The person's finding of a text or choice item; the same in every year, since it hangs on the person."""
    rows = FINDINGS[item_code]
    default = next(row for row in rows if row.is_default)
    ticket = b.latent.chance(item_code)
    for row in rows:
        if row is default:
            continue
        ticket -= min(0.4, _weight(row, b))
        if ticket < 0:
            return row
    return default
