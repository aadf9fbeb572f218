"""Who acts. The first argument of every service."""

from dataclasses import dataclass, field
from typing import Literal

from kangqiao.core.errors import Forbidden
from kangqiao.core.permissions import PERMISSIONS

Kind = Literal["staff", "agent", "system", "patient", "app"]
DataScope = Literal["own", "department", "hospital", "group"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A staff user, an edge agent, a patient, a partner's app or the system itself, with what it may do."""

    kind: Kind
    id: int | None = None
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    data_scope: DataScope = "hospital"
    department_ids: frozenset[int] = field(default_factory=frozenset)
    ip: str = ""
    session_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def user_id(self) -> int:
        """The staff user's id; 0, which nobody has, for other kinds of actor."""
        return self.id if self.kind == "staff" and self.id else 0

    def may(self, permission: str) -> bool:
        """The system may do everything; everybody else what is granted."""
        return self.kind == "system" or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise Forbidden unless the actor holds the permission."""
        if not self.may(permission):
            known = PERMISSIONS.find(permission)
            raise Forbidden(
                detail=f"需要“{known.title if known else permission}”权限，请联系本院管理员开通", permission=permission
            )


SYSTEM = Actor(kind="system", name="系统")
