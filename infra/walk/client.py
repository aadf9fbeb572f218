"""One member of staff at one browser: session cookie, JSON, problem details, live notices."""

import asyncio
import json
import re
import time
import uuid
from contextlib import suppress
from types import TracebackType
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

LOOPBACK = "127.0.0.1"


class Refusal(Exception):
    """The server said no: its problem details."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        faults = "; ".join(f"{fault.get('pointer')} {fault.get('detail')}" for fault in problem.get("errors") or [])
        words = [str(status), *(str(problem.get(name) or "") for name in ("type", "title", "detail")), faults]
        super().__init__(" ".join(word for word in words if word))
        self.status = status
        self.code = str(problem.get("type", "")).rsplit("/", 1)[-1].replace("_", "-")
        self.problem = problem


class Staff:
    """Talks to the hospital's host by loopback, whatever the resolver thinks of `*.localhost`."""

    def __init__(self, subdomain: str, port: int, websocket_port: int) -> None:
        self.host = f"{subdomain}.localhost:{port}"
        self.websocket_host = f"{subdomain}.localhost:{websocket_port}"
        self.websocket_port = websocket_port
        self.cookie = ""
        self.http = httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", timeout=60)

    @property
    def headers(self) -> dict[str, str]:
        found = {"Host": self.host, "Origin": f"http://{self.host}", "X-Requested-With": "kangqiao"}
        return found | ({"Cookie": self.cookie} if self.cookie else {})

    async def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        answer = await self.http.request(method, path, headers=headers, **options)
        for line in answer.headers.get_list("set-cookie"):
            if match := re.match(r"(__Host-kq_session=[^;]+)", line):
                self.cookie = match[1]
        if answer.status_code >= 400:
            problem: dict[str, Any] = {"title": answer.text[:300]}
            with suppress(ValueError):
                problem = answer.json()
            raise Refusal(answer.status_code, problem)
        return answer

    async def get(self, path: str, **params: Any) -> Any:
        return (await self.raw("GET", f"/api/v1{path}", params=params)).json()

    async def send(self, method: str, path: str, body: Any = None, *, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = await self.raw(method, f"/api/v1{path}", json={} if body is None else body, headers=headers)
        return answer.json() if answer.content else None

    async def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return await self.send("POST", path, body, key=key)

    async def pdf(self, path: str, **params: Any) -> bytes:
        answer = await self.raw("GET", f"/api/v1{path}", params=params)
        if not answer.content.startswith(b"%PDF-"):
            raise Refusal(answer.status_code, {"title": f"{path} is no PDF"})
        return answer.content

    async def log_in(self, username: str, password: str) -> dict[str, Any]:
        await self.post("/session/log-in", {"username": username, "password": password})
        session: dict[str, Any] = await self.get("/session")
        return session

    def listen(self) -> "Notices":
        return Notices(self)

    async def close(self) -> None:
        await self.http.aclose()


class Notices:
    """The live line `/ws/staff`: `async with staff.listen() as notices`."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.link: ClientConnection

    async def __aenter__(self) -> "Notices":
        self.link = await connect(
            f"ws://{self.staff.websocket_host}/ws/staff",
            host=LOOPBACK,
            port=self.staff.websocket_port,
            origin=f"http://{self.staff.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": self.staff.cookie},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.link.close()

    async def watch(self, kind: str, id: int) -> None:
        await self.link.send(json.dumps({"watch": {"kind": kind, "id": id}}))

    async def wait_for(self, kind: str, seconds: float) -> dict[str, Any]:
        """The next notice of this kind. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while True:
            text = await asyncio.wait_for(self.link.recv(), max(0.01, deadline - time.monotonic()))
            message = json.loads(text)
            if message.get("notice", {}).get("kind") == kind:
                notice: dict[str, Any] = message["notice"]
                return notice


def new_key() -> str:
    return uuid.uuid4().hex
