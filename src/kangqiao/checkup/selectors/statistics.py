"""Figures for the statistics pages."""

from typing import Any

from django.db.models import Count, Q

from kangqiao.checkup.enums import CheckupSource, CheckupStatus
from kangqiao.checkup.models import Checkup
from kangqiao.core.actor import Actor
from kangqiao.people.enums import Sex


def checkup_counts(_actor: Actor, params: dict[str, Any]) -> list[dict[str, Any]]:
    """Check-ups by day of enrolment: how far they have come, by sex and by who sent them. Cancelled ones do not count."""
    rows = Checkup.objects.exclude(status=CheckupStatus.CANCELLED)
    if params["day_from"]:
        rows = rows.filter(enrolled_on__gte=params["day_from"])
    if params["day_to"]:
        rows = rows.filter(enrolled_on__lte=params["day_to"])
    if params["kind"]:
        rows = rows.filter(kind_id=params["kind"])
    counted = rows.values("enrolled_on").annotate(
        enrolled=Count("id"),
        checked_in=Count("id", filter=Q(checked_in_at__isnull=False)),
        departments_done=Count("id", filter=Q(departments_done_at__isnull=False)),
        released=Count("id", filter=Q(status=CheckupStatus.RELEASED)),
        male=Count("id", filter=Q(sex=Sex.MALE)),
        female=Count("id", filter=Q(sex=Sex.FEMALE)),
        corporate=Count("id", filter=Q(source=CheckupSource.CORPORATE)),
    )
    rows_by_day: list[dict[str, Any]] = [{**row} for row in counted.order_by("enrolled_on")]
    return [{"day": row.pop("enrolled_on"), **row} for row in rows_by_day]
