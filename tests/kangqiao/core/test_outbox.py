"""Outbox: events live and die with the change they tell of; every subscriber handles each event once."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connections, transaction

from kangqiao.core import outbox
from kangqiao.core.models import OutboxDelivery, OutboxEvent
from kangqiao.core.tenancy import TenantRef, use_hospital


@pytest.fixture
def heard() -> Iterator[list[tuple[str, int]]]:
    """Two subscribers of `test.happened` that note what they hear."""
    seen: list[tuple[str, int]] = []
    for name in ("first", "second"):
        outbox.subscribe("test.happened", name=name)(lambda event, name=name: seen.append((name, event["n"])))
    yield seen
    outbox._subscribers.pop("test.happened", None)


def test_each_subscriber_hears_an_event_once_however_often_it_is_delivered(in_a: TenantRef, heard: list) -> None:
    event = outbox.publish("test.happened", {"n": 1})
    assert outbox.deliver(event.pk)
    OutboxEvent.objects.filter(pk=event.pk).update(delivered_at=None)
    assert outbox.deliver(event.pk)
    assert sorted(heard) == [("first", 1), ("second", 1)]


def test_failing_subscriber_is_tried_again_and_the_other_is_not(in_a: TenantRef, heard: list) -> None:
    def fail_once(_event: dict) -> None:
        if OutboxDelivery.objects.filter(subscriber="unsteady").count() and not heard.count(("unsteady", 0)):
            heard.append(("unsteady", 0))
            raise ValueError("once")

    outbox.subscribe("test.happened", name="unsteady")(fail_once)
    event = outbox.publish("test.happened", {"n": 2})
    assert not outbox.deliver(event.pk)
    event.refresh_from_db()
    assert event.delivered_at is None
    assert event.attempts == 1
    assert "unsteady: ValueError" in event.error
    assert outbox.due() == []
    assert outbox.deliver(event.pk)
    assert [each for each in heard if each[0] != "unsteady"] == [("first", 2), ("second", 2)]


def test_event_of_a_rolled_back_change_is_never_heard(in_a: TenantRef, heard: list) -> None:
    with transaction.atomic():
        outbox.publish("test.happened", {"n": 3})
        transaction.set_rollback(True)
    outbox.drain()
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_lost_broker_loses_no_event(hospital_a: TenantRef, heard: list, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_event_id: int) -> None:
        raise ConnectionError("no redis")

    monkeypatch.setattr(outbox, "_wakers", [broken])
    with use_hospital(hospital_a):
        outbox.publish("test.happened", {"n": 4})
        assert outbox.drain() == 1
    assert ("first", 4) in heard


def test_draining_follows_events_that_deliveries_publish(in_a: TenantRef, heard: list) -> None:
    outbox.subscribe("test.started", name="chain")(lambda event: outbox.publish("test.happened", {"n": event["n"]}))
    outbox.publish("test.started", {"n": 5})
    outbox.drain()
    outbox._subscribers.pop("test.started")
    assert ("second", 5) in heard


@pytest.mark.django_db(transaction=True)
def test_event_that_another_worker_holds_is_left_to_it_without_counting_as_a_failure(hospital_a: TenantRef) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_event: dict) -> None:
        begun.set()
        go_on.wait(20)

    outbox.subscribe("test.slow", name="slow")(slow)
    with use_hospital(hospital_a):
        event = outbox.publish("test.slow", {})

    def other_worker() -> None:
        try:
            with use_hospital(hospital_a):
                outbox.deliver(event.pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other_worker)
    thread.start()
    try:
        assert begun.wait(20)
        with use_hospital(hospital_a):
            assert outbox.deliver(event.pk) is False
            event.refresh_from_db()
            assert (event.attempts, event.error, event.delivered_at) == (0, "", None)
    finally:
        go_on.set()
        thread.join()
        outbox._subscribers.pop("test.slow")
    with use_hospital(hospital_a):
        event.refresh_from_db()
        assert event.delivered_at is not None
