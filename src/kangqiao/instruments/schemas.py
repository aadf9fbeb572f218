"""Schemas of agents, instruments, transmissions and the tray."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from kangqiao.core.api import In, ListQuery, Out
from kangqiao.instruments.enums import MatchStatus
from kangqiao.instruments.selectors import is_online


class CodeIn(In):
    agent_name: Annotated[str, Field(min_length=1, max_length=60)] = "前置机"
    agent: int | None = None


class CodeOut(Out):
    code: str
    agent_name: str
    expires_at: datetime
    command: str


class ConfirmIn(In):
    fingerprint_tail: Annotated[str, Field(min_length=6, max_length=8)]


class AgentOut(Out):
    id: int
    agent_id: str
    name: str
    status: str
    is_online: bool
    fingerprint_tail: str
    machine: dict[str, Any]
    agent_version: str
    config_version: int
    running_config_version: int
    config_fault: str
    snapshot: dict[str, Any]
    last_seen_at: datetime | None
    confirmed_by: str
    instrument_count: int = 0

    @staticmethod
    def resolve_is_online(agent: Any) -> bool:
        return is_online(agent)

    @staticmethod
    def resolve_fingerprint_tail(agent: Any) -> str:
        tail = agent.fingerprint[-6:].upper()
        return f"{tail[:2]}-{tail[2:4]}-{tail[4:]}"


class TransmissionOut(Out):
    id: int
    device: str
    protocol: str
    received_at: datetime
    stored_at: datetime
    repeats: int
    terminated: bool
    kind: str
    fault: str

    @staticmethod
    def resolve_kind(stored: Any) -> str:
        return stored.interpretation.kind if hasattr(stored, "interpretation") else ""

    @staticmethod
    def resolve_fault(stored: Any) -> str:
        return stored.interpretation.fault if hasattr(stored, "interpretation") else ""


class RawOut(TransmissionOut):
    text: str


class TrayQuery(ListQuery):
    match_status: Literal[tuple(MatchStatus.values)] = "unmatched"  # type: ignore[valid-type]


class TrayRow(Out):
    id: int
    transmission_id: int
    device: str
    barcode: str
    channel_code: str
    value: str
    measurement_unit: str
    instrument_flag: str
    measured_at: datetime | None
    match_status: str
    reason: str
    received_at: datetime

    @staticmethod
    def resolve_received_at(result: Any) -> datetime:
        return result.transmission.received_at


class RetryIn(In):
    ids: Annotated[list[int], Field(min_length=1, max_length=500)]
    barcode: Annotated[str, Field(max_length=40)] = ""


class DismissIn(In):
    ids: Annotated[list[int], Field(min_length=1, max_length=500)]
    reason: Annotated[str, Field(min_length=2, max_length=200)]


class Done(Out):
    count: int
