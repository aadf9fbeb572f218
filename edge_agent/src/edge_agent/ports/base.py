"""What a port offers, whatever the wire is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from enum import StrEnum
from typing import Protocol


class PortState(StrEnum):
    """Lights of the protocol document, section 6."""

    UP = "up"
    WAITING = "waiting"
    DOWN = "down"
    SILENT = "silent"
    OFF = "off"


class Wire(Protocol):
    """One open connection. `read` returns b"" at its end; cancelling a `read` loses no byte."""

    async def read(self) -> bytes: ...

    async def write(self, data: bytes) -> None: ...


OnWire = Callable[[Wire], Awaitable[None]]
OnState = Callable[[PortState, str], None]


class Port(Protocol):
    """`run` opens, hands every wire to `on_wire`, reopens for ever, and ends only when cancelled."""

    async def run(self, on_wire: OnWire, on_state: OnState) -> None: ...


def retry_delays(first: float = 0.5, cap: float = 30.0) -> Iterator[float]:
    """0.5, 1, 2 .. 30 s: waits between attempts to open a port."""
    delay = first
    while True:
        yield delay
        delay = min(cap, delay * 2)
