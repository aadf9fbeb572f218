"""Locking law: lock once in a transaction, late, in primary-key order, then re-read, check and write."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

from kangqiao.core.errors import NotFound
from kangqiao.core.tenancy import lock_key

M = TypeVar("M", bound=models.Model)


def lock_one(queryset: "models.QuerySet[M]", pk: int) -> M:
    """The row, re-read under FOR UPDATE. Raises NotFound."""
    row = queryset.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def lock_many(queryset: "models.QuerySet[M]", pks: Iterable[int]) -> list[M]:
    """The rows in primary-key order, re-read under FOR UPDATE."""
    return list(queryset.select_for_update(of=("self",)).filter(pk__in=list(pks)).order_by("pk"))


def lock_name(*parts: object) -> None:
    """Advisory lock of this hospital on a name, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_key(*parts)])
