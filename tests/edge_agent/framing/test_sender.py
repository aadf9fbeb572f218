"""LIS01-A2 sender and the line with both directions."""

from __future__ import annotations

import pytest

from edge_agent.framing import frames as f
from edge_agent.framing.actions import Aborted, Action, Delivered, Send
from edge_agent.framing.line import Line
from edge_agent.framing.receiver import Receiver
from edge_agent.framing.sender import Sender
from tests.edge_agent.wire_tools import ACK, ENQ, EOT, NAK, frames_of, message

pytestmark = pytest.mark.feature("P-08")
ANSWER = b"H|\\^&\rL|1|I\r"


def sent(actions: list[Action]) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send))


def fate(actions: list[Action]) -> list[Action]:
    return [action for action in actions if isinstance(action, Aborted | Delivered)]


def line() -> Line:
    return Line(Receiver(), Sender())


def test_an_answer_goes_out_frame_by_frame_and_ends_with_eot() -> None:
    wire, frames = line(), frames_of(ANSWER)
    assert sent(wire.send(ANSWER, 0)) == ENQ
    assert sent(wire.feed(ACK, 0)) == frames[0]
    assert sent(wire.feed(ACK, 0)) == frames[1]
    last = wire.feed(ACK, 0)
    assert sent(last) == EOT
    assert fate(last) == [Delivered()]


def test_a_refused_frame_is_sent_again_and_six_refusals_abort_the_message() -> None:
    wire, frames = line(), frames_of(ANSWER)
    wire.send(ANSWER, 0)
    wire.feed(ACK, 0)
    for _ in range(5):
        assert sent(wire.feed(NAK, 0)) == frames[0]
    last = wire.feed(NAK, 0)
    assert sent(last) == EOT
    assert fate(last) == [Aborted("refused")]


def test_no_reply_for_15_seconds_aborts() -> None:
    wire = line()
    wire.send(ANSWER, 0)
    assert wire.tick(14.9) == []
    assert fate(wire.tick(15.0)) == [Aborted("no reply")]


def test_a_busy_instrument_is_asked_again_after_10_seconds() -> None:
    wire = line()
    wire.send(ANSWER, 0)
    wire.feed(NAK, 0)
    assert wire.tick(9.9) == []
    assert sent(wire.tick(10.0)) == ENQ


def test_in_contention_the_computer_yields_and_asks_again_after_20_seconds() -> None:
    wire = line()
    wire.send(ANSWER, 0)
    assert sent(wire.feed(ENQ, 0)) == b"", "the instrument's ENQ is not answered, it sends another"
    assert sent(wire.feed(ENQ, 1)) == ACK
    wire.feed(frames_of(message())[0], 1)
    assert wire.tick(20.0) == [], "not while the instrument sends"
    wire.feed(EOT, 21)
    assert sent(wire.tick(21)) == ENQ


def test_an_answer_waits_until_the_instrument_has_ended() -> None:
    wire = line()
    wire.feed(ENQ, 0)
    assert sent(wire.send(ANSWER, 0)) == b""
    assert sent(wire.feed(EOT, 0)) == ENQ


def test_eot_instead_of_ack_counts_as_accepted() -> None:
    wire, frames = line(), frames_of(ANSWER)
    wire.send(ANSWER, 0)
    wire.feed(ACK, 0)
    assert sent(wire.feed(EOT, 0)) == frames[1]


def test_long_records_are_cut_at_240_characters() -> None:
    parts = f.split_records(b"C|1|" + b"x" * 500 + b"\r")
    assert [len(text) for text, _ in parts] == [240, 240, 25]
    assert [last for _, last in parts] == [False, False, True]
