"""The health page answers this machine's own browser and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from edge_agent.health.page import HealthPage

pytestmark = pytest.mark.feature("P-07")
PICTURE: dict[str, Any] = {
    "hospital": "<b>康桥</b>",
    "url": "https://demo.example.cn",
    "fingerprint": "9F-03-AC",
    "agent_version": "0.1.0",
    "config_version": 3,
    "outbox_depth": 2,
    "spool_full": False,
    "spool_alarm": False,
    "clock_warning": True,
    "clock_offset_ms": 61_000,
    "dead_letters": 0,
    "now": "2026-11-23T01:30:00.000Z",
    "link": {"state": "online", "detail": ""},
    "devices": [
        {
            "id": "cbc-1",
            "name": "血球仪",
            "state": "down",
            "detail": "打不开串口",
            "since": "",
            "last_message_at": None,
            "messages": 0,
            "repeats": 0,
            "notes": {"checksum": 2},
        }
    ],
    "recent": [{"seq": 1, "device": "cbc-1", "size": 9, "stored_at": 1.0, "sent": False, "rejected": ""}],
}


async def picture() -> dict[str, Any]:
    return PICTURE


def request(path: str = "/", method: str = "GET", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (request(Host="127.0.0.1:8787"), 200),
        (request(Host="localhost:8787", Origin="http://localhost:8787"), 200),
        (request("/status.json?x=1", Host="127.0.0.1:8787"), 200),
        (request(Host="evil.example:8787"), 403),
        (request(Host="127.0.0.1:8787", Origin="https://evil.example"), 403),
        (request(Host="127.0.0.1:8787", Origin="null"), 403),
        (request(), 403),
        (request(method="POST", Host="127.0.0.1:8787"), 405),
        (request("/../secret", Host="127.0.0.1:8787"), 404),
        (b"nonsense\r\n\r\n", 400),
    ],
)
async def test_only_the_own_host_and_origin_may_read(head: bytes, status: int) -> None:
    assert (await HealthPage(picture, 8787).answer(head))[0] == status


async def test_the_page_says_what_is_wrong_and_escapes_what_comes_from_outside() -> None:
    html = (await HealthPage(picture, 8787).answer(request(Host="127.0.0.1:8787")))[2].decode()
    assert "打不开串口" in html
    assert "相差 61 秒" in html
    assert "校验错 2" in html
    assert "<b>康桥" not in html
    assert "&lt;b&gt;康桥" in html
