"""The end: conclusion, review by another person, report, release, and what can be seen afterwards."""

import hashlib
from pathlib import Path
from typing import Any

from infra.walk.client import Refusal, Staff
from infra.walk.report import Log, expect


class Conclusion:
    def __init__(self, author: Staff, reviewer: Staff, checkup_id: int, out: Path, log: Log) -> None:
        self.author, self.reviewer, self.checkup_id, self.out, self.log = author, reviewer, checkup_id, out, log
        self.version = 0

    async def conclude(self) -> None:
        path = f"/checkup/conclusions/{self.checkup_id}"
        page = await self.author.post(f"{path}/open")
        expect(bool(page["conclusion"]["overview"]), "no overview was generated")
        self.log.note(f"{len(page['lines'])} lines generated: {', '.join(line['name'] for line in page['lines'][:4])}")
        lines = [self.kept(line) for line in page["lines"]]
        if lines:
            lines[0]["advice"] += "（总检医生补充：两周内复查。）"
        body = {"version": page["conclusion"]["version"], "overview": None, "lines": lines, "restore_ids": []}
        await self.author.send("PUT", path, body)
        for finding in page["important_findings"]:
            if not finding["notified_at"]:
                told = {"how": "phone", "told": "本人", "note": "已电话告知"}
                await self.author.post(f"/checkup/important-findings/{finding['id']}/notify", told)
        done = await self.author.post(f"{path}/conclude")
        expect(done["checkup"]["status"] == "concluded", f"status is {done['checkup']['status']}")

    @staticmethod
    def kept(line: dict[str, Any]) -> dict[str, Any]:
        names = ("id", "name", "advice", "level", "term_id", "recheck_days")
        return {**{name: line[name] for name in names}, "merged_ids": []}

    async def review(self) -> None:
        path = f"/checkup/reviews/{self.checkup_id}/approve"
        try:
            await self.author.post(path)
        except Refusal as refusal:
            self.log.note(f"the author may not review: {refusal.code}")
        else:
            expect(False, "the author reviewed their own conclusion")
        page = await self.reviewer.post(path)
        expect(page["checkup"]["status"] == "reviewed", f"status is {page['checkup']['status']}")

    async def render(self) -> None:
        page = await self.reviewer.post(f"/checkup/reports/{self.checkup_id}")
        newest = max(page["versions"], key=lambda row: row["version"])
        self.version = newest["version"]
        content = await self.reviewer.pdf(f"/checkup/reports/{self.checkup_id}/{self.version}/pdf")
        expect(hashlib.sha256(content).hexdigest() == newest["sha256"], "the PDF is not the one that was hashed")
        (self.out / "report.pdf").write_bytes(content)
        self.log.note(
            f"{self.out}/report.pdf, version {self.version}, {newest['pages']} pages, sha256 {newest['sha256'][:12]}"
        )

    async def release(self) -> None:
        page = await self.reviewer.post(f"/checkup/reports/{self.checkup_id}/{self.version}/release")
        newest = max(page["versions"], key=lambda row: row["version"])
        expect(newest["status"] == "released", f"the report is {newest['status']}")

    async def look_back(self) -> None:
        progress = await self.reviewer.get(f"/checkup/checkups/{self.checkup_id}/progress")
        undone = [step["label"] for step in progress["steps"] if not step["done"]]
        expect(not undone, f"progress shows these steps as not done: {undone}")
        trail = await self.reviewer.get(f"/checkup/checkups/{self.checkup_id}/audit", page_size=200)
        expect(trail["count"] >= 8, f"the audit trail has only {trail['count']} entries")
        self.log.note(f"{len(progress['steps'])} milestones done, {trail['count']} entries in the audit trail")

    def steps(self) -> list[tuple[str, Any]]:
        return [
            ("conclusion: generated, edited, signed", self.conclude),
            ("review by another person", self.review),
            ("report PDF", self.render),
            ("release", self.release),
            ("progress and audit trail", self.look_back),
        ]
