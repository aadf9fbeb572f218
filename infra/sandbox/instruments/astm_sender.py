"""The instrument's side of LIS01-A2, with faults to order. Keeps a message until its last frame is acknowledged."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

from sandbox.instruments.wires import Opener, Wire, WireError

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"
FAULTS = ("split", "coalesce", "drop_ack", "bad_checksum", "duplicate", "restart", "contention", "never_ack")
MAX_REFUSALS = 6


class GivenUp(Exception):
    """This transfer failed; the message is sent again from its beginning."""


@dataclass
class Timing:
    """Seconds. LIS01-A2 has 15 for a reply and 10 after a busy answer; tests shorten them."""

    reply: float = 15.0
    busy: float = 10.0
    contention: float = 1.0
    restart: float = 1.5


def frame(number: int, text: bytes, end: bytes) -> bytes:
    body = str(number % 8).encode() + text + end
    return STX + body + f"{sum(body) % 256:02X}".encode() + b"\r\n"


def frames_of(message: bytes, size: int = 240) -> list[bytes]:
    """A record per frame; records longer than `size` go in several, ended by ETB but the last."""
    frames: list[bytes] = []
    for record in message.split(b"\r")[:-1]:
        text = record + b"\r"
        while text:
            part, text = text[:size], text[size:]
            frames.append(frame(len(frames) + 1, part, ETB if text else ETX))
    return frames


@dataclass
class Analyzer:
    """`deliver` returns when the message is acknowledged. `faults` are acted out on every message."""

    opener: Opener
    faults: Collection[str] = ()
    timing: Timing = field(default_factory=Timing)
    random: Random = field(default_factory=lambda: Random(1))
    wire: Wire | None = None
    repeats: int = 0
    _unread: bytes = b""

    def deliver(self, message: bytes, *, attempts: int = 1000) -> None:
        """Send until acknowledged; raises GivenUp after `attempts` transfers."""
        times = 2 if "duplicate" in self.faults else 1
        for _ in range(times):
            self._deliver_once(message, attempts)

    def _deliver_once(self, message: bytes, attempts: int) -> None:
        for attempt in range(attempts):
            self.repeats += attempt > 0
            try:
                self._transfer(frames_of(message), faulty=attempt == 0)
                return
            except WireError:
                self.close()
            except GivenUp:
                self._give_way()
        raise GivenUp(f"not acknowledged after {attempts} transfers")

    def _give_way(self) -> None:
        try:
            self._send(EOT)
        except WireError:
            self.close()

    def close(self) -> None:
        if self.wire is not None:
            self.wire.close()
        self.wire, self._unread = None, b""

    def _transfer(self, frames: list[bytes], *, faulty: bool) -> None:
        self._establish()
        at, broken = 0, not faulty
        restart_at = len(frames) // 2 if faulty and "restart" in self.faults else -1
        while at < len(frames):
            if at == restart_at:
                self._send(frames[at][: len(frames[at]) // 2])
                time.sleep(self.timing.restart)
                restart_at, at = -1, 0
                self._send(ENQ)
                self._expect_ack("after restart")
            if not broken and at + 2 < len(frames) and "coalesce" in self.faults:
                at += self._two_at_once(frames[at], frames[at + 1])
                continue
            self._one(frames[at], faulty=faulty)
            at += 1
        self._send(EOT)

    def _one(self, data: bytes, *, faulty: bool) -> None:
        """Send a frame until it is acknowledged; six refusals end the transfer."""
        bad = faulty and "bad_checksum" in self.faults and self.random.random() < 0.2
        forget = faulty and "drop_ack" in self.faults and self.random.random() < 0.2
        for _ in range(MAX_REFUSALS):
            self._send_pieces(_spoil(data) if bad else data)
            bad = False
            if self._reply() in (ACK, EOT):
                if not forget:
                    return
                forget = False
        raise GivenUp("refused")

    def _two_at_once(self, first: bytes, second: bytes) -> int:
        """Two frames in one write; returns how many were acknowledged."""
        self._send(first + second)
        replies = [self._reply(), self._reply()]
        return next((n for n, reply in enumerate(replies) if reply != ACK), 2)

    def _establish(self) -> None:
        if self.wire is None:
            self.wire = self.opener()
        for _ in range(MAX_REFUSALS):
            self._send(ENQ)
            reply = self._reply()
            if reply == ACK:
                return
            time.sleep(self.timing.contention if reply == ENQ else self.timing.busy)
        raise GivenUp("no answer to ENQ")

    def keep_alive(self) -> None:
        """ENQ and EOT without a message."""
        self._establish()
        self._send(EOT)

    def await_message(self, timeout: float = 20.0) -> bytes:
        """Receive the host's answer to a query. `contention`: our ENQ meets the host's first, and we have the word.
        `never_ack`: returns b"" after letting the host wait."""
        end = time.monotonic() + timeout
        contend = "contention" in self.faults
        text = b""
        while time.monotonic() < end:
            byte = self._byte(end - time.monotonic())
            if "never_ack" in self.faults or not byte:
                continue
            if byte == ENQ and contend:
                contend = False
                self._send(ENQ)
                time.sleep(self.timing.contention)
                self._establish()
                self._send(EOT)
            elif byte == ENQ:
                self._send(ACK)
            elif byte == STX:
                text += self._read_frame()
                self._send(ACK)
            elif byte == EOT and text:
                return text
        return text

    def _read_frame(self) -> bytes:
        body = b""
        while (byte := self._byte(2.0)) not in (ETX, ETB):
            if not byte:
                raise GivenUp("frame not finished")
            body += byte
        digits = self._byte(2.0) + self._byte(2.0)
        if digits != f"{sum(body + byte) % 256:02X}".encode():
            raise GivenUp("host sent a wrong checksum")
        self._byte(2.0), self._byte(2.0)
        return body[1:]

    def _expect_ack(self, what: str) -> None:
        if self._reply() != ACK:
            raise GivenUp(what)

    def _reply(self) -> bytes:
        byte = self._byte(self.timing.reply)
        if not byte:
            raise GivenUp("no reply")
        return byte

    def _byte(self, timeout: float) -> bytes:
        if not self._unread and self.wire is not None:
            self._unread = self.wire.receive(timeout)
        byte, self._unread = self._unread[:1], self._unread[1:]
        return byte

    def _send(self, data: bytes) -> None:
        if self.wire is None:
            raise WireError("not connected")
        self.wire.send(data)

    def _send_pieces(self, data: bytes) -> None:
        if "split" not in self.faults:
            self._send(data)
            return
        while data:
            size = self.random.randint(1, max(1, len(data) // 2))
            self._send(data[:size])
            data = data[size:]
            time.sleep(0.002)


def _spoil(data: bytes) -> bytes:
    """One bit of the text changed: the checksum no longer fits."""
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]
