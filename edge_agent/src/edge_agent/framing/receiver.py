"""LIS01-A2 receiver: any cutting of the byte stream gives the same messages."""

from __future__ import annotations

from enum import Enum

from edge_agent.framing import frames as f
from edge_agent.framing.actions import Action, Commit, Note, Send

_ACK, _NAK = Send(b"\x06"), Send(b"\x15")


class State(Enum):
    IDLE = "idle"
    OPEN = "open"  # between frames
    FRAME = "frame"  # after STX
    SUM = "sum"  # two checksum digits
    TAIL = "tail"  # optional CR LF
    COMMIT = "commit"  # the owner writes to disk; input waits


class Receiver:
    """State machine; `feed`, `tick` and `committed` return actions in order. Times are monotonic seconds.

    A message is complete when a frame that ends with ETX leaves an `L` record as the last record. Its last frame is
    acknowledged only by `committed(True)`. A prompt EOT after records without `L` gives a Commit with
    `terminated=False`; EOT of a sender that gave up drops them.
    """

    def __init__(self, *, checksum: bool = True, require_header: bool = True, max_message: int = f.MAX_MESSAGE):
        self._check, self._require_header, self._max_message = checksum, require_header, max_message
        self.accepting = True
        self.state = State.IDLE
        self.deadline: float | None = None
        self._reset_transfer()
        self._input = bytearray()
        self._at_eot = False

    def _reset_transfer(self) -> None:
        self._message = bytearray()
        self._last_number = 0
        self._last_frame: tuple[bytes, int] | None = None
        self._pending: tuple[int, bytes, int] | None = None
        self._body = bytearray()
        self._sum = bytearray()
        self._end = 0
        self._oversize = False
        self._restart: int | None = None
        self._accepted_at = 0.0
        self._refused = False

    @property
    def idle(self) -> bool:
        return self.state is State.IDLE

    def feed(self, data: bytes, now: float) -> list[Action]:
        """Take bytes from the wire."""
        self._input += data
        actions: list[Action] = []
        used = 0
        while used < len(self._input) and self.state is not State.COMMIT:
            used += self._step(self._input[used], now, actions)
        del self._input[:used]
        return actions

    def tick(self, now: float) -> list[Action]:
        """Let time pass: call at `deadline` or later."""
        if self.deadline is None or now < self.deadline:
            return []
        actions: list[Action] = []
        if self.state is State.TAIL:
            self._frame_done(now, actions)
        elif self._restart is not None:
            self._restarted(now, actions)
        elif self.state in (State.OPEN, State.FRAME, State.SUM):
            self._drop("timeout", actions)
            self._to_idle()
        return actions

    def committed(self, ok: bool, now: float) -> list[Action]:
        """Answer to Commit. False (disk full, error) refuses the frame: the instrument will send it again."""
        actions: list[Action] = []
        if self._at_eot:
            self._at_eot = False
            if not ok:
                actions.append(Note("lost_unterminated"))
            self._to_idle()
        elif self._pending is not None:
            number, text, end = self._pending
            self._pending = None
            if ok:
                self._accept(number, text, end, now)
                self._message.clear()
                actions.append(_ACK)
            else:
                self._refused = True
                actions += [Note("not_stored"), _NAK]
            self._to_open(now)
        return actions + self.feed(b"", now)

    def disconnected(self) -> list[Action]:
        """The wire is gone: an incomplete message is dropped, the instrument repeats it."""
        actions: list[Action] = []
        self._drop("disconnected", actions)
        self._input.clear()
        self._at_eot = False
        self._to_idle()
        return actions

    def _to_idle(self) -> None:
        self._reset_transfer()
        self.state, self.deadline = State.IDLE, None

    def _to_open(self, now: float) -> None:
        self._body.clear()
        self._sum.clear()
        self._oversize = False
        self._restart = None
        self.state, self.deadline = State.OPEN, now + f.RECEIVE_TIMEOUT

    def _drop(self, why: str, actions: list[Action]) -> None:
        if self._message or self._body:
            actions.append(Note("incomplete_dropped", why))

    def _step(self, byte: int, now: float, actions: list[Action]) -> bool:
        """Handle one byte; False: a frame ended before it, look at the byte again."""
        if self._restart is not None:
            self._not_a_restart(now, actions)
        if self.state is State.IDLE:
            self._in_idle(byte, now, actions)
        elif self.state is State.OPEN:
            self._in_open(byte, now, actions)
        elif self.state is State.FRAME:
            self._in_frame(byte, now)
        elif self.state is State.SUM:
            self._in_sum(byte, now)
        else:
            return self._in_tail(byte, now, actions)
        return True

    def _in_idle(self, byte: int, now: float, actions: list[Action]) -> None:
        if byte != f.ENQ:
            return
        if not self.accepting:
            actions += [Note("busy"), _NAK]
            return
        self._reset_transfer()
        actions.append(_ACK)
        self._to_open(now)

    def _in_open(self, byte: int, now: float, actions: list[Action]) -> None:
        if byte == f.STX:
            self._body.clear()
            self.state, self.deadline = State.FRAME, now + f.RECEIVE_TIMEOUT
        elif byte == f.EOT:
            self._end_of_transfer(now, actions)
        elif byte == f.ENQ:
            if self._last_frame is None:
                actions.append(_ACK)
                self._to_open(now)
            else:
                self._restart, self.deadline = byte, now + f.RESTART_QUIET

    def _end_of_transfer(self, now: float, actions: list[Action]) -> None:
        complete = self._last_frame is not None and self._last_frame[1] == f.ETX
        if self._message and complete and not self._refused and now - self._accepted_at < f.PROMPT_END:
            self._at_eot = True
            self.state, self.deadline = State.COMMIT, None
            actions.append(Commit(bytes(self._message), terminated=False))
            return
        if self._last_frame is None:
            actions.append(Note("keepalive"))
        self._drop("given up", actions)
        self._to_idle()

    def _in_frame(self, byte: int, now: float) -> None:
        if byte == f.STX:
            self._body.clear()
            self._oversize = False
        elif byte in (f.ETX, f.ETB):
            self._end = byte
            self._sum.clear()
            self.state = State.SUM
        elif len(self._body) > f.MAX_TEXT:
            self._oversize = True
        else:
            self._body.append(byte)
        if byte in (f.ENQ, f.EOT):
            self._restart, self.deadline = byte, now + f.RESTART_QUIET
        else:
            self.deadline = now + f.RECEIVE_TIMEOUT

    def _not_a_restart(self, now: float, actions: list[Action]) -> None:
        """More bytes follow at once: the ENQ or EOT was noise. In a frame it stays in the text and spoils it."""
        self._restart = None
        self.deadline = now + f.RECEIVE_TIMEOUT
        actions.append(Note("noise"))

    def _restarted(self, now: float, actions: list[Action]) -> None:
        byte = self._restart
        self._drop("restart", actions)
        self._to_idle()
        if byte == f.ENQ:
            self._in_idle(f.ENQ, now, actions)

    def _in_sum(self, byte: int, now: float) -> None:
        self._sum.append(byte)
        self.deadline = now + f.RECEIVE_TIMEOUT
        if len(self._sum) == 2:
            self.state, self.deadline = State.TAIL, now + f.TAIL_GRACE

    def _in_tail(self, byte: int, now: float, actions: list[Action]) -> bool:
        if byte == f.CR:
            self.deadline = now + f.TAIL_GRACE
            return True
        self._frame_done(now, actions)
        return byte == f.LF

    def _frame_done(self, now: float, actions: list[Action]) -> None:
        body, end = bytes(self._body), self._end
        problem = self._problem(body, end)
        if problem:
            self._refuse(Note(problem), now, actions)
            return
        number, text = body[0] - 0x30, body[1:]
        if self._last_frame is not None and number == self._last_number:
            if self._last_frame == (text, end):
                actions += [Note("retransmission"), _ACK]
                self._to_open(now)
            else:
                self._refuse(Note("frame_number", f"other text under {number}"), now, actions)
        elif number != (self._last_number + 1) % 8:
            self._refuse(Note("frame_number", f"{number} after {self._last_number}"), now, actions)
        else:
            self._take(number, text, end, now, actions)

    def _refuse(self, note: Note, now: float, actions: list[Action]) -> None:
        self._refused = True
        actions += [note, _NAK]
        self._to_open(now)

    def _problem(self, body: bytes, end: int) -> str:
        if self._oversize:
            return "frame_too_long"
        if self._check and f.checksum(body + bytes([end])) != bytes(self._sum).upper():
            return "checksum"
        if not body or not 0x30 <= body[0] <= 0x37:
            return "frame_number"
        if any(byte in f.REFUSED_IN_TEXT for byte in body):
            return "forbidden_character"
        if len(self._message) + len(body) > self._max_message:
            return "message_too_long"
        return ""

    def _take(self, number: int, text: bytes, end: int, now: float, actions: list[Action]) -> None:
        if not self._message and self._require_header and not text.startswith(b"H"):
            self._refuse(Note("no_header"), now, actions)
            return
        whole = bytes(self._message) + text
        if end == f.ETX and _is_terminated(whole):
            self._pending = (number, text, end)
            self.state, self.deadline = State.COMMIT, None
            actions.append(Commit(whole, terminated=True))
            return
        self._accept(number, text, end, now)
        self._message += text
        actions.append(_ACK)
        self._to_open(now)

    def _accept(self, number: int, text: bytes, end: int, now: float) -> None:
        self._last_number, self._last_frame = number, (text, end)
        self._accepted_at, self._refused = now, False


def _is_terminated(message: bytes) -> bool:
    last = message.rstrip(b"\r\n").rsplit(b"\r", 1)[-1].lstrip(b"\n")
    return last[:1] == b"L" and not last[1:2].isalnum()
