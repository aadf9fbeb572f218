"""The agent as it is installed: enrolled, confirmed, configured, resumed, refused; each against the cloud double."""

from __future__ import annotations

import json
import signal
import stat
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from urllib.request import urlopen

import pytest

from sandbox.instruments.astm_sender import Analyzer, Timing
from sandbox.instruments.results import blood_count, result_message
from sandbox.instruments.wires import dial
from tests.edge_agent.harness import AgentProcess, Cloud, eventually, free_port, tcp_device

pytestmark = pytest.mark.feature("P-07", "P-08")
WHEN = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def send(port: int, *specimens: str) -> list[bytes]:
    analyzer = Analyzer(lambda: dial("127.0.0.1", port, patience=10), timing=Timing(reply=5, busy=0.2))
    sent = [result_message(specimen, blood_count(Random(specimen)), WHEN) for specimen in specimens]
    for message in sent:
        analyzer.deliver(message)
    analyzer.close()
    return sent


def running(cloud: Cloud, agent: AgentProcess) -> int:
    """An enrolled agent with one instrument; returns the instrument's port."""
    port = free_port()
    agent.join(cloud)
    cloud.configure(agent.agent_id, 1, [tcp_device(port)])
    agent.start()
    eventually(lambda: any(body["ok"] for body in cloud.seen("cmd_result")), 10, "configuration applied")
    return port


def raws(cloud: Cloud) -> list[bytes]:
    return [raw for _, raw in cloud.results()]


def test_a_code_makes_a_pending_agent_that_works_after_its_confirmation(cloud: Cloud, agent: AgentProcess) -> None:
    joined = agent.call("enroll", cloud.url, cloud.new_code().lower())
    assert joined.returncode == 0, joined.stderr
    credential = json.loads((agent.state / "credential.json").read_text())
    assert stat.S_IMODE((agent.state / "credential.json").stat().st_mode) == 0o600
    assert "康桥示范医院" in joined.stdout
    agent.start()
    eventually(lambda: (agent.status() or {}).get("link", {}).get("state") == "refused", 10, "pending shown")
    assert cloud.seen("auth") == []
    cloud.confirm(credential["agent_id"])
    eventually(lambda: cloud.seen("ping"), 10, "online")


def test_a_wrong_code_is_refused_in_chinese_and_a_repeated_one_gives_the_same_agent(
    cloud: Cloud, agent: AgentProcess
) -> None:
    wrong = agent.call("enroll", cloud.url, "ZZZZZZZZ")
    assert (wrong.returncode, wrong.stderr.strip()) == (1, "配对码不正确。")
    code = cloud.new_code()
    assert agent.call("enroll", cloud.url, code).returncode == 0
    first = agent.agent_id
    (agent.state / "credential.json").rename(agent.state / "credential.enrolling.json")  # the answer was lost
    assert agent.call("enroll", cloud.url, code).returncode == 0
    assert agent.agent_id == first
    assert agent.call("enroll", cloud.url, code).returncode == 1, "already enrolled"


