"""What a person types into a numeric field, read without guessing.

Full-width characters and the Chinese full stop of an input method are understood, qualifiers (<0.05) are kept, and an
entry that could mean two things is refused with a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from .plain import Refusal, round_half_up, show_bound, show_number

QUALIFIERS = {"<": "<", "<=": "<=", "≤": "<=", ">": ">", ">=": ">=", "≥": ">="}
_ENTRY = re.compile(r"^(<=|>=|[<>≤≥])?\s*([+-]?)\s*(\d+(?:\.\d*)?|\.\d+)$")
_THOUSANDS = re.compile(r"^((?:<=|>=|[<>≤≥])?\s*[+-]?)(\d{1,3}(?:,\d{3})+)(\.\d+)?$")
MAX_DIGITS = 15


@dataclass(frozen=True)
class NumberEntry:
    """The number, its qualifier ("" < <= > >=) and the tidy text to store and show."""

    value: Decimal
    qualifier: str = ""
    text: str = ""


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").replace("，", ",").replace("−", "-")
    plain = plain.replace("–", "-").replace("〈", "<").replace("〉", ">").strip()
    match = _THOUSANDS.match(plain)
    return match[1] + match[2].replace(",", "") + (match[3] or "") if match else plain


def parse_number(text: str, decimals: int | None = None) -> NumberEntry | Refusal:
    """A number as typed; with `decimals` more places than that are refused rather than cut off."""
    plain = _tidy(text)
    if not plain:
        return Refusal("number.empty", "请输入数值")
    if "," in plain:
        return Refusal("number.comma", f"“{text.strip()}”中的逗号有歧义，小数请用小数点")
    match = _ENTRY.match(plain)
    if not match:
        return Refusal("number.unreadable", f"“{text.strip()}”不是数值，请只输入数字，如 5.6 或 <0.05")
    digits = match[3] if not match[3].endswith(".") else match[3][:-1]
    if len(digits.replace(".", "")) > MAX_DIGITS:
        return Refusal("number.too_long", "数值位数过多，请核对")
    value = Decimal(match[2] + ("0" + digits if digits.startswith(".") else digits))
    places = -int(value.as_tuple().exponent)
    if decimals is not None and places > decimals:
        if value != round_half_up(value, decimals):
            return Refusal("number.too_many_decimals", f"最多保留 {decimals} 位小数，请核对“{text.strip()}”")
        value = round_half_up(value, decimals)
    qualifier = QUALIFIERS[match[1]] if match[1] else ""
    shown = {"<=": "≤", ">=": "≥"}.get(qualifier, qualifier) + show_number(value)
    return NumberEntry(value, qualifier, shown)


def refuse_out_of_limits(
    entry: NumberEntry, low: Decimal | None, high: Decimal | None, unit: str = ""
) -> Refusal | None:
    """The hard limits of an item (values outside are typing errors), bounds included."""
    if (low is None or entry.value >= low) and (high is None or entry.value <= high):
        return None
    tail = f" {unit}" if unit else ""
    floor, ceiling = (show_bound(bound) if bound is not None else "" for bound in (low, high))
    if not floor:
        bounds = f"不高于 {ceiling}"
    elif not ceiling:
        bounds = f"不低于 {floor}"
    else:
        bounds = f"{floor}–{ceiling}"
    return Refusal("number.out_of_limits", f"{entry.text} 超出可录入范围（{bounds}{tail}），请核对")
