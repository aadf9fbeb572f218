"""Reading sign-ups; every function enters the public schema itself."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tenants.errors import DomainError, refuse
from tenants.registry.names import check_subdomain
from tenants.registry.selectors import subdomain_taken
from tenants.scope import as_public
from tenants.signup.enums import LIVE
from tenants.signup.models import SignUp


@dataclass(frozen=True, slots=True)
class StepProgress:
    name: str
    title: str
    state: str
    detail: str
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignUpProgress:
    public_id: UUID
    status: str
    hospital_id: int | None
    hospital_name: str
    subdomain: str
    contact_name: str
    error: str
    steps: tuple[StepProgress, ...]


def sign_up_progress(public_id: UUID) -> SignUpProgress:
    """How far a sign-up has come. Refuses with 404 what does not exist."""
    with as_public():
        row = SignUp.objects.prefetch_related("steps").filter(public_id=public_id).first()
        if row is None:
            refuse("sign-up-not-found", "没有找到这次开通", status=404, detail="请从注册页重新开始")
        steps = tuple(
            StepProgress(s.name, s.title, s.state, s.detail, s.started_at, s.finished_at) for s in row.steps.all()
        )
    failed = "开通没有成功，已释放网址前缀，请重新提交或联系客服" if row.status == "failed" else ""
    return SignUpProgress(
        public_id=row.public_id,
        status=row.status,
        hospital_id=row.hospital_id,
        hospital_name=row.hospital_name,
        subdomain=row.subdomain,
        contact_name=row.contact_name,
        error=failed,
        steps=steps,
    )


@dataclass(frozen=True, slots=True)
class SubdomainAnswer:
    subdomain: str
    available: bool
    reason: str


def subdomain_answer(subdomain: str) -> SubdomainAnswer:
    """Whether a subdomain may be chosen now, and if not why; for the live check of the form."""
    try:
        name = check_subdomain(subdomain)
    except DomainError as error:
        return SubdomainAnswer(subdomain, False, f"{error.title}：{error.detail}")
    with as_public():
        held = SignUp.objects.filter(subdomain=name, status__in=LIVE).exists()
    taken = held or subdomain_taken(name)
    return SubdomainAnswer(name, not taken, "已被使用，请换一个" if taken else "")
