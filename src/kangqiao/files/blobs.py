"""Bytes on disk, sealed under the hospital's data key: `KQF1 | key id (4) | nonce (12) | AES-256-GCM`.

The address is bound into the seal, so a blob that was moved, swapped, cut or copied to another hospital does not open;
and once the hospital's key is gone nothing of it can be read.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kangqiao.core.tenancy import HospitalMissing, current_hospital, file_path, keys

MAGIC = b"KQF1"
NONCE_BYTES = 12
HEADER_BYTES = len(MAGIC) + 4 + NONCE_BYTES


class BlobDamaged(Exception):
    """The stored bytes are not those that were put in (or the file is missing)."""


def address(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def path_of(sha256: str) -> Path:
    """Where the blob of the present hospital lies. MEDIA_ROOT and hospital are asked every time, never remembered."""
    return Path(settings.MEDIA_ROOT) / file_path(sha256)


def put(content: bytes) -> str:
    """Write unless a sound copy is there; returns the address. On return the bytes have reached the disk."""
    sha256 = address(content)
    path = path_of(sha256)
    if _is_sound(path, sha256):
        return sha256
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    hospital = current_hospital()
    key_id, key = keys.current_data_key(hospital)
    head, nonce = MAGIC + key_id.to_bytes(4, "big"), os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, content, _bound_to(head, hospital.schema, sha256))
    _write_durably(path, head + nonce + sealed)
    return sha256


def get(sha256: str) -> bytes:
    """The clear content, its hash verified. Raises BlobDamaged."""
    hospital = current_hospital()
    try:
        raw = path_of(sha256).read_bytes()
    except FileNotFoundError as error:
        raise BlobDamaged("missing") from error
    if len(raw) <= HEADER_BYTES or not raw.startswith(MAGIC):
        raise BlobDamaged("header")
    head, nonce, sealed = raw[:8], raw[8:HEADER_BYTES], raw[HEADER_BYTES:]
    try:
        key = keys.data_key(hospital, int.from_bytes(head[4:], "big"))
        content = AESGCM(key).decrypt(nonce, sealed, _bound_to(head, hospital.schema, sha256))
    except (HospitalMissing, InvalidTag) as error:
        raise BlobDamaged("seal") from error
    if address(content) != sha256:
        raise BlobDamaged("hash")
    return content


def _bound_to(head: bytes, schema: str, sha256: str) -> bytes:
    return head + f"{schema}/{sha256}".encode()


def _is_sound(path: Path, sha256: str) -> bool:
    if not path.exists():
        return False
    try:
        get(sha256)
    except BlobDamaged:
        return False
    return True


def _write_durably(path: Path, raw: bytes) -> None:
    """Temporary file, fsync, rename, fsync of the folder: a crash leaves the old state or the new, never half."""
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with temporary.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
