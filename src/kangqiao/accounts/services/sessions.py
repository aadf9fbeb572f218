"""Sessions: start, recognize, end. Idle and absolute time-outs are judged at each request."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg, JSONBAgg
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from kangqiao.accounts import rules
from kangqiao.accounts.enums import DataScope, SessionEnd
from kangqiao.accounts.models import StaffSession, StaffUser
from kangqiao.accounts.roles import ADMINISTRATOR_ROLES
from kangqiao.accounts.tokens import digest, new_secret
from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import SignInRequired

TOUCH_SECONDS = 30
SCOPE_ORDER = [DataScope.OWN, DataScope.DEPARTMENT, DataScope.HOSPITAL, DataScope.GROUP]


def start_session(user: StaffUser, ip: str, browser: str) -> str:
    """Make a session and return the cookie's value, `<id>.<secret>`."""
    secret = new_secret()
    session = StaffSession.objects.create(user=user, secret_sha256=digest(secret), ip=ip, browser=browser[:200])
    StaffUser.objects.filter(pk=user.pk).update(last_seen_at=timezone.now())
    return f"{session.pk}.{secret}"


def recognize(cookie: str, ip: str) -> tuple[Actor, StaffUser]:
    """The actor of a session cookie, in one query (and one update when it was last seen a while ago). Raises SignInRequired."""
    number, _, secret = cookie.partition(".")
    session = _load(int(number)) if number.isdigit() and len(number) < 19 else None
    if session is None or not constant_time_compare(session.secret_sha256, digest(secret)):
        raise SignInRequired()
    now = timezone.now()
    if session.ended_at:
        raise SignInRequired("会话已结束", "session-ended", "请重新登录；没有保存的内容还在本页")
    if now - session.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
        end(session, SessionEnd.IDLE)
        raise SignInRequired("长时间未操作，已自动退出", "session-idle", "请重新登录；没有保存的内容还在本页")
    if now - session.created_at > timedelta(seconds=settings.SESSION_ABSOLUTE_SECONDS):
        end(session, SessionEnd.EXPIRED)
        raise SignInRequired("登录已到期", "session-expired", "请重新登录；没有保存的内容还在本页")
    if not session.user.is_active:
        raise SignInRequired("这个用户已停用", "user-disabled", "请联系本院管理员")
    if now - session.last_seen_at > timedelta(seconds=TOUCH_SECONDS):
        StaffSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return _actor(session, ip), session.user


def _load(pk: int) -> Any:
    active = Q(user__roles__is_active=True)
    return (
        StaffSession.objects.filter(pk=pk)
        .select_related("user")
        .annotate(
            granted=JSONBAgg("user__roles__permissions", filter=active, default=[]),
            scopes=ArrayAgg("user__roles__data_scope", filter=active, default=[]),
            role_codes=ArrayAgg("user__roles__code", filter=active, distinct=True, default=[]),
            department_ids=ArrayAgg(
                "user__departments__id", filter=Q(user__departments__isnull=False), distinct=True, default=[]
            ),
        )
        .first()
    )


def _actor(session: Any, ip: str) -> Actor:
    user: StaffUser = session.user
    roles = frozenset(session.role_codes)
    permissions = frozenset(code for codes in session.granted for code in codes)
    if setup_needed(user, roles):
        permissions = frozenset()
    scope: Any = max(session.scopes, key=SCOPE_ORDER.index, default=DataScope.OWN)
    return Actor(
        kind="staff",
        id=user.pk,
        name=user.name,
        permissions=permissions,
        data_scope=scope,
        department_ids=frozenset(session.department_ids),
        ip=ip,
        session_id=session.pk,
        roles=roles,
    )


def setup_needed(user: StaffUser, roles: frozenset[str]) -> str:
    """What the user must do before anything else: `first_password` (there is none yet), `password`, `totp`, or nothing."""
    if user.password == "":
        return "first_password"
    age = timezone.now() - user.password_changed_at if user.password_changed_at else None
    if user.must_change_password or age is None or age > timedelta(days=rules.MAXIMUM_AGE_DAYS):
        return "password"
    if roles & ADMINISTRATOR_ROLES and not user.totp_confirmed_at:
        return "totp"
    return ""


def end(session: StaffSession, why: SessionEnd) -> None:
    """Close one session; closing twice keeps the first reason."""
    StaffSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=why)


@transaction.atomic
def end_sessions(actor: Actor, user: StaffUser, *, keep: int = 0, why: SessionEnd = SessionEnd.ENDED) -> int:
    """Close all of a user's sessions but `keep`. Returns how many."""
    rows = StaffSession.objects.filter(user=user, ended_at=None).exclude(pk=keep)
    count = rows.update(ended_at=timezone.now(), ended_by=why)
    auditing.record(actor, "accounts.sessions_ended", target=user, count=count)
    return count
