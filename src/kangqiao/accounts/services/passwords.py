"""Passwords and the second factor."""

import secrets

import pyotp
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from kangqiao.accounts import rules
from kangqiao.accounts.models import StaffUser
from kangqiao.accounts.services.log_in import accept_totp
from kangqiao.accounts.services.sessions import end_sessions
from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid, refuse
from kangqiao.core.locks import lock_one
from kangqiao.core.tenancy import current_hospital


@transaction.atomic
def change_password(actor: Actor, user_id: int, *, old: str, new: str) -> None:
    """Change one's own password; the other sessions end. Raises Invalid under the policy."""
    user = lock_one(StaffUser.objects.all(), user_id)
    first_time = user.password == ""
    if not first_time and not check_password(old, user.password):
        raise Invalid.field("old", "原密码不对")
    _set(user, new, must_change=False)
    auditing.record(actor, "accounts.password_changed", target=user)
    end_sessions(actor, user, keep=actor.session_id or 0)


@transaction.atomic
def reset_password(actor: Actor, user_id: int) -> str:
    """Give a user a one-time password, shown once; the user must change it. The user's sessions end."""
    actor.require("accounts.user.write")
    user = lock_one(StaffUser.objects.all(), user_id)
    password = initial_password()
    _set(user, password, must_change=True)
    auditing.record(actor, "accounts.password_reset", target=user)
    end_sessions(actor, user)
    return password


def initial_password() -> str:
    """Random, good under the policy, easy to read aloud."""
    return "Kq-" + "-".join(str(secrets.randbelow(9000) + 1000) for _ in range(3))


def _set(user: StaffUser, password: str, *, must_change: bool) -> None:
    if fault := rules.password_fault(password, user.username, user.name):
        raise Invalid.field("new", fault)
    remembered = [hashed for hashed in [user.password, *user.previous_passwords] if hashed][: rules.HISTORY]
    if any(check_password(password, hashed) for hashed in remembered):
        raise Invalid.field("new", f"不能用最近 {rules.HISTORY} 次用过的密码")
    user.previous_passwords = remembered
    user.password = make_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = must_change
    user.save()


@transaction.atomic
def start_totp(actor: Actor, user_id: int) -> str:
    """Make a new secret, not yet in force. Returns the `otpauth://` address for the QR code."""
    user = lock_one(StaffUser.objects.all(), user_id)
    if user.totp_confirmed_at:
        refuse("totp-already-set", "动态口令已绑定", detail="要更换手机，请管理员先解除绑定")
    user.totp_secret = pyotp.random_base32()
    user.save(update_fields=["totp_secret"])
    return pyotp.TOTP(user.totp_secret).provisioning_uri(
        name=user.username, issuer_name=f"康桥 {current_hospital().name}"
    )


@transaction.atomic
def confirm_totp(actor: Actor, user_id: int, code: str) -> None:
    """Put the secret in force with the first right code."""
    user = lock_one(StaffUser.objects.all(), user_id)
    if not user.totp_secret or not accept_totp(user, code):
        raise Invalid.field("code", "动态口令不对，请核对手机时间后输入新的 6 位数字")
    StaffUser.objects.filter(pk=user.pk).update(totp_confirmed_at=timezone.now())
    auditing.record(actor, "accounts.totp_confirmed", target=user)


@transaction.atomic
def remove_totp(actor: Actor, user_id: int) -> None:
    """Unbind a lost phone; the user's sessions end and an administrator must bind anew before working."""
    actor.require("accounts.user.write")
    user = lock_one(StaffUser.objects.all(), user_id)
    StaffUser.objects.filter(pk=user.pk).update(totp_confirmed_at=None, totp_secret="")
    auditing.record(actor, "accounts.totp_removed", target=user)
    end_sessions(actor, user)
