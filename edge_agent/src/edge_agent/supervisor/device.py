"""One instrument: its port, its protocol, the spool. Acknowledges only what is on disk."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from edge_agent.clock import Clock, rfc3339
from edge_agent.config import Device
from edge_agent.drivers.registry import DRIVERS, Parsed
from edge_agent.framing.actions import Aborted, Action, Commit, Note, Send
from edge_agent.framing.line import Line
from edge_agent.ports.base import PortState, Wire
from edge_agent.ports.factory import open_port
from edge_agent.spool.store import Stored
from edge_agent.spool.writer import SpoolWriter

log = logging.getLogger("edge.device")
RETRY_COMMIT_S = 1.0


@dataclass
class DeviceStatus:
    """What the health page and the cloud see of one instrument."""

    id: str
    name: str
    state: PortState
    since: str
    detail: str = ""
    last_message_at: str | None = None
    messages: int = 0
    repeats: int = 0
    notes: Counter[str] = field(default_factory=Counter)

    def report(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state.value,
            "since": self.since,
            "detail": self.detail,
            "last_message_at": self.last_message_at,
            "messages": self.messages,
            "repeats": self.repeats,
            "notes": dict(self.notes),
        }


class DeviceRunner:
    """`run` until cancelled. `stored` is called after each new message, `changed` when the light changes."""

    def __init__(
        self,
        device: Device,
        spool: SpoolWriter,
        clock: Clock,
        *,
        stored: Callable[[], None],
        changed: Callable[[], None],
    ):
        self.device, self._spool, self._clock = device, spool, clock
        self._driver = DRIVERS[device.driver]
        self._stored, self._changed = stored, changed
        state = PortState.DOWN if device.enabled else PortState.OFF
        self.status = DeviceStatus(
            device.id, device.name, state, rfc3339(clock.now()), "正在打开" if device.enabled else "已停用"
        )
        self.spool_full = False
        self._heard = 0.0

    async def run(self) -> None:
        if self.device.enabled:
            await open_port(self.device.transport).run(self._converse, self._light)

    def _light(self, state: PortState, detail: str) -> None:
        if state is not self.status.state:
            self.status.since = rfc3339(self._clock.now())
            log.info("device %s: %s %s", self.device.id, state.value, detail)
            self.status.state, self.status.detail = state, detail
            self._changed()
        self.status.detail = detail

    async def _converse(self, wire: Wire) -> None:
        """One connection from its first byte to its last."""
        line = self._driver.line(self.device.options)
        loop = asyncio.get_running_loop()
        self._heard = loop.time()
        try:
            while True:
                line.receiver.accepting = not self.spool_full
                chunk = await self._read(wire, line)
                if chunk == b"":
                    return
                now = loop.time()
                if chunk is None:
                    actions = line.tick(now)
                    self._mind_silence(now)
                else:
                    self._hear(now)
                    actions = line.feed(chunk, now)
                await self._perform(actions, wire, line)
        finally:
            self._count(line.disconnected())

    async def _read(self, wire: Wire, line: Line) -> bytes | None:
        """Bytes, b"" at the end of the wire, None when a timer of the line or the silence check is due."""
        due = [60.0]
        if line.deadline is not None:
            due.append(max(0.0, line.deadline - asyncio.get_running_loop().time()))
        try:
            async with asyncio.timeout(min(due)):
                return await wire.read()
        except TimeoutError:
            return None

    def _hear(self, now: float) -> None:
        self._heard = now
        if self.status.state is PortState.SILENT:
            self._light(PortState.UP, "恢复通信")

    def _mind_silence(self, now: float) -> None:
        limit = self.device.silence_s
        if limit and now - self._heard > limit and self.status.state is PortState.UP:
            self._light(PortState.SILENT, f"已超过 {round(limit / 60)} 分钟没有数据，请检查仪器的传输设置")

    async def _perform(self, actions: list[Action], wire: Wire, line: Line) -> None:
        waiting = list(actions)
        while waiting:
            action = waiting.pop(0)
            if isinstance(action, Send):
                await wire.write(action.data)
            elif isinstance(action, Commit):
                waiting += await self._commit(action, line)
            else:
                self._count([action])

    def _count(self, actions: list[Action]) -> None:
        for action in actions:
            if isinstance(action, Note):
                self.status.notes[action.kind] += 1
                log.info("device %s: %s %s", self.device.id, action.kind, action.detail)
            elif isinstance(action, Aborted):
                self.status.notes["send_aborted"] += 1

    async def _commit(self, action: Commit, line: Line) -> list[Action]:
        """Write, then let the machine answer. After EOT nobody can be asked to repeat: wait until there is room."""
        parsed = self._driver.parse(action.raw, self.device.charset, self.device.options)
        stored = await self._store(action, parsed)
        while stored is None and not action.terminated:
            await asyncio.sleep(RETRY_COMMIT_S)
            stored = await self._store(action, parsed)
        loop = asyncio.get_running_loop()
        answers = line.committed(stored is not None, loop.time())
        if stored is not None:
            self._count_message(stored)
            if parsed.answer:
                answers += line.send(parsed.answer, loop.time())
        return answers

    async def _store(self, action: Commit, parsed: Parsed) -> Stored | None:
        moment = self._clock.now()
        body = {
            "kind": "instrument_message",
            "device": self.device.id,
            "protocol": self._driver.name,
            "charset": parsed.charset,
            "received_at": rfc3339(moment),
            "edge_time": self._clock.stamp(),
            "terminated": action.terminated,
            "hint": parsed.hint,
        }
        text = msgspec.json.encode(body).decode()
        try:
            stored = await self._spool.run(
                lambda store: store.put(self.device.id, action.raw, text, moment.timestamp())
            )
        except Exception:
            log.exception("device %s: message not stored", self.device.id)
            return None
        self.spool_full = stored.seq == 0
        return stored if stored.seq else None

    def _count_message(self, stored: Stored) -> None:
        if stored.repeat:
            self.status.repeats += 1
            return
        self.status.messages += 1
        self.status.last_message_at = rfc3339(self._clock.now())
        self._stored()
