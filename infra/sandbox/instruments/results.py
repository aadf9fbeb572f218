"""Blood counts that hang together, and the LIS02-A2 messages that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

SENDER = "KQ-5000^1.2.0^SIM0001"

# Adults, WS/T 405-2012 (venous blood). HGB, RBC, HCT differ by sex: (male, female).
RANGES: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "WBC": ((3.5, 9.5), (3.5, 9.5)),
    "RBC": ((4.3, 5.8), (3.8, 5.1)),
    "HGB": ((130, 175), (115, 150)),
    "HCT": ((40, 50), (35, 45)),
    "MCV": ((82, 100), (82, 100)),
    "MCH": ((27, 34), (27, 34)),
    "MCHC": ((316, 354), (316, 354)),
    "PLT": ((125, 350), (125, 350)),
    "NEUT%": ((40, 75), (40, 75)),
    "LYMPH%": ((20, 50), (20, 50)),
    "MONO%": ((3, 10), (3, 10)),
    "EO%": ((0.4, 8), (0.4, 8)),
    "BASO%": ((0, 1), (0, 1)),
    "NEUT#": ((1.8, 6.3), (1.8, 6.3)),
    "LYMPH#": ((1.1, 3.2), (1.1, 3.2)),
}
UNITS = {"WBC": "10*9/L", "RBC": "10*12/L", "HGB": "g/L", "HCT": "%", "MCV": "fL", "MCH": "pg", "MCHC": "g/L"}
UNITS |= {"PLT": "10*9/L", "NEUT#": "10*9/L", "LYMPH#": "10*9/L"}
DECIMALS = {"HGB": 0, "MCHC": 0, "PLT": 0, "HCT": 1, "MCV": 1, "MCH": 1, "WBC": 2, "RBC": 2, "NEUT#": 2, "LYMPH#": 2}


@dataclass(frozen=True)
class Result:
    """One channel of one specimen; `flag` is LIS02-A2 R-7: N, L, H."""

    code: str
    value: str
    unit: str
    low: float
    high: float
    flag: str


def blood_count(random: Random, sex: str = "M") -> list[Result]:
    """15 channels: HCT = RBC x MCV, HGB = HCT x MCHC, absolute = WBC x share; shares add up to 100."""
    at = 0 if sex == "M" else 1
    rbc = random.gauss(5.0 if sex == "M" else 4.4, 0.3)
    mcv, mchc = random.gauss(91, 3.5), random.gauss(335, 6)
    hct = rbc * mcv / 10
    hgb = hct * mchc / 100
    wbc = max(1.5, random.gauss(6.4, 1.6))
    mono, eo, baso = random.uniform(4, 8.5), random.uniform(0.6, 5), random.uniform(0.1, 0.9)
    neut = random.uniform(48, 68)
    lymph = 100 - neut - mono - eo - baso
    plt = max(40.0, random.gauss(230, 45))
    values = {"WBC": wbc, "RBC": rbc, "HGB": hgb, "HCT": hct, "MCV": mcv, "MCH": hgb / rbc, "MCHC": mchc, "PLT": plt}
    values |= {"NEUT%": neut, "LYMPH%": lymph, "MONO%": mono, "EO%": eo, "BASO%": baso}
    values |= {"NEUT#": wbc * neut / 100, "LYMPH#": wbc * lymph / 100}
    return [_result(code, value, RANGES[code][at]) for code, value in values.items()]


def quality_control(random: Random, level: int = 2) -> list[Result]:
    """A control of level 1 low, 2 normal, 3 high: narrow spread around its target."""
    factor = {1: 0.55, 2: 1.0, 3: 1.7}[level]
    targets = {"WBC": 7.2, "RBC": 4.6, "HGB": 135, "PLT": 225}
    spread = {code: target * factor for code, target in targets.items()}
    return [
        _result(code, random.gauss(value, value * 0.015), (value * 0.94, value * 1.06))
        for code, value in spread.items()
    ]


def _result(code: str, value: float, limits: tuple[float, float]) -> Result:
    low, high = limits
    text = f"{value:.{DECIMALS.get(code, 1)}f}"
    shown = float(text)
    flag = "L" if shown < low else "H" if shown > high else "N"
    return Result(code, text, UNITS.get(code, "%"), low, high, flag)


def result_message(barcode: str, results: list[Result], when: datetime, *, mode: str = "P", name: str = "") -> bytes:
    """H P O R.. L. `mode` P patient, Q quality control; the name goes in GB18030, as domestic instruments send it."""
    stamp = when.strftime("%Y%m%d%H%M%S")
    records = [
        _header(stamp, mode),
        f"P|1||||{name}" if name else "P|1",
        f"O|1|{barcode}||^^^CBC+DIFF|R||{stamp}||||{'Q' if mode == 'Q' else 'N'}||||||||||||||F",
    ]
    records += [
        f"R|{n}|^^^{r.code}|{r.value}|{r.unit}|{r.low:g}^{r.high:g}|{r.flag}||F||sim||{stamp}"
        for n, r in enumerate(results, start=1)
    ]
    records.append("L|1|N")
    return "".join(record + "\r" for record in records).encode("gb18030")


def query_message(barcode: str, when: datetime) -> bytes:
    """Host query: what is ordered for this specimen?"""
    stamp = when.strftime("%Y%m%d%H%M%S")
    return f"{_header(stamp, 'P')}\rQ|1|^{barcode}||ALL||||||||O\rL|1|N\r".encode()


def _header(stamp: str, mode: str) -> str:
    return f"H|\\^&|||{SENDER}|||||||{mode}|LIS2-A2|{stamp}"
