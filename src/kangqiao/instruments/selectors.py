"""Reading agents, instruments, transmissions and the tray."""

from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kangqiao.instruments.enums import AgentStatus, MatchStatus
from kangqiao.instruments.models import EdgeAgent, InstrumentResult, RawTransmission

ONLINE_SECONDS = 60


def waiting_results(transmission_id: int) -> list[InstrumentResult]:
    """The result lines of a transmission that wait for a match, in order, with their transmission."""
    rows = InstrumentResult.objects.filter(transmission_id=transmission_id, match_status=MatchStatus.WAITING)
    return list(rows.select_related("transmission").order_by("line"))


def agents() -> "QuerySet[EdgeAgent]":
    """All agents, with `instrument_count`."""
    return EdgeAgent.objects.annotate(instrument_count=Count("instruments")).order_by("name")


def is_online(agent: EdgeAgent) -> bool:
    return bool(agent.last_seen_at and timezone.now() - agent.last_seen_at < timedelta(seconds=ONLINE_SECONDS))


def tray(*, q: str = "", match_status: str = MatchStatus.UNMATCHED) -> "QuerySet[InstrumentResult]":
    """Results by their match, newest first; `q` is a barcode or a channel code."""
    rows = InstrumentResult.objects.filter(match_status=match_status).select_related("transmission").order_by("-id")
    return rows.filter(Q(barcode__startswith=q) | Q(channel_code__iexact=q)) if q else rows


def transmissions(*, q: str = "") -> "QuerySet[RawTransmission]":
    """Raw transmissions, newest first, with their interpretation; `q` is a device or a barcode."""
    rows = RawTransmission.objects.select_related("interpretation", "agent").order_by("-id")
    return rows.filter(Q(device=q) | Q(results__barcode=q)).distinct() if q else rows


def has_active_agent() -> bool:
    return EdgeAgent.objects.filter(status=AgentStatus.ACTIVE).exists()


def agent_by_fingerprint(tail: str) -> EdgeAgent | None:
    """The newest agent whose fingerprint ends so."""
    return EdgeAgent.objects.filter(fingerprint__endswith=tail.replace("-", "").lower()).order_by("-id").first()
