"""A real port, a real spool and the simulated analyzer with its faults: every message stored once."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import time
import tty
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from edge_agent.clock import Clock
from edge_agent.config import parse
from edge_agent.spool.store import Store
from edge_agent.spool.writer import SpoolWriter
from edge_agent.supervisor.device import DeviceRunner
from sandbox.instruments.astm_sender import Analyzer, GivenUp, Timing
from sandbox.instruments.results import blood_count, query_message, result_message
from sandbox.instruments.wires import Listener, Paced, WireError, dial
from tests.edge_agent.harness import free_port, tcp_device

pytestmark = pytest.mark.feature("P-08")
QUICK = Timing(reply=3.0, busy=0.2, contention=0.2, restart=1.3)


def messages(count: int) -> list[bytes]:
    when = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    return [result_message(f"F{n:05d}", blood_count(Random(n)), when, name="欧阳韡") for n in range(count)]


class Bench:
    """One device runner with its spool."""

    def __init__(self, state: Path, **limits: int):
        self.writer = SpoolWriter(lambda: Store(state / "spool.sqlite3", "agent-1", **limits))
        self.writer.start()
        self.tasks: list[asyncio.Task[None]] = []

    def run(self, device: dict[str, Any]) -> DeviceRunner:
        (parsed,) = parse({"devices": [device]}).devices
        runner = DeviceRunner(parsed, self.writer, Clock(), stored=lambda: None, changed=lambda: None)
        self.tasks.append(asyncio.create_task(runner.run()))
        return runner

    async def stored(self) -> list[bytes]:
        return [row.raw for row in await self.writer.run(lambda store: store.open_rows(0, 1000))]

    async def close(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.writer.stop()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    await bench.close()


async def until(condition: Any, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def play(analyzer: Analyzer, sent: list[bytes]) -> None:
    for message in sent:
        analyzer.deliver(message)
    analyzer.close()


@pytest.mark.parametrize("fault", ["", "split", "coalesce", "drop_ack", "bad_checksum", "duplicate", "restart"])
async def test_each_fault_of_an_instrument_leaves_every_message_once(bench: Bench, fault: str) -> None:
    port, sent = free_port(), messages(2 if fault == "restart" else 8)
    bench.run(tcp_device(port))
    analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), [fault] if fault else [], QUICK, Random(3))
    await asyncio.to_thread(play, analyzer, sent)
    assert await bench.stored() == sent


async def test_the_agent_dials_an_instrument_that_listens_and_dials_again(bench: Bench) -> None:
    listener, sent = Listener(0), messages(4)
    runner = bench.run(tcp_device(1, transport={"type": "tcp_client", "host": "127.0.0.1", "port": listener.port}))
    for part in (sent[:2], sent[2:]):
        await asyncio.to_thread(play, Analyzer(lambda: listener.accept(10), timing=QUICK), part)
    assert await bench.stored() == sent
    assert runner.status.messages == 4
    listener.close()


async def test_a_new_connection_replaces_a_half_dead_one(bench: Bench) -> None:
    port, sent = free_port(), messages(1)
    bench.run(tcp_device(port))
    dead = await asyncio.to_thread(dial, "127.0.0.1", port, patience=5)
    dead.send(b"\x05")
    await asyncio.to_thread(play, Analyzer(lambda: dial("127.0.0.1", port, patience=5), timing=QUICK), sent)
    assert await bench.stored() == sent
    assert dead.receive(1) == b"\x06"
    with pytest.raises(WireError):
        dead.receive(1)


async def test_a_stranger_on_the_network_is_turned_away(bench: Bench) -> None:
    port = free_port()
    device = tcp_device(port)
    device["transport"]["allow"] = ["127.0.0.2"]
    runner = bench.run(device)
    analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), timing=QUICK)
    with pytest.raises(GivenUp):
        await asyncio.to_thread(analyzer.deliver, messages(1)[0], attempts=2)
    assert await bench.stored() == []
    assert "拒绝" in runner.status.detail


async def test_a_query_is_answered_with_no_order(bench: Bench) -> None:
    port = free_port()
    bench.run(tcp_device(port))
    query = query_message("F00001", datetime.now(UTC))

    def ask() -> bytes:
        analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), (), QUICK)
        analyzer.deliver(query)
        answer = analyzer.await_message(5)
        analyzer.close()
        return answer

    assert (await asyncio.to_thread(ask)).endswith(b"L|1|I\r")
    assert await bench.stored() == [query]


async def test_in_contention_the_instrument_has_the_word_and_its_results_are_taken(bench: Bench) -> None:
    port, sent = free_port(), messages(1)
    bench.run(tcp_device(port))
    query = query_message("F00001", datetime.now(UTC))

    def contend() -> None:
        analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), ["contention"], QUICK)
        analyzer.deliver(query)
        assert analyzer.await_message(1.0) == b"", "the host has yielded"
        analyzer.deliver(sent[0], attempts=1)
        analyzer.close()

    await asyncio.to_thread(contend)
    assert await bench.stored() == [query, *sent]


async def test_an_instrument_that_never_answers_does_not_stop_its_own_results(bench: Bench) -> None:
    port, sent = free_port(), messages(1)
    bench.run(tcp_device(port))
    query = query_message("F00001", datetime.now(UTC))

    def ask_and_turn_away() -> None:
        analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), ["never_ack"], QUICK)
        analyzer.deliver(query)
        assert analyzer.await_message(1.0) == b""
        analyzer.deliver(sent[0], attempts=10)
        analyzer.close()

    # Our ENQ was left unanswered: the instrument's next ENQ is contention, and the computer yields.
    await asyncio.to_thread(ask_and_turn_away)
    assert await bench.stored() == [query, *sent]


async def test_a_full_spool_refuses_and_the_instrument_keeps_its_results_until_there_is_room(tmp_path: Path) -> None:
    bench, port, sent = Bench(tmp_path, quota=120_000), free_port(), messages(60)
    runner = bench.run(tcp_device(port))
    analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=5), (), Timing(reply=3, busy=0.01))
    delivered = 0

    def until_refused() -> None:
        nonlocal delivered
        for message in sent[delivered:]:
            analyzer.deliver(message, attempts=2)
            delivered += 1

    with pytest.raises(GivenUp):
        await asyncio.to_thread(until_refused)
    assert 3 < delivered < 60
    assert await bench.stored() == sent[:delivered]
    assert runner.spool_full
    await bench.writer.run(lambda store: store.ack(delivered, 0.0))
    await bench.writer.run(lambda store: store.prune(1.0))
    runner.spool_full = False
    await asyncio.to_thread(analyzer.deliver, sent[delivered], attempts=1)
    assert await bench.stored() == [sent[delivered]]
    analyzer.close()
    await bench.close()


class PtyWire:
    """The instrument's end of a pseudo-terminal; `path` is where the agent finds the other end."""

    def __init__(self, path: Path):
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(slave))
        self._slave = slave

    def send(self, data: bytes) -> None:
        os.write(self.master, data)

    def receive(self, timeout: float) -> bytes:
        ready, _, _ = select.select([self.master], [], [], timeout)
        return os.read(self.master, 4096) if ready else b""

    def close(self) -> None:
        return

    def unplug(self) -> None:
        os.close(self._slave)
        os.close(self.master)


