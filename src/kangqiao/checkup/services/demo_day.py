"""Rows of the demo examinees' check-ups: judged, summed up and concluded by the same rules as real ones, stored in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone

from kangqiao.checkup.demo import DemoPanel, DemoVisit
from kangqiao.checkup.enums import DepartmentKind, PanelStatus, PaymentStatus, SpecimenStatus, VisitState
from kangqiao.checkup.models import (
    AdviceLine,
    BloodDraw,
    Checkup,
    Conclusion,
    DepartmentSummary,
    DepartmentVisit,
    ImportantFinding,
    ItemResult,
    OrderedPanel,
    Specimen,
)
from kangqiao.checkup.rules import code_format
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.rules.transitions import PanelStatus as P
from kangqiao.checkup.selectors.quoting import Tube, plan_tubes
from kangqiao.checkup.services.demo_catalogue import Catalogue
from kangqiao.checkup.services.demo_conclusion import conclude
from kangqiao.checkup.services.demo_results import find, judge_visit, summarize
from kangqiao.checkup.states import SETTLED_PANELS
from kangqiao.core.numbering import next_number

if TYPE_CHECKING:
    from kangqiao.people.models import Person

S = CheckupStatus
CONCLUSION_BEGUN = (S.IN_CONCLUSION, S.CONCLUDED, S.REVIEWED, S.RELEASED)
REGISTRARS = ("林晓芸", "程立")
NURSE = "顾婷"
DOCTORS = {"GEN": "顾婷", "INT": "周文渊", "LAB": "唐静", "US": "何佳", "RAD": "罗毅", "ECG": "曹颖", "EYE": "许文静"}
OTHER_DOCTORS = ("周文渊", "陆向东", "沈嘉禾", "叶知秋")


def doctor_of(panel: OrderedPanel) -> str:
    code = panel.department.code
    return DOCTORS.get(code) or OTHER_DOCTORS[panel.department_id % len(OTHER_DOCTORS)]


def aware(moment: datetime | None) -> datetime | None:
    return timezone.make_aware(moment) if moment is not None else None


class DemoDay:
    """Collects check-ups and stores them table by table."""

    def __init__(self, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue, self.now = catalogue, now
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)
        self.days: list[tuple[Checkup, DemoVisit, list[OrderedPanel], bool]] = []
        self.tubes: list[tuple[Checkup, Specimen]] = []
        self.to_release: list[Checkup] = []

    def add(self, person: Person, visit: DemoVisit, *, is_past: bool) -> None:
        """One check-up with everything that does not need its key."""
        checkup = self._checkup(person, visit, is_past)
        panels = self._panels(checkup, visit)
        self._specimens(checkup, panels, visit)
        self._visits(checkup, panels, visit, is_past)
        self.days.append((checkup, visit, panels, is_past))

    def _checkup(self, person: Person, visit: DemoVisit, is_past: bool) -> Checkup:
        package = self.catalogue.packages[visit.package_code]
        times = visit.times
        status = visit.status
        if is_past:
            status = S.ARCHIVED
        elif status == S.RELEASED:
            status = S.REVIEWED
        paid = status not in (S.ENROLLED,) or person.pk % 3 != 0
        checkup = Checkup(
            person=person,
            person_name=person.name,
            person_pinyin=person.pinyin_initials,
            sex=person.sex,
            birth_date=person.birth_date,
            age=visit.age,
            kind=self.catalogue.kinds[visit.kind_code],
            package=package,
            status=status,
            payment_status=PaymentStatus.PAID if paid else PaymentStatus.UNPAID,
            is_urgent=person.pk % 47 == 0,
            enrolled_on=visit.day,
            enrolled_at=timezone.make_aware(times.enrolled_at),
            enrolled_by_name=REGISTRARS[person.pk % len(REGISTRARS)],
            checked_in_at=aware(times.checked_in_at),
            departments_done_at=aware(times.departments_done_at),
            list_amount=package.list_price,
            amount=package.price,
        )
        if not is_past and visit.status == S.RELEASED:
            self.to_release.append(checkup)
        return checkup

    def _panels(self, checkup: Checkup, visit: DemoVisit) -> list[OrderedPanel]:
        return [
            self._panel(checkup, visit, each, place)
            for place, each in enumerate(visit.panels, 1)
            if self.catalogue.panels[each.panel_code].sex_limit in ("", checkup.sex)
        ]

    def _panel(self, checkup: Checkup, visit: DemoVisit, each: DemoPanel, place: int) -> OrderedPanel:
        panel = self.catalogue.panels[each.panel_code]
        line = self.catalogue.prices[visit.package_code, each.panel_code]
        row = OrderedPanel(
            checkup=checkup,
            panel=panel,
            department=panel.department,
            name=panel.name,
            sort_no=place,
            status=str(each.status),
            list_price=panel.price,
            price=line.price,
            is_paid=checkup.payment_status == PaymentStatus.PAID,
            is_private=panel.is_private,
            reason=each.reason,
        )
        if each.status == P.DONE:
            row.done_at, row.done_by_name = aware(each.done_at), doctor_of(row)
        if each.status == P.POSTPONED:
            row.postponed_until = visit.day + timedelta(days=7)
        return row

    def _specimens(self, checkup: Checkup, panels: list[OrderedPanel], visit: DemoVisit) -> None:
        by_panel = {row.panel_id: row for row in panels}
        for tube in plan_tubes([row.panel for row in panels]):
            mine = [by_panel[panel.pk] for panel in tube.panels]
            drawn = any(row.status in (PanelStatus.SAMPLED, PanelStatus.DONE) for row in mine)
            specimen = _specimen(checkup, tube, drawn)
            for row in mine:
                row.specimen = specimen
                if drawn and row.status == PanelStatus.PENDING:
                    row.status = PanelStatus.SAMPLED.value
            self.tubes.append((checkup, specimen))
            if drawn:
                first = min((each.done_at for each in visit.panels if each.done_at), default=visit.times.checked_in_at)
                at = timezone.make_aware(first or visit.times.enrolled_at)
                draw = BloodDraw(specimen=specimen, checkup=checkup, drawn_at=at, drawn_by_name=NURSE)
                self.rows[BloodDraw].append(draw)

    def _visits(self, checkup: Checkup, panels: list[OrderedPanel], visit: DemoVisit, is_past: bool) -> None:
        grouped: dict[int, list[OrderedPanel]] = defaultdict(list)
        for row in panels:
            grouped[row.department_id].append(row)
        is_first = True
        for rows in grouped.values():
            found = _department_visit(checkup, rows, self.now)
            walking = visit.status == S.EXAMINING and not is_past and rows[0].department.kind != DepartmentKind.LAB
            if walking and is_first and found.state == VisitState.WAITING and checkup.person_id % 4 == 0:
                found.state, found.opened_at, is_first = VisitState.EXAMINING.value, found.queued_at, False
                found.doctor_name = doctor_of(rows[0])
            self.rows[DepartmentVisit].append(found)

    def store(self) -> None:
        """Number, judge, conclude and insert everything."""
        self._number()
        Checkup.objects.bulk_create([checkup for checkup, *_ in self.days], batch_size=500)
        Specimen.objects.bulk_create([specimen for _, specimen in self.tubes], batch_size=1000)
        OrderedPanel.objects.bulk_create([row for _, _, panels, _ in self.days for row in panels], batch_size=1000)
        results = [judge_visit(self.catalogue, *day[:3]) for day in self.days]
        ItemResult.objects.bulk_create([row for rows in results for row in rows], batch_size=1000)
        for (checkup, visit, panels, is_past), rows in zip(self.days, results, strict=True):
            self.rows[DepartmentSummary] += summarize(self.catalogue, checkup, panels, rows)
            told = is_past or visit.status in CONCLUSION_BEGUN[1:]
            self.rows[ImportantFinding] += find(self.catalogue, checkup, rows, told=told)
            if is_past or visit.status in CONCLUSION_BEGUN:
                conclusion, lines = conclude(self.catalogue, checkup, visit, rows, is_past=is_past)
                self.rows[Conclusion].append(conclusion)
                self.rows[AdviceLine] += lines
        for model in (BloodDraw, DepartmentVisit, DepartmentSummary, ImportantFinding, Conclusion, AdviceLine):
            model._default_manager.bulk_create(self.rows[model], batch_size=1000)

    def _number(self) -> None:
        """Numbers of each day in the order of enrolment, barcodes in the same order."""
        by_day: dict[date, list[Checkup]] = defaultdict(list)
        for checkup, *_ in self.days:
            by_day[checkup.enrolled_on].append(checkup)
        tubes: dict[int, list[Specimen]] = defaultdict(list)
        for checkup, specimen in self.tubes:
            tubes[id(checkup)].append(specimen)
        for day, checkups in sorted(by_day.items()):
            ordered = sorted(checkups, key=lambda row: row.enrolled_at)
            first = next_number("checkup_no", f"{day:%Y%m%d}", len(ordered))
            for sequence, checkup in enumerate(ordered, first):
                checkup.queue_no = sequence
                checkup.checkup_no = code_format.checkup_no(day, sequence)
            specimens = [specimen for checkup in ordered for specimen in tubes[id(checkup)]]
            if specimens:
                start = next_number("specimen_barcode", f"{day:%Y%m%d}", len(specimens))
                for sequence, specimen in enumerate(specimens, start):
                    specimen.barcode = code_format.specimen_barcode(day, sequence)


def _specimen(checkup: Checkup, tube: Tube, drawn: bool) -> Specimen:
    panel = tube.first
    timings = {each.timing for each in tube.panels}
    return Specimen(
        checkup=checkup,
        tube_kind_id=panel.tube_kind_id,
        specimen_kind_id=panel.specimen_kind_id,
        department_id=panel.department_id,
        timing=next((each for each in ("after_meal", "fasting") if each in timings), "ordinary"),
        label="、".join(each.label_name or each.name for each in tube.panels)[:120],
        copies=tube.copies,
        is_blood=panel.tube_kind_id is not None,
        status=SpecimenStatus.COLLECTED if drawn else SpecimenStatus.PLANNED,
    )


def _department_visit(checkup: Checkup, rows: Sequence[OrderedPanel], now: datetime) -> DepartmentVisit:
    """Done when nothing is left; else waiting since the person arrived or the tube was drawn, at most some forty minutes."""
    visit = DepartmentVisit(checkup=checkup, department=rows[0].department)
    if checkup.checked_in_at is None:
        return visit
    settled = all(row.status in SETTLED_PANELS or row.status == PanelStatus.POSTPONED for row in rows)
    moments = [row.done_at for row in rows if row.done_at is not None]
    is_lab = rows[0].department.kind == DepartmentKind.LAB or rows[0].specimen is not None
    if settled:
        done_at = max(moments, default=checkup.checked_in_at)
        visit.state, visit.done_at = VisitState.DONE.value, done_at
        visit.done_on = timezone.localtime(done_at).date()
        visit.doctor_name = doctor_of(rows[0])
        visit.queued_at = visit.opened_at = checkup.checked_in_at
        visit.is_queued = True
    elif not is_lab or any(row.status in (PanelStatus.SAMPLED, PanelStatus.DONE) for row in rows):
        waited = timedelta(minutes=2 + (checkup.person_id * 7 + visit.department_id * 3) % 38)
        visit.is_queued, visit.queued_at = True, max(checkup.checked_in_at, now - waited)
    return visit
