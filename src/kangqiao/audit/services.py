"""Writing, sealing and verifying the audit trail (等保三级: append-only, protected, covers reads of sensitive fields)."""

import datetime
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from django.db import connection, models, transaction
from django.utils import timezone

from kangqiao.audit.models import AuditEntry, AuditSeal
from kangqiao.core.actor import Actor
from kangqiao.core.tenancy import current_hospital, keys
from kangqiao.core.trace import trace_id

START = "0" * 64


def record(
    actor: Actor,
    action: str,
    *,
    target: models.Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    succeeded: bool = True,
    **extra: Any,
) -> None:
    """Append an entry in the current transaction: if it cannot be written, the business change does not happen either."""
    entry = AuditEntry(
        at=timezone.now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        ip=actor.ip,
        action=action,
        target_kind=target._meta.label_lower if target else "",
        target_id=target.pk if target else None,
        target_text=str(target)[:120] if target else "",
        succeeded=succeeded,
        before=_plain(before),
        after=_plain(after),
        extra=_plain(extra),
        trace_id=trace_id(),
    )
    entry.digest = _digest(entry)
    entry.save(force_insert=True)


def _plain(value: Any) -> Any:
    """JSON that reads back the same from the database."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return str(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    return str(value)


def _digest(entry: AuditEntry) -> str:
    content = orjson.dumps(
        [
            entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
            entry.actor_kind,
            entry.actor_id,
            entry.actor_name,
            entry.ip,
            entry.action,
            entry.target_kind,
            entry.target_id,
            entry.target_text,
            entry.succeeded,
            entry.before,
            entry.after,
            entry.extra,
            entry.trace_id,
        ],
        option=orjson.OPT_SORT_KEYS,
    )
    key = hmac.digest(keys.index_key(current_hospital()), b"audit", "sha256")
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def _chain(previous: str, digests: Iterable[str]) -> str:
    link = hashlib.sha256(previous.encode())
    for digest in digests:
        link.update(digest.encode())
    return link.hexdigest()


@transaction.atomic
def seal() -> AuditSeal | None:
    """Close the entries of all finished transactions into the next link. Run by the scheduler and before a verification."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('audit.seal'), hashtext(%s))", [current_hospital().schema]
        )
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
    last = AuditSeal.objects.order_by("-id").first()
    start = last.txid_to if last else 0
    digests = _digests(start, horizon)
    if not digests:
        return None
    previous = last.digest if last else START
    return AuditSeal.objects.create(
        txid_from=start, txid_to=horizon, entries=len(digests), previous=previous, digest=_chain(previous, digests)
    )


def _digests(start: int, end: int) -> list[str]:
    rows = AuditEntry.objects.filter(txid__gte=start, txid__lt=end).order_by("txid", "id")
    return list(rows.values_list("digest", flat=True))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verification found: broken entry ids, and the first seal whose chain does not fit (entries removed or added)."""

    entries: int
    seals: int
    changed_entries: tuple[int, ...]
    broken_seal: int | None

    @property
    def intact(self) -> bool:
        return not self.changed_entries and self.broken_seal is None


def verify() -> Verdict:
    """Recompute every entry's digest and every link of the chain."""
    count, changed = 0, []
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2000):
        count += 1
        if not hmac.compare_digest(_digest(entry), entry.digest):
            changed.append(entry.pk)
    previous, position, seals = START, 0, 0
    for link in AuditSeal.objects.order_by("id"):
        seals += 1
        fits = link.previous == previous and link.txid_from == position
        if not fits or link.digest != _chain(previous, _digests(link.txid_from, link.txid_to)):
            return Verdict(count, seals, tuple(changed), link.pk)
        previous, position = link.digest, link.txid_to
    return Verdict(count, seals, tuple(changed), None)
