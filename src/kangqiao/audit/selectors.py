"""Reading the audit trail."""

from datetime import date, datetime, time, timedelta

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from kangqiao.audit.models import AuditEntry


def entries(
    *,
    q: str = "",
    action: str = "",
    actor_id: int | None = None,
    day_from: date | None = None,
    day_to: date | None = None,
) -> "QuerySet[AuditEntry]":
    """Entries, newest first; `q` matches the actor's or target's name, `action` its beginning, days are the hospital's."""
    rows = AuditEntry.objects.order_by("-id")
    if q:
        rows = rows.filter(models.Q(actor_name__icontains=q) | models.Q(target_text__icontains=q))
    if action:
        rows = rows.filter(action__startswith=action)
    if actor_id:
        rows = rows.filter(actor_id=actor_id)
    if day_from:
        rows = rows.filter(at__gte=_midnight(day_from))
    if day_to:
        rows = rows.filter(at__lt=_midnight(day_to + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def trail_of(*targets: models.Model) -> "QuerySet[AuditEntry]":
    """Everything that happened to the given rows, oldest first."""
    match = models.Q()
    for target in targets:
        match |= models.Q(target_kind=target._meta.label_lower, target_id=target.pk)
    return AuditEntry.objects.filter(match).order_by("id") if targets else AuditEntry.objects.none()
