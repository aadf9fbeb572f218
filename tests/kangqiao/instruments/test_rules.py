"""Reading LIS02-A2 messages: delimiters from H, text before splitting, odd senders."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.instruments.rules import Unreadable, decode, number_in, read_message

pytestmark = pytest.mark.feature("P-08", "I-31")
CBC = (
    "H|\\^&|||KQ-5000^1.0|||||||P|LIS2-A2|20261123084501\r"
    "P|1\r"
    "O|1|09202611230017||^^^CBC|R\r"
    "R|1|^^^WBC^1|6.2|10*9/L||N||F||||20261123084455\r"
    "R|2|^^^HGB^1|182|g/L||H||F||||20261123084455\r"
    "L|1|N\r"
)


def test_results_carry_barcode_channel_value_unit_flag_and_time() -> None:
    message = read_message(CBC)
    assert message.kind == "result"
    first, second = message.lines
    assert (first.barcode, first.channel_code, first.value, first.measurement_unit) == (
        "09202611230017",
        "WBC",
        "6.2",
        "10*9/L",
    )
    assert second.instrument_flag == "H"
    assert first.measured_at is not None
    assert first.measured_at.isoformat() == "2026-11-23T08:44:55+08:00"


def test_delimiters_are_those_of_the_header() -> None:
    text = "H@^\\|@@@Xpert\rO@1@26112300017\rR@1@\\\\\\FLU@NOT DETECTED\\x\rL@1\r"
    (line,) = read_message(text).lines
    assert (line.barcode, line.channel_code, line.value) == ("26112300017", "FLU", "NOT DETECTED")


def test_quality_control_is_told_apart() -> None:
    assert read_message(CBC.replace("|P|LIS2-A2", "|Q|LIS2-A2")).kind == "qc"


def test_query_is_told_apart() -> None:
    assert read_message("H|\\^&\rQ|1|^26112300017||ALL\rL|1\r").kind == "query"


def test_padded_sysmex_specimen_id_is_trimmed() -> None:
    text = "H|\\^&\rO|1||2^1^       26112300017^B\rR|1|^^^^WBC^1|5.1|10*3/uL\rL|1\r"
    (line,) = read_message(text).lines
    assert line.barcode == "26112300017"
    assert line.channel_code == "WBC"


def test_chinese_characters_whose_second_byte_is_a_delimiter_do_not_split_fields() -> None:
    """弢 is 8F 7C in GBK: its second byte is `|`. Breaks when bytes are split before they are decoded."""
    raw = "H|\\^&\rP|1|||王弢^誠\rO|1|26112300017\rR|1|^^^WBC|5.1\rL|1\r".encode("gb18030")
    (line,) = read_message(decode(raw, "auto")).lines
    assert (line.barcode, line.value) == ("26112300017", "5.1")


@pytest.mark.parametrize("text", ["", "H", "P|1\r", "R|1|^^^WBC|5\r", "hello"])
def test_text_that_is_no_message_is_unreadable_with_a_reason(text: str) -> None:
    with pytest.raises(Unreadable, match="H 记录"):
        read_message(text)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_message_or_a_reason(raw: bytes) -> None:
    with suppress(Unreadable):
        assert read_message(decode(raw, "auto")).kind in {"result", "qc", "query", "other"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6.2", "6.2"),
        (" 1,5 ", "1.5"),
        ("-3", "-3"),
        ("-----", None),
        (">100", None),
        ("阴性", None),
        ("", None),
        ("1e5", None),
    ],
)
def test_only_plain_numbers_are_numbers(text: str, number: str | None) -> None:
    assert number_in(text) == (Decimal(number) if number else None)
