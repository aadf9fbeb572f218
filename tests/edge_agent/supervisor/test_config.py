"""Configuration: checked as a whole, kept on disk, rolled back when a device cannot be opened."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from edge_agent.clock import Clock
from edge_agent.config import ConfigStore, parse
from edge_agent.errors import EdgeError
from edge_agent.spool.store import Store
from edge_agent.spool.writer import SpoolWriter
from edge_agent.supervisor.supervisor import Outcome, Supervisor
from tests.edge_agent.harness import free_port, tcp_device

pytestmark = pytest.mark.feature("P-07")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "CBC 1"}, ".id"),
        ({"driver": "hl9"}, "没有驱动 hl9"),
        ({"charset": "big5"}, "字符集"),
        ({"transport": {"type": "tcp_server", "port": 0}}, "port"),
        ({"transport": {"type": "serial", "baud": 9600}}, "串口名称"),
        ({"transport": {"type": "serial", "port": "COM1", "stop": 3}}, "停止位"),
        ({"transport": {"type": "pigeon"}}, "pigeon"),
    ],
)
def test_a_bad_device_is_refused_with_a_reason(change: dict[str, Any], said: str) -> None:
    with pytest.raises(EdgeError) as refused:
        parse({"devices": [tcp_device(5000) | change]})
    assert refused.value.code == "invalid"
    assert said.lower() in refused.value.message.lower()


def test_two_devices_of_one_name_are_refused() -> None:
    with pytest.raises(EdgeError, match="编号重复"):
        parse({"devices": [tcp_device(5000), tcp_device(5001)]})


def test_fields_of_a_later_version_are_ignored() -> None:
    assert parse({"devices": [tcp_device(5000, colour="green")], "more": 1}).device("cbc-1") is not None


class Bench:
    """A supervisor with a real spool and a short trial."""

    def __init__(self, state: Path):
        self.spool = SpoolWriter(lambda: Store(state / "spool.sqlite3", "agent-1"))
        self.spool.start()
        self.told: list[Outcome] = []
        self.supervisor = Supervisor(
            ConfigStore(state),
            self.spool,
            Clock(),
            stored=lambda: None,
            changed=lambda: None,
            rolled_back=self.told.append,
            trial_s=1.0,
        )

    async def close(self) -> None:
        await self.supervisor.stop()
        self.spool.stop()


async def until(condition: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_version_whose_device_cannot_be_opened_is_rolled_back_and_not_tried_again(tmp_path: Path) -> None:
    bench, good, taken = Bench(tmp_path), free_port(), socket.create_server(("127.0.0.1", 0))
    supervisor = bench.supervisor
    assert (await supervisor.apply(1, {"devices": [tcp_device(good)]})).ok
    await until(lambda: supervisor.configs.good.version == 1)
    bad = {"devices": [tcp_device(taken.getsockname()[1])]}
    assert (await supervisor.apply(2, bad)).ok
    await until(lambda: bench.told)
    assert bench.told[0].code == "rolled_back"
    assert "cbc-1" in bench.told[0].detail
    assert supervisor.configs.running.version == 1
    await until(lambda: supervisor.runners["cbc-1"].status.state == "waiting")
    assert (await supervisor.apply(2, bad)).code == "rolled_back"
    assert (await supervisor.apply(3, {"devices": []})).ok
    taken.close()
    await bench.close()


async def test_the_configuration_runs_again_after_a_restart_without_the_cloud(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    await first.supervisor.apply(4, {"devices": [tcp_device(free_port())]})
    await first.close()
    second = Bench(tmp_path)
    await second.supervisor.start()
    assert second.supervisor.configs.running.version == 4
    await until(lambda: second.supervisor.runners["cbc-1"].status.state == "waiting")
    await second.close()


async def test_a_bad_version_leaves_the_running_one_alone(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await bench.supervisor.apply(1, {"devices": [tcp_device(free_port())]})
    outcome = await bench.supervisor.apply(2, {"devices": [{"id": "x"}]})
    assert (outcome.ok, outcome.code, outcome.result) == (False, "invalid", {"config_version": 1})
    assert list(bench.supervisor.runners) == ["cbc-1"]
    await bench.close()


async def test_a_peer_that_is_switched_off_costs_no_version(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    dialled = tcp_device(5000, transport={"type": "tcp_client", "host": "127.0.0.1", "port": free_port()})
    await bench.supervisor.apply(1, {"devices": [dialled]})
    await until(lambda: bench.supervisor.configs.good.version == 1)
    assert bench.told == []
    await bench.close()
