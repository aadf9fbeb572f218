"""Names that carry the hospital: cache keys, locks, groups, files, log fields. All raise HospitalRequired outside of one."""

import hashlib
import re

from tenants.errors import HospitalRequired
from tenants.scope import PUBLIC, current_hospital, current_scope

SHA256 = re.compile(r"^[0-9a-f]{64}$")


def _prefix() -> str:
    return current_hospital().schema


def cache_key(*parts: object) -> str:
    """`h_...:part:part`: a key for Redis commands of our own (Django's cache adds the hospital by itself)."""
    return ":".join([_prefix(), *(str(part) for part in parts)])


def lock_key(*parts: object) -> int:
    """A signed 64-bit number for pg_advisory_xact_lock; other hospitals' locks have other numbers."""
    digest = hashlib.blake2b(cache_key("lock", *parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def group_name(kind: str, key: object) -> str:
    """Name of a channels group; at most 100 characters of a-z 0-9 - _ . as channels wants."""
    name = f"{_prefix()}.{kind}.{key}"
    if len(name) >= 100 or not re.match(r"^[\w.-]+$", name, re.ASCII):
        raise ValueError(f"not a group name: {name!r}")
    return name


def file_path(sha256: str) -> str:
    """Relative path of a stored file: `<hospital>/ab/cd/<sha256>`."""
    if not SHA256.match(sha256):
        raise ValueError("a file is named by 64 hex digits of its SHA-256")
    return f"{current_hospital().public_id}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def log_fields() -> dict[str, object]:
    """Fields that every log line of a hospital carries."""
    ref = current_hospital()
    return {"hospital_id": ref.hospital_id, "hospital": ref.subdomain}


def tenant_key(key: str, key_prefix: str, version: int) -> str:
    """KEY_FUNCTION of Django's caches. The public scope has a prefix of its own; nowhere at all is refused."""
    scope = current_scope()
    if scope is None:
        raise HospitalRequired("cache outside of a hospital: use use_hospital(ref) or use_public()")
    owner = scope.ref.schema if scope.ref else PUBLIC
    return f"{key_prefix}:{owner}:{version}:{key}"
