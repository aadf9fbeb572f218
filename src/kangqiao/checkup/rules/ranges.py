"""Reference ranges: the most specific one is chosen, the result is flagged and keeps a snapshot of the range.

Rules from checkup.md 3 (ItemRange) and 4.7: age bands are [min, max) days; ties go to the latest effective range.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .plain import ANY_SEX, show_number


class ResultFlag(StrEnum):
    """Flag of one result; UNKNOWN when a qualified value (<5) cannot be placed against the bounds."""

    NORMAL = "N"
    HIGH = "H"
    LOW = "L"
    CRITICAL_HIGH = "HH"
    CRITICAL_LOW = "LL"
    POSITIVE = "POS"
    ABNORMAL = "ABN"
    UNKNOWN = ""


ABNORMAL_FLAGS = frozenset(set(ResultFlag) - {ResultFlag.NORMAL, ResultFlag.UNKNOWN})
PROMPTS = {
    ResultFlag.HIGH: "↑",
    ResultFlag.LOW: "↓",
    ResultFlag.CRITICAL_HIGH: "↑↑",
    ResultFlag.CRITICAL_LOW: "↓↓",
    ResultFlag.POSITIVE: "阳性",
    ResultFlag.ABNORMAL: "*",
}


@dataclass(frozen=True)
class ReferenceRange:
    """One range of one item. Empty sex / condition / method mean any; age in days, max exclusive; critical bounds inclusive."""

    item_code: str = ""
    sex: str = ANY_SEX
    age_min_days: int | None = None
    age_max_days: int | None = None
    condition: str = ""
    method: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    low_inclusive: bool = True
    high_inclusive: bool = True
    critical_low: Decimal | None = None
    critical_high: Decimal | None = None
    text_normal: str = ""
    positive_when: str = ""
    cutoff: Decimal | None = None
    high_prompt: str = ""
    low_prompt: str = ""
    term_high: str = ""
    term_low: str = ""
    term_positive: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    source: str = ""


@dataclass(frozen=True)
class Flagged:
    """Flag with the snapshot that stays with the result: bounds, text and prompt of the day."""

    flag: ResultFlag
    prompt: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    range_text: str = ""
    term: str = ""


def _applies(r: ReferenceRange, *, sex: str, age_days: int | None, on: date, condition: str, method: str) -> bool:
    if r.sex not in (ANY_SEX, sex) or r.condition not in ("", condition) or r.method not in ("", method):
        return False
    if (r.effective_from and on < r.effective_from) or (r.effective_to and on >= r.effective_to):
        return False
    if age_days is None:
        return r.age_min_days is None and r.age_max_days is None
    return (r.age_min_days or 0) <= age_days and (r.age_max_days is None or age_days < r.age_max_days)


def _specificity(r: ReferenceRange) -> tuple[bool, bool, bool, bool, int, date]:
    bounded = r.age_min_days is not None or r.age_max_days is not None
    width = (r.age_max_days if r.age_max_days is not None else 60_000) - (r.age_min_days or 0)
    return (bool(r.condition), bool(r.method), bool(r.sex), bounded, -width, r.effective_from or date.min)


def choose_range(
    ranges: Iterable[ReferenceRange],
    *,
    sex: str,
    age_days: int | None,
    on: date,
    condition: str = "",
    method: str = "",
) -> ReferenceRange | None:
    """Condition beats method beats sex beats age band beats width beats date; None when nothing applies.

    With unknown sex or age only ranges that ask for neither apply. `effective_to` is exclusive.
    """
    fitting = [r for r in ranges if _applies(r, sex=sex, age_days=age_days, on=on, condition=condition, method=method)]
    return max(fitting, key=_specificity, default=None)


def range_text(r: ReferenceRange, decimals: int | None = None) -> str:
    """The range as printed: 3.5–9.5, ≤5.2, <5.2, ≥1.0, 阴性. An upper bound that is not part of the range is printed as the
    last value that is, given the item's decimals: BMI 18.5 to under 24 is 18.5–23.9."""
    if r.low is not None and r.high is not None:
        if r.high_inclusive:
            return f"{show_number(r.low)}–{show_number(r.high)}"
        if decimals is None:
            return f"{show_number(r.low)}–<{show_number(r.high)}"
        return f"{show_number(r.low)}–{show_number(r.high - Decimal(1).scaleb(-decimals))}"
    if r.high is not None:
        return ("≤" if r.high_inclusive else "<") + show_number(r.high)
    if r.low is not None:
        return ("≥" if r.low_inclusive else ">") + show_number(r.low)
    if r.positive_when and r.cutoff is not None:
        return {"gt": "≤", "ge": "<", "lt": "≥", "le": ">"}[r.positive_when] + show_number(r.cutoff)
    return r.text_normal


