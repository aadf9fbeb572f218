"""Asking for a hospital: checked, proven by codes, written down once."""

import hashlib
import json
import uuid
from dataclasses import asdict, dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from tenants.errors import refuse
from tenants.registry.names import check_subdomain
from tenants.registry.selectors import subdomain_taken
from tenants.registry.services import refuse_taken
from tenants.scope import as_public
from tenants.signup.enums import Channel
from tenants.signup.models import SignUp, SignUpStep
from tenants.signup.services.codes import check_code, consume_codes, normalize_target
from tenants.signup.services.steps import all_steps

PLANS = ("trial", "standard", "group")


@dataclass(frozen=True, slots=True)
class SignUpRequest:
    """What the form sends. `consent_version` is the version of the agreement that was ticked; empty means not ticked."""

    group_name: str
    hospital_name: str
    subdomain: str
    contact_name: str
    phone: str
    email: str
    plan: str
    consent_version: str
    with_demo_data: bool = False


def _checked(request: SignUpRequest) -> SignUpRequest:
    for name, title in (("group_name", "集团名称"), ("hospital_name", "医院名称"), ("contact_name", "联系人")):
        if not getattr(request, name).strip():
            refuse("validation", f"请填写{title}", status=422, pointer=f"/{name}")
    if request.plan not in PLANS:
        refuse("plan-unknown", "没有这个方案", status=422, detail="请重新选择方案", pointer="/plan")
    if not request.consent_version:
        refuse("consent-missing", "请先阅读并同意服务协议", status=422, pointer="/consent_version")
    return SignUpRequest(
        group_name=request.group_name.strip(),
        hospital_name=request.hospital_name.strip(),
        subdomain=check_subdomain(request.subdomain),
        contact_name=request.contact_name.strip(),
        phone=normalize_target(Channel.PHONE, request.phone),
        email=normalize_target(Channel.EMAIL, request.email),
        plan=request.plan,
        consent_version=request.consent_version,
        with_demo_data=request.with_demo_data,
    )


def start_sign_up(request: SignUpRequest, *, idempotency_key: str, phone_code: str, email_code: str) -> uuid.UUID:
    """Write the sign-up down; gives its public id. The same key gives the same sign-up; a held subdomain is refused."""
    request = _checked(request)
    if not idempotency_key:
        refuse("idempotency-key-missing", "缺少请求编号", status=422, detail="请刷新页面后重试")
    request_hash = hashlib.sha256(json.dumps(asdict(request), sort_keys=True).encode()).hexdigest()
    if earlier := _earlier(idempotency_key, request_hash):
        return earlier
    codes = [
        check_code(channel=Channel.PHONE, target=request.phone, code=phone_code),
        check_code(channel=Channel.EMAIL, target=request.email, code=email_code),
    ]
    try:
        with as_public(), transaction.atomic():
            sign_up = SignUp.objects.create(
                **asdict(request),
                idempotency_key=idempotency_key,
                request_hash=request_hash,
                consent_at=timezone.now(),
            )
            # Looked at after the insert: a sign-up that has just finished gave up its hold only once its hospital was there.
            if subdomain_taken(request.subdomain):
                refuse_taken(request.subdomain)
            consume_codes(codes)
            SignUpStep.objects.bulk_create(
                SignUpStep(sign_up=sign_up, position=position, name=step.name, title=step.title)
                for position, step in enumerate(all_steps())
            )
    except IntegrityError:
        if earlier := _earlier(idempotency_key, request_hash):
            return earlier
        refuse_taken(request.subdomain)
    return sign_up.public_id


def _earlier(idempotency_key: str, request_hash: str) -> uuid.UUID | None:
    """The sign-up that was already made under this key. Refuses the key with another content."""
    with as_public():
        row = SignUp.objects.filter(idempotency_key=idempotency_key).first()
    if row and row.request_hash != request_hash:
        refuse("idempotency-key-reused", "同一请求编号的内容不一致", status=422, detail="请刷新页面后重新提交")
    return row.public_id if row else None
