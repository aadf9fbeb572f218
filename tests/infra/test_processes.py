"""infra/up starts, finds again and stops its own processes, and only them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.house import LOOPBACK, House
from lib.processes import Record, Service, read_record, records, start, start_time, stop, wait_until_ready
from lib.progress import Failure
from lib.stack import only_one, take_down

pytestmark = pytest.mark.feature("P-11")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(state=tmp_path / "state", port=free_range(), own_databases=True)
    made.state.mkdir()
    yield made
    take_down(made)


def free_range() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return min(int(probe.getsockname()[1]), 65000)


def sleeper(name: str = "sleeper", *, code: str = "import time; time.sleep(60)", seconds: int = 5) -> Service:
    return Service(name=name, command=[sys.executable, "-c", code], problem=lambda: "", seconds=seconds)


def test_a_started_process_is_found_again_and_stopped(house: House) -> None:
    started = start(house, sleeper())
    assert read_record(house, "sleeper") == started
    stop(house, started)
    assert not started.is_alive
    assert records(house) == []


def test_a_pid_that_now_belongs_to_somebody_else_is_left_alone(house: House) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        stop(house, Record("sleeper", stranger.pid, "1", ""))
        assert stranger.poll() is None
        assert start_time(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_that_ignores_the_polite_signal_is_ended_with_its_children(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lib.processes.STOP_SECONDS", 0.3)
    pid_file = house.state / "child"
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(pid_file)!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    started = start(house, sleeper(code=code))
    deadline = time.monotonic() + 5
    while not (pid_file.exists() and pid_file.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    stop(house, started)
    assert not started.is_alive
    assert start_time(int(pid_file.read_text())) == ""


def test_a_taken_port_is_named_together_with_the_setting(house: House) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = replace(house, port=other.getsockname()[1])
        with pytest.raises(Failure) as refusal:
            start(taken, replace(sleeper("web"), ports=("web",)))
    assert f"port {taken.port} (for web) is taken" in str(refusal.value)
    assert "KANGQIAO_PORT" in str(refusal.value)


def test_a_process_that_dies_at_once_shows_the_end_of_its_log(house: House) -> None:
    service = replace(sleeper(code="raise SystemExit('no such table')"), problem=lambda: "not yet")
    with pytest.raises(Failure, match="no such table"):
        wait_until_ready(house, service, start(house, service))


def test_a_process_that_never_answers_is_reported_with_its_problem(house: House) -> None:
    service = replace(sleeper(seconds=0), problem=lambda: "HTTP 503")
    with pytest.raises(Failure, match="not healthy after 0 s"):
        wait_until_ready(house, service, start(house, service))


def test_taking_down_stops_the_databases_last(house: House) -> None:
    for name in ("redis", "web", "worker"):
        start(house, sleeper(name))
        time.sleep(0.03)
    assert take_down(house) == ["web", "worker", "redis"]
    assert take_down(house) == []


def test_two_commands_on_one_checkout_do_not_work_at_once(house: House) -> None:
    with only_one(house), pytest.raises(Failure, match="at work"), only_one(house):
        pass


def test_secrets_are_made_once_and_readable_by_their_owner_only(house: House) -> None:
    first = house.secrets
    assert House(state=house.state, port=house.port).secrets == first
    house.write_environment()
    for name in ("secrets.json", "env"):
        assert (house.state / name).stat().st_mode & 0o777 == 0o600


def test_databases_get_no_secret_in_their_environment(house: House) -> None:
    code = "import os, time; print(sorted(os.environ), flush=True); time.sleep(60)"
    start(house, replace(sleeper(code=code), knows_secrets=False))
    log = house.logs / "sleeper.log"
    deadline = time.monotonic() + 5
    while not log.read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "KANGQIAO_MASTER_KEY" not in log.read_text()
    assert os.getpgid(0) != records(house)[0].pid
