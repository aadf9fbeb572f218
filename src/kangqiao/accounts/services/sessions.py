"""Sessions: start, recognize, end. Idle and absolute time-outs are judged at each request."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
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
SESSION_COLUMNS = ("id", "secret_sha256", "created_at", "last_seen_at", "ended_at")
# By hand: every request begins with it, and the query builder took longer over it than the database.
WHO = """
with held as (
    select role.code, role.data_scope, role.permissions
    from accounts_staffsession session
    join accounts_staffuser_roles link on link.staffuser_id = session.user_id
    join accounts_role role on role.id = link.role_id
    where session.id = %s and role.is_active
)
select staff.*,
    session.id as session_id, session.secret_sha256 as session_secret_sha256, session.created_at as session_created_at,
    session.last_seen_at as session_last_seen_at, session.ended_at as session_ended_at,
    array(select unnest(permissions) from held) as granted,
    array(select data_scope from held) as scopes,
    array(select code from held) as role_codes,
    array(select department_id from accounts_staffuser_departments where staffuser_id = staff.id) as department_ids
from accounts_staffsession session join accounts_staffuser staff on staff.id = session.user_id
where session.id = %s
"""
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
    is_number = number.isascii() and number.isdigit() and len(number) < 19
    session = _load(int(number)) if is_number else None
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
    """The session with its user, who carries `granted`, `scopes`, `role_codes` and `department_ids`."""
    user = next(iter(StaffUser.objects.raw(WHO, [pk, pk])), None)
    if user is None:
        return None
    columns = {name: getattr(user, f"session_{name}") for name in SESSION_COLUMNS}
    return StaffSession(**columns, user=user)


def _actor(session: Any, ip: str) -> Actor:
    user: Any = session.user
    roles = frozenset(user.role_codes)
    permissions = frozenset(user.granted)
    if setup_needed(user, roles):
        permissions = frozenset()
    scope: Any = max(user.scopes, key=SCOPE_ORDER.index, default=DataScope.OWN)
    return Actor(
        kind="staff",
        id=user.pk,
        name=user.name,
        permissions=permissions,
        data_scope=scope,
        department_ids=frozenset(user.department_ids),
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
