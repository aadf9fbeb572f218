"""Logging in: lock-out per hospital and user, password, second factor, session; every try is logged."""

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from kangqiao.accounts import rules
from kangqiao.accounts.enums import LogInOutcome
from kangqiao.accounts.models import EntryToken, LogInAttempt, StaffUser
from kangqiao.accounts.roles import OWNER_USERNAME
from kangqiao.accounts.services.sessions import start_session
from kangqiao.accounts.tokens import digest, new_secret
from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import DomainError, SignInRequired, TooManyRequests
from kangqiao.core.locks import lock_name

# Spent on unknown user names, so that the answer takes as long as for a known one.
DECOY = make_password("decoy-password-of-nobody")
TOTP_STEP_SECONDS = 30
ENTRY_TOKEN_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a log-in comes from."""

    ip: str
    browser: str


def log_in(visitor: Visitor, *, username: str, password: str, totp: str = "") -> tuple[StaffUser, str]:
    """Check the credentials and start a session. Returns the user and the cookie's value.

    Raises SignInRequired (wrong, code `wrong-credentials`; second factor needed, code `totp-required`) or TooManyRequests (locked).
    """
    username = username.strip().lower()[:40]
    refusal: DomainError | None = None
    with transaction.atomic():
        lock_name("log_in", username)
        user = StaffUser.objects.filter(username=username).first()
        outcome, refusal = _judge(user, username, password, totp)
        if outcome is not None:
            LogInAttempt.objects.create(
                username=username, user=user, outcome=outcome, ip=visitor.ip, browser=visitor.browser[:200]
            )
            actor = Actor(
                kind="staff", id=user.pk if user else None, name=user.name if user else username, ip=visitor.ip
            )
            auditing.record(
                actor, "accounts.log_in", target=user, succeeded=outcome == LogInOutcome.SUCCEEDED, outcome=str(outcome)
            )
        if refusal is None and user is not None:
            return user, start_session(user, visitor.ip, visitor.browser)
    raise refusal or SignInRequired()


def _judge(
    user: StaffUser | None, username: str, password: str, totp: str
) -> tuple[LogInOutcome | None, DomainError | None]:
    if left := locked_for(username):
        return LogInOutcome.LOCKED, TooManyRequests(
            "登录已锁定", left, f"连续输错 {rules.MAXIMUM_TRIES} 次，请 {left // 60 + 1} 分钟后再试，或请管理员重置密码"
        )
    if not check_password(password, user.password if user else DECOY) or user is None:
        tries = rules.MAXIMUM_TRIES - _failures_in_a_row(username)[0] - 1
        hint = f"还可以试 {tries} 次" if tries > 0 else f"已锁定 {rules.LOCK_SECONDS // 60} 分钟"
        return LogInOutcome.WRONG_PASSWORD, SignInRequired("用户名或密码不对", "wrong-credentials", hint)
    if not user.is_active:
        return LogInOutcome.DISABLED, SignInRequired("这个用户已停用", "user-disabled", "请联系本院管理员")
    if user.totp_confirmed_at:
        if not totp:
            return None, SignInRequired("请输入动态口令", "totp-required", "打开手机上的动态口令应用查看 6 位数字")
        if not accept_totp(user, totp):
            return LogInOutcome.WRONG_CODE, SignInRequired("动态口令不对", "wrong-totp", "请等下一个 6 位数字再试")
    return LogInOutcome.SUCCEEDED, None


def accept_totp(user: StaffUser, code: str) -> bool:
    """True when the code is right for now ±30 s and was not used before (RFC 6238 §5.2)."""
    now = timezone.now()
    generator = pyotp.TOTP(user.totp_secret)
    for drift in (0, -1, 1):
        moment = now + timedelta(seconds=drift * TOTP_STEP_SECONDS)
        step = int(moment.timestamp()) // TOTP_STEP_SECONDS
        if step > user.totp_last_step and pyotp.utils.strings_equal(code.strip(), generator.at(moment)):
            StaffUser.objects.filter(pk=user.pk).update(totp_last_step=step)
            return True
    return False


def _failures_in_a_row(username: str) -> tuple[int, float]:
    """Wrong tries since the last success, at most MAXIMUM_TRIES, and the seconds since the last of them."""
    rows = LogInAttempt.objects.filter(username=username).exclude(outcome=LogInOutcome.LOCKED)
    recent = list(rows.order_by("-at", "-id").values_list("outcome", "at")[: rules.MAXIMUM_TRIES])
    wrong = {LogInOutcome.WRONG_PASSWORD, LogInOutcome.WRONG_CODE}
    count = next((n for n, (outcome, _) in enumerate(recent) if outcome not in wrong), len(recent))
    return count, (timezone.now() - recent[0][1]).total_seconds() if recent else 0.0


def locked_for(username: str) -> int:
    """Seconds that a user name stays locked in this hospital."""
    return rules.locked_seconds(*_failures_in_a_row(username))


def issue_entry_token(user: StaffUser) -> str:
    """A one-time token, good for five minutes, that logs `user` in."""
    token = new_secret()
    EntryToken.objects.create(
        token_sha256=digest(token), user=user, expires_at=timezone.now() + timedelta(seconds=ENTRY_TOKEN_SECONDS)
    )
    return token


def owner_entry_token() -> str:
    """A token for the owner, as long as no password has been set; empty afterwards: then the password is the way in."""
    owner = StaffUser.objects.filter(username=OWNER_USERNAME, password="").first()
    return issue_entry_token(owner) if owner else ""


@transaction.atomic
def enter(visitor: Visitor, token: str) -> tuple[StaffUser, str]:
    """Use a one-time token. Raises SignInRequired when it is unknown, used or too old."""
    now = timezone.now()
    row = EntryToken.objects.select_related("user").filter(
        token_sha256=digest(token), used_at=None, expires_at__gt=now, user__is_active=True
    )
    entry = row.first()
    if entry is None or EntryToken.objects.filter(pk=entry.pk, used_at=None).update(used_at=now) != 1:
        raise SignInRequired("链接已失效", "entry-token-spent", "请用用户名和密码登录")
    LogInAttempt.objects.create(
        username=entry.user.username,
        user=entry.user,
        outcome=LogInOutcome.SUCCEEDED,
        ip=visitor.ip,
        browser=visitor.browser[:200],
    )
    auditing.record(
        Actor(kind="staff", id=entry.user.pk, name=entry.user.name, ip=visitor.ip),
        "accounts.entered",
        target=entry.user,
    )
    return entry.user, start_session(entry.user, visitor.ip, visitor.browser)


__all__ = ["Visitor", "accept_totp", "enter", "issue_entry_token", "locked_for", "log_in"]
