"""Product commands that make the database ready: migrations, the template, the demo group and its agent."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from lib.house import ROOT, House, write_private
from lib.progress import Failure, Progress, run, tail

DEMO_HOSPITAL = "demo"
FINGERPRINT = re.compile(r"\b[0-9A-F]{2}-[0-9A-F]{2}-[0-9A-F]{2}\b")


def manage(house: House, *arguments: str) -> list[str]:
    return [str(house.python), str(ROOT / "manage.py"), *arguments]


def prepare(house: House, progress: Progress, fingerprint: str) -> None:
    """Run the idempotent commands; with our own cluster and unchanged sources they have nothing to do."""
    stamp = house.state / "prepared"
    is_ours = not house.given("DATABASE_URL")
    if is_ours and stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return
    with progress.step("Database: roles, shared tables, template, hospitals"):
        log = house.logs / "migrate.log"
        run(manage(house, "migrate"), log=log, what="manage.py migrate", env=house.environment, cwd=ROOT)
    with progress.step("Demo group with two hospitals"):
        write_private(house.state / "demo.json", json.dumps(ask(house, "seed_demo"), ensure_ascii=False, indent=1))
    stamp.write_text(fingerprint, encoding="utf-8")


def ask(house: House, *arguments: str) -> Any:
    """A management command that prints one JSON value as its last line."""
    log = house.logs / f"{arguments[0]}.log"
    with log.open("wb") as errors:
        done = subprocess.run(
            manage(house, *arguments), stdout=subprocess.PIPE, stderr=errors, env=house.environment, cwd=ROOT
        )
    if done.returncode:
        raise Failure(f"manage.py {arguments[0]} failed:\n{tail(log)}")
    return json.loads(done.stdout.decode().strip().splitlines()[-1])


def agent_home(house: House) -> Path:
    return house.state / "agent"


def enroll_demo_agent(house: House, progress: Progress) -> None:
    """Give the demo agent its device credential by a one-time code, as on-site IT would, and confirm it."""
    home = agent_home(house)
    if (home / "enrolled").exists():
        return
    with progress.step("Demo edge agent: enrolment"):
        code = ask(house, "demo_agent", "code", DEMO_HOSPITAL)["code"]
        address = house.address(f"{DEMO_HOSPITAL}.localhost")
        command = [house.python, "-m", "edge_agent", "enroll", address, code, "--state", home, "--replace"]
        log = house.logs / "enroll.log"
        log.unlink(missing_ok=True)
        run(command, log=log, what="kangqiao-edge enroll", env=house.environment, cwd=house.state)
        shown = FINGERPRINT.search(log.read_text(encoding="utf-8"))
        if not shown:
            raise Failure(f"the agent showed no fingerprint:\n{tail(log)}")
        accept = manage(house, "demo_agent", "accept", DEMO_HOSPITAL, shown[0])
        port = str(house.port_of("analyzer"))
        run(
            [*accept, "--analyzer-port", port],
            log=log,
            what="manage.py demo_agent accept",
            env=house.environment,
            cwd=ROOT,
        )
        (home / "enrolled").touch()
