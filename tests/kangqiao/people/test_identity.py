"""Reading resident ID numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from kangqiao.people.rules import BadIdNumber, age_on, mismatches, parse_resident_id

TODAY = date(2026, 11, 23)
HE = "420106198003141211"


def number_of(birth: date, order: int) -> str:
    first = f"110105{birth:%Y%m%d}{order:03d}"
    return first + ric.calc_check_digit(first + "0")


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(1, 999))
def test_any_valid_number_gives_its_birthday_and_sex(birth: date, order: int) -> None:
    parsed = parse_resident_id(number_of(birth, order), TODAY)
    assert parsed.birth_date == birth
    assert parsed.sex == ("male" if order % 2 else "female")


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, step: int) -> None:
    changed = str((int(HE[place]) + step) % 10)
    with pytest.raises(BadIdNumber):
        parse_resident_id(HE[:place] + changed + HE[place + 1 :], TODAY)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("42010619800314121", "18 位"),
        ("42010619800314121A", "校验位"),
        ("4201061980O3141211", "只能是数字"),
        (number_of(date(1980, 1, 1), 1).replace("19800101", "19801301"), "校验位"),
    ],
)
def test_a_bad_number_says_what_to_do(number: str, words: str) -> None:
    with pytest.raises(BadIdNumber, match=words):
        parse_resident_id(number, TODAY)


def test_a_birthday_that_does_not_exist_or_lies_ahead_is_refused() -> None:
    for day in ("19800230", "20270101"):
        first = f"110105{day}001"
        with pytest.raises(BadIdNumber, match="出生日期"):
            parse_resident_id(first + ric.calc_check_digit(first + "0"), TODAY)


def test_lower_case_x_and_blanks_are_understood() -> None:
    first = next(
        f"11010519900101{n:03d}" for n in range(1, 50) if ric.calc_check_digit(f"11010519900101{n:03d}0") == "X"
    )
    assert parse_resident_id(f" {first}x ", TODAY).number == first + "X"


def test_differences_are_told_with_the_fix() -> None:
    parsed = parse_resident_id(HE, TODAY)
    found = dict(mismatches(parsed, "female", date(1980, 3, 15)))
    assert "请改为“男”" in found["sex"]
    assert "1980-03-14" in found["birth_date"]
    assert mismatches(parsed, "unknown", None) == []


def test_age_turns_on_the_birthday() -> None:
    assert age_on(date(1980, 3, 14), date(2026, 3, 13)) == 45
    assert age_on(date(1980, 3, 14), date(2026, 3, 14)) == 46
    assert age_on(None, TODAY) is None
