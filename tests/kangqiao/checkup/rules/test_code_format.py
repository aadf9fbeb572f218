"""Check-up numbers and specimen barcodes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.code_format import checkup_no, kind_of_code, specimen_barcode

pytestmark = pytest.mark.feature("I-12")

DAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2099, 12, 31))


def test_numbers_have_four_digits_and_grow_beyond_9999_without_wrapping() -> None:
    assert checkup_no(DAY, 1) == "202611230001"
    assert checkup_no(DAY, 9999) == "202611239999"
    assert checkup_no(DAY, 10000) == "2026112310000"
    assert specimen_barcode(DAY, 1) == "09202611230001"
    assert specimen_barcode(DAY, 9999) == "09202611239999"
    assert specimen_barcode(DAY, 10000) == "0920261123010000"


@given(days, st.integers(1, 200_000), st.integers(1, 200_000))
def test_two_sequences_of_a_day_never_give_one_code(day: date, one: int, other: int) -> None:
    assert (checkup_no(day, one) == checkup_no(day, other)) is (one == other)
    assert (specimen_barcode(day, one) == specimen_barcode(day, other)) is (one == other)


@given(days, st.integers(1, 200_000))
def test_barcodes_are_even_digits_and_a_scan_tells_the_kind(day: date, sequence: int) -> None:
    barcode = specimen_barcode(day, sequence)
    assert barcode.isdigit()
    assert len(barcode) % 2 == 0
    assert kind_of_code(f" {barcode}\n") == "specimen"
    assert kind_of_code(checkup_no(day, sequence)) == "checkup"


@pytest.mark.parametrize(
    "text", ["", "abc", "0920261123", "20261323" + "0001", "09202613010001", "13800138000", "２０２６１１２３０００１"]
)
def test_other_input_is_neither(text: str) -> None:
    assert kind_of_code(text) == ""


@pytest.mark.parametrize("make", [checkup_no, specimen_barcode])
def test_a_sequence_starts_at_one(make) -> None:
    with pytest.raises(ValueError, match="starts at 1"):
        make(DAY, 0)
