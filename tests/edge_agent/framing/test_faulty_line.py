"""A line that loses, repeats and spoils bytes between a conforming instrument and our receiver: exactly once, whatever happens."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.framing.receiver import Receiver
from tests.edge_agent.wire_tools import ACK, ENQ, EOT, NAK, Desk, frames_of, message

pytestmark = pytest.mark.feature("P-08")


class FaultyLine:
    """Bytes to the receiver may be spoiled or cut, replies may vanish, the instrument may lose power."""

    def __init__(self, random: Random, rate: float):
        self.random, self.rate, self.desk = random, rate, Desk(Receiver())
        self.kept: list[bytes] = []
        self.sending = b""

    def exchange(self, data: bytes) -> bytes:
        """What the instrument hears within its time-out."""
        before = len(self.desk.stored)
        if self.random.random() < self.rate:
            data = self._harm(data)
        replies = b"".join(self.desk.put(piece) for piece in self._cut(data))
        replies += self.desk.wait(15)
        for raw, terminated in self.desk.stored[before:]:
            if not terminated:  # noise looked like a prompt end: kept for a check, never taken for a whole message
                assert self.sending.startswith(raw)
                assert raw != self.sending
            elif raw not in self.kept:  # what the spool does with the same bytes
                self.kept.append(raw)
        if self.random.random() < self.rate:
            return b""
        return replies

    def _harm(self, data: bytes) -> bytes:
        at = self.random.randrange(len(data))
        kind = self.random.randrange(4)
        if kind == 0:
            return data[:at] + bytes([data[at] ^ (1 << self.random.randrange(8))]) + data[at + 1 :]
        if kind == 1:
            return data[:at]
        if kind == 2:
            return data[:at] + bytes([self.random.choice([2, 3, 4, 5, 6, 13, 21, 23])]) + data[at:]
        return data[:at] + data[at + 1 :]

    def _cut(self, data: bytes) -> list[bytes]:
        at = self.random.randrange(len(data) + 1)
        return [data[:at], data[at:]]


def deliver(line: FaultyLine, raw: bytes) -> None:
    """A conforming LIS01-A2 sender: the whole message again until its last frame has been acknowledged."""
    line.sending = raw
    for _ in range(400):
        if line.exchange(ENQ)[-1:] == ACK and all(_frame(line, data) for data in frames_of(raw)):
            line.exchange(EOT)
            return
        line.exchange(EOT)
        line.desk.wait(60)
    raise AssertionError("the instrument never got through")


def _frame(line: FaultyLine, data: bytes) -> bool:
    for _ in range(6):
        reply = line.exchange(data)[-1:]
        if reply == ACK:
            return True
        if reply != NAK:
            return False
    return False


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0.02, 0.1, 0.2]))
def test_every_message_arrives_exactly_once_over_a_faulty_line(seed: int, rate: float) -> None:
    line = FaultyLine(Random(seed), rate)
    messages = [message(f"S{n}", results=1 + n % 3) for n in range(4)]
    for raw in messages:
        deliver(line, raw)
    assert line.kept == messages
