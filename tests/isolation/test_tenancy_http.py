"""Host -> hospital: unknown hosts, suspended hospitals, streamed answers, missing schemas."""

import dataclasses
import json
from collections.abc import Iterator
from unittest import mock

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from kangqiao.core.tenancy import (
    HospitalMissing,
    TenantRef,
    current_hospital,
    forget_hospitals,
    hospital_by_host,
    hospital_by_id,
    resolver,
    use_public,
)
from kangqiao.core.tenancy.middleware import TenantMiddleware
from tenants.registry.models import Domain
from tenants.registry.services import resume_hospital, suspend_hospital
from tenants.scope import current_scope
from tests.isolation.probe import plant, word


def view(request: HttpRequest) -> HttpResponse:
    scope = current_scope()
    assert scope is not None
    return HttpResponse(scope.ref.name if scope.ref else "public")


def get(host: str, handler: object = view, **headers: str) -> HttpResponse:
    request = RequestFactory().get("/api/v1/session", HTTP_HOST=host, **headers)
    return TenantMiddleware(handler)(request)  # type: ignore[arg-type]


def problem(response: HttpResponse) -> dict:
    assert response["Content-Type"] == "application/problem+json"
    return json.loads(response.content)


@pytest.mark.feature("P-01")
@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("alpha.{base}", "甲医院"),
        ("alpha.{base}:8000", "甲医院"),
        ("ALPHA.{base}", "甲医院"),
        ("alpha.{base}.", "甲医院"),
        ("beta.{base}", "乙医院"),
        ("{base}", "public"),
        ("{base}:8000", "public"),
    ],
)
def test_host_decides_the_hospital(db: None, host: str, where: str) -> None:
    assert get(host.format(base=settings.BASE_DOMAIN)).content.decode() == where
    assert current_scope() is None


@pytest.mark.feature("P-01")
@pytest.mark.parametrize(
    "host",
    ["gamma.{base}", "evil.example", "a.alpha.{base}", "alpha.{base}.evil.example", "", "[::1", "h_aaaaaaaaaaaa"],
)
def test_unknown_host_is_not_found_and_never_the_public_site(db: None, host: str) -> None:
    """Breaks if an unknown host falls back to public, as SHOW_PUBLIC_IF_NO_TENANT_FOUND does."""
    response = get(host.format(base=settings.BASE_DOMAIN))
    assert response.status_code == 404
    assert problem(response)["type"] == "/problems/hospital-not-found"


def test_forwarded_host_is_not_believed(db: None) -> None:
    response = get(settings.BASE_DOMAIN, HTTP_X_FORWARDED_HOST=f"alpha.{settings.BASE_DOMAIN}")
    assert response.content.decode() == "public"


@pytest.mark.feature("P-01")
def test_suspended_hospital_is_closed_and_opens_again(db: None, hospital_a: TenantRef) -> None:
    host = f"alpha.{settings.BASE_DOMAIN}"
    assert suspend_hospital(hospital_a.hospital_id)
    response = get(host)
    assert (response.status_code, problem(response)["type"]) == (403, "/problems/hospital-suspended")
    assert not suspend_hospital(hospital_a.hospital_id)
    assert resume_hospital(hospital_a.hospital_id)
    assert get(host).status_code == 200


def test_streamed_answer_reads_its_own_hospital(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> None:
    """The body is produced after the middleware has returned; without re-entering there would be no hospital."""
    plant(hospital_a, hospital_b)

    def words() -> Iterator[str]:
        for _ in range(3):
            yield word()

    answers = [
        get(f"{ref.subdomain}.{settings.BASE_DOMAIN}", lambda _request: StreamingHttpResponse(words()))
        for ref in (hospital_a, hospital_b)
    ]
    bodies = [[part.decode() for part in answer.streaming_content] for answer in answers]  # type: ignore[attr-defined]
    assert bodies == [["甲"] * 3, ["乙"] * 3]


def test_own_domain_counts_only_when_verified(db: None, hospital_a: TenantRef) -> None:
    with use_public():
        domain = Domain.objects.create(hospital_id=hospital_a.hospital_id, host="tj.example.cn")
    assert hospital_by_host("tj.example.cn") is None
    with use_public():
        Domain.objects.filter(pk=domain.pk).update(verified_at=domain_time())
    forget_hospitals()
    assert hospital_by_host("tj.example.cn") == hospital_a


def domain_time() -> object:
    from django.utils import timezone

    return timezone.now()


def test_resolver_asks_the_database_once_in_ten_seconds_also_for_unknown_hosts(
    db: None, django_assert_num_queries: object
) -> None:
    hosts = [f"alpha.{settings.BASE_DOMAIN}", "unknown.example"]
    with django_assert_num_queries(2):  # type: ignore[operator]
        for host in hosts * 5:
            hospital_by_host(host)
    later = mock.patch.object(resolver.time, "monotonic", return_value=resolver.time.monotonic() + 11)
    with later, django_assert_num_queries(2):  # type: ignore[operator]
        for host in hosts:
            hospital_by_host(host)


def test_memory_of_hosts_is_bounded(db: None) -> None:
    with mock.patch.object(resolver, "MOST", 5):
        for number in range(30):
            hospital_by_host(f"x{number}.example")
        assert len(resolver._known) <= 5


def test_unknown_id_is_a_missing_hospital(db: None, hospital_a: TenantRef) -> None:
    assert hospital_by_id(hospital_a.hospital_id) == hospital_a
    with pytest.raises(HospitalMissing):
        hospital_by_id(999_999)


def test_dropped_schema_answers_not_found(db: None, hospital_a: TenantRef) -> None:
    gone = dataclasses.replace(hospital_a, schema="h_0123456789ab")
    middleware = TenantMiddleware(view)  # type: ignore[arg-type]
    request = RequestFactory().get("/", HTTP_HOST=f"alpha.{settings.BASE_DOMAIN}")
    with mock.patch("kangqiao.core.tenancy.middleware.hospital_by_host", return_value=gone):
        middleware.get_response = lambda _request: HttpResponse(word())
        with pytest.raises(HospitalMissing) as caught:
            middleware(request)
    response = middleware.process_exception(request, caught.value)
    assert response is not None
    assert response.status_code == 404


def test_request_carries_its_hospital(db: None, hospital_a: TenantRef) -> None:
    seen = []

    def look(request: HttpRequest) -> HttpResponse:
        seen.append((request.hospital, current_hospital()))  # type: ignore[attr-defined]
        return HttpResponse()

    get(f"alpha.{settings.BASE_DOMAIN}", look)
    assert seen == [(hospital_a, hospital_a)]
