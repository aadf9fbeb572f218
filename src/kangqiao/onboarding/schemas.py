"""Schemas of the public site and of the first-run checklist."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from kangqiao.core.api import In, Out


class PlanOut(Out):
    code: str
    name: str
    price_text: str
    features: list[str]


class Plans(Out):
    items: list[PlanOut]


class CodeRequest(In):
    channel: Literal["phone", "email"]
    target: Annotated[str, Field(min_length=5, max_length=100)]


class SubdomainOut(Out):
    available: bool
    reason: str
    suggestion: str


class SignUpIn(In):
    plan: Annotated[str, Field(max_length=30)]
    group_name: Annotated[str, Field(min_length=2, max_length=100)]
    hospital_name: Annotated[str, Field(min_length=2, max_length=100)]
    subdomain: Annotated[str, Field(min_length=3, max_length=30)]
    contact_name: Annotated[str, Field(min_length=2, max_length=40)]
    phone: Annotated[str, Field(max_length=20)]
    phone_code: Annotated[str, Field(max_length=6)]
    email: Annotated[str, Field(max_length=100)]
    email_code: Annotated[str, Field(max_length=6)]
    consent_version: Annotated[str, Field(max_length=30)]
    demo_data: bool = False


class SignUpStarted(Out):
    public_id: UUID


class StepOut(Out):
    name: str
    title: str
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    detail: str


class SignUpOut(Out):
    status: str
    hospital_name: str
    subdomain: str
    steps: list[StepOut]
    redirect_url: str | None
    error: str | None


class ChecklistEntry(Out):
    code: str
    title: str
    detail: str
    path: str
    done: bool


class Checklist(Out):
    items: list[ChecklistEntry]
    has_demo_data: bool
    may_remove_demo_data: bool


class Removed(Out):
    count: int
