"""LIS02-A2 records as the agent reads them, and the order of decoding and splitting."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.drivers.astm_records import Delimiters, hint, split_message, unescape
from edge_agent.drivers.charset import decode
from edge_agent.drivers.registry import DRIVERS
from sandbox.instruments.results import blood_count, quality_control, query_message, result_message

pytestmark = pytest.mark.feature("P-08")
WHEN = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
ASTM = DRIVERS["astm"]


def test_a_name_whose_second_byte_is_a_delimiter_stays_in_its_field() -> None:
    raw = result_message("A1", [], WHEN, name="韡誠弢")
    assert b"\x7c" in "弢".encode("gb18030"), "the trap is real"
    text, charset = decode(raw)
    patient = next(record for record in split_message(text) if record.type == "P")
    assert charset == "gb18030"
    assert patient.field(6) == "韡誠弢"
    assert len(patient.fields) == 6


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8))
def test_any_chinese_name_survives_in_gb18030_and_in_utf_8(name: str) -> None:
    line = f"H|\\^&\rP|1||||{name}\r"
    for charset in ("gb18030", "utf-8"):
        text, _ = decode(line.encode(charset), charset)
        assert split_message(text)[1].field(6) == name


def test_delimiters_come_from_the_header() -> None:
    records = split_message("H@^\\|@@@GX^1\rO@1@26112300017@@\\\\\\CBC\r")
    assert records[0].delimiters == Delimiters("@", "^", "\\", "|")
    assert records[0].field(5) == "GX^1"
    assert records[1].field(3) == "26112300017"
    assert records[1].components(5) == ["", "", "", "CBC"]


def test_a_short_header_keeps_the_usual_delimiters() -> None:
    assert split_message("H|\rP|1\r")[0].delimiters == Delimiters()


@pytest.mark.parametrize(
    ("escaped", "plain"),
    [
        ("a&F&b", "a|b"),
        ("a&S&b", "a^b"),
        ("a&R&b", "a\\b"),
        ("a&E&b", "a&b"),
        ("&X41&&X4243&", "ABC"),
        ("&H&loud&N&", "loud"),
        ("&Zlocal&", ""),
        ("Q&A", "Q&A"),
    ],
)
def test_escapes_are_read(escaped: str, plain: str) -> None:
    assert unescape(escaped, Delimiters()) == plain


def test_the_hint_names_specimens_and_counts_records() -> None:
    said = ASTM.parse(result_message("26112300017", blood_count(Random(1)), WHEN), "auto", {})
    assert said.hint["type"] == "result"
    assert said.hint["specimens"] == ["26112300017"]
    assert said.hint["records"] == {"H": 1, "P": 1, "O": 1, "R": 15, "L": 1}
    assert said.answer == b""


def test_a_specimen_number_beside_rack_and_tube_is_found_and_trimmed() -> None:
    text = "H|\\^&\rO|1|12^3^   26112300017^B||^^^WBC\r"
    assert hint(split_message(text))["specimens"] == ["26112300017"]


def test_a_specimen_number_in_the_instruments_own_field_is_found() -> None:
    assert hint(split_message("H|\\^&\rO|1||^^   113^A|^^^^WBC\r"))["specimens"] == ["113"]


def test_quality_control_is_told_from_patient_results() -> None:
    raw = result_message("QC-L2", quality_control(Random(1)), WHEN, mode="Q")
    assert ASTM.parse(raw, "auto", {}).hint["type"] == "qc"


def test_a_host_query_is_answered_with_no_order_unless_switched_off() -> None:
    raw = query_message("26112300017", WHEN)
    assert ASTM.parse(raw, "auto", {}).answer.endswith(b"L|1|I\r")
    assert ASTM.parse(raw, "auto", {"reply_queries": False}).answer == b""
    assert ASTM.parse(raw, "auto", {}).hint["type"] == "query"


def test_a_hint_never_holds_control_characters() -> None:
    said = ASTM.parse(b"H|\\^&|||A\x00B\rO|1|12\x00 \x7f3\r\x00|1\rL|1\r", "auto", {}).hint
    assert (said["sender"], said["specimens"]) == ("AB", ["12 3"])
    assert said["records"] == {"H": 1, "O": 1, "?": 1, "L": 1}


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    said = ASTM.parse(raw, "auto", {})
    assert said.hint["type"] in {"result", "qc", "query", "other"}
