"""Acceptance of isolation: every operation of the OpenAPI document, four kinds of caller, two hospitals with the same ids."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from kangqiao.accounts.models import StaffSession
from kangqiao.checkup.models import Checkup
from kangqiao.checkup.services.demo import seed_demo
from kangqiao.core import resource_services
from kangqiao.core.actor import SYSTEM
from kangqiao.core.tenancy import TenantRef, use_hospital
from tests.isolation.matrix import Operation, fingerprint, mark_everything, operations
from tests.staff import EVERYTHING, StaffClient, staff_client

pytestmark = [pytest.mark.feature("P-02"), pytest.mark.slow]
A, B = "MARK-ALPHA", "MARK-BETA"
DICTIONARIES = "/api/v1/dictionaries/"
NO_DATA_NEEDED = {"*", "public"}
# Written by logging in, which each call does anew, and by refusals, which are audited.
MOVING = frozenset(
    {"accounts_staffsession", "accounts_loginattempt", "accounts_staffuser", "accounts_role", "audit_auditentry"}
)


@dataclass(frozen=True)
class House:
    """Two marked hospitals with a client in each that may do everything, and one that may do nothing."""

    a: TenantRef
    b: TenantRef
    in_a: StaffClient
    in_b: StaffClient
    ids: dict[str, int]


@pytest.fixture
def house(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> House:
    for hospital, mark in ((hospital_a, A), (hospital_b, B)):
        with use_hospital(hospital):
            seed_demo(SYSTEM, count=12)
        in_one = staff_client(hospital, EVERYTHING)
        assert mark_everything(hospital, mark) > 100
        assert in_one.hospital == hospital
    with use_hospital(hospital_a):
        ids_a = sorted(Checkup.objects.values_list("pk", flat=True))
        released = Checkup.objects.filter(status="released").first() or Checkup.objects.first()
        panel = released.ordered_panels.first()
        ids = {
            "checkup_id": released.pk,
            "ordered_panel_id": panel.pk,
            "department_id": panel.department_id,
            "version": 1,
        }
    with use_hospital(hospital_b):
        assert sorted(Checkup.objects.values_list("pk", flat=True)) == ids_a
    return House(
        hospital_a,
        hospital_b,
        staff_client(hospital_a, EVERYTHING),
        staff_client(hospital_b, EVERYTHING),
        ids,
    )


def call(client: Client, operation: Operation, ids: dict[str, int]) -> Any:
    """The operation with the given ids; an empty body where one is needed."""
    body = {"data": "{}", "content_type": "application/json"} if operation.needs_body else {}
    return client.generic(
        operation.method,
        operation.url(ids),
        HTTP_X_REQUESTED_WITH="kangqiao",
        HTTP_IDEMPOTENCY_KEY=f"matrix-{id(client)}",
        **body,
    )


def content(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode("utf-8", errors="replace") + str(response.headers)


def foreign_data_seen(house: House, under: str = "/api/", least: int = 40) -> list[str]:
    """Operations that showed hospital A's mark to a caller of hospital B; at least `least` must show B's own."""
    seen, own = [], 0
    wanted = [operation for operation in operations() if operation.path.startswith(under)]
    for operation in sorted(wanted, key=lambda op: op.method != "GET"):
        # A fresh session each time: some operations end the one that calls them.
        answer = content(call(staff_client(house.b, EVERYTHING), operation, house.ids))
        seen += [str(operation)] * (A in answer)
        own += B in answer
    assert own >= least, "the calls were refused instead of answered"
    return seen


def test_document_has_operations_and_they_answer_with_data(house: House) -> None:
    """Against a matrix of refusals only: most reads must succeed in their own hospital and show its own mark."""
    reads = [op for op in operations() if op.method == "GET"]
    answers = {str(op): call(house.in_a, op, house.ids) for op in reads}
    refused = {name: answer.status_code for name, answer in answers.items() if answer.status_code >= 400}
    assert len(operations()) > 150
    assert len(refused) <= len(reads) * 0.15, refused
    assert sum(A in content(answer) for answer in answers.values()) >= 40
    assert not [name for name, answer in answers.items() if answer.status_code >= 500]


def test_same_ids_never_show_another_hospitals_rows_and_never_change_them(house: House) -> None:
    before = fingerprint(house.a)
    assert foreign_data_seen(house) == []
    assert fingerprint(house.a) == before


def test_session_of_one_hospital_opens_nothing_in_another(house: House) -> None:
    foreign = Client(HTTP_HOST=f"{house.b.subdomain}.{settings.BASE_DOMAIN}", raise_request_exception=False)
    foreign.cookies[settings.SESSION_COOKIE] = house.in_a.cookies[settings.SESSION_COOKIE].value
    with use_hospital(house.b):
        # The same session number exists in both hospitals; only its secret differs.
        number = int(foreign.cookies[settings.SESSION_COOKIE].value.split(".")[0])
        StaffSession.objects.get_or_create(pk=number, defaults={"user": house.in_b.user, "secret_sha256": "0" * 64})
    for operation in operations():
        response = call(foreign, operation, house.ids)
        assert operation.permission == "public" or response.status_code == 401, (str(operation), response.status_code)
        assert A not in content(response)


def test_without_a_session_every_operation_but_the_public_ones_is_refused(house: House) -> None:
    anonymous = Client(HTTP_HOST=f"{house.b.subdomain}.{settings.BASE_DOMAIN}", raise_request_exception=False)
    for operation in operations():
        response = call(anonymous, operation, house.ids)
        if operation.permission != "public":
            assert response.status_code == 401, (str(operation), response.status_code)
            assert response.headers["Content-Type"].startswith("application/problem+json")
    public = {str(op) for op in operations() if op.permission == "public"}
    assert public == {
        "GET /api/v1/session/hospital-card",
        "POST /api/v1/session/log-in",
        "POST /api/v1/session/enter",
    }


def test_role_without_the_permission_is_refused_and_changes_nothing(house: House) -> None:
    staff_client(house.b, username="nobody")
    before = fingerprint(house.b, leave_out=MOVING)
    for operation in operations():
        response = call(staff_client(house.b, username="nobody"), operation, house.ids)
        if operation.permission not in NO_DATA_NEEDED:
            assert response.status_code == 403, (str(operation), response.status_code)
    assert fingerprint(house.b, leave_out=MOVING) == before


def test_unknown_host_gets_nothing(house: House) -> None:
    stranger = Client(HTTP_HOST=f"nowhere.{settings.BASE_DOMAIN}", raise_request_exception=False)
    stranger.cookies[settings.SESSION_COOKIE] = house.in_a.cookies[settings.SESSION_COOKIE].value
    for operation in operations():
        assert call(stranger, operation, house.ids).status_code == 404


def test_planted_cache_without_the_hospital_in_its_key_turns_the_matrix_red(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered: dict[tuple[str, int], Any] = {}
    honest = resource_services.get

    def leaking(resource: Any, pk: int) -> Any:
        return remembered.setdefault((resource.name, pk), honest(resource, pk))

    monkeypatch.setattr(resource_services, "get", leaking)
    for operation in operations():
        if operation.path.startswith(DICTIONARIES) and operation.method == "GET":
            call(house.in_a, operation, house.ids)
    assert foreign_data_seen(house, DICTIONARIES, 5) != []


def test_planted_wrong_scope_turns_the_matrix_red(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = resource_services.search

    def leaking(*args: Any, **kwargs: Any) -> Any:
        with use_hospital(house.a):
            return list(honest(*args, **kwargs)) and _Fixed(list(honest(*args, **kwargs)))

    monkeypatch.setattr(resource_services, "search", leaking)
    assert foreign_data_seen(house, DICTIONARIES, 5) != []


class _Fixed(list):
    """A list that answers like a queryset."""

    def count(self) -> int:  # type: ignore[override]
        return len(self)
