"""Enrolling an agent: one-time code, proof of the key, confirmation by a person. See docs/architecture/edge-protocol.md §2."""

import base64
import binascii
import hashlib
import secrets
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.utils import timezone

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid, refuse
from kangqiao.core.locks import lock_one
from kangqiao.core.realtime import notify
from kangqiao.instruments.enums import AgentStatus
from kangqiao.instruments.models import EdgeAgent, EnrolmentCode

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
CODE_MINUTES = 15


def _digest(code: str) -> str:
    return hashlib.sha256(code.strip().upper().replace("-", "").replace(" ", "").encode()).hexdigest()


@transaction.atomic
def make_code(actor: Actor, *, agent_name: str, agent_id: int | None = None) -> tuple[str, EnrolmentCode]:
    """A one-time code, shown once. With `agent_id` it gives that agent a new credential."""
    actor.require("instruments.agent.write")
    agent = lock_one(EdgeAgent.objects.all(), agent_id) if agent_id else None
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    row = EnrolmentCode.objects.create(
        code_sha256=_digest(code),
        agent_name=agent.name if agent else agent_name.strip()[:60],
        agent=agent,
        created_by=actor.name,
        expires_at=timezone.now() + timedelta(minutes=CODE_MINUTES),
    )
    auditing.record(actor, "instruments.code_made", target=agent or row, agent_name=row.agent_name)
    return code, row


def verify(public_key: str, signature: str, text: str) -> bool:
    """Whether `signature` (base64) is by `public_key` (base64, 32 bytes) over the text."""
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


@transaction.atomic
def enroll_agent(
    *, code: str, public_key: str, signature: str, agent_version: str, machine: dict[str, Any]
) -> tuple[EdgeAgent, bool]:
    """Exchange a code for an agent. The same code and key again give the same agent. Returns it and whether it is new."""
    codes = EnrolmentCode.objects.select_for_update(of=("self",)).select_related("agent")
    row = codes.filter(code_sha256=_digest(code)).first()
    if row is None:
        refuse("code_unknown", "接入码不对", status=404, detail="请核对网页上显示的 8 位接入码")
    if not verify(public_key, signature, f"kangqiao-edge-enroll-1|{code}|{public_key}"):
        raise Invalid.field("signature", "签名不对，请重新运行 enroll")
    if row.used_at:
        if row.used_public_key != public_key:
            refuse("code_used", "接入码已经用过", status=409, detail="请在网页上重新生成一个")
        return EdgeAgent.objects.get(codes=row), False
    if row.expires_at < timezone.now():
        refuse("code_expired", "接入码已过期", status=410, detail="请在网页上重新生成一个，15 分钟内有效")
    fingerprint = hashlib.sha256(base64.b64decode(public_key)).hexdigest()
    agent = row.agent
    if agent is None:
        agent = EdgeAgent(agent_id=secrets.token_hex(8), name=row.agent_name, public_key=public_key)
    else:
        agent.next_public_key = public_key
    agent.fingerprint, agent.machine, agent.agent_version = fingerprint, machine, agent_version[:20]
    agent.save()
    row.agent, row.used_at, row.used_public_key = agent, timezone.now(), public_key
    row.save()
    actor = Actor(kind="agent", id=agent.pk, name=agent.name)
    auditing.record(actor, "instruments.agent_enrolled", target=agent, fingerprint=fingerprint)
    notify("agent", 0, {"kind": "enrolled", "id": agent.pk})
    return agent, True


@transaction.atomic
def confirm_agent(actor: Actor, pk: int, *, fingerprint_tail: str) -> EdgeAgent:
    """Let a pending agent work after comparing the last six characters of its fingerprint."""
    actor.require("instruments.agent.write")
    agent = lock_one(EdgeAgent.objects.all(), pk)
    if agent.status == AgentStatus.REVOKED:
        refuse("agent-revoked", "这台前置机已吊销", detail="要重新启用，请生成新的接入码")
    if fingerprint_tail.replace("-", "").strip().lower() != agent.fingerprint[-6:]:
        raise Invalid.field("fingerprint_tail", "指纹后 6 位不一致，请与前置机屏幕上显示的核对")
    agent.status, agent.confirmed_by, agent.confirmed_at = AgentStatus.ACTIVE, actor.name, timezone.now()
    agent.save()
    auditing.record(actor, "instruments.agent_confirmed", target=agent)
    notify("agent", 0, {"kind": "confirmed", "id": agent.pk})
    return agent


@transaction.atomic
def revoke_agent(actor: Actor, pk: int) -> EdgeAgent:
    """Cut an agent off; what it has sent stays."""
    actor.require("instruments.agent.write")
    agent = lock_one(EdgeAgent.objects.all(), pk)
    agent.status = AgentStatus.REVOKED
    agent.save(update_fields=["status", "updated_at"])
    auditing.record(actor, "instruments.agent_revoked", target=agent)
    notify("agent", 0, {"kind": "revoked", "id": agent.pk})
    return agent
