"""Sealed fields, numbers, search helpers, masks."""

import threading

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.accounts.models import StaffUser
from kangqiao.core.crypto import blind_index, decrypt, encrypt
from kangqiao.core.numbering import next_number
from kangqiao.core.search import full_pinyin, pinyin_initials
from kangqiao.core.sensitive import mask_id_number, mask_phone
from kangqiao.core.tenancy import TenantRef, use_hospital


@pytest.mark.feature("P-05")
def test_phone_is_unreadable_in_the_database_and_found_by_its_blind_index(in_a: TenantRef) -> None:
    user = StaffUser.objects.create(username="he.zhiyuan", name="何志远", phone="13812342067")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, phone_index FROM accounts_staffuser WHERE id = %s", [user.pk])
        stored, index = cursor.fetchone()
    assert "13812342067" not in stored
    assert stored.startswith("k")
    assert StaffUser.objects.get(phone_index=blind_index(" 138 1234 2067", "phone")).phone == "13812342067"
    assert index != ""


def test_value_copied_into_another_hospital_does_not_open(in_a: TenantRef, hospital_b: TenantRef) -> None:
    stored = encrypt("420106198003141217")
    index = blind_index("420106198003141217", "id_number")
    with use_hospital(hospital_b):
        assert blind_index("420106198003141217", "id_number") != index
        with pytest.raises(InvalidTag):
            decrypt(stored)


def test_same_text_encrypts_differently_each_time(in_a: TenantRef) -> None:
    assert encrypt("何") != encrypt("何")


@pytest.mark.django_db(transaction=True)
def test_parallel_numbers_are_gap_free_and_unique(hospital_a: TenantRef) -> None:
    """Breaks when the counter is read and written in two steps."""
    numbers: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                with use_hospital(hospital_a), transaction.atomic():
                    numbers.append(next_number("test", "20261123"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == list(range(1, 41))


def test_number_of_a_rolled_back_transaction_is_given_again(in_a: TenantRef) -> None:
    with transaction.atomic():
        next_number("test", "day")
        transaction.set_rollback(True)
    assert next_number("test", "day") == 1
    assert next_number("test", "day", count=5) == 2
    assert next_number("test", "day") == 7


@pytest.mark.parametrize(
    ("text", "initials"),
    [
        ("何志远", "HZY"),
        ("γ-谷氨酰转移酶", "GAXZYM"),
        ("HBV 五项", "HBVWX"),
        ("重庆", "CQ"),
        ("买买提·艾力", "MMTAL"),
        ("", ""),
    ],
)
def test_pinyin_initials(text: str, initials: str) -> None:
    assert pinyin_initials(text) == initials


@given(st.text(max_size=80))
def test_pinyin_of_any_text_is_plain_and_bounded(text: str) -> None:
    assert len(pinyin_initials(text)) <= 64
    assert all(char.isascii() and char.isalnum() for char in pinyin_initials(text) + full_pinyin(text))


@given(st.text(max_size=40))
def test_masks_never_show_the_middle(text: str) -> None:
    for mask, shown in ((mask_phone, 7), (mask_id_number, 10)):
        masked = mask(text)
        assert len(masked.replace("*", "")) <= shown + text.count("*")
    assert mask_phone("13812342067") == "138****2067"
    assert mask_id_number("420106198003141217") == "420106********1217"
