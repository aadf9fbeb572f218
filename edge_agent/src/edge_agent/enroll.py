"""Exchange of a one-time code for a device credential."""

from __future__ import annotations

import json
import platform
import socket
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPRedirectHandler, ProxyHandler, Request, build_opener

from edge_agent import PROTOCOL, __version__, identity
from edge_agent.errors import EdgeError
from edge_agent.identity import Credential

TIMEOUT_S = 20

_REFUSALS = {
    "code_unknown": "配对码不正确。请核对后重试，字母不分大小写。",
    "code_expired": "配对码已过期（有效期 15 分钟）。请在网页“前置机”中重新生成。",
    "code_used": "配对码已被使用。请在网页“前置机”中重新生成。",
    "version_too_old": "本机程序版本过旧，请先更新。",
    "too_many_requests": "尝试次数过多，请一分钟后再试。",
}


def enroll(state: Path, url: str, code: str, *, replace: bool = False) -> tuple[Credential, str]:
    """Returns the credential and its status (`pending` or `active`). Raises EdgeError; safe to repeat."""
    if identity.load(state) is not None and not replace:
        raise EdgeError("already_enrolled", "本机已配对。如需更换凭证，请加参数 --replace。")
    url = url.rstrip("/")
    candidate = identity.load(state, identity.CANDIDATE)
    if candidate is None or candidate.url != url:
        candidate = identity.new_credential(url)
        identity.save(state, candidate, identity.CANDIDATE)
    code = code.replace("-", "").replace(" ", "").upper()
    answer = _post(url, "/api/edge/v1/enroll", _request(candidate, code))
    if answer.get("fingerprint") != candidate.fingerprint:
        raise EdgeError("wrong_answer", "云端返回的指纹与本机不符，未启用凭证。请检查网址是否为本院地址。")
    candidate.agent_id, candidate.ws_url = str(answer["agent_id"]), str(answer["ws_url"])
    candidate.hospital = str(answer.get("hospital", {}).get("name", ""))
    identity.promote(state, candidate)
    return candidate, str(answer.get("status", "pending"))


def _request(credential: Credential, code: str) -> dict[str, Any]:
    return {
        "protocol": PROTOCOL,
        "code": code,
        "public_key": credential.public_key,
        "signature": credential.sign_enrolment(code),
        "agent_version": __version__,
        "machine": {
            "hostname": socket.gethostname(),
            "os": f"{platform.system()} {platform.release()}",
            "arch": platform.machine(),
            "python": platform.python_version(),
        },
    }


def dial_address(host: str) -> str:
    """`*.localhost` is this machine (RFC 6761), also where the resolver does not know it."""
    return "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host


def _post(url: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise EdgeError("bad_url", "网址应以 https:// 开头，例如 https://demo.example.cn 。")
    address = dial_address(parts.hostname)
    target = url + path
    handlers: list[BaseHandler] = [_NoRedirect()]
    if address != parts.hostname:
        target = f"{parts.scheme}://{address}:{parts.port or 80}{path}"
        handlers.append(ProxyHandler({}))
    headers = {"Host": parts.netloc, "Content-Type": "application/json", "X-Requested-With": "kangqiao"}
    request = Request(target, json.dumps(body).encode(), headers, method="POST")  # noqa: S310 (scheme checked above)
    try:
        with build_opener(*handlers).open(request, timeout=TIMEOUT_S) as response:
            return _answer(response.status, response.read(1 << 20))
    except HTTPError as refusal:
        return _answer(refusal.code, refusal.read(1 << 20))
    except (OSError, HTTPException) as error:
        raise EdgeError(
            "unreachable", f"无法连接 {url}：{error}。请检查网络、代理和网址后重试，配对码仍然有效。"
        ) from error


class _NoRedirect(HTTPRedirectHandler):
    """A redirected POST would lose its body; the refusal names the status instead."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _answer(status: int, text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        body = {}
    if status in (200, 201) and isinstance(body, dict) and {"agent_id", "ws_url", "fingerprint"} <= body.keys():
        return body
    body = body if isinstance(body, dict) else {}
    code = str(body.get("code") or str(body.get("type", "")).rsplit("/", 1)[-1] or f"http_{status}")
    message = str(body.get("detail") or "") or _REFUSALS.get(code) or f"云端拒绝了配对（HTTP {status}）。请联系管理员。"
    raise EdgeError(code, message)
