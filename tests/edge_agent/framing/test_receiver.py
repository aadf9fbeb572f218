"""LIS01-A2 receiver: the standard's rules and every fault that made other receivers lose, double or corrupt results."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.framing import frames as f
from edge_agent.framing.receiver import Receiver
from tests.edge_agent.wire_tools import ACK, ENQ, EOT, ETB, ETX, NAK, Desk, frame, frames_of, message

pytestmark = pytest.mark.feature("P-08")


def begun(*parts: bytes) -> Desk:
    desk = Desk()
    assert desk.put(ENQ) == ACK
    for part in parts:
        assert desk.put(part) == ACK
    return desk


def test_a_whole_transfer_is_stored_once_and_every_frame_is_acknowledged() -> None:
    desk, frames = Desk(), frames_of(message())
    desk.put(ENQ + b"".join(frames) + EOT)
    assert desk.stored == [(message(), True)]
    assert desk.replies == ACK * (1 + len(frames))
    assert desk.receiver.idle


def test_the_last_frame_is_not_acknowledged_before_the_message_is_stored() -> None:
    receiver, frames = Receiver(), frames_of(message())
    receiver.feed(ENQ + b"".join(frames[:-1]), 0)
    actions = receiver.feed(frames[-1], 0)
    assert [type(action).__name__ for action in actions] == ["Commit"]
    assert [action.data for action in receiver.committed(True, 0)] == [ACK]


def test_a_message_that_cannot_be_stored_is_refused_and_taken_when_sent_again() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:-1])
    desk.disk = False
    assert desk.put(frames[-1]) == NAK
    desk.disk = True
    assert desk.put(frames[-1]) == ACK
    assert desk.stored == [(message(), True)]


def test_a_sender_that_gives_up_on_a_full_disk_leaves_no_half_message() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:-1])
    desk.disk = False
    desk.put(frames[-1] * 6)
    desk.disk = True
    desk.put(EOT)
    assert desk.stored == []


def test_a_full_disk_refuses_the_enquiry() -> None:
    desk = Desk()
    desk.receiver.accepting = False
    assert desk.put(ENQ) == NAK
    desk.receiver.accepting = True
    assert desk.put(ENQ) == ACK


@given(st.lists(st.integers(0, 400), max_size=30))
def test_any_cutting_of_the_stream_gives_the_same_message(cuts: list[int]) -> None:
    stream = ENQ + b"".join(frames_of(message(results=5))) + EOT
    desk, at = Desk(), 0
    for cut in sorted(set(cuts)):
        desk.put(stream[at:cut])
        at = max(at, cut)
    desk.put(stream[at:])
    assert desk.stored == [(message(results=5), True)]
    assert desk.notes == []


def test_a_frame_split_over_two_reads_is_one_frame() -> None:
    frames = frames_of(message())
    desk = begun()
    assert desk.put(frames[0][:7]) == b""
    assert desk.put(frames[0][7:]) == ACK


def test_two_frames_in_one_read_are_both_acknowledged() -> None:
    frames = frames_of(message())
    assert begun().put(frames[0] + frames[1]) == ACK + ACK


def test_a_missing_frame_is_refused_so_nothing_is_lost_silently() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:3])
    assert desk.put(frames[4]) == NAK
    assert desk.put(frames[3]) == ACK
    desk.put(b"".join(frames[4:]) + EOT)
    assert desk.stored == [(message(), True)]


def test_a_frame_sent_twice_because_the_ack_was_lost_is_acknowledged_and_kept_once() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:4])
    assert desk.put(frames[3]) == ACK
    desk.put(b"".join(frames[4:]) + EOT)
    assert desk.stored == [(message(), True)]
    assert "retransmission" in desk.notes


def test_the_last_frame_sent_twice_does_not_store_the_message_twice() -> None:
    frames = frames_of(message())
    desk = begun(*frames)
    assert desk.put(frames[-1]) == ACK
    assert len(desk.stored) == 1


def test_another_text_under_the_last_frame_number_is_refused() -> None:
    desk = begun(frame(1, b"H|\\^&\r", ETX))
    assert desk.put(frame(1, b"P|1\r", ETX)) == NAK


def test_an_instrument_that_restarts_between_frames_is_heard_after_a_quiet_line_and_halves_are_not_merged() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:3])
    assert desk.put(ENQ) == b""
    assert desk.wait(f.RESTART_QUIET) == ACK
    desk.put(b"".join(frames) + EOT)
    assert desk.stored == [(message(), True)]
    assert "incomplete_dropped" in desk.notes


def test_an_instrument_that_restarts_within_a_frame_is_heard_after_a_quiet_line() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:3])
    desk.put(frames[3][:6])
    desk.put(ENQ)
    assert desk.wait(f.RESTART_QUIET) == ACK
    desk.put(b"".join(frames) + EOT)
    assert desk.stored == [(message(), True)]


def test_an_enquiry_made_by_noise_is_not_answered_since_its_ack_would_confirm_a_frame() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:-1])
    assert desk.put(ENQ + frames[-1]) == ACK
    assert desk.stored == [(message(), True)]
    spoiled = frames[0][:5] + ENQ + frames[0][6:]
    assert begun().put(spoiled) == NAK


@pytest.mark.parametrize("end", [ETB, ETX])
def test_a_bad_checksum_is_refused_on_both_kinds_of_frame(end: bytes) -> None:
    good = frame(1, b"H|\\^&\r", end)
    desk = begun()
    assert desk.put(good.replace(b"H|", b"K|")) == NAK
    assert desk.put(good) == ACK


def test_lower_case_checksum_digits_are_understood() -> None:
    good = frame(1, b"H|\\^&||||x\r", ETX)
    lowered = good[:-4] + good[-4:].lower()
    assert begun().put(lowered) == ACK


def test_an_instrument_without_checksum_is_taken_when_configured() -> None:
    desk = Desk(Receiver(checksum=False))
    desk.put(ENQ)
    assert desk.put(b"\x021H|\\^&\r\x0300\r\n") == ACK


@pytest.mark.parametrize("tail", [b"", b"\r"])
def test_a_missing_or_partial_line_end_after_the_checksum_is_forgiven(tail: bytes) -> None:
    frames = [data[:-2] + tail for data in frames_of(message())]
    desk = begun()
    for data in frames:
        desk.put(data)
        assert desk.wait(f.TAIL_GRACE) == ACK
    assert desk.stored == [(message(), True)]


def test_frames_without_line_ends_in_one_read_are_all_taken() -> None:
    desk = begun()
    desk.put(b"".join(data[:-2] for data in frames_of(message())) + EOT)
    assert desk.stored == [(message(), True)]


def test_records_longer_than_a_frame_are_joined() -> None:
    long = b"H|\\^&\rC|1|I|" + b"x" * 700 + b"\rL|1|N\r"
    desk = Desk()
    desk.put(ENQ + b"".join(frames_of(long)) + EOT)
    assert desk.stored == [(long, True)]


def test_a_message_in_one_frame_of_64000_bytes_is_taken_and_a_longer_one_refused() -> None:
    def one(size: int) -> bytes:
        text = b"H|\\^&\rC|1|I|" + b"x" * (size - 20) + b"\rL|1|N\r"
        return frame(1, text[:size], ETX)

    assert begun().put(one(63_000)) == ACK
    assert begun().put(frame(1, b"H" + b"x" * 64_100, ETX)) == NAK


def test_a_frame_number_wraps_after_seven() -> None:
    desk = Desk()
    desk.put(ENQ + b"".join(frames_of(message(results=20))) + EOT)
    assert desk.stored == [(message(results=20), True)]


def test_two_messages_in_one_transfer_are_two_messages() -> None:
    frames = frames_of(message("A") + message("B"))
    desk = Desk()
    desk.put(ENQ + b"".join(frames) + EOT)
    assert desk.stored == [(message("A"), True), (message("B"), True)]


def test_an_enquiry_followed_by_the_end_is_a_sign_of_life() -> None:
    desk = Desk()
    assert desk.put(ENQ + EOT) == ACK
    assert desk.stored == []
    assert desk.notes == ["keepalive"]


def test_a_silent_instrument_costs_the_incomplete_message_after_30_seconds() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:3])
    desk.wait(29.9)
    assert not desk.receiver.idle
    desk.wait(0.2)
    assert desk.receiver.idle
    assert desk.notes == ["incomplete_dropped"]


def test_records_without_a_terminator_are_kept_for_a_check_when_the_instrument_ends() -> None:
    frames = frames_of(message())[:-1]
    desk = begun(*frames)
    desk.put(EOT)
    assert desk.stored == [(message().removesuffix(b"L|1|N\r"), False)]


def test_half_a_message_of_a_sender_that_gave_up_is_dropped() -> None:
    frames = frames_of(message())
    refused = begun(*frames[:3])
    refused.put(frames[3].replace(b"WBC", b"WBD"))
    refused.put(EOT)
    late = begun(*frames[:3])
    late.wait(15)
    late.put(EOT)
    for desk in (refused, late):
        assert desk.stored == []
        assert desk.notes[-1] == "incomplete_dropped"


def test_bytes_outside_a_frame_are_ignored() -> None:
    desk = Desk()
    assert desk.put(b"\x00garbage\xff") == b""
    frames = frames_of(message())
    desk.put(ENQ + b"??" + b"~".join(frames) + EOT)
    assert desk.stored == [(message(), True)]


def test_a_transfer_that_does_not_begin_with_a_header_is_refused() -> None:
    assert begun().put(frame(1, b"R|1|^^^WBC|5\r", ETX)) == NAK


def test_a_cut_connection_drops_the_half_message() -> None:
    frames = frames_of(message())
    desk = begun(*frames[:4])
    desk.receiver.disconnected()
    desk.put(ENQ + b"".join(frames) + EOT)
    assert desk.stored == [(message(), True)]


@given(st.binary(max_size=400))
def test_no_input_breaks_the_receiver(data: bytes) -> None:
    desk = Desk()
    desk.put(data)
    desk.wait(60)
    desk.put(EOT)
    desk.wait(60)
    frames = frames_of(message())
    desk.stored.clear()
    desk.put(ENQ + b"".join(frames) + EOT)
    desk.wait(60)
    desk.put(ENQ + b"".join(frames) + EOT)
    assert (message(), True) in desk.stored
