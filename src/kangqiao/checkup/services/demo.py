"""Invented examinees, so that every screen of a new hospital looks like a working day; taken away in one go."""

from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.demo import examinees
from kangqiao.checkup.models import (
    AdviceLine,
    BloodDraw,
    Checkup,
    CheckupReport,
    Conclusion,
    DepartmentSummary,
    DepartmentVisit,
    ImportantFinding,
    ItemResult,
    OrderedPanel,
    SendBack,
    Specimen,
    SupersededResult,
)
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.services.demo_catalogue import load_catalogue
from kangqiao.checkup.services.demo_day import DemoDay
from kangqiao.checkup.services.report import release_report, render_report
from kangqiao.core.actor import Actor
from kangqiao.core.models import OutboxEvent
from kangqiao.people.services import DEMO_ARCHIVE, PersonData, create_demo_persons, remove_demo_persons

RELEASE_WANTED = "checkup.demo_release_wanted"
SECONDS_BETWEEN_REPORTS = 4
# What hangs on a check-up, children before parents: deleted table by table, not row by row.
HANGING: tuple[tuple[type[models.Model], str], ...] = (
    (ImportantFinding, "checkup"),
    (ItemResult, "checkup"),
    (DepartmentSummary, "checkup"),
    (Conclusion, "checkup"),
    (SendBack, "checkup"),
    (CheckupReport, "checkup"),
    (BloodDraw, "checkup"),
    (OrderedPanel, "checkup"),
    (Specimen, "checkup"),
    (DepartmentVisit, "checkup"),
)


def has_demo() -> bool:
    """Whether demo examinees are there."""
    return Checkup.objects.filter(person__archive_no__startswith=DEMO_ARCHIVE).exists()


@transaction.atomic
def remove_demo(actor: Actor) -> int:
    """Delete the demo examinees with everything that hangs on them; the number of persons."""
    demo = Checkup.objects.filter(person__archive_no__startswith=DEMO_ARCHIVE)
    ids = list(demo.values_list("pk", flat=True))
    # Grandchildren by the key of their parent: a join of fresh tables, of which the planner knows no sizes, takes minutes.
    AdviceLine.objects.filter(conclusion__in=Conclusion.objects.filter(checkup__in=ids))._raw_delete("default")
    SupersededResult.objects.filter(result__in=ItemResult.objects.filter(checkup__in=ids))._raw_delete("default")
    for model, path in HANGING:
        model._default_manager.filter(**{f"{path}__in": ids})._raw_delete("default")
    demo._raw_delete("default")
    count = remove_demo_persons()
    record(actor, "checkup.demo_removed", after={"persons": count})
    return count


@transaction.atomic
def seed_demo(actor: Actor, *, count: int = 300) -> int:
    """Make the demo examinees unless they are there; the number of persons. Reports are rendered afterwards by the worker."""
    if has_demo():
        return Checkup.objects.filter(person__archive_no__startswith=DEMO_ARCHIVE).values("person").distinct().count()
    now = timezone.localtime()
    people = examinees(count, today=now.date(), until=now.time().replace(microsecond=0))
    persons = create_demo_persons(
        PersonData(
            name=each.name,
            sex=each.sex,
            birth_date=each.birth_date,
            id_number=each.id_number,
            phone=each.phone,
            marriage=each.marriage_code,
            ethnicity=each.ethnicity_code,
            occupation=each.occupation,
        )
        for each in people
    )
    day = DemoDay(load_catalogue(), now)
    for each, person in zip(people, persons, strict=True):
        for visit in (*each.past_visits, each.visit):
            day.add(person, visit, is_past=visit is not each.visit)
    day.store()
    _want_reports(day.to_release)
    record(actor, "checkup.demo_seeded", after={"persons": len(persons), "checkups": len(day.days)})
    return len(persons)


def _want_reports(checkups: list[Checkup]) -> None:
    """One event for each report, some seconds apart, so that the worker stays free for real work."""
    now = timezone.now()
    OutboxEvent.objects.bulk_create(
        OutboxEvent(
            name=RELEASE_WANTED,
            payload={"checkup_id": checkup.pk},
            available_at=now + timedelta(seconds=SECONDS_BETWEEN_REPORTS * place),
        )
        for place, checkup in enumerate(checkups, 1)
    )


def release_demo(actor: Actor, event: dict[str, Any]) -> None:
    """Render and release one demo report by the ordinary services; nothing when the check-up is gone or has moved on."""
    checkup = Checkup.objects.filter(pk=event["checkup_id"], status=CheckupStatus.REVIEWED).first()
    if checkup is not None and not checkup.reports.exists():
        report = render_report(actor, checkup.pk)
        release_report(actor, checkup.pk, report.version)
