"""Sessions over HTTP: the cookie, foreign origins, switching hospitals of a group, users."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kangqiao.accounts.models import StaffUser
from kangqiao.accounts.services.users import KnownUser, ensure_known_user, seed_roles
from kangqiao.audit.models import AuditEntry
from kangqiao.core.tenancy import TenantRef, use_hospital
from tests.staff import EVERYTHING, staff_client

PASSWORD = "Linjiang-2026!"


def known(hospital: TenantRef, username: str = "zhou.lan", group_user_id: int | None = None) -> StaffUser:
    with use_hospital(hospital):
        seed_roles()
        return ensure_known_user(
            KnownUser(
                username=username,
                name="周岚",
                title="",
                password=PASSWORD,
                roles=("checkup_admin",),
                group_user_id=group_user_id,
            )
        )


def log_in(client: Client, **headers: str) -> Any:
    body = json.dumps({"username": "zhou.lan", "password": PASSWORD})
    return client.post("/api/v1/session/log-in", body, content_type="application/json", **headers)


@pytest.mark.feature("P-05")
def test_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts(
    db: None, hospital_a: TenantRef, client_a: Client
) -> None:
    known(hospital_a)
    answer = log_in(client_a, HTTP_X_REQUESTED_WITH="kangqiao")
    assert answer.status_code == 200, answer.content.decode()
    cookie = answer.cookies[settings.SESSION_COOKIE]
    assert cookie.key.startswith("__Host-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        True,
        "Lax",
        "/",
        "",
    )
    session = answer.json()
    assert session["hospital"]["subdomain"] == "alpha"
    assert "checkup.dictionary.write" in session["permissions"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HTTP_X_REQUESTED_WITH": "kangqiao", "HTTP_ORIGIN": "http://evil.example"},
        {"HTTP_ORIGIN": "http://alpha.localhost"},
    ],
)
@pytest.mark.feature("P-05")
def test_unsafe_request_from_elsewhere_is_refused(
    db: None, hospital_a: TenantRef, client_a: Client, headers: dict[str, str]
) -> None:
    known(hospital_a)
    assert log_in(client_a, **headers).status_code == 403


@pytest.mark.feature("P-05")
def test_log_out_ends_the_session_for_good(db: None, hospital_a: TenantRef) -> None:
    client = staff_client(hospital_a, EVERYTHING)
    cookie = client.cookies[settings.SESSION_COOKIE].value
    assert client.call("POST", "/api/v1/session/log-out").status_code == 204
    client.cookies[settings.SESSION_COOKIE] = cookie
    answer = client.call("GET", "/api/v1/session")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/session-ended")


@pytest.mark.feature("P-02")
def test_group_staff_enter_another_member_where_they_have_a_log_in(
    db: None, hospital_a: TenantRef, hospital_b: TenantRef, client_b: Client
) -> None:
    with use_hospital(hospital_a):
        here = staff_client(hospital_a, EVERYTHING, username="zhou.lan")
        StaffUser.objects.filter(pk=here.user.pk).update(group_user_id=7)
    known(hospital_b, group_user_id=7)
    members = here.call("GET", "/api/v1/session/hospitals").json()
    assert {(m["subdomain"], m["is_current"]) for m in members} == {("beta", False), ("alpha", True)}
    url = here.call("POST", "/api/v1/session/switch", {"subdomain": "beta"}).json()["url"]
    assert url.startswith("http://beta.")
    body = json.dumps({"token": url.partition("token=")[2]})
    entered = client_b.post(
        "/api/v1/session/enter", body, content_type="application/json", HTTP_X_REQUESTED_WITH="kangqiao"
    )
    assert entered.json()["hospital"]["subdomain"] == "beta"
    with use_hospital(hospital_a):
        assert AuditEntry.objects.filter(action="accounts.switched").count() == 1


@pytest.mark.feature("P-02")
def test_nobody_enters_a_member_without_a_log_in_there(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> None:
    client = staff_client(hospital_a, EVERYTHING, username="zhou.lan")
    known(hospital_b)
    assert client.call("POST", "/api/v1/session/switch", {"subdomain": "beta"}).status_code == 404
    with use_hospital(hospital_a):
        StaffUser.objects.filter(pk=client.user.pk).update(group_user_id=7)
    assert client.call("POST", "/api/v1/session/switch", {"subdomain": "beta"}).status_code == 404
    assert [m["subdomain"] for m in client.call("GET", "/api/v1/session/hospitals").json()] == ["alpha"]


@pytest.mark.feature("P-05", "I-03")
def test_user_list_is_masked_found_by_pinyin_and_costs_fixed_queries(
    db: None, hospital_a: TenantRef, django_assert_max_num_queries: Any
) -> None:
    known(hospital_a)
    with use_hospital(hospital_a):
        user = StaffUser.objects.get(username="zhou.lan")
        user.phone = "13812342067"
        user.save()
    client = staff_client(hospital_a, EVERYTHING)
    with django_assert_max_num_queries(6):
        found = client.call("GET", "/api/v1/accounts/users?q=ZL").json()["items"]
    assert [(u["username"], u["phone"]) for u in found] == [("zhou.lan", "138****2067")]


@pytest.mark.feature("I-03")
def test_wrong_discount_limit_is_refused_at_its_field(db: None, hospital_a: TenantRef) -> None:
    client = staff_client(hospital_a, EVERYTHING)
    answer = client.call(
        "POST", "/api/v1/accounts/users", {"username": "new.user", "name": "新人", "discount_limit": "1.5"}
    )
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["/discount_limit"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/accounts/users/0", "/static/staff/missing.js"])
def test_path_that_nobody_knows_is_a_problem_document(db: None, hospital_a: TenantRef, path: str) -> None:
    client = staff_client(hospital_a, EVERYTHING)
    answer = client.call("PATCH", path, {}) if path.endswith("/0") else client.call("GET", path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
