"""Processes of the edge tests: a cloud and an agent that can be started, stopped and killed, each by its own pid.

`Cloud` is what a test needs of any cloud. Another cloud takes part by offering the same methods.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "edge_agent" / "src"), str(ROOT / "infra")])}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def eventually(condition: Callable[[], Any], seconds: float = 10.0, what: str = "condition") -> Any:
    """The condition's first true value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} not reached in {seconds} s")


class Process:
    """One of our own processes."""

    own_group = False
    environment = ENVIRONMENT

    def __init__(self, log: Path):
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, env=self.environment, start_new_session=self.own_group
            )

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """kill -9, at once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.kills += 1

    def stop(self) -> None:
        if self.process is not None and self.alive:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def log_text(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""


class Cloud(Process):
    """The cloud double with its database."""

    def __init__(self, folder: Path, **options: Any):
        super().__init__(folder / "cloud.log")
        self.port, self.http_port = free_port(), free_port()
        self.url = f"http://demo.localhost:{self.http_port}"
        self._path, self._options = str(folder / "cloud.sqlite3"), options

    def command(self) -> list[str]:
        more = [text for name, value in self._options.items() for text in (f"--{name.replace('_', '-')}", str(value))]
        ports = ["--port", str(self.port), "--http-port", str(self.http_port)]
        return [sys.executable, str(HERE / "cloud_double.py"), "--db", self._path, *ports, *more]

    def start(self) -> None:
        super().start()
        eventually(lambda: listens(self.port) and listens(self.http_port), 15, "cloud listens")

    def _do(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def new_code(self, agent_id: str | None = None) -> str:
        code = uuid.uuid4().hex[:8].upper()
        self._do("INSERT INTO codes (code, agent_id) VALUES (?,?)", code, agent_id)
        return code

    def confirm(self, agent_id: str) -> None:
        self.set_status(agent_id, "active")

    def set_status(self, agent_id: str, status: str) -> None:
        self._do("UPDATE agents SET status=? WHERE agent_id=?", status, agent_id)

    def configure(self, agent_id: str, version: int, devices: list[dict[str, Any]]) -> None:
        """Kept for the next welcome and sent to a live agent."""
        config = {"devices": devices}
        self._do("UPDATE agents SET config_version=?, config=? WHERE agent_id=?", version, json.dumps(config), agent_id)
        self.tell("cfg", {"config_version": version, "config": config})

    def tell(self, kind: str, body: dict[str, Any], ident: str | None = None) -> str:
        ident = ident or uuid.uuid4().hex
        self._do("INSERT INTO commands (id, kind, body) VALUES (?,?,?)", ident, kind, json.dumps(body))
        return ident

    def results(self) -> list[tuple[str, bytes]]:
        """(key, raw) of every stored transmission."""
        return [(row[0], row[1]) for row in self._do("SELECT key, raw FROM transmissions ORDER BY id")]

    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(row[0]) for row in self._do("SELECT body FROM transmissions ORDER BY id")]

    def seen(self, kind: str) -> list[dict[str, Any]]:
        return [json.loads(row[0]) for row in self._do("SELECT body FROM seen WHERE kind=? ORDER BY id", kind)]

    def agent_row(self, agent_id: str) -> dict[str, Any]:
        row = self._do("SELECT status, spool_id, last_seq FROM agents WHERE agent_id=?", agent_id)[0]
        return {"status": row[0], "spool_id": row[1], "last_seq": row[2]}


class AgentProcess(Process):
    """`kangqiao-edge run` with a state folder."""

    def __init__(self, state: Path):
        super().__init__(state.with_suffix(".log"))
        self.state = state
        self.health_port = free_port()

    def command(self) -> list[str]:
        quick = ["--health-port", str(self.health_port), "--max-backoff", "0.3", "--verbose"]
        return [sys.executable, "-m", "edge_agent", "run", "--state", str(self.state), *quick]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of `kangqiao-edge` on the same state folder."""
        command = [sys.executable, "-m", "edge_agent", arguments[0], "--state", str(self.state), *arguments[1:]]
        return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT, timeout=30)

    @property
    def agent_id(self) -> str:
        return str(json.loads((self.state / "credential.json").read_text())["agent_id"])

    def join(self, cloud: Cloud) -> None:
        """Enrol and be confirmed."""
        done = self.call("enroll", cloud.url, cloud.new_code())
        assert done.returncode == 0, done.stderr
        cloud.confirm(self.agent_id)

    def status(self) -> dict[str, Any] | None:
        done = self.call("status", "--json")
        return json.loads(done.stdout) if done.returncode == 0 else None


def tcp_device(port: int, **more: Any) -> dict[str, Any]:
    transport = {"type": "tcp_server", "bind": "127.0.0.1", "port": port, "allow": ["127.0.0.1"]}
    return {"id": "cbc-1", "name": "血球仪", "driver": "astm", "transport": transport} | more


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
