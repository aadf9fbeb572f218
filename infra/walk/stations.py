"""The middle: the analyzer's results arrive by the edge agent, every department enters its own and completes."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from infra.walk.client import Staff
from infra.walk.report import Log, expect
from infra.walk.values import entry

ARRIVAL_SECONDS = 90
ANALYZER = Path(__file__).resolve().parents[1] / "sandbox" / "instruments" / "analyzer.py"


class Stations:
    def __init__(self, doctor: Staff, lab: Staff, checkup: dict[str, Any], analyzer_port: int, log: Log) -> None:
        self.doctor, self.lab, self.checkup = doctor, lab, checkup
        self.analyzer_port, self.log = analyzer_port, log

    def path(self, department_id: int) -> str:
        return f"/checkup/stations/{department_id}/checkups/{self.checkup['id']}"

    def blood_count_tube(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = [
            tube for tube in self.checkup["specimens"] if any("血常规" in name for name in tube["panels"])
        ]
        expect(bool(found), "no tube for the blood count was ordered")
        return found[0]

    async def receive_results(self) -> None:
        """An analyzer speaks ASTM to the agent; the open page hears of it without reload."""
        barcode = self.blood_count_tube()["barcode"]
        async with self.lab.listen() as notices:
            await notices.watch("checkup", self.checkup["id"])
            analyzer = await asyncio.create_subprocess_exec(
                sys.executable,
                str(ANALYZER),
                *("--tcp-client", f"127.0.0.1:{self.analyzer_port}", "--barcode", barcode, "--sex", "M"),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            waiting = asyncio.create_task(notices.wait_for("results_arrived", ARRIVAL_SECONDS))
            _, errors = await analyzer.communicate()
            expect(analyzer.returncode == 0, f"the analyzer could not send: {errors.decode()[-400:]}")
            notice = await waiting
        self.log.note(f"barcode {barcode}: {len(notice['item_ids'])} results on the open page, no reload")

    async def departments(self, *, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
        detail = await self.doctor.get(f"/checkup/checkups/{self.checkup['id']}")
        staff = self.lab if "lab" in kinds else self.doctor
        stations = {row["id"]: row for row in (await staff.get("/checkup/stations"))["items"]}
        mine = [row for row in detail["departments"] if row["status"] != "done" and row["department_id"] in stations]
        return [row for row in mine if stations[row["department_id"]]["kind"] in kinds]

    async def fill(self, staff: Staff, department: dict[str, Any]) -> dict[str, Any]:
        path = self.path(department["department_id"])
        page = await staff.post(f"{path}/open")
        lines = [line for panel in page["panels"] for item in panel["items"] if (line := entry(item))]
        body = {"items": lines, "summary_text": None, "confirm_defaults": True}
        await staff.post(f"{path}/preview", {"items": lines})
        await staff.post(f"{path}/save", body)
        page = await staff.get(path)
        done: dict[str, Any] = await staff.post(f"{path}/complete", {**body, "items": []})
        return done

    async def examine(self) -> None:
        """Height, weight, blood pressure, findings: everything but the laboratory."""
        for department in await self.departments(kinds=("general", "physical", "imaging", "functional")):
            page = await self.fill(self.doctor, department)
            computed = [
                f"{item['name']} {item['result']['value']} {item['result']['class_text']}".strip()
                for panel in page["panels"]
                for item in panel["items"]
                if item["computed"] and item["result"]
            ]
            self.log.note(f"{department['name']}: {'; '.join(computed) or 'completed'}")

    async def finish_laboratory(self) -> None:
        departments = await self.departments(kinds=("lab",))
        expect(bool(departments), "no laboratory department is open to the lab")
        for department in departments:
            await self.fill(self.lab, department)
        detail = await self.doctor.get(f"/checkup/checkups/{self.checkup['id']}")
        expect(detail["status"] == "departments_done", f"status is {detail['status']}, not departments_done")

    def steps(self) -> list[tuple[str, Any]]:
        return [
            ("analyzer -> edge agent -> cloud -> open page", self.receive_results),
            ("department stations", self.examine),
            ("laboratory", self.finish_laboratory),
        ]
