"""The audit trail: append-only by database rights, sealed, and a forger is found."""

import time

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from kangqiao.audit.models import AuditEntry, AuditSeal
from kangqiao.audit.services import record, seal, verify
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.tenancy import TenantRef, use_hospital, use_owner


def seal_everything() -> AuditSeal:
    """Seal until no entry is left. Transactions of other test workers hold the horizon back for a moment."""
    for _ in range(600):
        seal()
        last = AuditSeal.objects.order_by("-id").first()
        if last and not AuditEntry.objects.filter(txid__gte=last.txid_to).exists():
            return last
        time.sleep(0.1)
    raise AssertionError("entries stayed unsealed")


NURSE = Actor(kind="staff", id=7, name="顾婷", ip="10.0.0.8")


@pytest.mark.feature("P-06")
def test_entry_says_who_what_when_and_whether_it_succeeded(in_a: TenantRef) -> None:
    record(NURSE, "checkup.checked_in", after={"status": "checked_in"}, succeeded=False, reason="没有登记")
    entry = AuditEntry.objects.get(action="checkup.checked_in")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name, entry.ip) == ("staff", 7, "顾婷", "10.0.0.8")
    assert entry.after == {"status": "checked_in"}
    assert entry.extra == {"reason": "没有登记"}
    assert entry.succeeded is False


@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET action = 'x'", "DELETE FROM audit_auditentry"])
@pytest.mark.feature("P-06")
def test_hospital_role_may_not_change_or_delete_entries(in_a: TenantRef, statement: str) -> None:
    record(SYSTEM, "test.one")
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


@pytest.mark.django_db(transaction=True)
@pytest.mark.feature("P-06")
def test_sealed_trail_is_intact_until_somebody_changes_removes_or_adds_a_row(hospital_a: TenantRef) -> None:
    for action in ("test.one", "test.two", "test.three"):
        with use_hospital(hospital_a):
            record(NURSE, action)
    with use_hospital(hospital_a):
        link = seal_everything()
        assert verify().intact
        victim = AuditEntry.objects.get(action="test.two")
    with use_owner(hospital_a.schema), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET actor_name = '别人' WHERE id = %s", [victim.pk])
    with use_hospital(hospital_a):
        assert verify().changed_entries == (victim.pk,)
    with use_owner(hospital_a.schema), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE id = %s", [victim.pk])
    with use_hospital(hospital_a):
        verdict = verify()
        assert verdict.changed_entries == ()
        assert verdict.broken_seal is not None
        assert verdict.broken_seal <= link.pk


@pytest.mark.django_db(transaction=True)
def test_seal_leaves_running_transactions_for_the_next_link(hospital_a: TenantRef) -> None:
    """Breaks when the seal takes entries by id alone: a slow transaction commits a lower id behind the seal."""
    with use_hospital(hospital_a):
        before = seal_everything() if AuditEntry.objects.exists() else None
        with transaction.atomic():
            record(NURSE, "test.slow")
            assert seal() is None
        link = seal_everything()
        assert link.entries == 1
        assert before is None or link.previous == before.digest
        assert verify().intact


@pytest.mark.django_db(transaction=True)
def test_each_hospital_has_its_own_chain(hospital_a: TenantRef, hospital_b: TenantRef) -> None:
    for hospital, name in ((hospital_a, "甲"), (hospital_b, "乙")):
        with use_hospital(hospital):
            record(Actor(kind="staff", id=1, name=name), "test.own")
            seal_everything()
    with use_hospital(hospital_b):
        assert set(AuditEntry.objects.filter(action="test.own").values_list("actor_name", flat=True)) == {"乙"}
        assert verify().intact


def test_write_fails_when_it_cannot_be_audited(in_a: TenantRef, monkeypatch: pytest.MonkeyPatch) -> None:
    from kangqiao.core import auditing

    monkeypatch.setattr(auditing, "_plugged", [])
    with pytest.raises(RuntimeError, match="audit app"):
        auditing.record(SYSTEM, "test.unaudited")
