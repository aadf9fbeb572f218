"""`python -m infra.walk`: the whole path once; exit code 0 when every step held."""

import asyncio
import os
from pathlib import Path

from infra.walk.conclusion import Conclusion
from infra.walk.crew import HOSPITAL, ROLES, Crew
from infra.walk.desk import Desk
from infra.walk.people import new_examinee
from infra.walk.report import Log
from infra.walk.stations import Stations


async def walk(state: Path, port: int) -> int:
    out = state / "tour"
    out.mkdir(parents=True, exist_ok=True)
    crew, log = Crew(state, port), Log()

    async def log_everybody_in() -> None:
        for role in ROLES:
            await crew.member(role)
        log.note(", ".join(f"{role} {crew.logins[role]['username']}" for role in ROLES))

    await log.step("log in", log_everybody_in)
    if not log.failed:
        staff = crew.staff
        desk = Desk(staff["receptionist"], staff["nurse"], new_examinee(), out, log)
        for title, act in desk.steps():
            await log.step(title, act)
        if not log.failed:
            stations = Stations(staff["doctor"], staff["lab"], desk.checkup, port + 7, log)
            conclusion = Conclusion(staff["conclusion"], staff["reviewer"], desk.checkup["id"], out, log)
            for title, act in [*stations.steps(), *conclusion.steps()]:
                await log.step(title, act)
    await crew.close()
    page = f"http://{HOSPITAL}.localhost:{port}/"
    return log.close([f"{out}/report.pdf", f"{out}/guide-sheet.pdf", f"{out}/labels.pdf", page])


raise SystemExit(asyncio.run(walk(Path(os.environ["KANGQIAO_STACK"]), int(os.environ["KANGQIAO_PORT"]))))
