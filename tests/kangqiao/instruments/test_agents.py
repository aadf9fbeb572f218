"""Agents in the cloud: enrolment, authentication, storing once, configuration. The protocol is docs/architecture/edge-protocol.md."""

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from kangqiao.core import outbox
from kangqiao.core.actor import SYSTEM
from kangqiao.core.errors import DomainError, Invalid
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.instruments.models import (
    EdgeAgent,
    EnrolmentCode,
    Instrument,
    InstrumentResult,
    Interpretation,
    RawTransmission,
)
from kangqiao.instruments.services import enrolment, linking, transmissions
from kangqiao.instruments.services.transmissions import Received
from tests.kangqiao.instruments.test_rules import CBC

pytestmark = pytest.mark.feature("P-07", "I-31")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
HOST = "alpha.localhost"


def sign(text: str) -> str:
    return base64.b64encode(KEY.sign(text.encode())).decode()


def enroll(code: str, public_key: str = PUBLIC) -> tuple[EdgeAgent, bool]:
    return enrolment.enroll_agent(
        code=code,
        public_key=public_key,
        signature=sign(f"kangqiao-edge-enroll-1|{code}|{public_key}"),
        agent_version="0.1.0",
        machine={"hostname": "lab-pc-1"},
    )


def active_agent() -> EdgeAgent:
    code, _ = enrolment.make_code(SYSTEM, agent_name="检验科前置机")
    agent, _ = enroll(code)
    return enrolment.confirm_agent(SYSTEM, agent.pk, fingerprint_tail=agent.fingerprint[-6:])


def auth(agent: EdgeAgent, nonce: str = "bm9uY2U=", host: str = HOST, **changes: Any) -> dict[str, Any]:
    boot = "0" * 31 + "1"
    signature = sign(f"kangqiao-edge-auth-1|{nonce}|{agent.agent_id}|{host}|{boot}")
    return {
        "agent_id": agent.agent_id,
        "host": host,
        "boot_id": boot,
        "spool_id": "s" * 32,
        "signature": signature,
        "config_version": 0,
        "agent_version": "0.1.0",
        **changes,
    }


def data(seq: int, text: str = CBC, device: str = "cbc-1", **changes: Any) -> Received:
    raw = text.encode("gb18030")
    body = {
        "kind": "instrument_message",
        "device": device,
        "protocol": "astm",
        "raw": base64.b64encode(raw).decode(),
        "charset": "gb18030",
        "received_at": "2026-11-23T00:45:02.000Z",
        "terminated": True,
        "repeats": 0,
        **changes,
    }
    return Received(seq, hashlib.sha256(device.encode() + raw).hexdigest(), body)


def test_protocol_vector_of_the_document_holds() -> None:
    """The figures of edge-protocol.md §9."""
    assert hashlib.sha256(base64.b64decode(PUBLIC)).hexdigest().endswith("39e9b77481b2eab107708c")
    text = f"kangqiao-edge-enroll-1|7KQ2MXPA|{PUBLIC}"
    known = "xJnaOVLudkBm6b9ddOQydPGb8FWvnX7Kqqz8cxKqF/XQc7U4NCzVH9vOyAiuhnwChT5Vim5ne67XWDpG973aBw=="
    assert sign(text) == known
    assert enrolment.verify(PUBLIC, known, text)
    assert not enrolment.verify(PUBLIC, known, text + " ")


def test_code_serves_one_key_once_and_repeats_its_answer(in_a: TenantRef) -> None:
    code, _ = enrolment.make_code(SYSTEM, agent_name="前置机")
    first, fresh = enroll(code)
    again, fresh_again = enroll(code)
    assert (first.pk, fresh, fresh_again) == (again.pk, True, False)
    assert first.status == "pending"
    other = base64.b64encode(Ed25519PrivateKey.generate().public_key().public_bytes_raw()).decode()
    with pytest.raises(DomainError):
        enroll(code, other)


def test_code_is_worthless_after_fifteen_minutes_and_in_another_hospital(
    in_a: TenantRef, hospital_b: TenantRef
) -> None:
    code, _ = enrolment.make_code(SYSTEM, agent_name="前置机")
    with use_hospital(hospital_b), pytest.raises(DomainError) as refusal:
        enroll(code)
    assert refusal.value.code == "code_unknown"
    EnrolmentCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(DomainError) as refusal:
        enroll(code)
    assert refusal.value.code == "code_expired"


def test_enrolment_over_http_without_a_session(in_a: TenantRef, client_a: Client) -> None:
    code, _ = enrolment.make_code(SYSTEM, agent_name="前置机")
    body = {
        "protocol": 1,
        "code": code,
        "public_key": PUBLIC,
        "agent_version": "0.1.0",
        "machine": {"hostname": "x"},
        "signature": sign(f"kangqiao-edge-enroll-1|{code}|{PUBLIC}"),
        "later_field": 1,
    }
    answer = client_a.post("/api/edge/v1/enroll", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201, answer.content.decode()
    assert answer.json()["ws_url"].endswith("/edge/v1")
    wrong = client_a.post(
        "/api/edge/v1/enroll", json.dumps({**body, "code": "ZZZZZZZZ"}), content_type="application/json"
    )
    assert (wrong.status_code, wrong.json()["type"]) == (404, "/problems/code_unknown")


def test_wrong_fingerprint_confirms_nothing(in_a: TenantRef) -> None:
    code, _ = enrolment.make_code(SYSTEM, agent_name="前置机")
    agent, _ = enroll(code)
    with pytest.raises(Invalid):
        enrolment.confirm_agent(SYSTEM, agent.pk, fingerprint_tail="000000")
    agent.refresh_from_db()
    assert agent.status == "pending"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agent_id": "stranger"}, "unknown_agent"),
        ({"host": "beta.localhost"}, "unknown_agent"),
        ({"signature": "AAAA"}, "unknown_agent"),
        ({"boot_id": "2" * 32}, "unknown_agent"),
    ],
)
def test_link_is_refused_to_strangers(in_a: TenantRef, change: dict[str, str], reason: str) -> None:
    with pytest.raises(linking.LinkRefused) as refusal:
        linking.link_agent(HOST, "bm9uY2U=", auth(active_agent(), **change))
    assert refusal.value.reason == reason


