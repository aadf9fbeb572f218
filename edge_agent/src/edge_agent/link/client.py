"""Keeps the agent connected: an explicit state, one session after another, never giving up."""

from __future__ import annotations

import asyncio
import logging
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from edge_agent import __version__
from edge_agent.enroll import dial_address
from edge_agent.link.backoff import Backoff
from edge_agent.link.envelope import MAX_ENVELOPE
from edge_agent.link.session import Parts, Refused, Restart, Session

log = logging.getLogger("edge.link")


class LinkState(StrEnum):
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"  # before the next attempt
    REFUSED = "refused"  # the cloud said why; it is tried again


class Link:
    """`run` until cancelled. `state` and `detail` are for the health page."""

    def __init__(self, parts: Parts, backoff: Backoff):
        self._parts, self._backoff = parts, backoff
        self.state, self.detail = LinkState.CONNECTING, ""

    async def run(self) -> None:
        while True:
            self.state = LinkState.CONNECTING
            try:
                await self._session_alone()
            except Refused as error:
                self.state, self.detail = LinkState.REFUSED, error.message or error.reason
                wait = self._backoff.next(error.reason, error.retry_after)
                log.warning("refused: %s", error)
            except Restart:
                continue
            except (OSError, WebSocketException, TimeoutError) as error:
                self.state, self.detail = LinkState.WAITING, f"与云端的连接中断：{error or type(error).__name__}"
                wait = self._backoff.next()
                log.info("connection ended: %r, next attempt in %.1f s", error, wait)
            except Exception as error:
                self.state, self.detail = LinkState.WAITING, f"与云端的通信出错：{error}"
                wait = self._backoff.next()
                log.exception("connection ended")
            await asyncio.sleep(wait)

    async def _session_alone(self) -> None:
        """A session in a task of its own. Python 3.11.2 (Debian 12) leaves a cancellation behind where time-outs nest, seen when the
        cloud falls silent: it must end that session and not the link, which would stop for good without a word."""
        session = asyncio.create_task(self._session(), name="session")
        try:
            await asyncio.wait([session])
        finally:
            if not session.done():
                session.cancel()
                await asyncio.wait([session])
        if session.cancelled():
            raise ConnectionError("云端没有响应")
        session.result()

    async def _session(self) -> None:
        parts = urlsplit(self._parts.credential.ws_url)
        host = (parts.hostname or "").lower()
        dial = dial_address(host)
        # Named apart from the URL only for `*.localhost`: then the Host header still carries the hospital's name.
        target: dict[str, Any] = {}
        if dial != host:
            target = {"host": dial, "port": parts.port or (443 if parts.scheme == "wss" else 80), "proxy": None}
        async with connect(
            self._parts.credential.ws_url,
            user_agent_header=f"kangqiao-edge/{__version__}",
            max_size=MAX_ENVELOPE,
            open_timeout=15,
            close_timeout=2,
            ping_interval=None,
            compression=None,
            **target,
        ) as socket:
            session = Session(socket, host, self._parts, self._welcomed)
            await session.run()

    def _welcomed(self) -> None:
        self._backoff.reset()
        self.state, self.detail = LinkState.ONLINE, ""
        log.info("online")
