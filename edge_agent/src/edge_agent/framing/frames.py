"""LIS01-A2 control characters, limits, timers and the frame itself."""

from __future__ import annotations

STX, ETX, EOT, ENQ, ACK, LF, CR, NAK, ETB = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A, 0x0D, 0x15, 0x17

# LIS01-A2 6.3 bars these and LF, DLE, SYN, DC1-4 from the text. The latter pass when the checksum agrees: some
# instruments send CR LF inside the text, and what an instrument really sent is kept.
REFUSED_IN_TEXT = frozenset({0x01, STX, ETX, EOT, ENQ, ACK, NAK, ETB})

MAX_FRAME = 64_000  # whole frame, LIS01-A2 6.3.1.1
MAX_TEXT = 63_993
DEFAULT_TEXT = 240  # E1381-95, understood by every instrument
MAX_MESSAGE = 512 * 1024  # docs/architecture/edge-protocol.md section 4
MAX_REFUSALS = 6

REPLY_TIMEOUT = 15.0  # sender waits for the answer to ENQ or to a frame (s)
BUSY_DELAY = 10.0  # sender waits after NAK to ENQ (s)
YIELD_DELAY = 20.0  # computer keeps quiet after contention (s)
RECEIVE_TIMEOUT = 30.0  # receiver waits for a frame or EOT (s)

# Some instruments leave out CR LF. The answer waits this long for them, since others clear their input when they end a frame (s).
TAIL_GRACE = 0.2
# An ENQ within a transfer is a restart only if the line is quiet after it: an instrument that restarted waits 15 s for
# our answer, line noise is followed by the rest of the frame. Answering noise would confirm a frame never received (s).
RESTART_QUIET = 1.0
# EOT this soon after an accepted ETX frame ends a message whose sender leaves out the L record; later it is a sender
# that gave up (it waits seconds for a reply first) and will repeat the whole message (s).
PROMPT_END = 2.0


def checksum(body: bytes) -> bytes:
    """Two upper-case hex digits: sum modulo 256 of the bytes from the frame number to ETB or ETX."""
    return b"%02X" % (sum(body) & 0xFF)


def build_frame(number: int, text: bytes, *, last: bool) -> bytes:
    """One frame on the wire. `number` is taken modulo 8."""
    body = b"%d" % (number % 8) + text + (b"\x03" if last else b"\x17")
    return b"\x02" + body + checksum(body) + b"\r\n"


def split_records(message: bytes, size: int = DEFAULT_TEXT) -> list[tuple[bytes, bool]]:
    """Text of the frames of one message, each with its `last` mark: a record per frame, long records cut by ETB."""
    parts: list[tuple[bytes, bool]] = []
    for record in (text + b"\r" for text in message.split(b"\r") if text):
        for start in range(0, len(record), size):
            parts.append((record[start : start + size], start + size >= len(record)))
    return parts
