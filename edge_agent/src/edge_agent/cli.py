"""`kangqiao-edge enroll | run | status`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import http.client
import json
import logging
import signal
import sys
from pathlib import Path
from typing import Any

from edge_agent import __version__, identity
from edge_agent.enroll import enroll
from edge_agent.errors import EdgeError
from edge_agent.link.backoff import CAP_S
from edge_agent.spool.store import DEFAULT_QUOTA
from edge_agent.state_dir import lock, state_dir
from edge_agent.supervisor.agent import Agent, Settings


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 done, 1 refused (said in Chinese on stderr), 2 wrong use."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.action(options))
    except EdgeError as error:
        print(error.message, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", help="数据目录（凭证、配置、待传数据）")
    parser = argparse.ArgumentParser(prog="kangqiao-edge", description="康桥前置机：接收检验仪器数据并上传云端")
    parser.add_argument("--version", action="version", version=__version__)
    actions = parser.add_subparsers(required=True)
    join = actions.add_parser("enroll", parents=[common], help="用一次性配对码把本机接入医院")
    join.add_argument("url", help="医院网址，例如 https://demo.example.cn")
    join.add_argument("code", help="网页“前置机”中生成的 8 位配对码")
    join.add_argument("--replace", action="store_true", help="替换本机已有的凭证")
    join.set_defaults(action=_enroll)
    run = actions.add_parser("run", parents=[common], help="运行")
    run.add_argument("--health-port", type=int, default=8787, help="本机状态页端口，0 为任选")
    run.add_argument("--quota-mb", type=int, default=DEFAULT_QUOTA // 1024**2, help="待传数据上限（MB）")
    run.add_argument("--max-backoff", type=float, default=CAP_S, help="重连等待上限（秒）")
    run.add_argument("--verbose", action="store_true", help="输出详细日志")
    run.set_defaults(action=_run)
    status = actions.add_parser("status", parents=[common], help="查看运行状态")
    status.add_argument("--json", action="store_true", help="以 JSON 输出")
    status.set_defaults(action=_status)
    return parser


def _enroll(options: argparse.Namespace) -> int:
    state = state_dir(options.state)
    with lock(state):
        credential, status = enroll(state, options.url, options.code, replace=options.replace)
    print(f"已接入：{credential.hospital or credential.url}")
    print(f"本机指纹：{credential.short_fingerprint}")
    if status == "pending":
        print("请管理员在网页“前置机”中核对指纹并确认。现在可以启动：kangqiao-edge run")
    return 0


def _run(options: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    state = state_dir(options.state)
    with lock(state):
        credential = identity.load(state)
        if credential is None:
            raise EdgeError("not_enrolled", "本机还没有接入。请先执行：kangqiao-edge enroll <网址> <配对码>")
        settings = Settings(
            state, options.health_port, quota=options.quota_mb * 1024**2, max_backoff=options.max_backoff
        )
        asyncio.run(_until_signal(Agent(settings, credential)))
    return 0


async def _until_signal(agent: Agent) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, task.cancel if task else loop.stop)
    with contextlib.suppress(asyncio.CancelledError):
        await agent.run()


def _status(options: argparse.Namespace) -> int:
    state = state_dir(options.state)
    credential = identity.load(state)
    if credential is None:
        raise EdgeError("not_enrolled", "本机还没有接入。请先执行：kangqiao-edge enroll <网址> <配对码>")
    picture = _ask_health_page(state)
    if picture is None:
        raise EdgeError(
            "not_running", f"前置机没有运行（指纹 {credential.short_fingerprint}）。启动：kangqiao-edge run"
        )
    if options.json:
        print(json.dumps(picture, ensure_ascii=False))
        return 0
    print(f"{picture['hospital']}　云端：{picture['link']['state']} {picture['link']['detail']}")
    print(
        f"待上传 {picture['outbox_depth']} 条　时差 {picture['clock_offset_ms'] / 1000:+.1f} 秒　配置 {picture['config_version']}"
    )
    for device in picture["devices"]:
        print(f"  {device['id']:<16}{device['state']:<9}{device['messages']} 条　{device['detail']}")
    return 0


def _ask_health_page(state: Path) -> dict[str, Any] | None:
    try:
        port = int(json.loads((state / "run.json").read_text())["health_port"])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/status.json")
        return dict(json.loads(connection.getresponse().read()))
    except (OSError, ValueError, KeyError, http.client.HTTPException):
        return None
