"""A hospital's keys in clear, remembered by the process for five minutes. Field encryption itself is `core.crypto`."""

import time

from tenants.scope import TenantRef

TTL_SECONDS = 300.0
MOST = 2_000

_known: dict[tuple[str, str, int], tuple[float, bytes]] = {}


def _key(ref: TenantRef, purpose: str, key_id: int) -> bytes:
    from tenants.registry.services.keys import unwrapped_key  # noqa: PLC0415 (settings load before models)

    name = (ref.schema, purpose, key_id)
    now = time.monotonic()
    hit = _known.get(name)
    if hit and hit[0] > now:
        return hit[1]
    key = unwrapped_key(ref.hospital_id, purpose, key_id)
    if len(_known) >= MOST:
        _known.clear()
    _known[name] = (now + TTL_SECONDS, key)
    return key


def data_key(ref: TenantRef, key_id: int | None = None) -> bytes:
    """32 bytes: the data key with this id, by default the present one. Raises HospitalMissing."""
    return _key(ref, "data", key_id or ref.key_id)


def current_data_key(ref: TenantRef) -> tuple[int, bytes]:
    """The key to write under, with its id."""
    return ref.key_id, data_key(ref)


def index_key(ref: TenantRef) -> bytes:
    """32 bytes for blind indexes; outlives the rotation of the data key."""
    return _key(ref, "index", 1)


def forget_keys() -> None:
    _known.clear()
