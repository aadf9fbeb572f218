"""TCP ports. Instruments are silent for hours, so there is no idle time-out, only keep-alive of the socket."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket

from edge_agent.config import TcpClient, TcpServer
from edge_agent.ports.base import OnState, OnWire, PortState, reason, retry_delays

log = logging.getLogger("edge.port")
CONNECT_TIMEOUT = 10.0


class TcpWire:
    """A connected socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._reader, self._writer = reader, writer
        raw = writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def read(self) -> bytes:
        try:
            return await self._reader.read(65_536)
        except OSError:
            return b""

    async def write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._writer.write(data)
            await self._writer.drain()

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


class TcpServerPort:
    """Listens. One instrument: a new connection replaces the old one, which may be half dead after a power cut."""

    def __init__(self, settings: TcpServer):
        self._settings = settings
        self._current: asyncio.Future[None] | None = None

    async def run(self, on_wire: OnWire, on_state: OnState) -> None:
        delays = retry_delays()
        while True:
            try:
                server = await asyncio.start_server(
                    lambda r, w: self._accept(r, w, on_wire, on_state), self._settings.bind, self._settings.port
                )
            except OSError as error:
                on_state(PortState.DOWN, f"无法监听 {self._settings.bind}:{self._settings.port}：{reason(error)}")
                await asyncio.sleep(next(delays))
                continue
            on_state(PortState.WAITING, f"监听 {self._settings.port}，等待仪器连接")
            try:
                await asyncio.Event().wait()
            finally:
                server.close()
                if self._current:
                    self._current.cancel()
                    await asyncio.gather(self._current, return_exceptions=True)

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, on_wire: OnWire, on_state: OnState
    ) -> None:
        wire = TcpWire(reader, writer)
        peer = (writer.get_extra_info("peername") or ("?",))[0]
        if self._settings.allow and peer not in self._settings.allow:
            on_state(PortState.WAITING, f"拒绝了来自 {peer} 的连接：不在允许的地址中")
            await wire.close()
            return
        if self._current:
            self._current.cancel()
            await asyncio.gather(self._current, return_exceptions=True)
        # A task of its own: cancelling the one that asyncio made for this callback would be reported as a fault.
        task = asyncio.ensure_future(on_wire(wire))
        self._current = task
        on_state(PortState.UP, f"{peer} 已连接")
        await asyncio.wait({task})
        await wire.close()
        if not task.cancelled() and task.exception() is not None:
            log.error("connection of %s ended", peer, exc_info=task.exception())
        if self._current is task:
            self._current = None
            on_state(PortState.WAITING, f"监听 {self._settings.port}，等待仪器连接")


class TcpClientPort:
    """Dials an instrument that listens."""

    def __init__(self, settings: TcpClient):
        self._settings = settings

    async def run(self, on_wire: OnWire, on_state: OnState) -> None:
        delays = retry_delays()
        target = f"{self._settings.host}:{self._settings.port}"
        while True:
            try:
                async with asyncio.timeout(CONNECT_TIMEOUT):
                    reader, writer = await asyncio.open_connection(self._settings.host, self._settings.port)
            except (OSError, TimeoutError):
                on_state(PortState.WAITING, f"连接不上 {target}，请检查仪器是否开机、网线是否插好")
                await asyncio.sleep(next(delays))
                continue
            delays = retry_delays()
            wire = TcpWire(reader, writer)
            on_state(PortState.UP, f"已连接 {target}")
            try:
                await on_wire(wire)
            finally:
                await wire.close()
            on_state(PortState.WAITING, f"{target} 断开了连接")
            await asyncio.sleep(0.2)
