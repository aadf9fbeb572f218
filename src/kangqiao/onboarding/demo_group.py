"""The demo group: two hospitals with staff for every desk, so that a fresh installation can be walked through at once.

Idempotent. Passwords are derived from the installation's secret key: they stay the same, and differ between installations.
"""

import hashlib
import hmac
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from kangqiao.accounts.selectors import users
from kangqiao.accounts.services.passwords import change_password
from kangqiao.accounts.services.users import create_user
from kangqiao.checkup.services.seeding import has_demo, seed_demo
from kangqiao.core.actor import SYSTEM
from kangqiao.core.resource_services import create, rows_of
from kangqiao.core.resources import RESOURCES
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.instruments.selectors import agents
from kangqiao.instruments.services.enrolment import confirm_agent, make_code
from tenants.registry.selectors import hospital_with_subdomain
from tenants.registry.services import provision_hospital

GROUP = "康桥示范集团"
HOSPITALS = {"demo": "康桥示范医院", "east": "康桥东院"}
ANALYZER = {"code": "cbc-1", "name": "血球仪 1"}


@dataclass(frozen=True)
class Part:
    """One member of staff. `role` is what the tour and the journeys call the part."""

    role: str
    username: str
    name: str
    title: str
    role_codes: tuple[str, ...]


CAST = (
    Part("receptionist", "desk", "林晓芸", "登记员", ("receptionist", "report_clerk")),
    Part("nurse", "nurse", "顾婷", "主管护师", ("nurse", "phlebotomist")),
    Part("doctor", "doctor", "周文渊", "主治医师", ("department_doctor",)),
    Part("lab", "lab", "唐静", "检验技师", ("lab_technician",)),
    Part("conclusion", "chief", "沈嘉树", "副主任医师", ("chief_doctor",)),
    Part("reviewer", "review", "韩一鸣", "主任医师", ("review_doctor", "report_clerk")),
    Part("manager", "manager", "方敏", "体检中心主任", ("checkup_admin",)),
    Part("administrator", "admin", "程立", "系统管理员", ("system_admin",)),
)
WITH_DEPARTMENTS = {"nurse", "doctor", "lab"}


def demo_password(subdomain: str, username: str) -> str:
    """Good under the password policy, and nobody's outside of this installation."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo\0{subdomain}\0{username}".encode(), hashlib.sha256).digest()
    groups = [int.from_bytes(digest[place : place + 4], "big") % 9000 + 1000 for place in (0, 4, 8)]
    return "Kq-" + "-".join(str(group) for group in groups)


def make_demo_group() -> dict[str, Any]:
    """Both hospitals with staff and examinees. Returns `{hospitals, logins}` for whoever shows them."""
    logins: list[dict[str, Any]] = []
    for subdomain, name in HOSPITALS.items():
        hospital = hospital_with_subdomain(subdomain) or provision_hospital(
            group=GROUP, name=name, subdomain=subdomain, plan="group", is_demo=True
        )
        with use_hospital(hospital):
            logins += [_log_in(hospital, part) for part in CAST]
            if not has_demo():
                seed_demo(SYSTEM)
    return {"hospitals": HOSPITALS, "logins": logins}


def _log_in(hospital: TenantRef, part: Part) -> dict[str, Any]:
    password = demo_password(hospital.subdomain, part.username)
    if not users(q=part.username).filter(username=part.username).exists():
        roles = list(_ids("roles", code__in=part.role_codes))
        departments = list(_ids("departments")) if part.role in WITH_DEPARTMENTS else []
        user, first = create_user(
            SYSTEM, username=part.username, name=part.name, title=part.title, roles=roles, departments=departments
        )
        change_password(SYSTEM, user.pk, old=first, new=password)
    return {**asdict(part), "hospital": hospital.subdomain, "password": password}


def _ids(resource: str, **wanted: Any) -> Any:
    """Ids of the active rows of a dictionary."""
    return rows_of(RESOURCES[resource]).filter(is_active=True, **wanted).values_list("pk", flat=True)


def agent_code(subdomain: str) -> str:
    """A one-time code for the demo edge agent of a demo hospital."""
    with use_hospital(_demo_hospital(subdomain)):
        code, _row = make_code(SYSTEM, agent_name="检验科前置机")
    return code


def accept_agent(subdomain: str, fingerprint_tail: str, analyzer_port: int) -> None:
    """Confirm the demo agent and give it its analyzer, which dials in on loopback."""
    tail = fingerprint_tail.replace("-", "").lower()
    with use_hospital(_demo_hospital(subdomain)):
        agent = agents().get(fingerprint__endswith=tail)
        confirm_agent(SYSTEM, agent.pk, fingerprint_tail=tail)
        instruments = RESOURCES["instruments"]
        if rows_of(instruments).filter(code=ANALYZER["code"]).exists():
            return
        listening = {"transport": "tcp_server", "host": "127.0.0.1", "port": analyzer_port}
        create(SYSTEM, instruments, {**ANALYZER, **listening, "agent": agent.pk, "allowed_addresses": "127.0.0.1"})


def _demo_hospital(subdomain: str) -> TenantRef:
    hospital = hospital_with_subdomain(subdomain) if subdomain in HOSPITALS else None
    if hospital is None:
        raise LookupError(f"{subdomain} is no hospital of the demo group")
    return hospital
