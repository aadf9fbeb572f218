"""The first half: desk, guide sheet, labels, check-in, blood draw."""

from pathlib import Path
from typing import Any

from infra.walk.client import Refusal, Staff, new_key
from infra.walk.people import Examinee
from infra.walk.report import Log, expect


class Desk:
    """What the receptionist and the nurse do for one examinee; later steps read `checkup`."""

    def __init__(self, receptionist: Staff, nurse: Staff, examinee: Examinee, out: Path, log: Log) -> None:
        self.receptionist, self.nurse, self.examinee, self.out, self.log = receptionist, nurse, examinee, out, log
        self.package: dict[str, Any] = {}
        self.checkup: dict[str, Any] = {}

    async def find_nobody(self) -> None:
        """ID number, phone and name are looked for before a second record is made."""
        parsed = await self.receptionist.post("/people/persons/parse-id", {"id_number": self.examinee.id_number})
        expect(parsed["valid"] and parsed["sex"] == "male", f"the ID number is not understood: {parsed}")
        for sought in (self.examinee.id_number, self.examinee.phone):
            found = await self.receptionist.get("/people/persons", q=sought)
            expect(found["count"] == 0, "somebody has this number already")
        self.log.note(f"ID number read: male, born {parsed['birth_date']}, {parsed['age']} years")

    @property
    def chosen(self) -> dict[str, Any]:
        return {"kind_id": self.package["kind_id"], "package_id": self.package["id"], "panel_ids": []}

    async def quote(self) -> None:
        offered = await self.receptionist.get("/checkup/desk/packages", sex="male", age=46)
        fitting = [row for row in offered["items"] if row["fit"]]
        expect(bool(fitting), "no package fits a man of 46")
        self.package = max(fitting, key=lambda row: row["panel_count"])
        asked = {"sex": "male", "birth_date": self.examinee.birth_date, **self.chosen}
        quoted = await self.receptionist.post("/checkup/desk/quote", asked)
        total = sum(round(float(line["price"]) * 100) for line in quoted["lines"])
        expect(total == round(float(quoted["amount"]) * 100), "the panels' prices do not add up to the amount")
        self.log.note(f"{self.package['name']}: {quoted['panel_count']} panels, {quoted['amount']} yuan, to the cent")

    async def enroll(self) -> None:
        person = {"name": self.examinee.name, "id_number": self.examinee.id_number, "phone": self.examinee.phone}
        body = {"person": person, **self.chosen}
        key = new_key()
        self.checkup = await self.receptionist.post("/checkup/checkups", body, key=key)
        again = await self.receptionist.post("/checkup/checkups", body, key=key)
        expect(again["id"] == self.checkup["id"], "the same Idempotency-Key enrolled twice")
        self.log.note(f"{self.examinee.name}, check-up {self.checkup['checkup_no']}, sent twice, enrolled once")

    async def find_by_pinyin(self) -> None:
        person = self.checkup["person"]
        for sought in (person["pinyin"], self.examinee.phone, self.examinee.id_number, self.checkup["checkup_no"]):
            found = await self.receptionist.get("/people/persons", q=sought, page_size=200)
            expect(person["id"] in [row["id"] for row in found["items"]], f"not found by {sought[:4]}...")
        self.log.note(
            f"found by {person['pinyin']}, phone, ID number and check-up number; shown {person['phone_masked']}"
        )

    async def print_sheets(self) -> None:
        base = f"/checkup/checkups/{self.checkup['id']}"
        for name, path in (("guide-sheet", f"{base}/guide-sheet"), ("labels", f"{base}/labels")):
            content = await self.receptionist.pdf(path)
            (self.out / f"{name}.pdf").write_bytes(content)
            self.log.note(f"{self.out / name}.pdf, {len(content) // 1024} kB")

    async def check_in(self) -> None:
        self.checkup = await self.receptionist.post(f"/checkup/checkups/{self.checkup['id']}/check-in")
        expect(self.checkup["status"] == "checked_in", f"status is {self.checkup['status']}")

    async def draw_blood(self) -> None:
        page = await self.nurse.get(f"/checkup/blood-draws/{self.checkup['checkup_no']}")
        expect(bool(page["tubes"]), "there is no tube to draw")
        for tube in page["tubes"]:
            await self.nurse.post(f"/checkup/blood-draws/{tube['barcode']}")
        try:
            await self.nurse.post(f"/checkup/blood-draws/{page['tubes'][0]['barcode']}")
        except Refusal as refusal:
            expect(refusal.code == "already-drawn", f"refused for another reason: {refusal}")
        else:
            expect(False, "a tube was drawn twice")
        self.log.note(f"{len(page['tubes'])} tubes scanned; the second scan of one is refused")

    def steps(self) -> list[tuple[str, Any]]:
        return [
            ("desk: ID number read, nobody with it yet", self.find_nobody),
            ("desk: package and price", self.quote),
            ("desk: enroll", self.enroll),
            ("desk: find the person again", self.find_by_pinyin),
            ("print: guide sheet and labels", self.print_sheets),
            ("desk: check-in", self.check_in),
            ("blood draw by scan", self.draw_blood),
        ]
