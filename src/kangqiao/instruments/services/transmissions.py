"""What instruments sent: stored once per key, read, handed on by event, settled by those who match it."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify
from kangqiao.instruments import rules
from kangqiao.instruments.enums import MatchStatus, TransmissionKind
from kangqiao.instruments.models import EdgeAgent, InstrumentResult, Interpretation, RawTransmission

log = structlog.get_logger(__name__)

MAX_RAW_BYTES = 512 * 1024
KEY_LENGTH = 64
MAX_NUMBER = 2**63
MAX_REPEATS = 2**31


@dataclass(frozen=True, slots=True)
class Received:
    """One `data` envelope."""

    seq: int
    key: str
    body: dict[str, Any]


class BadBody(ValueError):
    """Can never succeed: rejected to the agent with this code."""


@transaction.atomic
def receive_transmissions(agent_pk: int, batch: list[Received]) -> tuple[int, list[dict[str, Any]]]:
    """Store a batch in one transaction. Returns the highest seq, and the rejected ones with their codes."""
    rejected: list[dict[str, Any]] = []
    rows = []
    for message in batch:
        try:
            rows.append(_row(agent_pk, message))
        except BadBody as fault:
            rejected.append({"seq": message.seq, "code": str(fault), "detail": "报文内容不合规，已在前置机留底"})
    known = set(
        RawTransmission.objects.filter(agent_id=agent_pk, key__in=[r.key for r in rows]).values_list("key", flat=True)
    )
    fresh = {row.key: row for row in rows if row.key not in known}
    RawTransmission.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    for pk in RawTransmission.objects.filter(agent_id=agent_pk, key__in=fresh, interpretation=None).values_list(
        "pk", flat=True
    ):
        publish("instruments.transmission_stored", {"transmission_id": pk})
    top = max(batch, key=lambda m: m.seq)
    EdgeAgent.objects.filter(pk=agent_pk, last_seq__lt=top.seq).update(
        last_seq=top.seq, last_key=top.key, last_seen_at=timezone.now()
    )
    return top.seq, rejected


def _row(agent_pk: int, message: Received) -> RawTransmission:
    """The row of a message. Raises BadBody for what the database can never take, so that one message cannot block the rest."""
    body = message.body
    try:
        raw = base64.b64decode(body["raw"], validate=True)
        received_at = parse_datetime(body["received_at"])
        device, protocol, charset = str(body["device"]), str(body["protocol"]), str(body.get("charset", "auto"))
        repeats = int(body.get("repeats") or 0)
        notes = {name: body.get(name) or {} for name in ("edge_time", "hint")}
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise BadBody("bad_body") from error
    texts = (device, protocol, charset, message.key, json.dumps(notes))
    if received_at is None or received_at.tzinfo is None:
        raise BadBody("bad_body")
    in_range = len(message.key) == KEY_LENGTH and 0 < message.seq < MAX_NUMBER and 0 <= repeats < MAX_REPEATS
    if not in_range or any("\0" in text or "\\u0000" in text for text in texts):
        raise BadBody("bad_body")
    if len(raw) > MAX_RAW_BYTES:
        raise BadBody("too_large")
    return RawTransmission(
        agent_id=agent_pk,
        key=message.key,
        seq=message.seq,
        device=device[:40],
        protocol=protocol[:10],
        raw=raw,
        charset=charset[:12],
        received_at=received_at,
        terminated=bool(body.get("terminated", True)),
        repeats=repeats,
        **notes,
    )


@transaction.atomic
def read_transmission(pk: int) -> Interpretation:
    """Read a stored transmission into result lines and announce them. Interpreting twice changes nothing."""
    stored = RawTransmission.objects.get(pk=pk)
    present = Interpretation.objects.filter(transmission=stored).first()
    if present:
        return present
    try:
        message = rules.read_message(rules.decode(bytes(stored.raw), stored.charset))
    except rules.Unreadable as fault:
        log.warning("instruments.unreadable", transmission_id=pk)
        notify("tray", 0, {"kind": "unreadable"})
        return Interpretation.objects.create(transmission=stored, kind=TransmissionKind.UNREADABLE, fault=str(fault))
    interpretation = Interpretation.objects.create(
        transmission=stored, kind=message.kind, fault="" if stored.terminated else "报文没有正常结束，请核对"
    )
    status = MatchStatus.QUALITY_CONTROL if message.kind == TransmissionKind.QUALITY_CONTROL else MatchStatus.WAITING
    InstrumentResult.objects.bulk_create(
        InstrumentResult(
            transmission=stored,
            line=number,
            device=stored.device,
            barcode=line.barcode,
            channel_code=line.channel_code,
            value=line.value,
            measurement_unit=line.measurement_unit,
            instrument_flag=line.instrument_flag,
            measured_at=line.measured_at,
            match_status=status,
        )
        for number, line in enumerate(message.lines, 1)
    )
    if message.kind == TransmissionKind.RESULT and message.lines:
        publish("instruments.results_received", {"transmission_id": pk})
    return interpretation


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one instrument result: matched to an item result, or why not."""

    result_id: int
    item_result_id: int | None = None
    reason: str = ""


def settle_results(settlements: Iterable[Settlement]) -> None:
    """Called by the context that matches specimens, in the transaction of its own writes."""
    waiting = False
    for each in settlements:
        matched = each.item_result_id is not None
        waiting |= not matched
        InstrumentResult.objects.filter(pk=each.result_id).update(
            match_status=MatchStatus.MATCHED if matched else MatchStatus.UNMATCHED,
            item_result_id=each.item_result_id,
            reason=each.reason[:200],
            updated_at=timezone.now(),
        )
    if waiting:
        notify("tray", 0, {"kind": "unmatched"})


@transaction.atomic
def retry_matching(actor: Actor, result_ids: list[int], *, barcode: str = "") -> int:
    """Match unmatched results again, after the mapping was mended or with the right barcode. Returns how many transmissions."""
    actor.require("instruments.tray.write")
    rows = InstrumentResult.objects.select_for_update().filter(pk__in=result_ids, match_status=MatchStatus.UNMATCHED)
    found = list(rows.order_by("pk"))
    if not found:
        raise NotFound("没有可以重新匹配的结果", "可能已被他人处理，请刷新")
    changes: dict[str, Any] = {"match_status": MatchStatus.WAITING, "reason": ""}
    if barcode:
        changes["barcode"] = barcode.strip()[:40]
    InstrumentResult.objects.filter(pk__in=[r.pk for r in found]).update(**changes, updated_at=timezone.now())
    transmissions = sorted({row.transmission_id for row in found})
    for pk in transmissions:
        publish("instruments.results_received", {"transmission_id": pk})
    auditing.record(actor, "instruments.results_retried", after={"ids": result_ids, "barcode": barcode})
    return len(transmissions)


@transaction.atomic
def dismiss_results(actor: Actor, result_ids: list[int], *, reason: str) -> int:
    """Take unmatched results out of the tray, with a reason. The raw transmission stays."""
    actor.require("instruments.tray.write")
    rows = InstrumentResult.objects.filter(pk__in=result_ids, match_status=MatchStatus.UNMATCHED)
    count = rows.update(match_status=MatchStatus.DISMISSED, reason=reason[:200], updated_at=timezone.now())
    auditing.record(actor, "instruments.results_dismissed", after={"ids": result_ids}, reason=reason)
    return count
