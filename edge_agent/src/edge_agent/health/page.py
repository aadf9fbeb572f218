"""Health page on 127.0.0.1, stdlib only: GET `/` and `/status.json`, nothing that changes anything."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from edge_agent.health.html import render

log = logging.getLogger("edge.health")
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}
REQUEST_TIMEOUT = 5.0


class HealthPage:
    """Host must be this page's own name (a rebound DNS name is refused), Origin, when sent, its own origin."""

    def __init__(self, picture: Callable[[], Awaitable[dict[str, Any]]], port: int):
        self._picture, self._port = picture, port
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Returns the port. A taken port costs the page, never the agent: 0."""
        try:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        except OSError as error:
            log.warning("health page: port %s: %s", self._port, error)
            return 0
        self._port = self._server.sockets[0].getsockname()[1]
        return self._port

    async def stop(self) -> None:
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_TIMEOUT):
                head = await reader.readuntil(b"\r\n\r\n")
                status, kind, body = await self.answer(head)
                writer.write(_response(status, kind, body))
                await writer.drain()
        writer.close()

    async def answer(self, head: bytes) -> tuple[int, str, bytes]:
        """(status, content type, body) for one request head."""
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        if len(words) != 3:
            return 400, "text/plain", b"bad request"
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])
        }
        if not self._is_own(headers.get("host", ""), headers.get("origin")):
            return 403, "text/plain; charset=utf-8", "只能在本机用 127.0.0.1 打开。".encode()
        if words[0] != "GET":
            return 405, "text/plain", b"GET only"
        path = words[1].split("?", 1)[0]
        if path == "/":
            return 200, "text/html; charset=utf-8", render(await self._picture()).encode()
        if path == "/status.json":
            return 200, "application/json", msgspec.json.encode(await self._picture())
        return 404, "text/plain", b"not found"

    def _is_own(self, host: str, origin: str | None) -> bool:
        names = {f"{name}:{self._port}" for name in ("127.0.0.1", "localhost")}
        return host in names and (origin is None or origin in {f"http://{name}" for name in names})


def _response(status: int, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n"
    )
    return head.encode() + body
