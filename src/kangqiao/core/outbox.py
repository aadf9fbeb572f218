"""Outbox: an event is a row in the hospital's schema, written with the change; a worker hands it to the subscribers.

Delivery is at least once to the worker and, by `OutboxDelivery` in the transaction of the effect, exactly once per subscriber.
Celery carries only (hospital, event id), so the broker may lose everything: `sweep` finds what is due.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kangqiao.core.models import OutboxDelivery, OutboxEvent
from kangqiao.core.trace import trace_id

log = structlog.get_logger(__name__)

Handler = Callable[[dict[str, Any]], None]
MAX_BACKOFF_SECONDS = 300
BUSY = "busy"

_subscribers: dict[str, dict[str, Handler]] = defaultdict(dict)
_wakers: list[Callable[[int], None]] = []


def subscribe(event: str, *, name: str) -> Callable[[Handler], Handler]:
    """Register a handler of an event. It runs inside the hospital, in a transaction of its own, once per event."""

    def register(handler: Handler) -> Handler:
        if _subscribers[event].get(name, handler) is not handler:
            raise RuntimeError(f"subscriber {name} of {event} declared twice")
        _subscribers[event][name] = handler
        return handler

    return register


def on_wake(wake: Callable[[int], None]) -> None:
    """Plug in the task that delivers one event (`kangqiao.ops.tasks`)."""
    _wakers[:] = [wake]


def publish(name: str, payload: dict[str, Any]) -> OutboxEvent:
    """Write an event in the current transaction and wake the worker after the commit."""
    event = OutboxEvent.objects.create(name=name, payload=payload, trace_id=trace_id())
    transaction.on_commit(lambda: _hint(event.pk), robust=True)
    return event


def _hint(event_id: int) -> None:
    """Tell the worker; when the broker is down the sweeper finds the event later."""
    for wake in _wakers:
        try:
            wake(event_id)
        except Exception:
            log.warning("outbox.hint_lost", event_id=event_id, exc_info=True)


def deliver(event_id: int) -> bool:
    """Hand one event to each subscriber that has not had it. True when all have; otherwise another worker is at it, or a retry
    time is set."""
    event = OutboxEvent.objects.filter(pk=event_id, delivered_at=None).first()
    if event is None:
        return True
    outcomes = [_hand(event, name, handler) for name, handler in _subscribers[event.name].items()]
    if BUSY in outcomes:
        return False
    failures = [outcome for outcome in outcomes if outcome]
    if failures:
        delay = min(2 ** min(event.attempts + 1, 9), MAX_BACKOFF_SECONDS)
        OutboxEvent.objects.filter(pk=event_id).update(
            attempts=F("attempts") + 1,
            error="; ".join(failures)[:2000],
            available_at=timezone.now() + timedelta(seconds=delay),
        )
        return False
    OutboxEvent.objects.filter(pk=event_id).update(delivered_at=timezone.now(), error="")
    return True


def _hand(event: OutboxEvent, name: str, handler: Handler) -> str:
    """Run one subscriber once; the error's name if it failed, BUSY if another worker holds the event."""
    try:
        with transaction.atomic():
            if not OutboxEvent.objects.select_for_update(skip_locked=True).filter(pk=event.pk).first():
                return BUSY
            _, fresh = OutboxDelivery.objects.get_or_create(event=event, subscriber=name)
            if fresh:
                handler(event.payload)
    except Exception as error:
        log.exception("outbox.subscriber_failed", outbox_event=event.name, event_id=event.pk, subscriber=name)
        return f"{name}: {type(error).__name__}"
    return ""


def due(limit: int = 200) -> list[int]:
    """Ids of events whose time has come, oldest first."""
    rows = OutboxEvent.objects.filter(delivered_at=None, available_at__lte=timezone.now()).order_by("id")
    return list(rows.values_list("pk", flat=True)[:limit])


def drain(limit: int = 1000) -> int:
    """Deliver everything due now, also what the deliveries publish; the number handed over. For tests, commands and the sweeper."""
    tried: set[int] = set()
    while len(tried) < limit and (ids := [pk for pk in due(limit) if pk not in tried]):
        for event_id in ids:
            deliver(event_id)
        tried.update(ids)
    return len(tried)
