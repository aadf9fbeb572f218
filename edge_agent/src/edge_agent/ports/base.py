"""What a port offers, whatever the wire is."""

from __future__ import annotations

import errno
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


_REASONS = {
    errno.ENOENT: "不存在，请检查插口和数据线",
    errno.EACCES: "没有权限，请把运行账号加入 dialout 组",
    errno.EBUSY: "被其他程序占用",
    errno.EAGAIN: "被其他程序占用",
    errno.EADDRINUSE: "端口已被其他程序占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.EIO: "读写出错，请检查数据线",
}


def reason(error: Exception) -> str:
    """Why a port cannot be opened, in words for the person at the machine."""
    cause = error.__context__
    for number in (getattr(error, "errno", None), getattr(cause, "errno", None)):
        if number in _REASONS:
            return _REASONS[number]
    return str(error)


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
