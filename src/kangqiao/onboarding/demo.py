"""The demo group: two hospitals, a user for every role, 300 invented examinees in the first."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import pyotp
from django.conf import settings

from kangqiao.accounts.roles import ADMINISTRATOR_ROLES
from kangqiao.accounts.services.users import KnownUser, ensure_known_user
from kangqiao.checkup.services.demo import has_demo, seed_demo
from kangqiao.core.actor import SYSTEM
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.organization.selectors import department_ids
from tenants.registry.selectors import hospital_with_subdomain
from tenants.registry.services import provision_hospital

GROUP = "临江医疗集团"
HOSPITALS = (("demo", "临江医院"), ("riverside", "临江滨河医院"))


@dataclass(frozen=True, slots=True)
class DemoUser:
    """`part` is how the tour and the guide call the person; `departments` are names of departments, `*` all of them."""

    part: str
    username: str
    name: str
    title: str
    roles: tuple[str, ...]
    departments: tuple[str, ...] = ()
    group_user_id: int | None = None


USERS = (
    DemoUser("receptionist", "lin.xiaoyun", "林晓芸", "登记员", ("receptionist",)),
    DemoUser("nurse", "gu.ting", "顾婷", "护师", ("nurse", "phlebotomist", "department_doctor"), ("一般检查",)),
    DemoUser("doctor", "zhou.wenyuan", "周文渊", "主治医师", ("department_doctor",), ("*",)),
    DemoUser("lab", "fang.yan", "方岩", "检验师", ("lab_technician",), ("检验科",)),
    DemoUser("conclusion", "shen.jiashu", "沈嘉树", "主检医师", ("chief_doctor",)),
    DemoUser("reviewer", "luo.wenqing", "罗文清", "主任医师", ("review_doctor",)),
    DemoUser("checkup_admin", "zhou.lan", "周岚", "体检管理员", ("checkup_admin",), (), 1),
    DemoUser("system_admin", "admin", "江临", "系统管理员", ("system_admin",)),
    DemoUser("security_admin", "security", "严守", "安全管理员", ("security_admin",)),
    DemoUser("audit_admin", "audit", "明察", "审计管理员", ("audit_admin",)),
)


def seed_demo_group() -> dict[str, Any]:
    """Make or complete the demo group. Returns its log-ins; the passwords belong to this installation."""
    logins = []
    for subdomain, name in HOSPITALS:
        hospital = hospital_with_subdomain(subdomain) or provision_hospital(group=GROUP, name=name, subdomain=subdomain)
        with use_hospital(hospital):
            logins += [_ensure_user(hospital, user) for user in USERS]
            if subdomain == HOSPITALS[0][0] and not has_demo():
                seed_demo(SYSTEM)
    return {"group": GROUP, "logins": logins}


def _secret(*parts: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), "\0".join(("demo", *parts)).encode(), hashlib.sha256).digest()


def demo_password(subdomain: str, username: str) -> str:
    """Fits the policy, differs per user, and stays the same for one installation."""
    number = int.from_bytes(_secret(subdomain, username)[:6]) % 10**8
    return f"Demo-{number // 10**4:04d}-{number % 10**4:04d}"


def _ensure_user(hospital: TenantRef, wanted: DemoUser) -> dict[str, Any]:
    administers = bool(ADMINISTRATOR_ROLES & set(wanted.roles))
    login = {
        "role": wanted.part,
        "hospital": hospital.subdomain,
        "name": wanted.name,
        "username": wanted.username,
        "password": demo_password(hospital.subdomain, wanted.username),
        **({"totp_secret": _totp_secret(hospital.subdomain, wanted.username)} if administers else {}),
    }
    everywhere = wanted.departments == ("*",)
    ensure_known_user(
        KnownUser(
            username=wanted.username,
            name=wanted.name,
            title=wanted.title,
            password=login["password"],
            roles=wanted.roles,
            departments=tuple(department_ids(None if everywhere else wanted.departments)),
            totp_secret=login.get("totp_secret", ""),
            group_user_id=wanted.group_user_id,
        )
    )
    return login


def _totp_secret(subdomain: str, username: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    secret = "".join(alphabet[byte % 32] for byte in _secret("totp", subdomain, username))
    pyotp.TOTP(secret).now()
    return secret
