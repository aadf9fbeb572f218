"""Encrypted fields under the hospital's data key, and blind indexes for exact search.

Stored form: `k<key id>:<base64 of nonce(12) | ciphertext | tag(16)>`, AES-256-GCM with the hospital's schema as associated data,
so that a value copied into another hospital's table does not open. The data keys are wrapped by the master key (`core.tenancy.keys`).
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models

from kangqiao.core.tenancy import current_hospital, keys

NONCE_BYTES = 12


def encrypt(text: str) -> str:
    """Encrypt under the present data key of the hospital that is entered."""
    hospital = current_hospital()
    key_id, key = keys.current_data_key(hospital)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), hospital.schema.encode())
    return f"k{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """Open a stored value. Raises cryptography's InvalidTag when it was changed or belongs to another hospital."""
    hospital = current_hospital()
    key_id, _, body = stored.partition(":")
    raw = base64.b64decode(body)
    key = keys.data_key(hospital, int(key_id[1:]))
    return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], hospital.schema.encode()).decode()


def blind_index(value: str, purpose: str) -> str:
    """Keyed hash of the normalized value: equal values of one hospital and purpose give equal indexes. Empty for empty."""
    plain = unicodedata.normalize("NFKC", value).strip().upper().replace(" ", "")
    if not plain:
        return ""
    key = keys.index_key(current_hospital())
    return hmac.new(key, f"{purpose}\0{plain}".encode(), hashlib.sha256).hexdigest()[:32]


class EncryptedField(models.TextField):
    """Text that is encrypted in the database and clear in Python. Cannot be searched: pair it with a BlindIndexField."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value not in (None, "") else value

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        return decrypt(value) if value else value


class BlindIndexField(models.CharField):
    """Index of the encrypted field `source`, filled when the row is saved."""

    def __init__(self, *args: Any, source: str = "", **kwargs: Any) -> None:
        self.source = source
        kwargs |= {"max_length": 32, "editable": False, "blank": True, "default": "", "db_index": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for inferred in ("max_length", "editable", "blank", "default", "db_index"):
            kwargs.pop(inferred, None)
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        index = blind_index(getattr(instance, self.source) or "", self.source)
        setattr(instance, self.attname, index)
        return index
