"""Celery tasks: the hospital travels from the moment of the call; a real worker, an in-memory broker."""

import threading
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any
from unittest import mock

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from celery.signals import before_task_publish
from django.db import connections, transaction

from kangqiao.core.tenancy import HospitalRequired, TenantRef, in_hospital, use_hospital, use_public
from kangqiao.core.tenancy.tasks import HEADER, HospitalTask, PublicTask
from tenants.scope import current_scope
from tests.isolation.probe import plant, word

seen: list[tuple[str, Any]] = []
arrived = threading.Semaphore(0)


def _note(tag: str, value: Any) -> None:
    seen.append((tag, value))
    connections.close_all()
    arrived.release()


@pytest.fixture
def app() -> Celery:
    app = Celery("isolation", broker="memory://", backend=None, set_as_current=False, fixups=[])
    app.conf.task_ignore_result = True
    app.conf.task_default_queue = uuid.uuid4().hex  # the in-memory broker is one for the whole process
    return app


@pytest.fixture
def read_word(app: Celery) -> HospitalTask:
    @app.task(base=HospitalTask, shared=False, name="isolation.read_word")
    def read_word(tag: str, fail: bool = False) -> None:
        _note(tag, word())
        if fail:
            raise ValueError(tag)

    return read_word


@pytest.fixture
def where(app: Celery) -> PublicTask:
    @app.task(base=PublicTask, shared=False, name="isolation.where")
    def where() -> None:
        scope = current_scope()
        _note("where", scope and scope.schema)

    return where


@pytest.fixture
def published() -> Iterator[list[int | None]]:
    """The hospital in the header of each message that is sent."""
    headers: list[int | None] = []

    def note(headers: dict[str, Any], into: list[int | None] = headers, **_signal: Any) -> None:
        into.append(headers.get(HEADER))

    before_task_publish.connect(note)
    yield headers
    before_task_publish.disconnect(note)


@pytest.mark.feature("P-01")
def test_hospital_is_taken_when_the_task_is_called_not_when_the_transaction_commits(
    transactional_db: None, read_word: HospitalTask, published: list[int], hospital_a: TenantRef, hospital_b: TenantRef
) -> None:
    """The loop over hospitals inside an outer transaction: at commit neither hospital is entered any more."""
    with use_public(), transaction.atomic():
        for ref in (hospital_a, hospital_b):
            with use_hospital(ref):
                read_word.delay_on_commit(ref.subdomain)
        assert published == []
    assert published == [hospital_a.hospital_id, hospital_b.hospital_id]


@pytest.mark.feature("P-01")
def test_header_taken_at_commit_would_be_the_wrong_one(
    transactional_db: None, read_word: HospitalTask, published: list[int], hospital_a: TenantRef, hospital_b: TenantRef
) -> None:
    """The planted leak: celery's own delay_on_commit makes the header when the transaction commits."""

    def late(self: HospitalTask, *args: Any) -> None:
        transaction.on_commit(partial(self.apply_async, args))

    with mock.patch.object(HospitalTask, "delay_on_commit", late), use_hospital(hospital_b), transaction.atomic():
        in_hospital(hospital_a, read_word.delay_on_commit, "alpha")
    assert published == [hospital_b.hospital_id]


@pytest.mark.feature("P-01")
def test_call_outside_of_every_hospital_is_refused(read_word: HospitalTask, published: list[int]) -> None:
    with pytest.raises(HospitalRequired):
        read_word.delay("x")
    with pytest.raises(HospitalRequired), use_public():
        read_word.apply_async(("x",))
    with pytest.raises(HospitalRequired):
        read_word.delay_on_commit("x")
    assert published == []


@pytest.mark.feature("P-01")
def test_task_without_a_hospital_in_its_header_refuses_to_run(read_word: HospitalTask, hospital_a: TenantRef) -> None:
    """Also when somebody's hospital is still entered: the header decides, nothing else."""
    with use_hospital(hospital_a), pytest.raises(HospitalRequired):
        read_word("x")


@pytest.mark.feature("P-01")
def test_worker_runs_each_task_in_its_own_hospital_whatever_the_one_before_did(
    transactional_db: None, read_word: HospitalTask, where: PublicTask, hospital_a: TenantRef, hospital_b: TenantRef
) -> None:
    """One worker thread, alternating hospitals, failures between; without the reset a public task would see the last one."""
    plant(hospital_a, hospital_b)
    seen.clear()
    for round_ in range(6):
        for ref in (hospital_a, hospital_b):
            with use_hospital(ref):
                read_word.delay(ref.subdomain, fail=round_ % 2 == 0)
        where.delay()
    with start_worker(where.app, pool="solo", perform_ping_check=False, shutdown_timeout=10, loglevel="CRITICAL"):
        for _ in range(18):
            assert arrived.acquire(timeout=10)
    assert set(seen) == {("alpha", "甲"), ("beta", "乙"), ("where", "public")}
    assert len(seen) == 18


def test_scope_left_behind_by_a_task_is_forgotten_at_its_end(app: Celery, hospital_a: TenantRef) -> None:
    """A task that enters without leaving, as a killed generator may: the next one starts nowhere."""
    from celery.signals import task_postrun

    entered = use_hospital(hospital_a)
    entered.__enter__()
    task = mock.Mock(request=mock.Mock(is_eager=False))
    task_postrun.send(sender=task, task=task)
    assert current_scope() is None
