"""Entering and leaving a hospital. Each is a context manager that restores what was entered before."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from tenants import scope
from tenants.errors import HospitalMissing, HospitalRequired, HospitalSuspended
from tenants.scope import TenantRef, current_hospital

__all__ = [
    "HospitalMissing",
    "HospitalRequired",
    "HospitalSuspended",
    "TenantRef",
    "current_hospital",
    "in_hospital",
    "use_hospital",
    "use_owner",
    "use_public",
]

P = ParamSpec("P")
R = TypeVar("R")


def use_hospital(ref: TenantRef) -> scope.Entered:
    """`with use_hospital(ref):` everything inside reads and writes this hospital, with its role's rights."""
    return scope.as_hospital(ref)


def use_public() -> scope.Entered:
    """`with use_public():` the platform's own tables."""
    return scope.as_public()


def use_owner(schema: str) -> scope.Entered:
    """`with use_owner(schema):` migrations and maintenance only."""
    return scope.as_owner(schema)


def in_hospital(ref: TenantRef, fn: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call one sync function inside a hospital; for consumers: `await database_sync_to_async(in_hospital)(ref, fn, ...)`."""
    with use_hospital(ref):
        return fn(*args, **kwargs)
