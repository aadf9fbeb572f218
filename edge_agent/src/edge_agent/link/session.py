"""One websocket connection, from hello to its end."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import msgspec
from websockets.asyncio.client import ClientConnection

from edge_agent import PROTOCOL, __version__
from edge_agent.clock import Clock
from edge_agent.identity import Credential
from edge_agent.link.envelope import MAX_ENVELOPE, Envelope, build, read
from edge_agent.link.window import Window
from edge_agent.spool.store import Row, Store
from edge_agent.spool.writer import SpoolWriter

log = logging.getLogger("edge.link")
HANDSHAKE_S = 15.0
PAGE = 32


class Refused(Exception):
    """The cloud said why it ends the connection."""

    def __init__(self, reason: str, message: str, retry_after: float | None):
        super().__init__(f"{reason}: {message}")
        self.reason, self.message, self.retry_after = reason, message, retry_after


class Restart(Exception):
    """Connect again at once: the spool has got a new id."""


class Owner(Protocol):
    """What the link needs of the agent."""

    def status(self) -> Awaitable[dict[str, Any]]: ...

    def config_version(self) -> int: ...

    def configure(self, version: int, config: Any) -> Awaitable[dict[str, Any]]: ...

    def command(self, envelope_id: str, body: dict[str, Any]) -> Awaitable[dict[str, Any]]: ...


@dataclass
class Signals:
    """Wakes the link: a new row, a changed light, results to tell unasked."""

    rows: asyncio.Event = field(default_factory=asyncio.Event)
    status: asyncio.Event = field(default_factory=asyncio.Event)
    results: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)


@dataclass(frozen=True)
class Parts:
    """What every session of one agent works with."""

    credential: Credential
    clock: Clock
    spool: SpoolWriter
    owner: Owner
    signals: Signals


class Session:
    """`run` ends by an exception: Refused, Restart, ConnectionClosed of websockets, or TimeoutError."""

    def __init__(
        self,
        socket: ClientConnection,
        host: str,
        parts: Parts,
        welcomed: Callable[[], None],
    ):
        self._socket, self._host, self._welcomed = socket, host, welcomed
        self._credential, self._clock, self._spool = parts.credential, parts.clock, parts.spool
        self._owner, self._signals = parts.owner, parts.signals
        self._window = Window()
        self._room = asyncio.Event()
        self._cursor = 0
        self._rewind = False
        self._upto = 0
        self._acks = asyncio.Event()
        self._interval, self._deadline = 20.0, 45.0

    async def run(self) -> None:
        async with asyncio.timeout(HANDSHAKE_S):
            welcome = await self._shake_hands()
        self._welcomed()
        await self._settle(welcome)
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._receive, self._send_rows, self._write_acks, self._beat, self._tell_results):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            refusals = [error for error in errors.exceptions if isinstance(error, Refused)]
            raise (refusals or errors.exceptions)[0] from None

    async def _shake_hands(self) -> Envelope:
        hello = await self._expect("hello")
        self._clock.learn(str(hello.body.get("server_time", "")))
        nonce = str(hello.body.get("nonce", ""))
        body = {
            "agent_id": self._credential.agent_id,
            "host": self._host,
            "boot_id": self._clock.boot_id,
            "spool_id": await self._spool.run(lambda store: store.spool_id),
            "signature": self._credential.sign_auth(nonce, self._host, self._clock.boot_id),
            "protocol": PROTOCOL,
            "agent_version": __version__,
            "config_version": self._owner.config_version(),
        }
        await self._socket.send(build(self._clock, "auth", body))
        return await self._expect("welcome")

    async def _expect(self, kind: str) -> Envelope:
        while True:
            envelope = read(await self._socket.recv())
            if envelope.t == "error":
                self._refused(envelope.body)
            if envelope.v != 1:
                raise Refused("version_too_old", "云端协议版本更高，请更新前置机程序。", None)
            if envelope.t == kind:
                return envelope

    def _refused(self, body: dict[str, Any]) -> None:
        self._clock.learn(str(body.get("server_time", "")))
        wait = body.get("retry_after_s")
        message = str(body.get("message", ""))
        raise Refused(str(body.get("reason", "")), message, float(wait) if isinstance(wait, int | float) else None)

    async def _settle(self, welcome: Envelope) -> None:
        """Agree on what the cloud has, then on the configuration."""
        body = welcome.body
        self._clock.learn(str(body.get("server_time", "")))
        self._resize(body)
        beat = body.get("heartbeat") or {}
        self._interval = float(beat.get("interval_s", self._interval))
        self._deadline = float(beat.get("deadline_s", self._deadline))
        last_seq, last_key = int(body.get("last_seq") or 0), str(body.get("last_key") or "")
        if not await self._spool.run(lambda store: store.knows(last_seq, last_key)):
            log.warning("the cloud knows rows that this spool has not: taking a new spool id")
            await self._spool.run(lambda store: store.renew_spool_id())
            raise Restart
        now = self._clock.now().timestamp()
        await self._spool.run(lambda store: store.ack(last_seq, now))
        if body.get("config") is not None:
            await self._configure(welcome)

    def _resize(self, body: dict[str, Any]) -> None:
        window = body.get("window") or {}
        self._window.resize(int(window.get("messages", 64)), int(window.get("bytes", MAX_ENVELOPE)))
        self._room.set()

    async def _configure(self, envelope: Envelope) -> None:
        result = await self._owner.configure(int(envelope.body.get("config_version") or 0), envelope.body.get("config"))
        await self._socket.send(build(self._clock, "cmd_result", result, ref=envelope.id))

    async def _receive(self) -> None:
        while True:
            async with asyncio.timeout(self._deadline):
                text = await self._socket.recv()
            try:
                envelope = read(text)
            except msgspec.DecodeError:
                log.warning("unreadable envelope ignored")
                continue
            await self._handle(envelope)

    async def _handle(self, envelope: Envelope) -> None:
        match envelope.t:
            case "ack":
                await self._acked(envelope.body)
            case "flow":
                self._resize(envelope.body)
            case "pong":
                self._clock.learn(str(envelope.body.get("server_time", "")))
            case "cfg":
                await self._configure(envelope)
            case "cmd":
                result = await self._owner.command(envelope.id, envelope.body)
                await self._socket.send(build(self._clock, "cmd_result", result, ref=envelope.id))
                if result.get("code") == "resending":
                    self._rewind = True
                    self._signals.rows.set()
            case "error":
                self._refused(envelope.body)
            case _:
                log.info("envelope of unknown type %s ignored", envelope.t)

    async def _acked(self, body: dict[str, Any]) -> None:
        for entry in body.get("rejected") or []:
            seq, why = int(entry["seq"]), f"{entry.get('code', '')} {entry.get('detail', '')}".strip()
            await self._spool.run(partial(Store.reject, seq=seq, why=why))
        self._upto = max(self._upto, int(body.get("upto") or 0))
        self._window.acked(self._upto)
        self._room.set()
        self._acks.set()

    async def _write_acks(self) -> None:
        """Acknowledgements that arrive while one is being written are written together."""
        while True:
            await self._acks.wait()
            self._acks.clear()
            upto, now = self._upto, self._clock.now().timestamp()
            await self._spool.run(partial(Store.ack, upto=upto, now=now))

    async def _send_rows(self) -> None:
        while True:
            self._signals.rows.clear()
            cursor = 0 if self._rewind else self._cursor
            self._rewind = False
            rows = await self._spool.run(partial(Store.open_rows, after=cursor, limit=PAGE))
            for row in rows:
                await self._send_row(row)
            if not rows:
                await self._signals.rows.wait()

    async def _send_row(self, row: Row) -> None:
        body = msgspec.json.decode(row.body)
        body["raw"] = base64.b64encode(row.raw).decode()
        body["repeats"] = row.repeats
        text = build(self._clock, "data", body, seq=row.seq, key=row.key)
        while not self._window.admits(len(text)):
            self._room.clear()
            await self._room.wait()
        self._window.sent(row.seq, len(text))
        self._cursor = row.seq
        await self._socket.send(text)

    async def _beat(self) -> None:
        while True:
            self._signals.status.clear()
            await self._socket.send(build(self._clock, "ping", await self._owner.status()))
            await asyncio.sleep(min(1.0, self._interval))
            try:
                async with asyncio.timeout(max(0.0, self._interval - 1.0)):
                    await self._signals.status.wait()
            except TimeoutError:
                continue

    async def _tell_results(self) -> None:
        while True:
            result = await self._signals.results.get()
            await self._socket.send(build(self._clock, "cmd_result", result))
