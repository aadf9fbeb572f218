"""From a host name or an id to the hospital: the one way for HTTP, websockets, tasks, commands and webhooks."""

import time
from collections.abc import Callable
from typing import Any

from tenants.errors import HospitalMissing
from tenants.registry.events import hospital_changed
from tenants.scope import TenantRef

TTL_SECONDS = 10.0
MOST = 10_000

_known: dict[object, tuple[float, TenantRef | None]] = {}


def _remembered(key: object, find: Callable[[], TenantRef | None]) -> TenantRef | None:
    """Found and not found are both remembered for ten seconds; strangers' host names cannot fill the memory."""
    now = time.monotonic()
    hit = _known.get(key)
    if hit and hit[0] > now:
        return hit[1]
    ref = find()
    if len(_known) >= MOST:
        _known.clear()
    _known[key] = (now + TTL_SECONDS, ref)
    return ref


def forget_hospitals(**_signal: Any) -> None:
    """Drop what is remembered; other processes follow within ten seconds."""
    _known.clear()


hospital_changed.connect(forget_hospitals, dispatch_uid="kangqiao.core.tenancy.resolver")


def hospital_by_host(host: str) -> TenantRef | None:
    """The hospital at a host name (port and case do not matter), or None. The caller looks at `status`."""
    from tenants.registry.selectors import hospital_at_host  # noqa: PLC0415 (settings load before models)

    name = host.lower().rsplit(":", 1)[0] if not host.endswith("]") else host.lower()
    return _remembered(name.rstrip("."), lambda: hospital_at_host(name.rstrip(".")))


def hospital_by_id(hospital_id: int) -> TenantRef:
    """Raises HospitalMissing."""
    from tenants.registry.selectors import hospital_with_id  # noqa: PLC0415 (settings load before models)

    ref = _remembered(int(hospital_id), lambda: hospital_with_id(hospital_id))
    if ref is None:
        raise HospitalMissing
    return ref
