"""Plain values that several rule modules share: refusals, rounding, age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MALE = "male"
FEMALE = "female"
ANY_SEX = ""
SEX_WORDS = {MALE: "男", FEMALE: "女"}


@dataclass(frozen=True)
class Refusal:
    """Why a step or a value is refused: a stable code and a Chinese sentence that says what to do."""

    code: str
    message: str


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """The value as it is shown: `decimals` places, halves away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def to_decimal(value: Decimal | int | float | str) -> Decimal:
    """An exact Decimal; floats go by their shortest text so that 1.1 stays 1.1."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def show_number(value: Decimal) -> str:
    """Plain notation without exponent; places kept as given."""
    return format(value, "f")


def show_bound(value: Decimal) -> str:
    """Plain notation without trailing zeros: a stored limit has more places than were meant (`20.0000` -> `20`)."""
    return format(value.normalize(), "f")


def age_years(birth: date, on: date) -> int:
    """Completed years; a person born on 29 February has the birthday on 1 March in common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def days_of_years(years: int) -> int:
    """The age in days at which a band that starts at this birthday begins (365.25 days a year, floored)."""
    return years * 1461 // 4


def age_days(birth: date, on: date) -> int:
    """Age in days, held inside the bounds of the completed year so that bands given in years turn on the birthday."""
    years = age_years(birth, on)
    return min(max((on - birth).days, days_of_years(years)), days_of_years(years + 1) - 1)
