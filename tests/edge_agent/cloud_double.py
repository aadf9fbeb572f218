"""A small cloud that follows docs/architecture/edge-protocol.md: commits to SQLite, acknowledges after the commit.

Runs as its own process (`python cloud_double.py --db FILE --port N --http-port N`), so that a test may kill it anywhere.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import random
import secrets
import sqlite3
import threading
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

HOST = "demo.localhost"
CLOSE_CODES = {
    "unknown_agent": 4401,
    "pending": 4402,
    "revoked": 4403,
    "tenant_suspended": 4404,
    "clock_skew": 4405,
    "version_too_old": 4426,
    "replaced": 4409,
    "protocol_error": 4400,
    "busy": 1013,
}
SCHEMA = """
CREATE TABLE IF NOT EXISTS codes (code TEXT PRIMARY KEY, public_key TEXT, agent_id TEXT);
CREATE TABLE IF NOT EXISTS agents (agent_id TEXT PRIMARY KEY, public_key TEXT, status TEXT, spool_id TEXT DEFAULT '',
  last_seq INTEGER DEFAULT 0, last_key TEXT DEFAULT '', config_version INTEGER DEFAULT 0, config TEXT DEFAULT '{"devices": []}');
CREATE TABLE IF NOT EXISTS transmissions (id INTEGER PRIMARY KEY, agent_id TEXT, key TEXT, seq INTEGER, device TEXT,
  raw BLOB, body TEXT, UNIQUE (agent_id, key));
