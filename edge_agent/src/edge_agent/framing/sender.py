"""LIS01-A2 sender: one message at a time, six refusals of a frame abort it for a full repeat."""

from __future__ import annotations

from enum import Enum

from edge_agent.framing import frames as f
from edge_agent.framing.actions import Aborted, Action, Delivered, Send


class State(Enum):
    IDLE = "idle"
    ASKED = "asked"  # ENQ sent
    WAIT = "wait"  # busy or contention: quiet before the next ENQ
    FRAME = "frame"  # a frame is out


class Sender:
    """State machine; `offer` a message while idle. Ends with Delivered or Aborted. Times are monotonic seconds."""

    def __init__(self, *, frame_text: int = f.DEFAULT_TEXT, reply_timeout: float = f.REPLY_TIMEOUT):
        self._size, self._reply_timeout = frame_text, reply_timeout
        self.state = State.IDLE
        self.deadline: float | None = None
        self._frames: list[bytes] = []
        self._at = 0
        self._refusals = 0

    @property
    def idle(self) -> bool:
        return self.state is State.IDLE

    @property
    def sending(self) -> bool:
        """True while the line belongs to us: bytes from the peer are replies."""
        return self.state in (State.ASKED, State.FRAME)

    def offer(self, message: bytes, now: float) -> list[Action]:
        """Begin to send a message (records ended by CR)."""
        if not self.idle:
            raise RuntimeError("a message is already being sent")
        parts = f.split_records(message, self._size)
        self._frames = [f.build_frame(n, text, last=last) for n, (text, last) in enumerate(parts, start=1)]
        self._at = self._refusals = 0
        return self._ask(now)

    def reply(self, byte: int, now: float) -> list[Action]:
        """Take one byte of the peer while `sending`."""
        if self.state is State.ASKED:
            return self._reply_to_enquiry(byte, now)
        if self.state is State.FRAME:
            return self._reply_to_frame(byte, now)
        return []

    def tick(self, now: float) -> list[Action]:
        """Let time pass: call at `deadline` or later."""
        if self.deadline is None or now < self.deadline:
            return []
        if self.state is State.WAIT:
            return self._ask(now)
        return self._abort("no reply")

    def disconnected(self) -> list[Action]:
        """The wire is gone."""
        if self.idle:
            return []
        self.state, self.deadline = State.IDLE, None
        return [Aborted("disconnected")]

    def _ask(self, now: float) -> list[Action]:
        self.state, self.deadline = State.ASKED, now + self._reply_timeout
        return [Send(b"\x05")]

    def _reply_to_enquiry(self, byte: int, now: float) -> list[Action]:
        if byte == f.ACK:
            return self._send_frame(now)
        if byte == f.NAK:
            self.state, self.deadline = State.WAIT, now + f.BUSY_DELAY
        elif byte == f.ENQ:
            self.state, self.deadline = State.WAIT, now + f.YIELD_DELAY
        return []

    def _reply_to_frame(self, byte: int, now: float) -> list[Action]:
        if byte in (f.ACK, f.EOT):  # EOT = accepted, and the receiver would like the line; we may finish first
            self._at += 1
            self._refusals = 0
            return self._send_frame(now)
        self._refusals += 1
        if self._refusals >= f.MAX_REFUSALS:
            return self._abort("refused")
        return self._send_frame(now)

    def _send_frame(self, now: float) -> list[Action]:
        if self._at == len(self._frames):
            self.state, self.deadline = State.IDLE, None
            return [Send(b"\x04"), Delivered()]
        self.state, self.deadline = State.FRAME, now + self._reply_timeout
        return [Send(self._frames[self._at])]

    def _abort(self, reason: str) -> list[Action]:
        self.state, self.deadline = State.IDLE, None
        return [Send(b"\x04"), Aborted(reason)]
