"""The demo hospital's staff whom the tour plays, each at a browser of their own."""

import json
from pathlib import Path
from typing import Any

from infra.walk.client import Staff
from infra.walk.report import expect

HOSPITAL = "demo"
ROLES = ("receptionist", "nurse", "doctor", "lab", "conclusion", "reviewer")


class Crew:
    """Logs each role in when it is first needed and keeps the session."""

    def __init__(self, state: Path, port: int) -> None:
        demo: dict[str, Any] = json.loads((state / "demo.json").read_text(encoding="utf-8"))
        self.port = port
        self.logins = {row["role"]: row for row in demo["logins"] if row["hospital"] == HOSPITAL}
        self.staff: dict[str, Staff] = {}

    async def member(self, role: str) -> Staff:
        if role not in self.staff:
            expect(role in self.logins, f"the demo group has no log-in for the role {role}")
            login = self.logins[role]
            staff = Staff(HOSPITAL, self.port, self.port + 1)
            session = await staff.log_in(login["username"], login["password"])
            expect(session["user"]["username"] == login["username"], f"{role} is not logged in: {session}")
            self.staff[role] = staff
        return self.staff[role]

    async def close(self) -> None:
        for staff in self.staff.values():
            await staff.close()