CREATE TABLE IF NOT EXISTS seen (id INTEGER PRIMARY KEY, kind TEXT, body TEXT);
CREATE TABLE IF NOT EXISTS commands (id TEXT PRIMARY KEY, kind TEXT, body TEXT, sent INTEGER DEFAULT 0);
"""


def connect(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")  # a killed process loses nothing of it; only a power cut would
    db.executescript(SCHEMA)
    return db


CLOCK_SHIFT = timedelta(0)


def now() -> str:
    return (datetime.now(UTC) + CLOCK_SHIFT).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def verifies(public_key: str, signature: str, text: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


class Refusal(Exception):
    def __init__(self, reason: str, message: str = "", retry_after: float | None = None):
        super().__init__(reason)
        self.reason, self.message, self.retry_after = reason, message, retry_after


class Double:
    def __init__(self, db: sqlite3.Connection, *, ack_delay: float = 0.0, deadline: float = 45.0):
        self.db, self.ack_delay, self.deadline = db, ack_delay, deadline
        self.live: dict[str, ServerConnection] = {}

    async def handle(self, socket: ServerConnection) -> None:
        agent_id = ""
        try:
            agent_id = await self.shake_hands(socket)
            await self.converse(socket, agent_id)
        except Refusal as refusal:
            body = {
                "reason": refusal.reason,
                "message": refusal.message,
                "server_time": now(),
                "retry_after_s": refusal.retry_after,
            }
            with suppress(ConnectionClosed):
                await self.send(socket, "error", body)
            await socket.close(CLOSE_CODES[refusal.reason], refusal.reason)
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            if self.live.get(agent_id) is socket:
                del self.live[agent_id]

    async def send(
        self, socket: ServerConnection, kind: str, body: dict[str, Any], ref: str | None = None, **more: Any
    ):
        envelope = {"v": 1, "t": kind, "id": more.get("id") or uuid.uuid4().hex, "ts": now(), "ref": ref, "body": body}
        await socket.send(json.dumps(envelope, ensure_ascii=False))

    async def shake_hands(self, socket: ServerConnection) -> str:
        nonce = base64.b64encode(secrets.token_bytes(24)).decode()
        await self.send(socket, "hello", {"nonce": nonce, "server_time": now(), "protocol": 1, "min_protocol": 1})
        async with asyncio.timeout(10):
            envelope = json.loads(await socket.recv())
        body = envelope["body"]
        row = self.db.execute(
            "SELECT public_key, status, spool_id, last_seq, last_key, config_version, config FROM agents WHERE agent_id=?",
            (body["agent_id"],),
        ).fetchone()
        host = str(socket.request.headers["Host"]).rsplit(":", 1)[0].lower()
        text = f"kangqiao-edge-auth-1|{nonce}|{body['agent_id']}|{host}|{body['boot_id']}"
        if host != HOST or row is None or body["host"] != host or not verifies(row[0], body["signature"], text):
            raise Refusal("unknown_agent", "云端不认识本机，请重新生成配对码。")
        if row[1] != "active":
            raise Refusal(row[1], "等待管理员确认。")
        last_seq, last_key = row[3], row[4]
        if row[2] != body["spool_id"]:
            last_seq, last_key = 0, ""
            self.db.execute(
                "UPDATE agents SET spool_id=?, last_seq=0, last_key='' WHERE agent_id=?",
                (body["spool_id"], body["agent_id"]),
            )
        await self.replace(body["agent_id"], socket)
        self.note("auth", body)
        welcome = {
            "session_id": uuid.uuid4().hex,
            "last_seq": last_seq,
            "last_key": last_key,
            "config": None if body["config_version"] == row[5] else json.loads(row[6]),
            "config_version": row[5],
            "server_time": now(),
            "window": {"messages": 64, "bytes": 1 << 20},
            "heartbeat": {"interval_s": self.deadline * 4 / 9, "deadline_s": self.deadline},
        }
        await self.send(socket, "welcome", welcome)
        return str(body["agent_id"])

    async def replace(self, agent_id: str, socket: ServerConnection) -> None:
        old = self.live.get(agent_id)
        self.live[agent_id] = socket
        if old is not None:
            with suppress(ConnectionClosed):
                await self.send(old, "error", {"reason": "replaced", "message": "同一凭证已在别处连接。"})
            await old.close(CLOSE_CODES["replaced"])

    async def converse(self, socket: ServerConnection, agent_id: str) -> None:
        while True:
            async with asyncio.timeout(self.deadline):
                envelope = json.loads(await socket.recv())
            body = envelope.get("body") or {}
            if envelope["t"] == "data":
                await self.data(socket, agent_id, envelope, body)
            elif envelope["t"] == "ping":
                self.note("ping", body)
                await self.send(socket, "pong", {"server_time": now()}, envelope["id"])
            elif envelope["t"] == "cmd_result":
                self.note("cmd_result", body | {"ref": envelope.get("ref")})

    async def data(
        self, socket: ServerConnection, agent_id: str, envelope: dict[str, Any], body: dict[str, Any]
    ) -> None:
        rejected = []
        try:
            raw = base64.b64decode(body["raw"], validate=True)
            device = str(body["device"])
        except (KeyError, ValueError) as error:
            rejected.append({"seq": envelope["seq"], "code": "bad_body", "detail": str(error)})
            raw, device = b"", ""
        self.db.execute("BEGIN IMMEDIATE")
        if not rejected:
            self.db.execute(
                "INSERT INTO transmissions (agent_id, key, seq, device, raw, body) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT DO NOTHING",
                (agent_id, envelope["key"], envelope["seq"], device, raw, json.dumps(body)),
            )
        self.db.execute(
            "UPDATE agents SET last_seq=?, last_key=? WHERE agent_id=? AND last_seq<?",
            (envelope["seq"], envelope["key"], agent_id, envelope["seq"]),
        )
        upto = self.db.execute("SELECT last_seq FROM agents WHERE agent_id=?", (agent_id,)).fetchone()[0]
        self.db.execute("COMMIT")
        if self.ack_delay:
            await asyncio.sleep(random.uniform(0, self.ack_delay))
        await self.send(socket, "ack", {"upto": upto, "rejected": rejected})

    def note(self, kind: str, body: dict[str, Any]) -> None:
        self.db.execute("INSERT INTO seen (kind, body) VALUES (?,?)", (kind, json.dumps(body)))

    async def push_commands(self) -> None:
        """Rows of `commands` go to every live agent once: `cfg`, `cmd`, `flow` or `close`."""
        while True:
            await asyncio.sleep(0.05)
            for ident, kind, body in self.db.execute("SELECT id, kind, body FROM commands WHERE sent=0").fetchall():
                for socket in list(self.live.values()):
                    with suppress(ConnectionClosed):
                        if kind == "close":
                            await socket.close(1012)
                        else:
                            await self.send(socket, kind, json.loads(body), id=ident)
                        self.db.execute("UPDATE commands SET sent=1 WHERE id=?", (ident,))


def enroll(db: sqlite3.Connection, body: dict[str, Any], ws_url: str) -> tuple[int, dict[str, Any]]:
    row = db.execute("SELECT public_key, agent_id FROM codes WHERE code=?", (body.get("code"),)).fetchone()
    if row is None:
        return 404, {"type": "/problems/code_unknown", "detail": "配对码不正确。"}
    key = str(body.get("public_key"))
    if not verifies(key, str(body.get("signature")), f"kangqiao-edge-enroll-1|{body['code']}|{key}"):
        return 422, {"type": "/problems/invalid", "detail": "签名不正确。"}
    if row[0] and row[0] != key:
        return 409, {"type": "/problems/code_used", "detail": "配对码已被使用。"}
    agent_id = row[1] or uuid.uuid4().hex
    db.execute("UPDATE codes SET public_key=?, agent_id=? WHERE code=?", (key, agent_id, body["code"]))
    db.execute("INSERT OR IGNORE INTO agents (agent_id, public_key, status) VALUES (?,?,'pending')", (agent_id, key))
    status = db.execute("SELECT status FROM agents WHERE agent_id=?", (agent_id,)).fetchone()[0]
    return (200 if row[0] else 201), {
        "agent_id": agent_id,
        "hospital": {"name": "康桥示范医院", "subdomain": "demo"},
        "ws_url": ws_url,
        "server_time": now(),
        "status": status,
        "fingerprint": hashlib.sha256(base64.b64decode(key)).hexdigest(),
    }


def serve_http(db: sqlite3.Connection, port: int, ws_url: str) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.path == "/api/edge/v1/enroll" and self.headers["Host"].rsplit(":", 1)[0] == HOST
            status, answer = enroll(db, body, ws_url) if known else (404, {"detail": "没有这个地址。"})
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--db", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--ack-delay", type=float, default=0.0)
    parser.add_argument("--deadline", type=float, default=45.0)
    parser.add_argument("--clock-shift", type=float, default=0.0)
    options = parser.parse_args()
    global CLOCK_SHIFT  # noqa: PLW0603
    CLOCK_SHIFT = timedelta(seconds=options.clock_shift)
    double = Double(connect(options.db), ack_delay=options.ack_delay, deadline=options.deadline)
    serve_http(connect(options.db), options.http_port, f"ws://{HOST}:{options.port}/edge/v1")
    async with serve(double.handle, "127.0.0.1", options.port, max_size=1 << 20, ping_interval=None):
        await double.push_commands()


if __name__ == "__main__":
    asyncio.run(main())
