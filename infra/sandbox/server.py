#!/usr/bin/env python3
"""The sandbox process: Aliyun SMS over HTTP, an SMTP sink, and a page that shows what arrived. Loopback only.

python infra/sandbox/server.py --port 8002 --smtp-port 8003 --state .local/sandbox
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sandbox.aliyun_rpc import AliyunSms, HangUp
from sandbox.faults import KINDS, FaultSwitches
from sandbox.mail_sink import mail_server
from sandbox.messages import MessageStore

LOOPBACK = "127.0.0.1"
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MOST_BODY = 1024 * 1024
MOST_WAIT_S = 25.0
MOST_REQUESTS = 64
NAMES = {"localhost", "127.0.0.1", "[::1]"}


class Sandbox:
    """The parts that all requests share."""

    def __init__(self, *, state: Path | None, key_id: str, key_secret: str) -> None:
        self.store = MessageStore(state)
        self.faults = FaultSwitches()
        self.sms = AliyunSms(key_id=key_id, key_secret=key_secret, store=self.store, faults=self.faults)
        self.room = threading.BoundedSemaphore(MOST_REQUESTS)


class Handler(BaseHTTPRequestHandler):
    """`/` speaks Aliyun's RPC; `/sandbox...` is for people and tests."""

    server_version = "KangqiaoSandbox"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60
    sandbox: Sandbox

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: a request line may carry a phone number."""

    def _handle(self, method: str) -> None:
        if not self.sandbox.room.acquire(timeout=10):
            self._json(503, {"detail": "请求太多，请稍后再试"})
            return
        try:
            self._route(method)
        except HangUp:
            self.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.sandbox.room.release()

    def _route(self, method: str) -> None:
        # A page of another site must not reach this server under a borrowed name.
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in NAMES:
            self._json(421, {"detail": "沙箱只在本机使用"})
            return
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        body = self._body()
        if body is None:
            self._json(413, {"detail": "内容太大"})
        elif url.path == "/" and method != "DELETE":
            form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
            answer = self.sandbox.sms.answer(method, {**query, **form})
            self._json(answer.status, answer.body)
        elif url.path == "/sandbox" and method == "GET":
            self._send(200, (HERE / "page.html").read_bytes(), "text/html; charset=utf-8")
        elif url.path == "/sandbox/messages":
            self._messages(method, query)
        elif url.path == "/sandbox/faults":
            self._faults(method, body)
        else:
            self._json(404, {"detail": "没有这个地址"})

    def _messages(self, method: str, query: dict[str, str]) -> None:
        if method == "DELETE":
            self.sandbox.store.clear()
        try:
            after, wait = int(query.get("after", "0")), min(float(query.get("wait", "0")), MOST_WAIT_S)
        except ValueError:
            self._json(422, {"detail": "after 和 wait 是数字"})
            return
        found = self.sandbox.store.find(
            to=query.get("to", ""), channel=query.get("channel", ""), after=after, wait=wait
        )
        self._json(200, {"items": [asdict(message) for message in found], "count": len(found)})

    def _faults(self, method: str, body: bytes) -> None:
        if method == "DELETE":
            self.sandbox.faults.clear()
        if method == "POST":
            try:
                if self.headers.get_content_type() != "application/json":
                    raise ValueError("请用 application/json")
                values = json.loads(body)
                if not isinstance(values, dict):
                    raise ValueError("请给出一个对象")
                self.sandbox.faults.set(values)
            except ValueError as error:
                self._json(422, {"detail": str(error)})
                return
        self._json(200, {"items": self.sandbox.faults.all(), "kinds": KINDS})

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _json(self, status: int, value: Any) -> None:
        self._send(status, json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    def _send(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    base = int(os.environ.get("KANGQIAO_PORT", "8000"))
    media = os.environ.get("KANGQIAO_MEDIA_ROOT")
    state = Path(media).parent if media else ROOT / ".local"
    parser = argparse.ArgumentParser(description="外部服务的本机替身：短信、邮件")
    parser.add_argument("--port", type=int, default=base + 2)
    parser.add_argument("--smtp-port", type=int, default=base + 3)
    parser.add_argument("--state", type=Path, default=state / "sandbox")
    parser.add_argument("--key-id", default=os.environ.get("KANGQIAO_ALIYUN_ACCESS_KEY_ID") or "sandbox-key")
    parser.add_argument("--key-secret", default=os.environ.get("KANGQIAO_ALIYUN_ACCESS_KEY_SECRET") or "sandbox-secret")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM."""
    chosen = options(arguments)
    sandbox = Sandbox(state=chosen.state, key_id=chosen.key_id, key_secret=chosen.key_secret)
    try:
        http = Server((LOOPBACK, chosen.port), type("BoundHandler", (Handler,), {"sandbox": sandbox}))
        mail = mail_server(LOOPBACK, chosen.smtp_port, sandbox.store, sandbox.faults)
        mail.start()
    except OSError as error:
        print(f"沙箱没有启动：端口 {chosen.port} 或 {chosen.smtp_port} 已被占用（{error.strerror}）", file=sys.stderr)
        return 1
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    threading.Thread(target=http.serve_forever, daemon=True).start()
    print(f"沙箱 http://localhost:{chosen.port}/sandbox  邮件端口 {chosen.smtp_port}", flush=True)
    stop.wait()
    http.shutdown()
    mail.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