def serial_device(path: Path) -> dict[str, Any]:
    return tcp_device(1, transport={"type": "serial", "port": str(path), "baud": 9600})


async def test_a_serial_instrument_is_received_with_split_writes(bench: Bench, tmp_path: Path) -> None:
    wire, sent = PtyWire(tmp_path / "tty"), messages(3)
    runner = bench.run(serial_device(tmp_path / "tty"))
    await until(lambda: runner.status.state == "up")
    await asyncio.to_thread(play, Analyzer(lambda: wire, ["split"], QUICK), sent)
    assert await bench.stored() == sent


async def test_a_pulled_cable_is_shown_and_the_port_is_reopened(bench: Bench, tmp_path: Path) -> None:
    first, sent = PtyWire(tmp_path / "tty"), messages(2)
    runner = bench.run(serial_device(tmp_path / "tty"))
    await until(lambda: runner.status.state == "up")
    await asyncio.to_thread(play, Analyzer(lambda: first, (), QUICK), sent[:1])
    first.unplug()
    await until(lambda: runner.status.state == "down")
    assert "数据线" in runner.status.detail
    second = PtyWire(tmp_path / "tty")
    await until(lambda: runner.status.state == "up")
    await asyncio.to_thread(play, Analyzer(lambda: second, (), QUICK), sent[1:])
    assert await bench.stored() == sent


async def test_a_port_that_another_program_holds_is_said_to_be_down(bench: Bench, tmp_path: Path) -> None:
    PtyWire(tmp_path / "tty")
    one, two = bench.run(serial_device(tmp_path / "tty")), bench.run(serial_device(tmp_path / "tty"))
    await until(lambda: {one.status.state.value, two.status.state.value} == {"up", "down"})
    assert "被其他程序占用" in one.status.detail + two.status.detail


async def test_a_port_that_is_not_there_is_named_in_plain_words(bench: Bench, tmp_path: Path) -> None:
    runner = bench.run(serial_device(tmp_path / "tty"))
    await until(lambda: "不存在" in runner.status.detail)
    assert "Errno" not in runner.status.detail


def test_the_simulator_keeps_the_pace_of_9600_baud() -> None:
    class Sink:
        def send(self, data: bytes) -> None:
            self.size = getattr(self, "size", 0) + len(data)

    start = time.monotonic()
    Paced(Sink(), 960).send(b"x" * 480)  # type: ignore[arg-type]
    assert 0.5 <= time.monotonic() - start < 1.0


def test_the_simulated_blood_count_hangs_together() -> None:
    for seed in range(50):
        value = {result.code: float(result.value) for result in blood_count(Random(seed), "F")}
        assert len(value) == 15
        shares = [value[code] for code in ("NEUT%", "LYMPH%", "MONO%", "EO%", "BASO%")]
        assert sum(shares) == pytest.approx(100, abs=0.3)
        assert value["HCT"] == pytest.approx(value["RBC"] * value["MCV"] / 10, rel=0.01)
        assert value["HGB"] == pytest.approx(value["HCT"] * value["MCHC"] / 100, rel=0.02)
        assert value["NEUT#"] == pytest.approx(value["WBC"] * value["NEUT%"] / 100, abs=0.03)
