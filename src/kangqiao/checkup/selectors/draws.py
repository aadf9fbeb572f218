"""Blood drawing: who waits, and the tubes of one person."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from kangqiao.checkup.enums import CheckupStatus, SpecimenStatus, SpecimenTiming
from kangqiao.checkup.models import Checkup
from kangqiao.checkup.selectors.checkups import (
    get_checkup,
    look_up,
    minutes_since,
    search_checkups,
    specimen_block,
    tubes_of,
)
from kangqiao.core.actor import Actor
from kangqiao.people.enums import Sex
from kangqiao.people.selectors import person_card


def waiting_draws(text: str = "") -> "QuerySet[Checkup]":
    """People in the house with tubes still to draw, who came first on top."""
    planned = Q(specimens__status=SpecimenStatus.PLANNED)
    rows = search_checkups(text).filter(status__in=[CheckupStatus.CHECKED_IN, CheckupStatus.EXAMINING])
    rows = rows.annotate(
        remaining=Count("specimens", filter=planned),
        fasting=Count("specimens", filter=planned & Q(specimens__timing=SpecimenTiming.FASTING)),
    )
    return rows.filter(remaining__gt=0).order_by("-is_urgent", "checked_in_at", "id")


def draw_row(checkup: Any) -> dict[str, Any]:
    return {
        "checkup_id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "queue_no": checkup.queue_no,
        "name": checkup.person_name,
        "sex_label": Sex(checkup.sex).label,
        "age": checkup.age,
        "remaining": checkup.remaining,
        "fasting": bool(checkup.fasting),
        "waiting_minutes": minutes_since(checkup.checked_in_at),
    }


def draw_page(actor: Actor, code: str) -> dict[str, Any]:
    """The tubes of whoever the code names, in the order of draw. Five queries."""
    found = look_up(code)
    checkup = get_checkup(found["checkup_id"])
    tubes = tubes_of(checkup)
    panels = list(checkup.ordered_panels.filter(specimen__isnull=False))
    blocks = [specimen_block(row, panels) for row in tubes]
    person = checkup.person
    return {
        "checkup_id": checkup.pk,
        "checkup_no": checkup.checkup_no,
        "status": checkup.status,
        "status_label": CheckupStatus(checkup.status).label,
        "person": person_card(person, actor=actor),
        "age": checkup.age,
        "scanned_barcode": found["barcode"],
        "warnings": [f"{person.allergies}过敏"] if person.allergies else [],
        "tubes": blocks,
        "remaining": sum(row.status == SpecimenStatus.PLANNED for row in tubes),
        "drawn": sum(row.status != SpecimenStatus.PLANNED for row in tubes),
    }
