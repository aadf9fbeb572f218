"""The main path over HTTP, as the front end and the tour walk it."""

import json
from typing import Any

import pytest

from kangqiao.checkup.models import CheckupDepartment, CheckupKind, CheckupPackage, CheckupPanel, LabItemMapping
from kangqiao.core.tenancy import TenantRef, use_hospital
from tests.staff import EVERYTHING, StaffClient, staff_client

BASE = "/api/v1/checkup"
PERSON = {"name": "何志远", "id_number": "420106198003141211", "phone": "13812342067"}


def ok(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    return response.json()


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()
    body = response.json()
    assert body["type"] == f"/problems/{code}", body
    return body


@pytest.fixture
def browser(in_a: TenantRef) -> StaffClient:
    return staff_client(
        in_a, EVERYTHING, departments=tuple(CheckupDepartment.objects.values_list("department_id", flat=True))
    )


@pytest.fixture
def other(in_a: TenantRef) -> StaffClient:
    return staff_client(in_a, EVERYTHING, username="second")


def enrol(browser: StaffClient, *codes: str, package: str = "", key: str = "enrol-0001", **more: Any) -> Any:
    body = {
        "person": PERSON,
        "kind_id": CheckupKind.objects.get(code="health").pk,
        "package_id": CheckupPackage.objects.get(code=package).pk if package else None,
        "panel_ids": [CheckupPanel.objects.get(code=code).pk for code in codes],
        **more,
    }
    return browser.call("POST", f"{BASE}/checkups", body, **{"Idempotency-Key": key})


def department_id(code: str) -> int:
    return CheckupDepartment.objects.get(code=code).pk


def typed(page: dict[str, Any], **values: Any) -> list[dict[str, Any]]:
    """Entries for a station from item codes: a text, or a list of readings."""
    rows = [row for panel in page["panels"] for row in panel["items"]]
    entries = []
    for row in rows:
        if row["code"] in values:
            value = values[row["code"]]
            version = row["result"]["version"] if row["result"] else 0
            given = {"readings": value} if isinstance(value, list) else {"value": value}
            entries.append({"item_id": row["item_id"], "version": version, **given})
    return entries


GENERAL = {
    "HEIGHT": "173.2",
    "WEIGHT": "80.4",
    "WAIST": "91",
    "SBP": ["148", "136", "140"],
    "DBP": ["92", "86", "88"],
    "PULSE": "78",
}


@pytest.mark.feature("I-12", "I-16", "I-17", "I-19", "I-20", "I-75", "I-76")
def test_an_examinee_walks_from_the_desk_to_the_released_report_over_http(
    browser: StaffClient, other: StaffClient
) -> None:
    packages = ok(browser.call("GET", f"{BASE}/desk/packages?sex=male&age=46"))
    assert packages["items"][0]["fit"]
    kind = CheckupKind.objects.get(code="health").pk
    quote = {"sex": "male", "birth_date": "1980-03-14", "kind_id": kind, "package_id": packages["items"][0]["id"]}
    assert ok(browser.call("POST", f"{BASE}/desk/quote", quote))["panel_count"] == packages["items"][0]["panel_count"]
    checkup = ok(enrol(browser, "GENERAL", "CBC"), 201)
    assert checkup["print"] == {"guide_sheet": True, "labels": False}
    one = f"{BASE}/checkups/{checkup['id']}"
    for paper in ("guide-sheet", "labels"):
        assert browser.call("GET", f"{one}/{paper}").content.startswith(b"%PDF")
    assert ok(browser.call("POST", f"{one}/check-in"))["status"] == "checked_in"
    barcode = checkup["specimens"][0]["barcode"]
    assert ok(browser.call("GET", f"{BASE}/lookup?code={barcode}"))["checkup_id"] == checkup["id"]
    waiting = ok(browser.call("GET", f"{BASE}/blood-draws"))
    assert [row["checkup_id"] for row in waiting["items"]] == [checkup["id"]]
    assert ok(browser.call("GET", f"{BASE}/blood-draws/{checkup['checkup_no']}"))["remaining"] == 1
    assert ok(browser.call("POST", f"{BASE}/blood-draws/{barcode}", {}))["drawn"] == 1
    refused(browser.call("POST", f"{BASE}/blood-draws/{barcode}", {}), 409, "already-drawn")
    _general_station(browser, checkup["id"])
    _laboratory(browser, checkup["id"])
    assert ok(browser.call("GET", one))["status"] == "departments_done"
    _conclusion_to_release(browser, other, checkup["id"])
    progress = ok(browser.call("GET", f"{one}/progress"))
    assert [step["done"] for step in progress["steps"]] == [True] * 8
    trail = ok(browser.call("GET", f"{one}/audit"))
    assert {"登记", "签到", "采血", "总检完成", "审核通过", "发布报告"} <= {row["label"] for row in trail["items"]}


def _general_station(browser: StaffClient, checkup_id: int) -> None:
    general = department_id("GEN")
    queue = ok(browser.call("GET", f"{BASE}/stations/{general}/worklist"))
    assert [row["checkup_id"] for row in queue["items"]] == [checkup_id]
    station = f"{BASE}/stations/{general}/checkups/{checkup_id}"
    ok(browser.call("POST", f"{station}/call"))
    page = ok(browser.call("POST", f"{station}/open"))
    entries = typed(page, **GENERAL)
    ok(browser.call("PUT", f"{station}/draft", {"items": entries}))
    drafted = ok(browser.call("GET", station))
    assert [row["draft"]["value"] for row in drafted["panels"][0]["items"] if row["code"] == "HEIGHT"] == ["173.2"]
    preview = ok(browser.call("POST", f"{station}/preview", {"items": entries}))
    assert preview["summary_lines"] == []
    assert {row["value"] for row in preview["items"]} >= {"141", "89", "26.8"}
    page = ok(browser.call("POST", f"{station}/save", {"items": entries}))
    assert "血压升高（本次测量达 1 级水平，单纯收缩期升高）：141/89 mmHg" in page["summary"]["final_text"]
    stale = browser.call("POST", f"{station}/save", {"items": [{**entries[0], "value": "170"}]})
    assert refused(stale, 409, "result-changed")["items"][0]["value"] == "173.2"
    done = ok(browser.call("POST", f"{station}/complete", {"items": typed(page, **GENERAL)}))
    assert done["visit"]["state"] == "done"


def _laboratory(browser: StaffClient, checkup_id: int) -> None:
    station = f"{BASE}/stations/{department_id('LAB')}/checkups/{checkup_id}"
    page = ok(browser.call("POST", f"{station}/open"))
    refused(browser.call("POST", f"{station}/complete", {"items": []}), 409, "department-incomplete")
    rows = [row for panel in page["panels"] for row in panel["items"] if row["required"]]
    values = {row["code"]: row["range_low"] or row["range_high"] or "1" for row in rows}
    ok(browser.call("POST", f"{station}/complete", {"items": typed(page, **values)}))


def _conclusion_to_release(browser: StaffClient, other: StaffClient, checkup_id: int) -> None:
    assert ok(browser.call("GET", f"{BASE}/conclusions"))["count"] == 1
    one = f"{BASE}/conclusions/{checkup_id}"
    page = ok(browser.call("POST", f"{one}/open", {}))
    names = [line["name"] for line in page["lines"]]
    assert any("血压" in name for name in names)
    assert page["conclusion"]["overview"].startswith("1. ")
    refused(other.call("POST", f"{one}/open", {}), 409, "conclusion-claimed")
    assert ok(other.call("GET", one))["conclusion"]["claimed_at"] == page["conclusion"]["claimed_at"] is not None
    lines = [{key: line[key] for key in ("id", "name", "advice", "level")} for line in page["lines"]]
    lines[0]["advice"] = "请两周内到心内科复诊。"
    saved = ok(browser.call("PUT", one, {"version": page["conclusion"]["version"], "lines": lines}))
    assert saved["lines"][0]["edited"]
    refused(browser.call("PUT", one, {"version": 1, "lines": lines}), 409, "conclusion-changed")
    again = ok(browser.call("POST", f"{one}/regenerate"))
    assert again["lines"][0]["advice"] == "请两周内到心内科复诊。"
    ok(browser.call("POST", f"{one}/conclude", {}))
    review = f"{BASE}/reviews/{checkup_id}"
    refused(browser.call("POST", f"{review}/approve", {}), 409, "reviewer-is-author")
    assert "同一人" in ok(browser.call("GET", review))["conclusion"]["review_blocker"]
    assert ok(other.call("GET", review))["conclusion"]["review_blocker"] == ""
    refused(browser.call("POST", f"{BASE}/reports/{checkup_id}"), 409, "report-not-reviewed")
    assert ok(other.call("POST", f"{review}/approve", {}))["conclusion"]["status"] == "reviewed"
    versions = ok(browser.call("POST", f"{BASE}/reports/{checkup_id}"), 201)["versions"]
    pdf = browser.call("GET", f"{BASE}/reports/{checkup_id}/1/pdf")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["ETag"] == f'"{versions[0]["sha256"]}"'
    released = ok(browser.call("POST", f"{BASE}/reports/{checkup_id}/1/release"))
    assert released["checkup"]["status"] == "released"


@pytest.mark.feature("I-12")
def test_a_repeated_enrolment_with_one_key_makes_one_checkup(browser: StaffClient) -> None:
    first = ok(enrol(browser, "GENERAL"), 201)
    again = enrol(browser, "GENERAL")
    assert again["Idempotency-Replayed"] == "true"
    assert json.loads(again.content)["id"] == first["id"]
    refused(enrol(browser, "GENERAL", key="enrol-0002"), 409, "checkup-open-today")


def test_a_hospital_sees_only_its_own_checkups_even_when_ids_collide(
    browser: StaffClient, hospital_b: TenantRef, in_a: TenantRef
) -> None:
    mine = ok(enrol(browser, "GENERAL"), 201)
    with use_hospital(hospital_b):
        stranger = staff_client(hospital_b, EVERYTHING)
        from kangqiao.checkup.services.seeding import load_starter

        load_starter()
        body = {"person": {**PERSON, "name": "陈立夏"}, "kind_id": CheckupKind.objects.get(code="health").pk}
        body["panel_ids"] = [CheckupPanel.objects.get(code="GENERAL").pk]
        theirs = ok(stranger.call("POST", f"{BASE}/checkups", body, **{"Idempotency-Key": "enrol-0001"}), 201)
    assert theirs["checkup_no"] == mine["checkup_no"]
    assert ok(stranger.call("GET", f"{BASE}/checkups/{theirs['id']}"))["name"] == "陈立夏"
    assert ok(browser.call("GET", f"{BASE}/checkups/{mine['id']}"))["name"] == "何志远"
    assert ok(stranger.call("GET", f"{BASE}/checkups?q=HZY"))["count"] == 0
    intruder = StaffClient(hospital_b, browser.user, next(iter(browser.cookies.values())).value)
    assert intruder.call("GET", f"{BASE}/checkups/{mine['id']}").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "desk/today"),
        ("GET", "stations"),
        ("GET", "conclusions"),
        ("GET", "reviews"),
        ("GET", "reports"),
        ("GET", "board"),
    ],
)
def test_a_door_stays_shut_without_its_permission(in_a: TenantRef, method: str, path: str) -> None:
    client = staff_client(in_a, "people.person.view", username="nobody")
    assert client.call(method, f"{BASE}/{path}").status_code == 403


def test_a_list_refuses_a_parameter_that_it_does_not_know(browser: StaffClient) -> None:
    assert browser.call("GET", f"{BASE}/checkups?colour=red").status_code == 422


def test_mappings_of_the_demo_analyzer_point_to_items(in_a: TenantRef) -> None:
    assert LabItemMapping.objects.filter(item__panels__code="CBC").exists()
