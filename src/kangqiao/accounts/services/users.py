"""Users and their roles."""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from kangqiao.accounts.models import Role, StaffUser
from kangqiao.accounts.roles import ADMINISTRATOR_ROLES, BUILT_IN_ROLES, OWNER_ROLES, OWNER_USERNAME
from kangqiao.accounts.services.passwords import initial_password
from kangqiao.accounts.services.sessions import end_sessions
from kangqiao.core import auditing
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.api import model_errors
from kangqiao.core.errors import Invalid
from kangqiao.core.locks import lock_one
from kangqiao.core.permissions import default_permissions
from kangqiao.core.search import pinyin_initials

USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
PLAIN_FIELDS = ("name", "phone", "email", "title", "signature", "discount_limit", "is_active")


def seed_roles() -> None:
    """Make or complete the built-in roles. A role that the hospital has edited keeps its permissions."""
    for place, built_in in enumerate(BUILT_IN_ROLES, 1):
        Role.objects.get_or_create(
            code=built_in.code,
            defaults={
                "name": built_in.name,
                "pinyin": pinyin_initials(built_in.name),
                "sort_no": place * 10,
                "is_built_in": True,
                "permissions": default_permissions(built_in.code),
                "data_scope": built_in.data_scope,
            },
        )


@transaction.atomic
def create_owner(*, name: str, phone: str, email: str) -> StaffUser:
    """The person who signed the hospital up: user `admin` with the owner's roles, without a password until the first log-in."""
    owner, fresh = StaffUser.objects.get_or_create(
        username=OWNER_USERNAME,
        defaults={
            "name": name,
            "pinyin": pinyin_initials(name),
            "phone": phone,
            "email": email,
            "title": "管理员",
            "must_change_password": True,
            "password": "",
            "password_changed_at": timezone.now(),
        },
    )
    owner.roles.set(Role.objects.filter(code__in=OWNER_ROLES))
    if fresh:
        auditing.record(SYSTEM, "accounts.owner_created", target=owner)
    return owner


@dataclass(frozen=True, slots=True)
class KnownUser:
    """A user with a given password and second factor, for demonstrations; `departments` are ids."""

    username: str
    name: str
    title: str
    password: str
    roles: tuple[str, ...]
    departments: tuple[int, ...] = ()
    totp_secret: str = ""
    group_user_id: int | None = None


@transaction.atomic
def ensure_known_user(wanted: KnownUser) -> StaffUser:
    """Make or restore a user exactly as described."""
    user, _ = StaffUser.objects.get_or_create(username=wanted.username, defaults={"name": wanted.name})
    user.name, user.title, user.pinyin = wanted.name, wanted.title, pinyin_initials(wanted.name)
    user.group_user_id, user.must_change_password, user.password_changed_at = (
        wanted.group_user_id,
        False,
        timezone.now(),
    )
    if not check_password(wanted.password, user.password):
        user.password = make_password(wanted.password)
    if wanted.totp_secret:
        user.totp_secret, user.totp_confirmed_at = wanted.totp_secret, user.totp_confirmed_at or timezone.now()
    user.save()
    check_roles(set(wanted.roles))
    user.roles.set(Role.objects.filter(code__in=wanted.roles))
    user.departments.set(wanted.departments)
    return user


def check_roles(role_codes: set[str]) -> None:
    """One user may hold at most one of the three administrator roles (GB/T 22239-2019 8.1.4.2 管理用户权限分离)."""
    if len(role_codes & ADMINISTRATOR_ROLES) > 1:
        raise Invalid.field("roles", "系统管理员、安全管理员、审计管理员必须是三个人，同一用户只能有其中一个角色")


@transaction.atomic
def create_user(
    actor: Actor, *, username: str, roles: list[int], departments: list[int], **values: Any
) -> tuple[StaffUser, str]:
    """Make a user with a one-time password. Returns both; the password is not kept in clear."""
    actor.require("accounts.user.write")
    username = username.strip().lower()
    if not USERNAME.fullmatch(username):
        raise Invalid.field("username", "用户名要以字母开头，3 到 40 位，只含小写字母、数字、点、横线、下划线")
    if StaffUser.objects.filter(username=username).exists():
        raise Invalid.field("username", "已有这个用户名，请换一个", "duplicate")
    password = initial_password()
    user = StaffUser(username=username, password=make_password(password), password_changed_at=timezone.now())
    _fill(actor, user, values, roles, departments)
    auditing.record(actor, "accounts.user_created", target=user, after=_snapshot(user))
    return user, password


@transaction.atomic
def update_user(
    actor: Actor, user_id: int, *, roles: list[int] | None = None, departments: list[int] | None = None, **values: Any
) -> StaffUser:
    """Change a user. Switching one off ends its sessions at once."""
    actor.require("accounts.user.write")
    user = lock_one(StaffUser.objects.all(), user_id)
    if user.pk == actor.id and (values.get("is_active") is False or roles is not None):
        raise Invalid.field("is_active", "不能停用自己或改自己的角色，请另一位管理员操作")
    before = _snapshot(user)
    _fill(actor, user, values, roles, departments)
    if values.get("is_active") is False:
        end_sessions(actor, user)
    auditing.record(actor, "accounts.user_updated", target=user, before=before, after=_snapshot(user))
    return user


def _fill(
    actor: Actor, user: StaffUser, values: dict[str, Any], roles: list[int] | None, departments: list[int] | None
) -> None:
    for name in PLAIN_FIELDS:
        if name in values:
            setattr(user, name, values[name])
    user.pinyin = pinyin_initials(user.name)
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise Invalid(model_errors(error)) from error
    user.save()
    if roles is not None:
        actor.require("accounts.role.assign")
        chosen = list(Role.objects.filter(pk__in=roles, is_active=True))
        if len(chosen) != len(set(roles)):
            raise Invalid.field("roles", "其中有不存在或已停用的角色")
        check_roles({role.code for role in chosen})
        user.roles.set(chosen)
    if departments is not None:
        user.departments.set(departments)


def _snapshot(user: StaffUser) -> dict[str, Any]:
    return {
        "username": user.username,
        "name": user.name,
        "title": user.title,
        "is_active": user.is_active,
        "discount_limit": str(user.discount_limit),
        "roles": sorted(user.roles.values_list("code", flat=True)),
        "departments": sorted(user.departments.values_list("id", flat=True)),
    }
