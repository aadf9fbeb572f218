"""Schemas of sessions, users and roles."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from kangqiao.core.api import In, ListQuery, Out
from kangqiao.core.resource_schemas import Ref
from kangqiao.core.sensitive import MaskedPhone


class LogIn(In):
    username: Annotated[str, Field(min_length=1, max_length=40)]
    password: Annotated[str, Field(min_length=1, max_length=128)]
    totp: Annotated[str, Field(max_length=8)] = ""


class Enter(In):
    token: Annotated[str, Field(min_length=20, max_length=100)]


class SwitchTo(In):
    subdomain: Annotated[str, Field(max_length=40)]


class PasswordChange(In):
    old: Annotated[str, Field(max_length=128)] = ""
    new: Annotated[str, Field(min_length=1, max_length=128)]


class TotpCode(In):
    code: Annotated[str, Field(min_length=6, max_length=8)]


class HospitalCard(Out):
    name: str
    group: str
    subdomain: str


class Me(Out):
    id: int
    username: str
    name: str
    title: str
    roles: list[str]
    departments: list[Ref]


class Features(Out):
    ws_url: str
    idle_seconds: int


class SessionOut(Out):
    user: Me
    hospital: HospitalCard
    permissions: list[str]
    features: Features
    setup: str
    """`first_password`, `password` or `totp`: what must be done first; empty when ready."""


class TotpStart(Out):
    uri: str
    qr_svg: str


class MemberHospital(Out):
    name: str
    subdomain: str
    url: str
    is_current: bool


class Redirect(Out):
    url: str


class UserQuery(ListQuery):
    is_active: bool | None = None
    role: str = ""


class UserOut(Out):
    id: int
    username: str
    name: str
    pinyin: str
    phone: MaskedPhone
    email: str
    title: str
    signature: uuid.UUID | None
    discount_limit: Decimal
    roles: list[Ref]
    departments: list[Ref]
    is_active: bool
    must_change_password: bool
    has_totp: bool
    last_seen_at: datetime | None

    @staticmethod
    def resolve_has_totp(user: object) -> bool:
        return bool(getattr(user, "totp_confirmed_at", None))


class UserIn(In):
    username: Annotated[str, Field(max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=100)] = ""
    title: Annotated[str, Field(max_length=40)] = ""
    discount_limit: Annotated[Decimal, Field(ge=0, le=1, decimal_places=2)] = Decimal("1.00")
    roles: list[int] = []
    departments: list[int] = []


class UserPatch(In):
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    phone: Annotated[str, Field(max_length=20)] | None = None
    email: Annotated[str, Field(max_length=100)] | None = None
    title: Annotated[str, Field(max_length=40)] | None = None
    signature: uuid.UUID | None = None
    discount_limit: Annotated[Decimal, Field(ge=0, le=1, decimal_places=2)] | None = None
    roles: list[int] | None = None
    departments: list[int] | None = None
    is_active: bool | None = None


class NewUser(Out):
    user: UserOut
    password: str


class OneTimePassword(Out):
    password: str


class SessionRow(Out):
    id: int
    user_id: int
    user_name: str
    ip: str
    browser: str
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    ended_by: str

    @staticmethod
    def resolve_user_name(session: object) -> str:
        return session.user.name  # type: ignore[attr-defined]


class AttemptRow(Out):
    id: int
    at: datetime
    username: str
    outcome: str
    ip: str
    browser: str


class PermissionOut(Out):
    code: str
    title: str
