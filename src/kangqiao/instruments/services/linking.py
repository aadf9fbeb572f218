"""An agent's websocket: authentication, configuration, acknowledged storage, heartbeat. Each function is one database unit."""

import hmac
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.realtime import notify
from kangqiao.instruments.enums import AgentStatus, Transport
from kangqiao.instruments.models import EdgeAgent
from kangqiao.instruments.services.enrolment import verify

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 (the agent listens to instruments; `allow` names their addresses)


class LinkRefused(Exception):
    """Reason class of docs/architecture/edge-protocol.md §3.3."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Linked:
    """What `welcome` needs."""

    pk: int
    agent_id: str
    last_seq: int
    last_key: str
    config: dict[str, Any] | None
    config_version: int


@transaction.atomic
def link_agent(host: str, nonce: str, body: dict[str, Any]) -> Linked:
    """Authenticate an agent of this hospital. Raises LinkRefused."""
    agent = EdgeAgent.objects.select_for_update().filter(agent_id=str(body.get("agent_id", ""))[:64]).first()
    if agent is None or not hmac.compare_digest(str(body.get("host", "")).encode(), host.encode()):
        raise LinkRefused("unknown_agent")
    text = f"kangqiao-edge-auth-1|{nonce}|{agent.agent_id}|{host}|{body.get('boot_id', '')}"
    signature = str(body.get("signature", ""))
    if agent.next_public_key and verify(agent.next_public_key, signature, text):
        agent.public_key, agent.next_public_key = agent.next_public_key, ""
        auditing.record(Actor(kind="agent", id=agent.pk, name=agent.name), "instruments.key_replaced", target=agent)
    elif not verify(agent.public_key, signature, text):
        raise LinkRefused("unknown_agent")
    if agent.status != AgentStatus.ACTIVE:
        raise LinkRefused("pending" if agent.status == AgentStatus.PENDING else "revoked")
    spool_id = str(body.get("spool_id", ""))[:32]
    if spool_id != agent.spool_id:
        agent.spool_id, agent.last_seq, agent.last_key = spool_id, 0, ""
    agent.running_config_version = int(body.get("config_version") or 0)
    agent.agent_version = str(body.get("agent_version", ""))[:20]
    agent.last_seen_at = timezone.now()
    agent.save()
    notify("agent", 0, {"kind": "online", "id": agent.pk})
    current = agent.running_config_version == agent.config_version
    return Linked(
        agent.pk,
        agent.agent_id,
        agent.last_seq,
        agent.last_key,
        None if current else configuration(agent),
        agent.config_version,
    )


def configuration(agent: EdgeAgent) -> dict[str, Any]:
    """The agent's whole configuration, from its instruments."""
    return {"devices": [_device(instrument) for instrument in agent.instruments.order_by("sort_no", "code")]}


def _device(instrument: Any) -> dict[str, Any]:
    transport: dict[str, Any] = {"type": instrument.transport}
    if instrument.transport == Transport.SERIAL:
        transport |= {"port": instrument.serial_port, "usb": instrument.usb, "baud": instrument.baud}
    elif instrument.transport == Transport.TCP_CLIENT:
        transport |= {"host": instrument.host, "port": instrument.port}
    else:
        allow = [part.strip() for part in instrument.allowed_addresses.replace("，", ",").split(",") if part.strip()]
        transport |= {"bind": instrument.host or ANY_ADDRESS, "port": instrument.port, "allow": allow}
    return {
        "id": instrument.code,
        "name": instrument.name,
        "enabled": instrument.is_active,
        "driver": instrument.driver,
        "charset": instrument.charset,
        "transport": transport,
        "options": {},
    }


def changed_configuration(pk: int, known_version: int) -> tuple[int, dict[str, Any]] | None:
    """The configuration when it is newer than `known_version`; None also when the agent may no longer work."""
    agent = EdgeAgent.objects.filter(pk=pk, config_version__gt=known_version).first()
    return (agent.config_version, configuration(agent)) if agent else None


def may_work(pk: int) -> str:
    """Empty while the agent is active, otherwise the refusal's reason."""
    status = EdgeAgent.objects.filter(pk=pk).values_list("status", flat=True).first()
    return "" if status == AgentStatus.ACTIVE else "revoked"


@transaction.atomic
def take_ping(pk: int, body: dict[str, Any]) -> None:
    """Keep the agent's state for the web app."""
    agent = EdgeAgent.objects.select_for_update().get(pk=pk)
    before = [(d.get("id"), d.get("state")) for d in agent.snapshot.get("devices", [])]
    agent.snapshot = {
        key: body[key]
        for key in ("outbox_depth", "outbox_bytes", "dead_letters", "spool_full", "clock_offset_ms", "devices")
        if key in body
    }
    agent.running_config_version = int(body.get("config_version") or 0)
    agent.last_seen_at = timezone.now()
    agent.save(update_fields=["snapshot", "running_config_version", "last_seen_at", "updated_at"])
    if before != [(d.get("id"), d.get("state")) for d in agent.snapshot.get("devices", [])]:
        notify("agent", 0, {"kind": "devices", "id": agent.pk})


def take_command_result(pk: int, body: dict[str, Any]) -> None:
    """Keep what the agent says of a configuration: applied, invalid or rolled back."""
    fault = "" if body.get("ok") else f"{body.get('code', '')}：{body.get('detail', '')}"[:300]
    EdgeAgent.objects.filter(pk=pk).update(config_fault=fault)
    notify("agent", 0, {"kind": "configuration", "id": pk})
