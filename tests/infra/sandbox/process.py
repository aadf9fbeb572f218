"""The real sandbox process on free ports, for the tests that talk to it."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
KEY_ID, KEY_SECRET = "test-key", "test-secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningSandbox:
    port: int
    smtp_port: int
    state: Path

    def ask(self, path: str, method: str = "GET", body: Any = None) -> dict[str, Any]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=40) as answer:
            return json.load(answer)

    def messages(self, to: str = "", wait: float = 0) -> list[dict[str, Any]]:
        return self.ask(f"/sandbox/messages?to={to}&wait={wait}")["items"]

    def fault(self, **switch: Any) -> None:
        self.ask("/sandbox/faults", "POST", switch)

    def calm(self) -> None:
        self.ask("/sandbox/faults", "DELETE")
        self.ask("/sandbox/messages", "DELETE")


@contextmanager
def running_sandbox(state: Path, port: int = 0, smtp_port: int = 0) -> Iterator[RunningSandbox]:
    sandbox = RunningSandbox(port or free_port(), smtp_port or free_port(), state)
    command = [
        *(sys.executable, str(ROOT / "infra/sandbox/server.py"), "--port", str(sandbox.port)),
        *("--smtp-port", str(sandbox.smtp_port), "--state", str(state), "--key-id", KEY_ID, "--key-secret", KEY_SECRET),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert "沙箱 http" in process.stdout.readline()
        yield sandbox
    finally:
        process.terminate()
        process.wait(10)


def wait_until_gone(port: int) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.05)
