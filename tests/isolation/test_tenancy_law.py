"""The tenancy law of the design, line by line. Each `check_...` holds the law; `test_planted_leak_is_seen` takes the guard
away and sees the same check turn red."""

import asyncio
import dataclasses
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction

from kangqiao.core import tenancy
from kangqiao.core.tenancy import (
    HospitalMissing,
    HospitalRequired,
    TenantRef,
    use_hospital,
    use_public,
)
from kangqiao.core.tenancy.postgres import base
from tenants import scope
from tests.isolation.probe import Probe, plant, word

Check = Callable[[TenantRef, TenantRef], None]
RED = (AssertionError, DatabaseError, HospitalRequired, pytest.fail.Exception)


class Undo(Exception):
    pass


@pytest.fixture
def a(hospital_a: TenantRef) -> TenantRef:
    return hospital_a


@pytest.fixture
def b(hospital_b: TenantRef) -> TenantRef:
    return hospital_b


@pytest.fixture
def planted(db: None, a: TenantRef, b: TenantRef) -> None:
    plant(a, b)


@pytest.fixture
def committed(transactional_db: None, a: TenantRef, b: TenantRef) -> None:
    """For other threads: they have connections of their own."""
    plant(a, b)


# The checks ----------------------------------------------------------------------------------------------------------


def check_same_key_reads_own_row(a: TenantRef, b: TenantRef) -> None:
    with use_hospital(a):
        assert word() == "甲"
        with use_hospital(b):
            assert word() == "乙"
        assert word() == "甲"


def check_cross_schema_read_is_refused(a: TenantRef, b: TenantRef) -> None:
    with use_hospital(a), connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(f"select word from {b.schema}.probe")


def check_cursor_follows_scope(a: TenantRef, b: TenantRef) -> None:
    with use_hospital(a), connection.cursor() as cursor:
        with use_hospital(b):
            assert word() == "乙"
        cursor.execute("select word from probe where id = 1")
        assert cursor.fetchone() == ("甲",)


def check_rollback_is_forgotten(a: TenantRef, b: TenantRef) -> None:
    with use_hospital(a):
        assert word() == "甲"
    with use_hospital(b):
        with suppress(Undo), transaction.atomic():
            assert word() == "乙"
            raise Undo
        assert word() == "乙"


def check_missing_schema_is_not_found(a: TenantRef, _b: TenantRef) -> None:
    gone = dataclasses.replace(a, schema="h_0123456789ab")
    with use_hospital(gone), pytest.raises(HospitalMissing):
        Probe.objects.count()


