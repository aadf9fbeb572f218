"""All results of one visit: real measurements where there are any, plausible values otherwise, computed items by the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kangqiao.checkup.rules.blood_pressure import Reading, average
from kangqiao.checkup.rules.derived import BY_CODE, derive
from kangqiao.checkup.rules.plain import round_half_up, show_number
from kangqiao.checkup.seed import load
from kangqiao.checkup.seed.rows import ItemRow

from .findings import finding_for
from .lab_values import Body, lab_values
from .latent import Latent
from .readings import Measured

ITEMS = {item.code: item for item in load().items}
VISIONS = (
    Decimal("0.2"),
    Decimal("0.4"),
    Decimal("0.6"),
    Decimal("0.8"),
    Decimal("1.0"),
    Decimal("1.2"),
    Decimal("1.5"),
)


@dataclass(frozen=True)
class DemoResult:
    """`value` as the screen shows it; `readings` of repeated measurements; `finding_code` of canned findings."""

    item_code: str
    value: str
    numeric: Decimal | None = None
    readings: tuple[str, ...] = ()
    finding_code: str = ""
    is_computed: bool = False


def _pressures(person: Measured, latent: Latent) -> tuple[Reading, ...]:
    """Today's visit has the real readings; earlier years are moved a little. As many as the guideline asks for."""
    move = 0 if latent.visit == "now" else round(4 * latent.z("pressure"))
    moved = [Reading(r.systolic + move, max(min(35, r.diastolic), r.diastolic + move // 2)) for r in person.pressures]
    two = average(moved[:2])
    return tuple(moved[:3] if two.third_required else moved[:2])


def _body_numbers(person: Measured, latent: Latent) -> dict[str, float]:
    drift = 1.0 if latent.visit == "now" else 1 + 0.015 * latent.z("weight drift")
    weight = float(person.weight_kg) * drift
    height = float(person.height_cm)
    bmi = weight / (height / 100) ** 2
    male = person.sex == "male"
    pulse = person.pulse if latent.visit == "now" else person.pulse + round(3 * latent.z("pulse"))
    return {
        "HEIGHT": height,
        "WEIGHT": weight,
        "WAIST": latent.normal("WAIST", 2.35 * bmi + (29 if male else 23), 3.2),
        "HIP": latent.normal("HIP", 1.75 * bmi + (54 if male else 56), 2.8),
        "PULSE": pulse,
        "HEART_RATE": pulse + round(2 * latent.z("heart rate")),
        "IOP_R": latent.normal("IOP", 15, 2.4),
        "IOP_L": latent.normal("IOP", 15, 2.4) + latent.z("IOP left") * 0.8,
    }


def _vision(code: str, latent: Latent, age: int) -> Decimal:
    if "CORR" in code:
        return Decimal("1.0")
    shift = latent.normal("vision", 4.4 - 0.03 * max(0, age - 40), 1.9) + 0.3 * latent.z(code)
    return VISIONS[max(0, min(len(VISIONS) - 1, round(shift)))]


def _clamped(item: ItemRow, value: Decimal) -> Decimal:
    low = value if item.valid_min is None else max(value, item.valid_min)
    return low if item.valid_max is None else min(low, item.valid_max)


def _numeric(item: ItemRow, value: float | Decimal) -> DemoResult:
    rounded = round_half_up(_clamped(item, Decimal(str(round(value, 6)))), item.decimals)
    return DemoResult(item.code, show_number(rounded), rounded)


def _pressure_results(readings: tuple[Reading, ...]) -> list[DemoResult]:
    mean = average(readings).mean or readings[-1]
    columns = {
        "SBP": (mean.systolic, tuple(str(r.systolic) for r in readings)),
        "DBP": (mean.diastolic, tuple(str(r.diastolic) for r in readings)),
    }
    return [DemoResult(code, str(value), Decimal(value), texts) for code, (value, texts) in columns.items()]


def _consistent(code: str, finding: DemoResult, numbers: dict[str, float]) -> DemoResult:
    """The electrocardiogram agrees with the pulse."""
    if code != "ECG" or 60 <= numbers["PULSE"] <= 100:
        return finding
    text = "窦性心动过缓" if numbers["PULSE"] < 60 else "窦性心动过速"
    row = next(f for f in load().findings if f.item_code == "ECG" and f.text == text)
    return DemoResult(code, row.text, finding_code=row.code)


def _measured_results(codes: Iterable[str], person: Measured, age: int, latent: Latent) -> dict[str, DemoResult]:
    numbers = _body_numbers(person, latent)
    bmi = numbers["WEIGHT"] / (numbers["HEIGHT"] / 100) ** 2
    now = latent.visit == "now"
    tc = float(person.tc) if person.tc is not None and now else None
    hdl = float(person.hdl) if person.hdl is not None and now else None
    body = Body(person.sex, age, bmi, latent, tc, hdl)
    numbers |= lab_values(body)
    found = {result.item_code: result for result in _pressure_results(_pressures(person, latent))}
    for code in codes:
        item = ITEMS[code]
        if code in found:
            continue
        if item.result_kind != "numeric":
            row = finding_for(code, body)
            found[code] = _consistent(code, DemoResult(code, row.text, finding_code=row.code), numbers)
        elif code.startswith("VISION"):
            found[code] = _numeric(item, _vision(code, latent, age))
        elif code in numbers:
            found[code] = _numeric(item, numbers[code])
    return {code: result for code, result in found.items() if code in set(codes)}


def visit_results(codes: Iterable[str], person: Measured, age: int, latent: Latent) -> dict[str, DemoResult]:
    """Results of the given item codes by code; computed items come from the rules and need their inputs among the codes."""
    wanted = tuple(codes)
    found = _measured_results(wanted, person, age, latent)
    values: dict[str, Decimal | None] = {code: result.numeric for code, result in found.items()}
    values["AGE"] = Decimal(age)
    for code in wanted:
        derived = BY_CODE.get(code)
        if derived is None or code in found:
            continue
        value = derive(derived, values, person.sex)
        if value is not None:
            values[code] = value
            found[code] = DemoResult(code, show_number(value), value, is_computed=True)
    return found
