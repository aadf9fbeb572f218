"""Options of the desk and the stations do what their words say."""

import pytest

from kangqiao.checkup.models import CheckupKind, CheckupPanel
from kangqiao.checkup.selectors.station_page import station_page
from kangqiao.core.actor import Actor
from kangqiao.options.services import set_option
from kangqiao.people.models import Person
from kangqiao.people.services import set_photo
from tests.staff import EVERYTHING, StaffClient, staff_client

from .conftest import department

ADMIN = Actor(kind="staff", id=77, name="管理员", permissions=frozenset({"options.option.write", "people.person.edit"}))
BASE = "/api/v1/checkup"
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def enrol(client: StaffClient, name: str, phone: str) -> dict[str, object]:
    body = {
        "person": {"name": name, "sex": "male", "phone": phone},
        "kind_id": CheckupKind.objects.get(code="health").pk,
        "panel_ids": [CheckupPanel.objects.get(code=code).pk for code in ("GENERAL", "CBC")],
    }
    answer = client.call("POST", f"{BASE}/checkups", body, **{"Idempotency-Key": f"key-{phone}"})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.feature("I-61", "I-62")
@pytest.mark.parametrize(("guide", "labels"), [(True, False), (False, True)])
def test_the_answer_to_an_enrolment_says_what_to_print_at_once(in_a, guide: bool, labels: bool) -> None:
    set_option(ADMIN, "checkup.print_guide_on_enroll", guide)
    set_option(ADMIN, "checkup.print_labels_on_enroll", labels)
    made = enrol(staff_client(in_a, EVERYTHING), "何志远", "13800000001")
    assert made["print"] == {"guide_sheet": guide, "labels": labels}


@pytest.mark.feature("I-63")
def test_the_list_of_the_desk_shows_ones_own_enrolments_of_today_unless_asked_otherwise(in_a) -> None:
    first, second = (staff_client(in_a, EVERYTHING, username=name) for name in ("first", "second"))
    enrol(first, "何志远", "13800000001")
    enrol(second, "沈建国", "13800000002")
    mine = first.call("GET", f"{BASE}/desk/today").json()
    assert [row["name"] for row in mine["items"]] == ["何志远"]
    assert mine["counts"]["enrolled"] == 2
    set_option(ADMIN, "checkup.enroll_list_own_today", False)
    assert first.call("GET", f"{BASE}/desk/today").json()["count"] == 2


@pytest.mark.feature("I-22", "I-67")
def test_without_the_option_no_photo_leaves_the_server(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    set_photo(ADMIN, checkup.person_id, PIXEL, content_type="image/png")
    assert Person.objects.get(pk=checkup.person_id).photo_public_id is not None
    general = department("GEN").pk
    assert station_page(doctor, general, checkup.pk)["person"]["photo_url"].startswith("/api/v1/files/")
    set_option(ADMIN, "checkup.photo_at_station", False)
    assert station_page(doctor, general, checkup.pk)["person"]["photo_url"] is None


@pytest.mark.feature("I-13", "I-28")
def test_the_board_shows_who_is_in_the_house_and_where(arrive, in_a) -> None:
    checkup = arrive("GENERAL", "CBC")
    board = staff_client(in_a, EVERYTHING).call("GET", f"{BASE}/board").json()
    assert [row["checkup_no"] for row in board["items"]] == [checkup.checkup_no]
    states = {cell["department_id"]: cell["state"] for cell in board["items"][0]["cells"]}
    assert states == {department("GEN").pk: "waiting", department("LAB").pk: "planned"}
