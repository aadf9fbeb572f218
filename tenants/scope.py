"""Where the code is right now: in a hospital, in the public schema, as owner, as the log-in role, or nowhere.

The scope lives in a context variable, so each thread and each coroutine has its own. The database backend reads it when a
cursor is taken. Outside of every scope there is no database.
"""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from tenants.errors import HospitalRequired

PUBLIC = "public"
EXTENSIONS = "extensions"
NAME = re.compile(r"^[a-z_][a-z0-9_]{0,62}$")


@dataclass(frozen=True, slots=True)
class TenantRef:
    """One hospital as every process passes it around."""

    hospital_id: int
    schema: str
    role: str
    subdomain: str
    name: str
    group_id: int
    key_id: int
    db_alias: str
    status: str
    public_id: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """A search path and a role on one database; `ref` when it is a hospital's."""

    db_alias: str
    schema: str
    path: str
    role: str
    ref: TenantRef | None = None


_current: ContextVar[Scope | None] = ContextVar("kangqiao_scope", default=None)


class Entered:
    """Context manager for one scope; gives back the scope that was there before, whatever happens inside."""

    __slots__ = ("_before", "_scope")

    def __init__(self, scope: Scope | None) -> None:
        self._scope = scope
        self._before: Scope | None = None

    def __enter__(self) -> TenantRef | None:
        self._before = _current.get()
        _current.set(self._scope)
        return self._scope.ref if self._scope else None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        _current.set(self._before)


def current_scope() -> Scope | None:
    return _current.get()


def leave() -> None:
    """Forget the scope; for the edges of a worker's life, where no `with` block reaches."""
    _current.set(None)


def prefixed(name: str) -> str:
    """`owner` -> `kq_owner`: roles are shared by all databases of a cluster, so they carry the installation's prefix."""
    return checked(f"{settings.TENANT_ROLE_PREFIX}_{name}")


def checked(name: str) -> str:
    """The name, if it may stand unquoted in SQL. Raises ValueError."""
    if not NAME.match(name) or name.startswith("pg_"):
        raise ValueError(f"not a name for a schema or role: {name!r}")
    return name


def as_hospital(ref: TenantRef) -> Entered:
    """Enter a hospital: its schema and its role."""
    if not isinstance(ref, TenantRef):
        raise TypeError(f"a TenantRef is needed, not {type(ref).__name__}")
    path = f"{checked(ref.schema)}, {PUBLIC}, {EXTENSIONS}"
    return Entered(Scope(ref.db_alias, ref.schema, path, checked(ref.role), ref))


def as_public(db_alias: str = DEFAULT_DB_ALIAS) -> Entered:
    """Enter the public schema with the rights of the platform."""
    return Entered(Scope(db_alias, PUBLIC, f"{PUBLIC}, {EXTENSIONS}", prefixed("public")))


def as_owner(schema: str, db_alias: str = DEFAULT_DB_ALIAS, *, with_public: bool = False) -> Entered:
    """Act as the owner of all schemas inside one of them: migrations and provisioning only."""
    path = f"{checked(schema)}, {PUBLIC}, {EXTENSIONS}" if with_public else f"{checked(schema)}, {EXTENSIONS}"
    return Entered(Scope(db_alias, schema, path, prefixed("owner")))


def as_log_in(db_alias: str = DEFAULT_DB_ALIAS) -> Entered:
    """Act as the log-in role itself: it owns no table, but may create roles."""
    return Entered(Scope(db_alias, PUBLIC, "pg_catalog", "none"))


def current_hospital() -> TenantRef:
    """The hospital that is entered. Raises HospitalRequired."""
    scope = _current.get()
    if scope is None or scope.ref is None:
        raise HospitalRequired("no hospital is entered: use use_hospital(ref)")
    return scope.ref
