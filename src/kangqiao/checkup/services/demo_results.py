"""Results, summaries and important findings of a demo check-up."""

from collections import defaultdict
from datetime import timedelta

from django.utils import timezone

from kangqiao.checkup.demo import DemoVisit
from kangqiao.checkup.enums import DepartmentKind, PanelStatus, ResultSource
from kangqiao.checkup.models import Checkup, DepartmentSummary, ImportantFinding, ItemResult, OrderedPanel
from kangqiao.checkup.services.demo_catalogue import Catalogue
from kangqiao.checkup.services.findings import find_important
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.judging import judge
from kangqiao.checkup.services.recording import fill_result
from kangqiao.checkup.services.summarizing import compose_summary, numbered
from kangqiao.core.actor import Actor

ANALYZER = "血球仪 1"


def judge_visit(
    catalogue: Catalogue, checkup: Checkup, visit: DemoVisit, panels: list[OrderedPanel]
) -> list[ItemResult]:
    """The generated values through the ordinary judging."""
    done = [row for row in panels if row.status == PanelStatus.DONE]
    sheet = catalogue.sheet(checkup, done)
    entries = []
    for line in sheet.lines:
        given = visit.results.get(line.item.code)
        if given is None or given.is_computed:
            continue
        finding = catalogue.finding_by_code.get(given.finding_code)
        value = "" if given.readings else given.value
        entries.append(Entry(line.item.pk, value, given.readings, finding.pk if finding else None))
    rows = []
    for judged in judge(sheet, entries, catalogue.settings):
        if judged.error or not judged.value:
            continue
        panel = judged.line.panel
        is_lab = panel.department.kind == DepartmentKind.LAB
        actor = Actor(kind="staff", name=panel.done_by_name)
        if is_lab and judged.source == ResultSource.MANUAL:
            judged.source = ResultSource.INSTRUMENT.value
        row = ItemResult(
            checkup=checkup, ordered_panel=panel, item=judged.line.item, department=panel.department, version=1
        )
        at = panel.done_at or checkup.enrolled_at
        rows.append(fill_result(row, judged, actor, at, ANALYZER if is_lab else ""))
    return rows


def summarize(
    catalogue: Catalogue, checkup: Checkup, panels: list[OrderedPanel], results: list[ItemResult]
) -> list[DepartmentSummary]:
    """One summary for each department that has results."""
    sheet = catalogue.sheet(checkup, panels)
    values = {row.item_id: row for row in results}
    departments = {row.department_id: row.department for row in panels}
    doctors: dict[int, str] = defaultdict(str)
    for row in results:
        doctors[row.department_id] = row.entered_by_name
    found = []
    for department in departments.values():
        text = compose_summary(sheet, department, dict(values), catalogue.settings)
        if text is None:
            continue
        words = numbered(text.text)
        found.append(
            DepartmentSummary(
                checkup=checkup,
                department=department,
                auto_text=words,
                final_text=words,
                private_text=numbered(text.private_text),
                generated_at=checkup.departments_done_at or timezone.now(),
                doctor_name=doctors[department.pk],
            )
        )
    return found


def find(catalogue: Catalogue, checkup: Checkup, results: list[ItemResult], *, told: bool) -> list[ImportantFinding]:
    """Important findings; those of concluded check-ups were told to the person."""
    rows = []
    for each in find_important(checkup, results, catalogue.important):
        found_at = max(row.entered_at for row in results)
        row = ImportantFinding(
            checkup=checkup,
            result_id=each.result_id,
            key=each.key,
            level=each.level,
            name=each.name,
            evidence=each.evidence,
            found_at=found_at,
            due_at=found_at + timedelta(minutes=each.minutes) if each.level == "A" else None,
        )
        if told:
            row.notified_at, row.notified_by_name = found_at + timedelta(minutes=25), "沈嘉树"
            row.how, row.told = "phone", "本人"
        rows.append(row)
    return rows
