"""The contract of every report: permission, strict parameters, totals that add up, XLSX, one hospital's rows only."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from kangqiao.checkup.services.demo import seed_demo
from kangqiao.core.actor import SYSTEM
from kangqiao.core.discovery import discover
from kangqiao.core.reports import REPORTS, Report
from kangqiao.core.tenancy import TenantRef, use_hospital
from tests.staff import EVERYTHING, StaffClient, staff_client

discover()
ALL = pytest.mark.parametrize(
    "report", [pytest.param(r, id=r.name, marks=pytest.mark.feature(*r.feature.split())) for r in REPORTS]
)


@pytest.fixture
def client(db: None, hospital_a: TenantRef) -> StaffClient:
    with use_hospital(hospital_a):
        seed_demo(SYSTEM, count=12)
    return staff_client(hospital_a, EVERYTHING)


def path(report: Report, tail: str = "") -> str:
    return f"/api/v1/reports/{report.name}{tail}"


@ALL
def test_rows_have_every_column_and_totals_add_up(report: Report, client: StaffClient) -> None:
    data = client.call("GET", path(report)).json()
    assert data["count"] == len(data["items"]) > 0
    for row in data["items"]:
        assert set(row) == {column.name for column in report.columns}
    for column in report.columns:
        if column.total:
            assert float(data["totals"][column.name]) == sum(float(row[column.name]) for row in data["items"])


@ALL
def test_descriptor_reaches_only_those_who_may_open_it(
    report: Report, client: StaffClient, hospital_a: TenantRef
) -> None:
    assert report.name in [r["name"] for r in client.call("GET", "/api/v1/meta/reports").json()]
    nobody = staff_client(hospital_a, username="nobody")
    assert nobody.call("GET", "/api/v1/meta/reports").json() == []
    assert nobody.call("GET", path(report)).status_code == 403


@ALL
def test_unknown_and_wrong_parameters_are_refused(report: Report, client: StaffClient) -> None:
    assert client.call("GET", path(report, "?tenant=1")).status_code == 422
    if any(param.kind == "date_range" for param in report.params):
        assert client.call("GET", path(report, "?day_from=23.11.2026")).status_code == 422


@ALL
def test_table_leaves_as_xlsx_with_its_totals(report: Report, client: StaffClient) -> None:
    sheet = load_workbook(io.BytesIO(client.call("GET", path(report, "/export")).content)).active
    assert [cell.value for cell in sheet[1]] == [column.label for column in report.columns]
    assert sheet.cell(sheet.max_row, 1).value == "合计"


@ALL
def test_other_hospital_is_not_counted(report: Report, client: StaffClient, hospital_b: TenantRef) -> None:
    assert staff_client(hospital_b, EVERYTHING).call("GET", path(report)).json()["items"] == []


@ALL
def test_report_costs_a_fixed_number_of_queries(
    report: Report, client: StaffClient, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        client.call("GET", path(report))