def check_each_thread_has_its_own(a: TenantRef, b: TenantRef) -> None:
    both_inside = threading.Barrier(2, timeout=5)

    def request(ref: TenantRef) -> list[str]:
        try:
            with use_hospital(ref):
                both_inside.wait()
                return [word() for _ in range(20)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(request, (a, b))
    assert (set(first), set(second)) == ({"甲"}, {"乙"})


def check_each_coroutine_has_its_own(a: TenantRef, b: TenantRef) -> None:
    """Both coroutines share asgiref's one sync thread, and so one connection."""

    async def visitor(ref: TenantRef, me: asyncio.Event, other: asyncio.Event) -> list[str]:
        words = []
        with use_hospital(ref):
            me.set()
            await other.wait()
            for _ in range(10):
                words.append(await sync_to_async(word)())
                await asyncio.sleep(0)
        return words

    async def both() -> list[list[str]]:
        first, second = asyncio.Event(), asyncio.Event()
        try:
            return await asyncio.gather(visitor(a, first, second), visitor(b, second, first))
        finally:
            await sync_to_async(connections.close_all)()

    assert [set(words) for words in asyncio.run(both())] == [{"甲"}, {"乙"}]


def check_cache_keys(a: TenantRef, b: TenantRef) -> None:
    for ref in (a, b):
        with use_hospital(ref):
            cache.set("waiting", ref.subdomain)
    with use_hospital(a):
        assert cache.get("waiting") == "alpha"
    with use_public():
        assert cache.get("waiting") is None


def check_names(a: TenantRef, b: TenantRef) -> None:
    digest = "0123456789abcdef" * 4

    def names() -> tuple[object, ...]:
        return (
            tenancy.cache_key("queue", 1),
            tenancy.lock_key("queue", 1),
            tenancy.group_name("checkup", 1),
            tenancy.file_path(digest),
            tuple(sorted(tenancy.log_fields().items())),
        )

    with use_hospital(a):
        first = names()
    with use_hospital(b):
        second = names()
    assert all(mine != yours for mine, yours in zip(first, second, strict=True))


def check_nowhere_is_refused(_a: TenantRef, _b: TenantRef) -> None:
    with pytest.raises(HospitalRequired):
        Probe.objects.count()


# The law holds -------------------------------------------------------------------------------------------------------

INSIDE = [
    check_same_key_reads_own_row,
    check_cross_schema_read_is_refused,
    check_cursor_follows_scope,
    check_rollback_is_forgotten,
    check_missing_schema_is_not_found,
    check_cache_keys,
    check_names,
    check_nowhere_is_refused,
]
ACROSS = [check_rollback_is_forgotten, check_each_thread_has_its_own, check_each_coroutine_has_its_own]


@pytest.mark.feature("P-01")
@pytest.mark.parametrize("check", INSIDE)
def test_law_holds(check: Check, planted: None, a: TenantRef, b: TenantRef) -> None:
    check(a, b)


@pytest.mark.feature("P-01")
def test_law_holds_across_connections(committed: None, a: TenantRef, b: TenantRef) -> None:
    for check in ACROSS:
        check(a, b)


@pytest.mark.feature("P-01")
def test_pooled_connection_that_served_another_hospital_serves_this_one(
    committed: None, a: TenantRef, b: TenantRef
) -> None:
    """One pooled connection, two threads, alternating hospitals: path and role of the last user are still set on it."""
    database = settings.DATABASES["default"]
    pooled = {**database["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 10}}

    def request(ref: TenantRef) -> str:
        try:
            with use_hospital(ref):
                return word()
        finally:
            connections["default"].close()

    with mock.patch.dict(database, OPTIONS=pooled), ThreadPoolExecutor(2) as threads:
        words = list(threads.map(request, [a, b] * 50))
        connections["default"].close_pool()
    assert words == ["甲", "乙"] * 50


# Planted leaks: without its guard each check turns red ------------------------------------------------------------------


class Global:
    """A scope that all threads and coroutines share: what django_tenants' `with tenant:` amounts to."""

    def __init__(self) -> None:
        self.value: Any = None

    def get(self) -> Any:
        return self.value

    def set(self, value: Any) -> None:
        self.value = value


def one_scope_for_all() -> Any:
    return mock.patch.object(scope, "_current", Global())


def roles_are_not_switched() -> Any:
    """Every hospital with the owner's role."""
    real = scope.as_hospital
    return mock.patch.object(
        scope, "as_hospital", lambda ref: real(dataclasses.replace(ref, role=f"{settings.TENANT_ROLE_PREFIX}_owner"))
    )


def scope_is_set_once() -> Any:
    """The pair is set for the first cursor and never again."""
    real = base.DatabaseWrapper._enter_scope

    def once(self: Any) -> None:
        if self._entered is None:
            real(self)

    return mock.patch.object(base.DatabaseWrapper, "_enter_scope", once)


def only_at_cursor_time() -> Any:
    return mock.patch.object(connection, "execute_wrappers", [])


@contextmanager
def rollback_is_trusted() -> Iterator[None]:
    """The known pair survives rollbacks, as with EXTRA_SET_TENANT hooks."""
    real = base.base.DatabaseWrapper
    wrapper = base.DatabaseWrapper
    with (
        mock.patch.object(wrapper, "_rollback", real._rollback),
        mock.patch.object(wrapper, "_savepoint_rollback", quietly(real._savepoint_rollback)),
    ):
        yield


def quietly(method: Callable[..., None]) -> Callable[..., None]:
    def call(self: Any, *args: Any) -> None:
        with self._without_scope():
            method(self, *args)

    return call


def schema_is_not_looked_for() -> Any:
    return mock.patch.object(
        base, "ENTER", "select set_config('search_path', %s, false), set_config('role', %s, false), %s <> ''"
    )


def keys_without_hospital() -> Any:
    return mock.patch.object(cache, "key_func", lambda key, prefix, version: f"{prefix}:{version}:{key}")


def names_without_hospital() -> Any:
    from kangqiao.core.tenancy import names

    return mock.patch.object(names, "_prefix", return_value="kangqiao")


@contextmanager
def public_when_nothing_is_entered() -> Iterator[None]:
    """What django_tenants does: start in public. The check must not take `no such table` for a refusal."""
    scope._current.set(scope.as_owner("public")._scope)
    yield
    scope._current.set(None)


LEAKS = [
    (scope_is_set_once, check_same_key_reads_own_row),
    (roles_are_not_switched, check_cross_schema_read_is_refused),
    (only_at_cursor_time, check_cursor_follows_scope),
    (rollback_is_trusted, check_rollback_is_forgotten),
    (schema_is_not_looked_for, check_missing_schema_is_not_found),
    (keys_without_hospital, check_cache_keys),
    (names_without_hospital, check_names),
    (public_when_nothing_is_entered, check_nowhere_is_refused),
]
LEAKS_ACROSS = [
    (rollback_is_trusted, check_rollback_is_forgotten),
    (one_scope_for_all, check_each_thread_has_its_own),
    (one_scope_for_all, check_each_coroutine_has_its_own),
]


def turns_red(leak: Callable[[], Any], check: Check, a: TenantRef, b: TenantRef) -> None:
    with pytest.raises(RED), leak():
        check(a, b)
    scope.leave()
    connection._entered = None


@pytest.mark.parametrize(("leak", "check"), LEAKS)
def test_planted_leak_is_seen(leak: Callable[[], Any], check: Check, planted: None, a: TenantRef, b: TenantRef) -> None:
    with suppress(Undo), transaction.atomic():
        turns_red(leak, check, a, b)
        raise Undo


def test_planted_leak_across_connections_is_seen(committed: None, a: TenantRef, b: TenantRef) -> None:
    for leak, check in LEAKS_ACROSS:
        turns_red(leak, check, a, b)
