"""Audit trail: list and verification."""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from kangqiao.audit import selectors, services
from kangqiao.core.api import DoorRouter, ListQuery, Out, Page, Request, page_of

router = DoorRouter("audit")


class AuditQuery(ListQuery):
    action: Annotated[str, Field(max_length=80)] = ""
    actor_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None


class AuditEntryOut(Out):
    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    ip: str
    action: str
    target_kind: str
    target_id: int | None
    target_text: str
    succeeded: bool
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    extra: dict[str, Any]
    trace_id: str


class VerdictOut(Out):
    entries: int
    seals: int
    intact: bool
    changed_entries: list[int]
    broken_seal: int | None


@router.get("/entries", permission="audit.entry.read", response=Page[AuditEntryOut])
def list_audit_entries(request: Request, query: Query[AuditQuery]):
    rows = selectors.entries(
        q=query.q, action=query.action, actor_id=query.actor_id, day_from=query.day_from, day_to=query.day_to
    )
    return page_of(rows, query)


@router.post("/verify", permission="audit.entry.read", response=VerdictOut)
def verify_audit(request: Request):
    services.seal()
    return services.verify()
