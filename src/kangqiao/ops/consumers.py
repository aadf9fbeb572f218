"""The browsers' websocket: watches what the page shows and passes notices on. Carries ids and kinds, never data."""

import asyncio
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from kangqiao.accounts.services.sessions import recognize
from kangqiao.core.errors import SignInRequired
from kangqiao.core.tenancy import TenantRef, group_name, hospital_by_host, in_hospital

MAX_WATCHED = 50
RECHECK_SECONDS = 60
KINDS = frozenset({"checkup", "station", "board", "desk", "agent", "tray", "import", "notice"})


class StaffConsumer(AsyncJsonWebsocketConsumer):
    """Messages in: `{watch: {kind, id}}`, `{unwatch: {kind, id}}`. Out: `{about: {kind, id}, notice}` and `{ready: true}`."""

    hospital: TenantRef
    cookie: str

    async def connect(self) -> None:
        headers = dict(self.scope["headers"])
        host = headers.get(b"host", b"").decode()
        origin = urlsplit(headers.get(b"origin", b"").decode()).hostname
        self.watched: set[str] = set()
        hospital = await database_sync_to_async(hospital_by_host)(host)
        if hospital is None or origin != host.partition(":")[0]:
            return await self.close(code=4404)
        self.hospital = hospital
        self.cookie = _cookie(headers)
        if not await self._signed_in():
            return await self.close(code=4401)
        await self.accept()
        self.checker = asyncio.create_task(self._recheck())
        await self.send_json({"ready": True})
        return None

    async def _signed_in(self) -> bool:
        def check() -> bool:
            try:
                actor, _ = recognize(self.cookie, "")
            except SignInRequired:
                return False
            return bool(actor.permissions)

        return await database_sync_to_async(in_hospital)(self.hospital, check)

    async def _recheck(self) -> None:
        """A session that has ended stops hearing within a minute."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if not await self._signed_in():
                return await self.close(code=4401)

    async def receive_json(self, content: Any, **_kwargs: Any) -> None:
        for verb in ("watch", "unwatch"):
            wanted = content.get(verb) if isinstance(content, dict) else None
            if isinstance(wanted, dict) and wanted.get("kind") in KINDS and str(wanted.get("id", ""))[:20].isalnum():
                group = await database_sync_to_async(in_hospital)(
                    self.hospital, group_name, wanted["kind"], wanted["id"]
                )
                await self._change(verb, group)

    async def _change(self, verb: str, group: str) -> None:
        if verb == "watch" and len(self.watched) < MAX_WATCHED:
            self.watched.add(group)
            await self.channel_layer.group_add(group, self.channel_name)
        elif verb == "unwatch" and group in self.watched:
            self.watched.discard(group)
            await self.channel_layer.group_discard(group, self.channel_name)

    async def notice(self, event: dict[str, Any]) -> None:
        await self.send_json({"about": event["about"], "notice": event["notice"]})

    async def disconnect(self, code: int) -> None:
        if hasattr(self, "checker"):
            self.checker.cancel()
        for group in self.watched:
            await self.channel_layer.group_discard(group, self.channel_name)


def _cookie(headers: dict[bytes, bytes]) -> str:
    jar = SimpleCookie(headers.get(b"cookie", b"").decode())
    morsel = jar.get(settings.SESSION_COOKIE)
    return morsel.value if morsel else ""
