"""Envelope encryption: each hospital's keys are random AES-256 keys, stored wrapped by the master key (AES-256-GCM).

The master key comes from settings.MASTER_KEY (32 bytes, base64); PREVIOUS_MASTER_KEY is still accepted for unwrapping.
"""

import base64
import binascii
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.db.models import F

from tenants.errors import HospitalMissing, refuse
from tenants.registry.enums import KeyPurpose
from tenants.registry.events import hospital_changed
from tenants.registry.models import DataKey, Hospital
from tenants.scope import as_public

KEY_BYTES = 32
NONCE_BYTES = 12


def _master(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        refuse("master-key-missing", f"主密钥 {name} 未设置或格式不对", status=500, detail="须为 32 字节的 Base64")
    return key


def master_id(key: bytes) -> str:
    """8 hex digits that name a master key without telling it."""
    return hashlib.sha256(b"kangqiao master key" + key).hexdigest()[:8]


def _masters() -> dict[str, bytes]:
    keys = [_master(settings.MASTER_KEY, "KANGQIAO_MASTER_KEY")]
    if settings.PREVIOUS_MASTER_KEY:
        keys.append(_master(settings.PREVIOUS_MASTER_KEY, "KANGQIAO_PREVIOUS_MASTER_KEY"))
    return {master_id(key): key for key in keys}


def _label(hospital: Hospital, purpose: str, key_id: int) -> bytes:
    return f"{hospital.public_id}/{purpose}/{key_id}".encode()


def _wrap(row: DataKey, hospital: Hospital, key: bytes) -> None:
    master = _master(settings.MASTER_KEY, "KANGQIAO_MASTER_KEY")
    nonce = os.urandom(NONCE_BYTES)
    row.master_id = master_id(master)
    row.wrapped = nonce + AESGCM(master).encrypt(nonce, key, _label(hospital, row.purpose, row.key_id))


def _unwrap(row: DataKey, hospital: Hospital) -> bytes:
    master = _masters().get(row.master_id)
    if master is None:
        refuse("master-key-unknown", "数据密钥由另一把主密钥加密", status=500, detail=f"缺少主密钥 {row.master_id}")
    wrapped = bytes(row.wrapped)
    try:
        return AESGCM(master).decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _label(hospital, row.purpose, row.key_id)
        )
    except InvalidTag:
        refuse("data-key-damaged", "数据密钥已损坏", status=500, detail="请从备份恢复登记库")


def _new_key(hospital: Hospital, purpose: str, key_id: int) -> None:
    row = DataKey(hospital=hospital, purpose=purpose, key_id=key_id)
    _wrap(row, hospital, os.urandom(KEY_BYTES))
    row.save()


def make_keys(hospital: Hospital) -> None:
    """The first data key and the index key of a new hospital. Idempotent; joins the current transaction."""
    for purpose in KeyPurpose:
        if not DataKey.objects.filter(hospital=hospital, purpose=purpose).exists():
            _new_key(hospital, purpose, 1)


def unwrapped_key(hospital_id: int, purpose: str, key_id: int) -> bytes:
    """A hospital's key in clear, 32 bytes. Raises HospitalMissing."""
    with as_public():
        row = (
            DataKey.objects.select_related("hospital")
            .filter(hospital_id=hospital_id, purpose=purpose, key_id=key_id)
            .first()
        )
    if row is None:
        raise HospitalMissing("没有找到医院的数据密钥", "请联系康桥客服")
    return _unwrap(row, row.hospital)


def rewrap_keys(hospital_id: int) -> int:
    """Wrap a hospital's keys by the present master key; gives the number that changed."""
    changed = 0
    with as_public(), transaction.atomic():
        present = master_id(_master(settings.MASTER_KEY, "KANGQIAO_MASTER_KEY"))
        rows = DataKey.objects.select_for_update(of=("self",)).select_related("hospital")
        for row in rows.filter(hospital_id=hospital_id).exclude(master_id=present):
            _wrap(row, row.hospital, _unwrap(row, row.hospital))
            row.save(update_fields=["wrapped", "master_id"])
            changed += 1
    return changed


def rotate_data_key(hospital_id: int) -> int:
    """Make a new data key for what is written from now on; gives its id. Old keys stay for reading."""
    with as_public(), transaction.atomic():
        hospital = Hospital.objects.select_for_update().get(pk=hospital_id)
        key_id = hospital.key_id + 1
        _new_key(hospital, KeyPurpose.DATA, key_id)
        Hospital.objects.filter(pk=hospital_id).update(key_id=F("key_id") + 1)
    hospital_changed.send(sender=Hospital, hospital_id=hospital_id)
    return key_id
