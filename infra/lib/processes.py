"""Start, find again and stop processes: each in its own session, remembered by pid and start time."""

import contextlib
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lib.house import House, port_is_free
from lib.progress import Failure, tail

POLL_SECONDS = 0.15
STOP_SECONDS = 12.0
KILL_SECONDS = 3.0


@dataclass(frozen=True)
class Record:
    """A process that we started. The start time guards against a pid that the kernel gave to somebody else."""

    name: str
    pid: int
    start_time: str
    fingerprint: str

    @property
    def is_alive(self) -> bool:
        return start_time(self.pid) == self.start_time


@dataclass(frozen=True)
class Service:
    """What to start and how to see that it works. `problem` returns "" once the service answers."""

    name: str
    command: Sequence[str]
    problem: Callable[[], str]
    ports: tuple[str, ...] = ()
    seconds: int = 120
    user: str = ""
    stop_signal: int = signal.SIGTERM
    environment: Mapping[str, str] = field(default_factory=dict)
    knows_secrets: bool = True


def start_time(pid: int) -> str:
    """The kernel's start tick of a living process; "" when there is none (or only its zombie)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def read_record(house: House, name: str) -> Record | None:
    path = house.run / f"{name}.json"
    if not path.exists():
        return None
    record = Record(**json.loads(path.read_text(encoding="utf-8")))
    return record if record.is_alive else None


def records(house: House) -> list[Record]:
    """Living processes of this stack, in the order of their start."""
    names = [path.stem for path in house.run.glob("*.json")]
    found = [record for name in names if (record := read_record(house, name))]
    return sorted(found, key=lambda record: (int(record.start_time), record.pid))


def refuse_taken_ports(house: House, service: Service) -> None:
    for name in service.ports:
        port = house.port_of(name)
        if not port_is_free(port):
            raise Failure(
                f"port {port} (for {name}) is taken by another program. Stop that program, or choose another range: "
                f"{house.setting} is {house.port} now and the next 7 ports are used too, "
                f"for example {house.setting}={house.port + 100}"
            )


def account_options(user: str) -> dict[str, Any]:
    """Popen options that drop root's rights for those of `user`."""
    if not user:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def start(house: House, service: Service, fingerprint: str = "") -> Record:
    """Start a service in a session of its own and remember it. Does not wait."""
    refuse_taken_ports(house, service)
    house.run.mkdir(parents=True, exist_ok=True)
    house.logs.mkdir(parents=True, exist_ok=True)
    log = house.logs / f"{service.name}.log"
    base = house.environment if service.knows_secrets else {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(service.command),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/" if service.user else house.state,
            env={**base, **service.environment},
            start_new_session=True,
            **account_options(service.user),
        )
    record = Record(service.name, process.pid, start_time(process.pid), fingerprint)
    (house.run / f"{service.name}.json").write_text(json.dumps(asdict(record)), encoding="utf-8")
    return record


def wait_until_ready(house: House, service: Service, record: Record) -> None:
    """Poll until the service answers; a dead or silent one fails with the end of its log."""
    deadline = time.monotonic() + service.seconds
    log = house.logs / f"{service.name}.log"
    problem = ""
    while time.monotonic() < deadline:
        if not record.is_alive:
            raise Failure(f"{service.name} ended at once. The end of {log}:\n{tail(log)}")
        if not (problem := service.problem()):
            return
        time.sleep(POLL_SECONDS)
    raise Failure(
        f"{service.name} is not healthy after {service.seconds} s ({problem}). The end of {log}:\n{tail(log)}"
    )


def reap(pid: int) -> None:
    """Collect the exit status of a child of this very process, so that it is no zombie."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def is_gone(record: Record) -> bool:
    reap(record.pid)
    return not record.is_alive


def wait_until_gone(record: Record, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_gone(record) and time.monotonic() < deadline:
        time.sleep(0.05)


def stop(house: House, record: Record, stop_signal: int = signal.SIGTERM) -> None:
    """End a process politely, then whatever is left of its session by force."""
    if record.is_alive:
        os.kill(record.pid, stop_signal)
        wait_until_gone(record, STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(record.pid, signal.SIGKILL)
        wait_until_gone(record, KILL_SECONDS)
    (house.run / f"{record.name}.json").unlink(missing_ok=True)
