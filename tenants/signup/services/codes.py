"""Codes by text message and e-mail: made, limited, checked. How they travel is registered from above."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from tenants.errors import DomainError, refuse
from tenants.scope import as_public
from tenants.signup.enums import Channel
from tenants.signup.models import VerificationCode

Sender = Callable[[str, str], None]

VALID_FOR = timedelta(minutes=10)
GAP = timedelta(seconds=60)
HOUR = timedelta(hours=1)
PER_TARGET_AND_HOUR = 5
PER_IP_AND_HOUR = 20
WRONG_TRIES = 5
PHONE = re.compile(r"^1[3-9]\d{9}$")

_senders: dict[str, Sender] = {}


def register_sender(channel: str, sender: Sender) -> None:
    """`sender(target, code)` delivers a code; it may raise, then the asker is told to try again."""
    _senders[Channel(channel)] = sender


def _hash(purpose: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def normalize_target(channel: str, target: str) -> str:
    """The phone number or address as it is stored. Refuses what is neither."""
    text = target.strip().replace(" ", "").lower()
    if channel == Channel.PHONE:
        text = text.removeprefix("+86")
        if not PHONE.match(text):
            refuse("phone-invalid", "手机号格式不对", status=422, detail="请输入 11 位中国大陆手机号", pointer="/phone")
        return text
    try:
        validate_email(text)
    except ValidationError:
        refuse("email-invalid", "邮箱格式不对", status=422, detail="请核对邮箱地址", pointer="/email")
    return text


def request_code(*, channel: str, target: str, ip: str) -> int:
    """Send a six-digit code; gives the seconds until another may be asked for. Refuses beyond the limits with 429."""
    target = normalize_target(channel, target)
    code = f"{secrets.randbelow(1_000_000):06d}"
    target_hash, ip_hash = _hash(channel, target), _hash("ip", ip)
    with as_public(), transaction.atomic():
        _one_at_a_time(target_hash, ip_hash)
        _check_limits(target_hash, ip_hash)
        VerificationCode.objects.create(
            channel=channel,
            target_hash=target_hash,
            ip_hash=ip_hash,
            code_hash=_hash("code", f"{target}{code}"),
            expires_at=timezone.now() + VALID_FOR,
        )
    _deliver(channel, target, code)
    return int(GAP.total_seconds())


def _deliver(channel: str, target: str, code: str) -> None:
    try:
        _senders[channel](target, code)
    except Exception as error:
        raise DomainError("code-not-sent", "验证码没有发出", status=502, detail="请稍后再试，或换一种方式") from error


def _one_at_a_time(*names: str) -> None:
    """Two requests for one target, or from one address, are counted one after the other."""
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _check_limits(target_hash: str, ip_hash: str) -> None:
    now = timezone.now()
    recent = VerificationCode.objects.filter(created_at__gt=now - HOUR)
    times = list(recent.filter(target_hash=target_hash).order_by("-created_at").values_list("created_at", flat=True))
    if times and times[0] > now - GAP:
        wait = int((times[0] + GAP - now).total_seconds()) + 1
        refuse("too-many-requests", f"请 {wait} 秒后再获取验证码", status=429, retry_after=wait)
    if len(times) >= PER_TARGET_AND_HOUR:
        wait = int((times[-1] + HOUR - now).total_seconds()) + 1
        refuse("too-many-requests", "验证码获取次数过多", status=429, detail="请一小时后再试", retry_after=wait)
    if recent.filter(ip_hash=ip_hash).count() >= PER_IP_AND_HOUR:
        refuse("too-many-requests", "当前网络获取验证码次数过多", status=429, detail="请一小时后再试", retry_after=3600)


def check_code(*, channel: str, target: str, code: str) -> int:
    """The id of the code that proves the target, to be consumed. A wrong try is counted at once, whatever follows."""
    target = normalize_target(channel, target)
    pointer = f"/{channel}_code"
    with as_public():
        row = (
            VerificationCode.objects.filter(target_hash=_hash(channel, target), consumed_at__isnull=True)
            .order_by("-created_at")
            .first()
        )
        if row is None or row.expires_at < timezone.now():
            refuse("code-expired", "验证码已失效", status=422, detail="请重新获取验证码", pointer=pointer)
        counted = VerificationCode.objects.filter(pk=row.pk, attempts__lt=WRONG_TRIES).update(
            attempts=F("attempts") + 1
        )
        if not counted:
            refuse("code-blocked", "验证码输错次数过多", status=422, detail="请重新获取验证码", pointer=pointer)
    if not hmac.compare_digest(row.code_hash, _hash("code", f"{target}{code.strip()}")):
        refuse("code-wrong", "验证码不对", status=422, detail="请核对后重新输入", pointer=pointer)
    return row.pk


def consume_codes(ids: list[int]) -> None:
    """Use codes up; each serves once. Joins the current transaction and scope."""
    used = VerificationCode.objects.filter(pk__in=ids, consumed_at__isnull=True).update(consumed_at=timezone.now())
    if used != len(set(ids)):
        refuse("code-expired", "验证码已被使用", status=422, detail="请重新获取验证码")
