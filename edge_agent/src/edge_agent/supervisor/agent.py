"""The whole agent in one process: spool, devices, link, health page."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from edge_agent import __version__
from edge_agent.clock import WARN_OFFSET_S, Clock, rfc3339
from edge_agent.config import ConfigStore
from edge_agent.files import write_durably
from edge_agent.health.page import HealthPage
from edge_agent.identity import Credential
from edge_agent.link.backoff import CAP_S, Backoff
from edge_agent.link.client import Link
from edge_agent.link.session import Parts, Signals
from edge_agent.spool.store import DEFAULT_QUOTA, Store
from edge_agent.spool.writer import SpoolWriter
from edge_agent.supervisor.supervisor import Outcome, Supervisor

log = logging.getLogger("edge.agent")
HOUSEKEEPING_S = 60.0
FULL_CHECK_S = 5.0


@dataclass(frozen=True)
class Settings:
    """How this process runs; devices come from the cloud."""

    state: Path
    health_port: int = 8787
    quota: int = DEFAULT_QUOTA
    max_backoff: float = CAP_S


class Agent:
    """`run` until cancelled."""

    def __init__(self, settings: Settings, credential: Credential):
        self._settings, self._credential = settings, credential
        self.clock = Clock()
        self._signals = Signals()
        path = settings.state / "spool.sqlite3"
        self._spool = SpoolWriter(lambda: Store(path, credential.agent_id, quota=settings.quota))
        self._supervisor = Supervisor(
            ConfigStore(settings.state),
            self._spool,
            self.clock,
            stored=self._signals.rows.set,
            changed=self._signals.status.set,
            rolled_back=self._rolled_back,
        )
        parts = Parts(credential, self.clock, self._spool, self, self._signals)
        self._link = Link(parts, Backoff(cap=settings.max_backoff))
        self._commands: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._started = self.clock.now()

    async def run(self) -> None:
        self._spool.start()
        page = HealthPage(self.picture, self._settings.health_port)
        port = await page.start()
        self._announce(port)
        await self._supervisor.start()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._link.run(), name="link")
                group.create_task(self._keep_house(), name="housekeeping")
        finally:
            await self._supervisor.stop()
            await page.stop()
            self._spool.stop()
            with contextlib.suppress(OSError):
                (self._settings.state / "run.json").unlink()

    def _announce(self, port: int) -> None:
        """Where `kangqiao-edge status` finds the health page."""
        write_durably(self._settings.state / "run.json", msgspec.json.encode({"pid": os.getpid(), "health_port": port}))

    async def _keep_house(self) -> None:
        """Old rows go once a minute; a full disk is noticed, and noticed to be free again, within seconds."""
        loop = asyncio.get_running_loop()
        pruned_at = -HOUSEKEEPING_S
        while True:
            full = await self._spool.run(lambda store: store.full())
            if full or loop.time() - pruned_at >= HOUSEKEEPING_S:
                now = self.clock.now().timestamp()
                await self._spool.run(partial(Store.prune, now=now))
                pruned_at = loop.time()
                full = await self._spool.run(lambda store: store.full())
            self._supervisor.set_full(full)
            await asyncio.sleep(FULL_CHECK_S)

    def _rolled_back(self, outcome: Outcome) -> None:
        self._signals.results.put_nowait(outcome.body())
        self._signals.status.set()

    async def status(self) -> dict[str, Any]:
        """Body of `ping`."""
        depth = await self._spool.run(lambda store: store.depth())
        return {
            "agent_version": __version__,
            "config_version": self.config_version(),
            "outbox_depth": depth.rows,
            "outbox_bytes": depth.size,
            "dead_letters": depth.dead_letters,
            "spool_full": depth.full,
            "spool_alarm": depth.alarm,
            "clock_offset_ms": self.clock.offset_ms,
            "devices": self._supervisor.report(),
        }

    def config_version(self) -> int:
        return self._supervisor.configs.running.version

    async def configure(self, version: int, config: Any) -> dict[str, Any]:
        return (await self._supervisor.apply(version, config)).body()

    async def command(self, envelope_id: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command id seen before gets its first answer."""
        if envelope_id not in self._commands:
            self._commands[envelope_id] = (await self._obey(body)).body()
            while len(self._commands) > 200:
                self._commands.popitem(last=False)
        return self._commands[envelope_id]

    async def _obey(self, body: dict[str, Any]) -> Outcome:
        name, args = str(body.get("name", "")), body.get("args") or {}
        if self._expired(body.get("expires_at")):
            return Outcome(False, "expired", "命令已过期，没有执行。")
        if name == "report_status":
            self._signals.status.set()
            return Outcome(True, "reporting")
        if name == "reopen_device":
            done = await self._supervisor.reopen(str(args.get("device", "")))
            return Outcome(True, "reopened") if done else Outcome(False, "unknown_device", "没有这台设备。")
        if name == "resend":
            first, last = int(args.get("from_seq", 0)), int(args.get("to_seq", 0))
            count = await self._spool.run(lambda store: store.reopen(first, last))
            return Outcome(True, "resending", "", {"rows": count})
        return Outcome(False, "unknown_command", f"本版本不认识命令 {name}，请更新前置机程序。")

    def _expired(self, moment: Any) -> bool:
        if not isinstance(moment, str) or not moment:
            return False
        try:
            return datetime.fromisoformat(moment) < self.clock.now()
        except (ValueError, TypeError):
            return False

    async def picture(self) -> dict[str, Any]:
        """Everything the health page shows. No message content."""
        recent = await self._spool.run(lambda store: store.recent())
        return {
            **await self.status(),
            "hospital": self._credential.hospital,
            "url": self._credential.url,
            "agent_id": self._credential.agent_id,
            "fingerprint": self._credential.short_fingerprint,
            "started": rfc3339(self._started),
            "now": rfc3339(self.clock.now()),
            "link": {"state": self._link.state.value, "detail": self._link.detail},
            "clock_warning": self.clock.known and abs(self.clock.offset.total_seconds()) > WARN_OFFSET_S,
            "recent": [
                {"seq": seq, "device": device, "size": size, "stored_at": stored, "sent": acked, "rejected": why}
                for seq, device, size, stored, acked, why in recent
            ],
        }
