"""Envelope encryption: a data key per hospital, wrapped by the master key; both can be rotated."""

import base64
import os

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from kangqiao.core.tenancy import TenantRef, hospital_by_id, keys, use_public
from tenants.errors import DomainError, HospitalMissing
from tenants.registry.models import DataKey
from tenants.registry.services import rewrap_keys, rotate_data_key

pytestmark = pytest.mark.feature("P-03")


@pytest.fixture(autouse=True)
def _no_remembered_keys() -> None:
    keys.forget_keys()


def test_each_hospital_has_keys_of_its_own(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> None:
    found = [
        keys.data_key(hospital_a),
        keys.data_key(hospital_b),
        keys.index_key(hospital_a),
        keys.index_key(hospital_b),
    ]
    assert len(set(found)) == 4
    assert {len(key) for key in found} == {32}


def test_stored_keys_are_wrapped(db: None, hospital_a: TenantRef) -> None:
    with use_public():
        stored = [bytes(row.wrapped) for row in DataKey.objects.all()]
    assert all(keys.data_key(hospital_a) not in wrapped for wrapped in stored)


def test_new_data_key_leaves_the_old_one_readable_and_the_index_key_alone(db: None, hospital_a: TenantRef) -> None:
    old, index = keys.data_key(hospital_a), keys.index_key(hospital_a)
    assert rotate_data_key(hospital_a.hospital_id) == 2
    present = hospital_by_id(hospital_a.hospital_id)
    assert present.key_id == 2
    assert keys.current_data_key(present) == (2, keys.data_key(present))
    assert keys.data_key(present) != old
    assert keys.data_key(present, 1) == old
    assert keys.index_key(present) == index


def test_new_master_key_wraps_the_same_data_keys(db: None, hospital_a: TenantRef, settings: object) -> None:
    before = keys.data_key(hospital_a)
    settings.PREVIOUS_MASTER_KEY = django_settings.MASTER_KEY  # type: ignore[attr-defined]
    settings.MASTER_KEY = base64.b64encode(os.urandom(32)).decode()  # type: ignore[attr-defined]
    assert rewrap_keys(hospital_a.hospital_id) == 2
    assert rewrap_keys(hospital_a.hospital_id) == 0
    settings.PREVIOUS_MASTER_KEY = ""  # type: ignore[attr-defined]
    keys.forget_keys()
    assert keys.data_key(hospital_a) == before


@pytest.mark.parametrize("master", ["", "c2hvcnQ=", "not base64 at all, though long enough"])
def test_missing_or_malformed_master_key_is_refused(
    db: None, hospital_a: TenantRef, settings: object, master: str
) -> None:
    settings.MASTER_KEY = master  # type: ignore[attr-defined]
    with pytest.raises(DomainError) as refusal:
        keys.data_key(hospital_a)
    assert refusal.value.code == "master-key-missing"


def test_other_master_key_opens_nothing(db: None, hospital_a: TenantRef, settings: object) -> None:
    settings.MASTER_KEY = base64.b64encode(os.urandom(32)).decode()  # type: ignore[attr-defined]
    with pytest.raises(DomainError) as refusal:
        keys.data_key(hospital_a)
    assert refusal.value.code == "master-key-unknown"


def test_key_moved_to_another_hospital_does_not_open(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> None:
    """The hospital's public id and the key's id are authenticated with the wrapped key."""
    with use_public():
        mine = DataKey.objects.get(hospital_id=hospital_a.hospital_id, purpose="data")
        DataKey.objects.filter(hospital_id=hospital_b.hospital_id, purpose="data").update(wrapped=mine.wrapped)
    with pytest.raises(DomainError) as refusal:
        keys.data_key(hospital_b)
    assert refusal.value.code == "data-key-damaged"


def test_unknown_key_is_missing(db: None, hospital_a: TenantRef) -> None:
    with pytest.raises(HospitalMissing):
        keys.data_key(hospital_a, 99)


def test_command_rotates_named_hospitals_only(
    db: None, hospital_a: TenantRef, hospital_b: TenantRef, capsys: pytest.CaptureFixture
) -> None:
    call_command("rotate_data_key", "alpha")
    assert "alpha: data key 2" in capsys.readouterr().out
    assert hospital_by_id(hospital_a.hospital_id).key_id == 2
    assert hospital_by_id(hospital_b.hospital_id).key_id == 1
    with pytest.raises(CommandError):
        call_command("rotate_data_key")
    with pytest.raises(CommandError):
        call_command("rotate_data_key", "nobody")
