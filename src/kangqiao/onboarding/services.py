"""Handing the finished hospital to its owner, the first-run checklist, removing the demo data."""

import uuid
from typing import Any

from kangqiao.accounts import selectors as accounts
from kangqiao.accounts.services.group import hospital_url
from kangqiao.accounts.services.log_in import owner_entry_token
from kangqiao.checkup.services.demo import has_demo, remove_demo
from kangqiao.core.actor import Actor
from kangqiao.core.search import full_pinyin
from kangqiao.core.tenancy import hospital_by_id, use_hospital
from kangqiao.instruments.selectors import has_active_agent
from kangqiao.organization.selectors import has_mapped_departments
from tenants.signup.selectors import SignUpProgress, SubdomainAnswer, subdomain_answer


def redirect_of(progress: SignUpProgress) -> str | None:
    """Where the person goes when the hospital is ready: logged in once, as long as the owner has not set a password."""
    if progress.status != "done" or progress.hospital_id is None:
        return None
    hospital = hospital_by_id(progress.hospital_id)
    with use_hospital(hospital):
        token = owner_entry_token()
    return hospital_url(hospital.subdomain) + (f"/enter?token={token}" if token else "")


def suggestion_for(answer: SubdomainAnswer) -> str:
    """A free variation of a taken subdomain; empty when there is none to offer."""
    if answer.available:
        return ""
    base = full_pinyin(answer.subdomain, 20) or "hospital"
    for tail in ("tj", "yy", uuid.uuid4().hex[:4]):
        name = f"{base}-{tail}"
        if subdomain_answer(name).available:
            return name
    return ""


def checklist(actor: Actor) -> dict[str, Any]:
    """What a new hospital does first, each with whether it is done."""
    users = accounts.user_count()
    agents = has_active_agent()
    mapped = has_mapped_departments()
    entries = [
        ("totp", "绑定动态口令", "管理员登录要用手机上的 6 位动态口令", "/me", accounts.has_totp(actor.user_id)),
        (
            "departments",
            "建立科室并对照国家诊疗科目",
            "集团汇总和预约按国家代码归并",
            "/dictionaries/departments",
            mapped,
        ),
        ("users", "为同事建立用户", "登记员、各科医生、检验、总检、审核各有各的权限", "/accounts/users", users > 1),
        (
            "packages",
            "核对套餐与价格",
            "出厂已有常用项目和套餐，按本院价格调整",
            "/dictionaries/checkup-packages",
            False,
        ),
        ("agent", "接入检验仪器", "在院内电脑上装前置机，一条命令接入", "/instruments", agents),
    ]
    demo = has_demo()
    return {
        "items": [{"code": c, "title": t, "detail": d, "path": p, "done": done} for c, t, d, p, done in entries],
        "has_demo_data": demo,
        "may_remove_demo_data": demo and actor.may("onboarding.demo.remove"),
    }


def remove_demo_data(actor: Actor) -> int:
    """Take all demo examinees out, and nothing else. Returns how many."""
    actor.require("onboarding.demo.remove")
    return remove_demo(actor)