def test_results_reach_the_cloud_with_their_bytes_and_a_hint(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    sent = send(port, "26112300017", "26112300018")
    eventually(lambda: raws(cloud) == sent, 10, "results")
    body = cloud.bodies()[0]
    assert (body["device"], body["protocol"], body["terminated"]) == ("cbc-1", "astm", True)
    assert body["hint"]["specimens"] == ["26112300017"]
    page = urlopen(f"http://127.0.0.1:{agent.health_port}/").read().decode()
    assert "已连接云端" in page
    assert "已入库" in page
    assert "血球仪" in agent.call("status", "--json").stdout


def test_results_received_without_the_cloud_arrive_when_it_returns(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    cloud.kill()
    sent = send(port, *(f"OFF{n}" for n in range(20)))
    agent.kill()
    cloud.start()
    agent.start()
    eventually(lambda: raws(cloud) == sent, 15, "results in their order")
    eventually(lambda: (agent.status() or {"outbox_depth": 1})["outbox_depth"] == 0, 10, "outbox empty")


def test_a_spool_restored_from_an_old_copy_loses_nothing(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    first = send(port, "A1")
    eventually(lambda: raws(cloud) == first, 10, "first result")
    agent.stop()
    copy = (agent.state / "spool.sqlite3").read_bytes()
    agent.start()
    second = send(port, "A2", "A3")
    eventually(lambda: len(raws(cloud)) == 3, 10, "three results")
    agent.stop()
    (agent.state / "spool.sqlite3").write_bytes(copy)
    for name in ("spool.sqlite3-wal", "spool.sqlite3-shm"):
        (agent.state / name).unlink(missing_ok=True)
    cloud.stop()
    agent.start()
    third = send(port, "A4", "A5")  # off-line they take the numbers 2 and 3, which the cloud has seen
    cloud.start()
    eventually(lambda: len(raws(cloud)) == 5, 15, "the results with numbers that the cloud had already seen")
    assert raws(cloud) == first + second + third


def test_a_revoked_agent_keeps_receiving_and_sends_nothing(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    cloud.set_status(agent.agent_id, "revoked")
    cloud.tell("close", {})
    eventually(lambda: (agent.status() or {}).get("link", {}).get("state") == "refused", 10, "refusal shown")
    sent = send(port, "R1")
    assert raws(cloud) == []
    cloud.set_status(agent.agent_id, "active")
    eventually(lambda: raws(cloud) == sent, 10, "sent after the agent was allowed again")


def test_commands_are_obeyed_once_and_unknown_ones_refused(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    sent = send(port, "C1")
    eventually(lambda: raws(cloud) == sent, 10, "result")
    names = ["report_status", "reopen_device", "resend", "format_disk"]
    arguments = {"reopen_device": {"device": "cbc-1"}, "resend": {"from_seq": 1, "to_seq": 9}}
    idents = [cloud.tell("cmd", {"name": name, "args": arguments.get(name, {})}) for name in names]
    late = cloud.tell("cmd", {"name": "report_status", "expires_at": "2020-01-01T00:00:00.000Z"})

    def codes() -> dict[str, str]:
        return {body["ref"]: body["code"] for body in cloud.seen("cmd_result")}

    eventually(lambda: late in codes(), 10, "answers")
    assert [codes()[ident] for ident in idents] == ["reporting", "reopened", "resending", "unknown_command"]
    assert codes()[late] == "expired"
    assert raws(cloud) == sent, "sent again, stored once"


def test_a_paused_agent_waits_for_room(cloud: Cloud, agent: AgentProcess) -> None:
    port = running(cloud, agent)
    cloud.tell("flow", {"window": {"messages": 0, "bytes": 0}})
    eventually(lambda: cloud._do("SELECT 1 FROM commands WHERE kind='flow' AND sent=1"), 5, "flow sent")
    sent = send(port, "P1", "P2")
    assert raws(cloud) == []
    cloud.tell("flow", {"window": {"messages": 1, "bytes": 1}})
    eventually(lambda: raws(cloud) == sent, 10, "one at a time")


def test_a_cloud_that_falls_silent_is_left_and_found_again(tmp_path: Path, agent: AgentProcess) -> None:
    cloud = Cloud(tmp_path, deadline=1.5)
    cloud.start()
    try:
        port = running(cloud, agent)
        cloud.process.send_signal(signal.SIGSTOP)
        sent = send(port, "H1", "H2")
        eventually(lambda: (agent.status() or {}).get("link", {}).get("state") != "online", 10, "silence noticed")
        cloud.process.send_signal(signal.SIGCONT)
        eventually(lambda: raws(cloud) == sent, 10, "results once")
    finally:
        cloud.kill()


def test_a_wrong_clock_is_shown_and_corrected_and_refuses_nothing(tmp_path: Path, agent: AgentProcess) -> None:
    cloud = Cloud(tmp_path, clock_shift=7200)
    cloud.start()
    try:
        port = running(cloud, agent)
        send(port, "T1")
        body = eventually(cloud.bodies, 10, "result")[0]
        received, wall = (datetime.fromisoformat(text) for text in (body["received_at"], body["edge_time"]["wall"]))
        assert (received - wall).total_seconds() == pytest.approx(7200, abs=5)
        assert (agent.status() or {})["clock_warning"]
    finally:
        cloud.stop()


def test_a_second_agent_on_the_same_state_is_refused(cloud: Cloud, agent: AgentProcess) -> None:
    agent.join(cloud)
    agent.start()
    eventually(lambda: cloud.seen("ping"), 10, "online")
    second = agent.call("run", "--health-port", "0")
    assert second.returncode == 1
    assert "另一个前置机进程" in second.stderr


def test_without_a_credential_the_way_out_is_said(agent: AgentProcess) -> None:
    for action in ("run", "status"):
        done = agent.call(action)
        assert done.returncode == 1
        assert "enroll" in done.stderr
