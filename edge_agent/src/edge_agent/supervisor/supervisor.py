"""All devices of the agent: applies a configuration, watches it for a minute, goes back when a device cannot open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge_agent.clock import Clock
from edge_agent.config import ConfigStore, Device, Versioned, parse
from edge_agent.errors import EdgeError
from edge_agent.ports.base import PortState
from edge_agent.spool.writer import SpoolWriter
from edge_agent.supervisor.device import DeviceRunner

log = logging.getLogger("edge.supervisor")
TRIAL_S = 60.0


@dataclass(frozen=True)
class Outcome:
    """Body of `cmd_result` for a configuration."""

    ok: bool
    code: str
    detail: str = ""
    result: Any = None

    def body(self) -> dict[str, Any]:
        return {"ok": self.ok, "code": self.code, "detail": self.detail, "result": self.result}


class Supervisor:
    """Owns the device tasks. `rolled_back` is called with the outcome to tell the cloud."""

    def __init__(
        self,
        store: ConfigStore,
        spool: SpoolWriter,
        clock: Clock,
        *,
        stored: Callable[[], None],
        changed: Callable[[], None],
        rolled_back: Callable[[Outcome], None],
        trial_s: float = TRIAL_S,
    ):
        self.configs, self._spool, self._clock = store, spool, clock
        self._stored, self._changed, self._rolled_back = stored, changed, rolled_back
        self._trial_s = trial_s
        self.runners: dict[str, DeviceRunner] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._trial: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Run the configuration kept on disk, also without the cloud."""
        async with self._lock:
            await self._switch(self.configs.running)
        if self.configs.running != self.configs.good:
            self._begin_trial(set(self.runners))

    async def stop(self) -> None:
        if self._trial:
            self._trial.cancel()
        for device_id in list(self._tasks):
            await self._end(device_id)

    async def apply(self, version: int, raw: Any) -> Outcome:
        """Take a configuration from the cloud."""
        result = {"config_version": self.configs.running.version}
        if version <= self.configs.running.version:
            return Outcome(True, "applied", "", result)
        if version <= self.configs.refused:
            return Outcome(False, "rolled_back", "该版本已试用失败并回退，请修改后再下发。", result)
        try:
            config = parse(raw)
        except EdgeError as error:
            return Outcome(False, error.code, error.message, result)
        async with self._lock:
            new = Versioned(version, config)
            self.configs.start(new)
            fresh = await self._switch(new)
        self._begin_trial(fresh)
        return Outcome(True, "applied", "", {"config_version": version})

    async def reopen(self, device_id: str) -> bool:
        """Close and open one device; False when there is none of this name."""
        async with self._lock:
            device = self.configs.running.config.device(device_id)
            if device is None:
                return False
            await self._end(device_id)
            self._begin(device)
        return True

    def report(self) -> list[dict[str, Any]]:
        return [runner.status.report() for runner in self.runners.values()]

    def set_full(self, full: bool) -> None:
        for runner in self.runners.values():
            runner.spool_full = full

    async def _switch(self, to: Versioned) -> set[str]:
        """Stop what went, restart what changed; returns the devices that are new or changed."""
        wanted = {device.id: device for device in to.config.devices}
        changed = {
            device_id
            for device_id, device in wanted.items()
            if device_id not in self.runners or self.runners[device_id].device != device
        }
        for device_id in (set(self.runners) - set(wanted)) | (changed & set(self.runners)):
            await self._end(device_id)
        for device_id, device in wanted.items():
            if device_id in changed:
                self._begin(device)
        self._changed()
        return changed

    def _begin(self, device: Device) -> None:
        runner = DeviceRunner(device, self._spool, self._clock, stored=self._stored, changed=self._changed)
        self.runners[device.id] = runner
        task = asyncio.create_task(runner.run(), name=f"device {device.id}")
        task.add_done_callback(_log_crash)
        self._tasks[device.id] = task

    async def _end(self, device_id: str) -> None:
        self.runners.pop(device_id, None)
        task = self._tasks.pop(device_id, None)
        if task:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _begin_trial(self, fresh: set[str]) -> None:
        if self._trial:
            self._trial.cancel()
        self._trial = asyncio.create_task(self._watch(fresh), name="trial")

    async def _watch(self, fresh: set[str]) -> None:
        """A device that never opened during the trial costs the version."""
        closed = set(fresh)
        loop = asyncio.get_running_loop()
        end = loop.time() + self._trial_s
        while closed and loop.time() < end:
            await asyncio.sleep(min(0.5, self._trial_s / 10))
            closed = {device_id for device_id in closed if self._is_down(device_id)}
        if closed:
            await self._give_up(min(closed))
        else:
            self.configs.prove()

    def _is_down(self, device_id: str) -> bool:
        runner = self.runners.get(device_id)
        return runner is not None and runner.status.state is PortState.DOWN

    async def _give_up(self, device_id: str) -> None:
        runner = self.runners.get(device_id)
        why = runner.status.detail if runner else ""
        async with self._lock:
            bad = self.configs.running.version
            good = self.configs.roll_back()
            await self._switch(good)
        log.warning("configuration %s rolled back to %s: %s", bad, good.version, why)
        detail = f"配置版本 {bad} 中设备 {device_id} 打不开（{why}），已回退到版本 {good.version}。"
        self._rolled_back(Outcome(False, "rolled_back", detail, {"config_version": good.version, "device": device_id}))


def _log_crash(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("task %s ended", task.get_name(), exc_info=task.exception())