def test_answer_to_an_old_nonce_does_not_open_a_new_link(in_a: TenantRef) -> None:
    agent = active_agent()
    with pytest.raises(linking.LinkRefused):
        linking.link_agent(HOST, "other", auth(agent, nonce="bm9uY2U="))


def test_pending_and_revoked_agents_get_no_configuration(in_a: TenantRef) -> None:
    agent = active_agent()
    for status, reason in (("pending", "pending"), ("revoked", "revoked")):
        EdgeAgent.objects.update(status=status)
        with pytest.raises(linking.LinkRefused) as refusal:
            linking.link_agent(HOST, "bm9uY2U=", auth(agent))
        assert refusal.value.reason == reason


def test_agent_of_one_hospital_is_unknown_in_another(in_a: TenantRef, hospital_b: TenantRef) -> None:
    agent = active_agent()
    with use_hospital(hospital_b), pytest.raises(linking.LinkRefused) as refusal:
        linking.link_agent("beta.localhost", "bm9uY2U=", auth(agent, host="beta.localhost"))
    assert refusal.value.reason == "unknown_agent"


def test_link_gives_configuration_and_the_place_to_resume(in_a: TenantRef) -> None:
    agent = active_agent()
    Instrument.objects.create(
        code="cbc-1", name="血球仪", agent=agent, transport="tcp_server", port=8007, allowed_addresses="127.0.0.1"
    )
    linked = linking.link_agent(HOST, "bm9uY2U=", auth(agent))
    assert linked.last_seq == 0
    (device,) = linked.config["devices"]
    assert device["transport"] == {"type": "tcp_server", "bind": "0.0.0.0", "port": 8007, "allow": ["127.0.0.1"]}
    transmissions.receive_transmissions(agent.pk, [data(1), data(5, CBC.replace("6.2", "7.1"))])
    assert linking.link_agent(HOST, "bm9uY2U=", auth(agent)).last_seq == 5
    assert linking.link_agent(HOST, "bm9uY2U=", auth(agent, spool_id="t" * 32)).last_seq == 0
    assert linking.link_agent(HOST, "bm9uY2U=", auth(agent, config_version=linked.config_version)).config is None


def test_replacement_key_takes_over_at_its_first_use(in_a: TenantRef) -> None:
    agent = active_agent()
    EdgeAgent.objects.update(public_key="old", next_public_key=PUBLIC)
    linking.link_agent(HOST, "bm9uY2U=", auth(agent))
    agent.refresh_from_db()
    assert (agent.public_key, agent.next_public_key) == (PUBLIC, "")


def test_same_message_is_stored_once_however_often_and_under_whatever_number_it_comes(in_a: TenantRef) -> None:
    agent = active_agent()
    for seq in (1, 1, 7):
        assert transmissions.receive_transmissions(agent.pk, [data(seq)]) == (seq, [])
    assert RawTransmission.objects.count() == 1
    outbox.drain()
    outbox.drain()
    assert Interpretation.objects.get().kind == "result"
    assert InstrumentResult.objects.count() == 2


def test_message_that_can_never_be_stored_is_rejected_and_the_others_kept(in_a: TenantRef) -> None:
    agent = active_agent()
    bad = Received(2, "k" * 64, {"device": "cbc-1"})
    null = data(4, CBC + "x", hint={"sender": "\0"})
    beyond = data(5, CBC + "y", repeats=2**40)
    huge = data(3, "H|\\^&\r" + "x" * (513 * 1024))
    upto, rejected = transmissions.receive_transmissions(agent.pk, [data(1), bad, huge, null, beyond])
    assert upto == 5
    assert [(r["seq"], r["code"]) for r in rejected] == [
        (2, "bad_body"),
        (3, "too_large"),
        (4, "bad_body"),
        (5, "bad_body"),
    ]
    assert RawTransmission.objects.count() == 1


def test_unreadable_message_is_kept_with_its_reason(in_a: TenantRef) -> None:
    agent = active_agent()
    transmissions.receive_transmissions(agent.pk, [data(1, "garbage")])
    outbox.drain()
    assert Interpretation.objects.get().kind == "unreadable"
    assert InstrumentResult.objects.count() == 0


def test_quality_control_never_becomes_a_patients_result(in_a: TenantRef) -> None:
    agent = active_agent()
    transmissions.receive_transmissions(agent.pk, [data(1, CBC.replace("|P|LIS2-A2", "|Q|LIS2-A2"))])
    outbox.drain()
    assert set(InstrumentResult.objects.values_list("match_status", flat=True)) == {"qc"}


def test_unknown_barcode_waits_in_the_tray_and_can_be_dismissed_with_a_reason(in_a: TenantRef) -> None:
    agent = active_agent()
    transmissions.receive_transmissions(agent.pk, [data(1)])
    outbox.drain()
    rows = list(InstrumentResult.objects.order_by("line"))
    assert {row.match_status for row in rows} == {"unmatched"}
    assert "09202611230017" in rows[0].reason
    transmissions.dismiss_results(SYSTEM, [row.pk for row in rows], reason="质控样本贴错条码")
    assert set(InstrumentResult.objects.values_list("match_status", flat=True)) == {"dismissed"}
    assert RawTransmission.objects.count() == 1
