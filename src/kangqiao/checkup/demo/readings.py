"""The real measurements that the demo rests on (nhanes_sample.csv beside this module)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from kangqiao.checkup.rules.blood_pressure import Reading


@dataclass(frozen=True)
class Measured:
    """One person of the sample. Cholesterol in mmol/L where it was measured."""

    sex: str
    age: int
    height_cm: Decimal
    weight_kg: Decimal
    pressures: tuple[Reading, ...]
    pulse: int
    tc: Decimal | None
    hdl: Decimal | None
    source_id: str


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@lru_cache(maxsize=1)
def measured() -> tuple[Measured, ...]:
    text = resources.files("kangqiao.checkup.demo").joinpath("nhanes_sample.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Measured(
            sex=row["sex"],
            age=int(row["age"]),
            height_cm=Decimal(row["height_cm"]),
            weight_kg=Decimal(row["weight_kg"]),
            pressures=tuple(Reading(int(row[f"sbp{i}"]), int(row[f"dbp{i}"])) for i in (1, 2, 3)),
            pulse=int(row["pulse"]),
            tc=_decimal(row["tc_mmol_l"]),
            hdl=_decimal(row["hdl_mmol_l"]),
            source_id=row["nhanes_id"],
        )
        for row in rows
    )
