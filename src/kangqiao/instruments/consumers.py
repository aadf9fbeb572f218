"""The agents' websocket `/edge/v1`: docs/architecture/edge-protocol.md §3. No database outside `in_hospital`."""

import asyncio
import base64
import json
import os
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error as DatabaseError

from kangqiao.core.tenancy import TenantRef, group_name, hospital_by_host, in_hospital
from kangqiao.core.trace import start_trace
from kangqiao.instruments.services import linking, transmissions
from kangqiao.instruments.services.linking import Linked, LinkRefused
from kangqiao.instruments.services.transmissions import Received

log = structlog.get_logger(__name__)

PROTOCOL = 1
WINDOW = {"messages": 64, "bytes": 1024 * 1024}
HEARTBEAT = {"interval_s": 20, "deadline_s": 45}
AUTH_SECONDS = 10
CONFIG_CHECK_SECONDS = 5
MAX_BATCH = 32
MAX_FRAME = 1024 * 1024
CLOSE_CODES = {
    "unknown_agent": 4401,
    "pending": 4402,
    "revoked": 4403,
    "tenant_suspended": 4404,
    "version_too_old": 4426,
    "replaced": 4409,
    "protocol_error": 4400,
    "busy": 1013,
}
WORDS = {
    "unknown_agent": "不认识这台前置机，请重新接入",
    "pending": "等待管理员在网页上确认",
    "revoked": "这台前置机已吊销",
    "tenant_suspended": "医院已停用",
    "version_too_old": "前置机版本太旧，请升级",
    "replaced": "同一凭据在别处连接",
    "protocol_error": "通信格式不对",
    "busy": "云端暂时繁忙",
}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class AgentConsumer(AsyncWebsocketConsumer):
    """One connection of one agent. `data` is handled in order, in batches, and acknowledged after the commit."""

    hospital: TenantRef
    linked: Linked | None = None

    async def connect(self) -> None:
        self.host = dict(self.scope["headers"]).get(b"host", b"").decode().partition(":")[0].lower()
        self.nonce = base64.b64encode(os.urandom(24)).decode()
        self.queue: deque[Received] = deque()
        self.tasks: list[asyncio.Task[None]] = []
        self.group, self.config_version = "", 0
        self.arrived = asyncio.Event()
        start_trace()
        hospital = await sync_to_async(hospital_by_host)(self.host)
        if hospital is None:
            await self.close()
            return
        self.hospital = hospital
        await self.accept()
        if hospital.status != "active":
            await self.refuse("tenant_suspended")
            return
        await self.say(
            "hello", {"nonce": self.nonce, "server_time": _now(), "protocol": PROTOCOL, "min_protocol": PROTOCOL}
        )
        self.tasks.append(asyncio.create_task(self._expect_auth()))

    async def _expect_auth(self) -> None:
        await asyncio.sleep(AUTH_SECONDS)
        if self.linked is None:
            await self.refuse("protocol_error")

    async def unit(self, work: Any, *args: Any) -> Any:
        """One database unit inside the hospital, on a worker thread of its own."""
        return await sync_to_async(in_hospital, thread_sensitive=False)(self.hospital, work, *args)

    async def say(self, kind: str, body: dict[str, Any], ref: str | None = None) -> None:
        envelope = {"v": PROTOCOL, "t": kind, "id": uuid.uuid4().hex, "ts": _now(), "ref": ref, "body": body}
        await self.send(text_data=json.dumps(envelope, ensure_ascii=False, default=str))

    async def refuse(self, reason: str, retry_after_s: int | None = None) -> None:
        await self.say(
            "error", {"reason": reason, "message": WORDS[reason], "server_time": _now(), "retry_after_s": retry_after_s}
        )
        await self.close(code=CLOSE_CODES[reason])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            envelope = json.loads(text_data or "")
            kind, body = envelope["t"], envelope.get("body") or {}
            if envelope["v"] != PROTOCOL:
                return await self.refuse("version_too_old")
        except (ValueError, KeyError, TypeError):
            return await self.refuse("protocol_error")
        if len(text_data or "") > MAX_FRAME or not isinstance(body, dict):
            return await self.refuse("protocol_error")
        if kind == "auth" and self.linked is None:
            return await self._authenticate(body)
        if self.linked is None:
            return await self.refuse("protocol_error")
        if kind == "data":
            return await self._queue(envelope, body)
        if kind == "ping":
            await self.unit(linking.take_ping, self.linked.pk, body)
            await self.say("pong", {"server_time": _now()}, envelope.get("id"))
        elif kind == "cmd_result":
            await self.unit(linking.take_command_result, self.linked.pk, body)
        return None

    async def _authenticate(self, body: dict[str, Any]) -> None:
        try:
            linked = await self.unit(linking.link_agent, self.host, self.nonce, body)
        except LinkRefused as refusal:
            return await self.refuse(refusal.reason)
        except DatabaseError:
            return await self.refuse("busy", 5)
        self.group = await self.unit(group_name, "edge", linked.pk)
        await self.channel_layer.group_send(self.group, {"type": "replaced", "by": self.channel_name})
        await self.channel_layer.group_add(self.group, self.channel_name)
        self.linked, self.config_version = linked, linked.config_version
        self.tasks += [asyncio.create_task(self._store(linked.pk)), asyncio.create_task(self._watch(linked.pk))]
        await self.say(
            "welcome",
            {
                "session_id": uuid.uuid4().hex,
                "last_seq": linked.last_seq,
                "last_key": linked.last_key,
                "config": linked.config,
                "config_version": linked.config_version,
                "server_time": _now(),
                "window": WINDOW,
                "heartbeat": HEARTBEAT,
            },
        )
        return None

    async def _queue(self, envelope: dict[str, Any], body: dict[str, Any]) -> None:
        seq, key = envelope.get("seq"), envelope.get("key")
        if not isinstance(seq, int) or not isinstance(key, str) or len(self.queue) > 4 * WINDOW["messages"]:
            return await self.refuse("protocol_error")
        self.queue.append(Received(seq, key, body))
        self.arrived.set()
        return None

    async def _store(self, pk: int) -> None:
        """Commit what has arrived, then acknowledge it. When the database fails nothing is acknowledged and the agent comes again."""
        while True:
            await self.arrived.wait()
            self.arrived.clear()
            while self.queue:
                batch = [self.queue.popleft() for _ in range(min(MAX_BATCH, len(self.queue)))]
                try:
                    upto, rejected = await self.unit(transmissions.receive_transmissions, pk, batch)
                except Exception:
                    log.exception("edge.store_failed")
                    return await self.refuse("busy", 2)
                await self.say("ack", {"upto": upto, "rejected": rejected})

    async def _watch(self, pk: int) -> None:
        """Send a newer configuration; cut off an agent that was revoked."""
        while True:
            await asyncio.sleep(CONFIG_CHECK_SECONDS)
            try:
                reason = await self.unit(linking.may_work, pk)
                newer = await self.unit(linking.changed_configuration, pk, self.config_version)
            except DatabaseError:
                return await self.refuse("busy", 5)
            if reason:
                return await self.refuse(reason)
            if newer:
                self.config_version = newer[0]
                await self.say("cfg", {"config_version": newer[0], "config": newer[1]})

    async def replaced(self, event: dict[str, Any]) -> None:
        if event["by"] != self.channel_name:
            await self.refuse("replaced")

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            if task is not asyncio.current_task():
                task.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)