def _compare(value: Decimal, qualifier: str, op: str, bound: Decimal) -> bool | None:
    """Truth of `value op bound` for a value that may be known only as a bound itself; None when undecided."""
    exact = {"gt": value > bound, "ge": value >= bound, "lt": value < bound, "le": value <= bound}[op]
    if not qualifier:
        return exact
    strict, below = qualifier in ("<", ">"), qualifier.startswith("<")
    if below:
        surely_under = value < bound or (value == bound and (strict or op in ("gt", "le")))
        return {"gt": False, "ge": False, "lt": True, "le": True}[op] if surely_under else None
    surely_over = value > bound or (value == bound and (strict or op in ("lt", "ge")))
    return {"gt": True, "ge": True, "lt": False, "le": False}[op] if surely_over else None


def _flag_of(value: Decimal, qualifier: str, r: ReferenceRange) -> ResultFlag:
    if r.positive_when and r.cutoff is not None:
        positive = _compare(value, qualifier, r.positive_when, r.cutoff)
        if positive is None:
            return ResultFlag.UNKNOWN
        return ResultFlag.POSITIVE if positive else ResultFlag.NORMAL
    checks = (
        (r.critical_high, "ge", ResultFlag.CRITICAL_HIGH),
        (r.critical_low, "le", ResultFlag.CRITICAL_LOW),
        (r.high, "gt" if r.high_inclusive else "ge", ResultFlag.HIGH),
        (r.low, "lt" if r.low_inclusive else "le", ResultFlag.LOW),
    )
    undecided = False
    for bound, op, flag in checks:
        answer = None if bound is None else _compare(value, qualifier, op, bound)
        if answer:
            return flag
        undecided = undecided or (bound is not None and answer is None)
    return ResultFlag.UNKNOWN if undecided else ResultFlag.NORMAL


def _term_for(flag: ResultFlag, r: ReferenceRange) -> str:
    if flag in (ResultFlag.HIGH, ResultFlag.CRITICAL_HIGH):
        return r.term_high
    if flag in (ResultFlag.LOW, ResultFlag.CRITICAL_LOW):
        return r.term_low
    return r.term_positive if flag in (ResultFlag.POSITIVE, ResultFlag.ABNORMAL) else ""


def _prompt_for(flag: ResultFlag, r: ReferenceRange) -> str:
    if flag is ResultFlag.HIGH and r.high_prompt:
        return r.high_prompt
    if flag is ResultFlag.LOW and r.low_prompt:
        return r.low_prompt
    return PROMPTS.get(flag, "")


def flag_number(value: Decimal, r: ReferenceRange | None, qualifier: str = "") -> Flagged:
    """Flag of a numeric result. Without a range, or with one that has no bounds at all, it stays UNKNOWN."""
    if r is None:
        return Flagged(ResultFlag.UNKNOWN)
    bounded = any(b is not None for b in (r.low, r.high, r.critical_low, r.critical_high))
    if not bounded and not (r.positive_when and r.cutoff is not None):
        return Flagged(ResultFlag.UNKNOWN, range_text=range_text(r))
    flag = _flag_of(value, qualifier, r)
    return Flagged(flag, _prompt_for(flag, r), r.low, r.high, range_text(r), _term_for(flag, r))


POSITIVE_WORDS = ("阳性", "弱阳", "+", "＋", "可疑")
NEGATIVE_WORDS = ("阴性", "-", "－", "(-)", "（-）", "阴性(-)", "阴性（-）", "未检出")


def flag_text(text: str, r: ReferenceRange | None) -> Flagged:
    """Flag of a text result: equal to the normal text is normal, positive words are POS, anything else ABN.

    Without a normal text only positive and negative words can be told; other texts stay UNKNOWN.
    """
    plain = text.strip()
    normal = r.text_normal.strip() if r else ""
    if not plain:
        return Flagged(ResultFlag.UNKNOWN, range_text=normal)
    if plain == normal or (normal in NEGATIVE_WORDS and plain in NEGATIVE_WORDS):
        return Flagged(ResultFlag.NORMAL, range_text=normal)
    positive = plain.startswith(POSITIVE_WORDS) or plain.endswith(("+", "(+)", "（+）"))
    if positive:
        flag = ResultFlag.POSITIVE
    elif plain in NEGATIVE_WORDS and not normal:
        flag = ResultFlag.NORMAL
    else:
        flag = ResultFlag.ABNORMAL if normal else ResultFlag.UNKNOWN
    term = _term_for(flag, r) if r else ""
    return Flagged(flag, PROMPTS.get(flag, ""), range_text=normal, term=term)
