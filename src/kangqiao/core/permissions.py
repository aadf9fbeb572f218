"""Permission codes `<context>.<thing>.<verb>` with their default roles, declared in `<app>/permissions.py` as PERMISSIONS."""

from dataclasses import dataclass

from kangqiao.core.registry import Registry

SIGNED_IN = "*"
"""Any signed-in staff user: for operations about oneself."""


@dataclass(frozen=True, slots=True)
class Permission:
    """`code` such as `checkup.checkup.enroll`; `roles` are role codes that hold it in a new hospital."""

    code: str
    title: str
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.code


PERMISSIONS: Registry[Permission] = Registry("permission")


def default_permissions(role: str) -> list[str]:
    """Codes that a role holds by default, sorted."""
    return sorted(permission.code for permission in PERMISSIONS if role in permission.roles)
