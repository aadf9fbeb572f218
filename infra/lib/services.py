"""The processes of the house and how each shows that it works."""

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from lib.house import LOOPBACK, House
from lib.processes import Service

WEB_WORKERS = 2
# One thread holds one pooled database connection while it answers.
WEB_THREADS = 8
BIND = os.environ.get("KANGQIAO_BIND", LOOPBACK)


def answers(url: str, *, host: str = "") -> Callable[[], str]:
    """A check: "" when the address answers with any status below 500."""

    def problem() -> str:
        request = urllib.request.Request(url, headers={"Host": host} if host else {})  # noqa: S310 - our own http address
        try:
            with urllib.request.urlopen(request, timeout=2):  # noqa: S310
                return ""
        except urllib.error.HTTPError as error:
            return "" if error.code < 500 else f"HTTP {error.code}"
        except (OSError, ValueError) as error:
            return str(error)

    return problem


def accepts_websockets(port: int) -> Callable[[], str]:
    """A check: the upgrade of a stranger is answered, be it by a refusal."""
    upgrade = {
        "Host": "localhost",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "a2FuZ3FpYW8gaXMgaGVyZQ==",
    }

    def problem() -> str:
        link = http.client.HTTPConnection(LOOPBACK, port, timeout=2)
        try:
            link.request("GET", "/ws/staff", headers=upgrade)
            status = link.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return str(error)
        finally:
            link.close()
        return "" if status < 500 else f"HTTP {status}"

    return problem


def logged(log: Path, words: str) -> Callable[[], str]:
    """A check for processes that listen nowhere: their log of this start says that they are ready."""

    def problem() -> str:
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return "" if words in text else f'"{words}" is not in its log yet'

    return problem


def granian(house: House, interface: str, port: int, application: str, *options: str) -> list[str]:
    return [
        str(house.venv / "bin" / "granian"),
        *("--interface", interface),
        *("--host", BIND, "--port", str(port)),
        *("--log-level", "info", "--no-access-log"),
        *options,
        application,
    ]


def web(house: House) -> Service:
    options = ["--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--backlog", "1024"]
    port = house.port_of("web")
    return Service(
        name="web",
        command=granian(house, "wsgi", port, "kangqiao.config.wsgi:application", *options),
        problem=answers(f"http://{LOOPBACK}:{port}/readyz", host="localhost"),
        ports=("web",),
    )


def websocket(house: House) -> Service:
    port = house.port_of("websocket")
    return Service(
        name="websocket",
        command=granian(house, "asginl", port, "kangqiao.config.asgi:application", "--workers", "1"),
        problem=accepts_websockets(port),
        ports=("websocket",),
    )


def celery(house: House, *arguments: str) -> list[str]:
    return [str(house.venv / "bin" / "celery"), "-A", "kangqiao.config.celery", *arguments]


def worker(house: House, name: str = "worker", queue: str = "celery", processes: int = 2) -> Service:
    options = ("--queues", queue, "--hostname", f"{name}@%h", "--concurrency", str(processes), "--without-gossip")
    return Service(
        name=name,
        command=celery(house, "worker", "--loglevel", "INFO", *options),
        problem=logged(house.logs / f"{name}.log", " ready."),
    )


def slow_worker(house: House) -> Service:
    """For what may take long, so that fresh events never wait behind it."""
    return worker(house, "slow_worker", "slow", 1)


def scheduler(house: House) -> Service:
    schedule = house.state / "run" / "schedule"
    return Service(
        name="scheduler",
        command=celery(house, "beat", "--loglevel", "INFO", "--schedule", str(schedule), "--pidfile="),
        problem=logged(house.logs / "scheduler.log", "beat: Starting"),
    )


def sandbox(house: House) -> Service:
    port = house.port_of("sandbox")
    return Service(
        name="sandbox",
        command=[str(house.python), "-m", "infra.sandbox"],
        problem=answers(f"http://{LOOPBACK}:{port}/sandbox"),
        ports=("sandbox", "smtp"),
    )


def agent(house: House, home: Path) -> Service:
    port = house.port_of("agent")

    def problem() -> str:
        address = f"http://{LOOPBACK}:{port}/status.json"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                link = json.load(answer)["link"]
            return "" if link["state"] == "online" else f"link {link['state']} {link['detail']}"
        except (OSError, ValueError, KeyError) as error:
            return str(error)

    return Service(
        name="agent",
        command=[str(house.python), "-m", "edge_agent", "run", "--state", str(home), "--health-port", str(port)],
        problem=problem,
        ports=("agent", "analyzer"),
    )
