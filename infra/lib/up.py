"""`infra/up`: from a bare machine to the running product."""

import argparse
import json
import signal
import sys
import time
from typing import Any

from lib import hospitals
from lib.house import House, working_house
from lib.processes import records
from lib.progress import Failure, Progress, tail
from lib.stack import bring_up, install, is_up, only_one, take_down

DESCRIPTION = """Brings Kangqiao up: installs what is missing (as root), makes its own databases under .local/,
migrates, seeds a demo group with two hospitals and starts every process.
Settings: KANGQIAO_PORT (first of 8 ports, default 8000), DATABASE_URL, REDIS_URL, KANGQIAO_BIND (default 127.0.0.1)."""


def arguments_of(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="infra/up", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--detach", action="store_true", help="return when healthy and print one JSON object")
    return parser.parse_args(arguments)


def answer(house: House, progress: Progress) -> dict[str, Any]:
    demo = json.loads((house.state / "demo.json").read_text(encoding="utf-8"))
    return {
        "urls": {
            "site": house.address(),
            **{
                name: house.address(f"{name}.localhost")
                for name in dict.fromkeys(row["hospital"] for row in demo["logins"])
            },
            "websocket": f"ws://{hospitals.DEMO_HOSPITAL}.localhost:{house.port_of('websocket')}/ws/staff",
            "sandbox": f"http://localhost:{house.port_of('sandbox')}/sandbox",
            "agent": f"http://localhost:{house.port_of('agent')}/",
        },
        "logins": demo["logins"],
        "pids": {record.name: record.pid for record in records(house)},
        "timings": {**progress.timings, "total": progress.elapsed()},
    }


def describe(result: dict[str, Any]) -> str:
    lines = ["", "Kangqiao 康桥 is up.", ""]
    lines += [f"  {name:<10} {url}" for name, url in result["urls"].items()]
    lines += ["", "  Demo log-ins (hospital, user, password, role):"]
    for row in result["logins"]:
        key = f" (authenticator key {row['totp_secret']})" if row.get("totp_secret") else ""
        lines.append(f"  {row['hospital']:<10} {row['username']:<14} {row['password']:<16} {row['role']}{key}")
    return "\n".join(lines)


def watch(house: House) -> None:
    """Foreground: until Ctrl-C, or infra/down from elsewhere, or the end of a process."""
    expected = {record.name for record in records(house)}
    while True:
        time.sleep(1)
        alive = {record.name for record in records(house)}
        if not alive:
            return
        if gone := expected - alive:
            time.sleep(3)
            if not records(house):
                return
            ends = "\n".join(f"{name}:\n{tail(house.logs / f'{name}.log')}" for name in sorted(gone))
            raise Failure(f"ended by itself: {', '.join(sorted(gone))}. Stopping the rest.\n{ends}")


def main(arguments: list[str]) -> int:
    options = arguments_of(arguments)
    house, progress = working_house(), Progress()
    with only_one(house):
        install(house, progress)
        was_up = is_up(house)
        if was_up:
            progress.say("already up and healthy: nothing to do")
        else:
            bring_up(house, progress)
    result = answer(house, progress)
    if options.detach:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return 0
    print(describe(result), flush=True)
    if was_up:
        return 0
    print("\n  Ctrl-C stops everything.", file=sys.stderr)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        watch(house)
    except KeyboardInterrupt:
        print("", file=sys.stderr)
    finally:
        take_down(house)
    return 0
