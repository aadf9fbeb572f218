"""Fixtures of all tests: a real Postgres with two hospitals whose ids collide.

`TEST_DATABASE_URL` or `DATABASE_URL` names a log-in that may create databases and roles, on loopback. A test that marks
`django_db(transaction=True)` really commits; afterwards the worker's database is copied anew.
"""

import os
from collections.abc import Iterator

import django.test
import pytest
from django.conf import settings
from django.contrib.auth.hashers import get_hashers, get_hashers_by_algorithm
from django.core.cache import caches

from kangqiao.config import env
from kangqiao.core.tenancy import TenantRef, forget_hospitals, use_hospital, use_public
from tenants.scope import current_scope, leave
from tests import databases

TEST_MASTER_KEY = "a2FuZ3FpYW8gdGVzdCBtYXN0ZXIga2V5IDMyYnl0ZXM="


def pytest_configure() -> None:
    """Before the first connection: our own database, roles, keys; nothing of the machine's running stack."""
    url = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
    database = settings.DATABASES["default"]
    if url:
        database.update(env.database(url))
    options = database.get("OPTIONS", {})
    database["OPTIONS"] = {key: value for key, value in options.items() if key != "pool"}
    settings.TENANT_ROLE_PREFIX = "kqt"
    settings.MASTER_KEY = TEST_MASTER_KEY
    settings.PREVIOUS_MASTER_KEY = ""
    settings.SECRET_KEY = "test-secret-key-of-no-running-site"
    memory_cache = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": settings.CACHES["default"]["KEY_FUNCTION"],
    }
    settings.CACHES = {"default": memory_cache}
    settings.PASSWORD_HASHERS = ["tests.hashers.CheapArgon2"]
    get_hashers.cache_clear()
    get_hashers_by_algorithm.cache_clear()
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """This worker's database, copied from the template of this state of the code."""
    with django_db_blocker.unblock():
        databases.make_own()
    # Django would flush every table; a fresh copy is quicker and also removes schemas that a test has made.
    patch = pytest.MonkeyPatch()
    patch.setattr(django.test.TransactionTestCase, "_fixture_teardown", lambda _case: databases.make_own())
    yield
    patch.undo()
    with django_db_blocker.unblock():
        databases.drop_own()


def _hospital(subdomain: str, blocker: pytest.FixtureRequest) -> TenantRef:
    from tenants.registry.selectors import hospital_with_subdomain

    with blocker.unblock():
        ref = hospital_with_subdomain(subdomain)
    assert ref is not None
    return ref


@pytest.fixture(scope="session")
def hospital_a(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> TenantRef:
    """甲医院 at alpha.localhost."""
    return _hospital("alpha", django_db_blocker)


@pytest.fixture(scope="session")
def hospital_b(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> TenantRef:
    """乙医院 at beta.localhost; its rows have the same ids as those of 甲医院."""
    return _hospital("beta", django_db_blocker)


@pytest.fixture
def in_a(db: None, hospital_a: TenantRef) -> Iterator[TenantRef]:
    """The test runs inside 甲医院."""
    with use_hospital(hospital_a):
        yield hospital_a


@pytest.fixture
def in_b(db: None, hospital_b: TenantRef) -> Iterator[TenantRef]:
    """The test runs inside 乙医院."""
    with use_hospital(hospital_b):
        yield hospital_b


@pytest.fixture
def in_public(db: None) -> Iterator[None]:
    """The test runs in the public schema."""
    with use_public():
        yield


@pytest.fixture
def client_a(hospital_a: TenantRef) -> django.test.Client:
    """A browser at 甲医院, not logged in."""
    return django.test.Client(HTTP_HOST=f"{hospital_a.subdomain}.{settings.BASE_DOMAIN}")


@pytest.fixture
def client_b(hospital_b: TenantRef) -> django.test.Client:
    """A browser at 乙医院, not logged in."""
    return django.test.Client(HTTP_HOST=f"{hospital_b.subdomain}.{settings.BASE_DOMAIN}")


@pytest.fixture
def client_public() -> django.test.Client:
    """A browser at the public site."""
    return django.test.Client(HTTP_HOST=settings.PUBLIC_HOSTS[0])


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """No test inherits a scope, a resolved host or a cached value."""
    assert current_scope() is None
    forget_hospitals()
    yield
    leave()
    forget_hospitals()
    with use_public():
        caches["default"].clear()
