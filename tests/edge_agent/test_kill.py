"""Agent and cloud are killed at random while an analyzer sends: every result arrives, each once.

KQ_KILL_MESSAGES, KQ_KILLS, KQ_KILL_SEED change the quick run; the full run has 2,000 messages and 60 kills.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sandbox.instruments.astm_sender import Analyzer, Timing
from sandbox.instruments.results import blood_count, result_message
from sandbox.instruments.wires import dial
from tests.edge_agent.harness import AgentProcess, Cloud, eventually, free_port, tcp_device


class Sender(threading.Thread):
    """The analyzer: goes on to the next message only when the last one is acknowledged."""

    def __init__(self, port: int, messages: list[bytes], pause: float):
        super().__init__(daemon=True)
        # A killed agent closes the socket, so replies need no long patience.
        self.analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=30), timing=Timing(reply=5, busy=0.1))
        self.messages, self.pause, self.done, self.error = messages, pause, 0, None

    def run(self) -> None:
        try:
            for message in self.messages:
                self.analyzer.deliver(message)
                self.done += 1
                time.sleep(self.pause)
        except Exception as error:
            self.error = error


def make_messages(count: int) -> list[bytes]:
    when = datetime(2026, 11, 23, 9, 30).astimezone()
    return [result_message(f"K{n:08d}", blood_count(Random(n)), when) for n in range(count)]


def kill_at_random(cloud: Any, agent: AgentProcess, sender: Sender, kills: int, random: Random) -> None:
    """Kills spread over the messages, about half on each side, each at a random moment within a message."""
    for mark in sorted(random.sample(range(1, len(sender.messages)), kills)):
        while sender.is_alive() and sender.done < mark:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.02 + 10 * sender.pause))
        victim = random.choice([cloud, agent])
        victim.kill()
        time.sleep(random.choice([0, 0, random.uniform(0, 0.1)]))
        victim.start()


def run_trial(
    cloud: Any, agent: AgentProcess, port: int, *, count: int, kills: int, seed: int, pause: float = 0
) -> dict[str, float]:
    """`agent` is enrolled, its instrument listens on `port`, `cloud` runs. Both are ended here. `pause` s between messages."""
    random, messages = Random(seed), make_messages(count)
    sender = Sender(port, messages, pause)
    start = time.monotonic()
    try:
        agent.start()
        sender.start()
        kill_at_random(cloud, agent, sender, kills, random)
        sender.join(600)
        assert sender.error is None
        assert sender.done == count
        eventually(lambda: len(cloud.results()) >= count, 60, f"{count} results in the cloud")
        time.sleep(1.0)  # whatever could still be doubled arrives now
        stored = Counter(raw for _, raw in cloud.results())
        took = time.monotonic() - start
    finally:
        agent.stop()
        cloud.stop()
    assert agent.kills + cloud.kills == kills
    assert stored == Counter(messages), "every message once, byte for byte"
    return {
        "messages": count,
        "kills": kills,
        "of the agent": agent.kills,
        "transfers repeated": sender.analyzer.repeats,
        "seconds": round(took, 1),
    }


def with_the_double(folder: Path, count: int, kills: int, seed: int) -> dict[str, float]:
    cloud, agent, port = Cloud(folder, ack_delay=0.01), AgentProcess(folder / "agent"), free_port()
    try:
        cloud.start()
        agent.join(cloud)
        cloud.configure(agent.agent_id, 1, [tcp_device(port)])
    except BaseException:
        cloud.stop()
        raise
    return run_trial(cloud, agent, port, count=count, kills=kills, seed=seed)


def number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


@pytest.mark.feature("P-08")
def test_nothing_is_lost_or_doubled_when_agent_and_cloud_are_killed(tmp_path: Path) -> None:
    seed = number("KQ_KILL_SEED", int(time.time()))
    print(f"seed {seed}", with_the_double(tmp_path, number("KQ_KILL_MESSAGES", 200), number("KQ_KILLS", 6), seed))


@pytest.mark.soak
@pytest.mark.feature("P-08")
def test_nothing_is_lost_or_doubled_over_2000_messages_and_60_kills(tmp_path: Path) -> None:
    seed = number("KQ_KILL_SEED", int(time.time()))
    print(f"seed {seed}", with_the_double(tmp_path, 2000, 60, seed))
