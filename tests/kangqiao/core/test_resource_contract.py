"""The contract that every dictionary inherits by being declared: one test per promise, run for each Resource."""

import io
import uuid
from typing import Any

import pytest
from django.db.models import BooleanField, CharField, UniqueConstraint
from openpyxl import load_workbook

from kangqiao.audit.models import AuditEntry
from kangqiao.core.discovery import discover
from kangqiao.core.resource_services import has
from kangqiao.core.resources import RESOURCES, Resource
from kangqiao.core.tenancy import TenantRef, use_hospital
from kangqiao.instruments.models import EdgeAgent, Instrument
from tests.staff import EVERYTHING, StaffClient, staff_client

discover()
ALL = sorted(RESOURCES, key=lambda r: r.name)
WRITABLE = [r for r in ALL if {"create", "update"} <= r.verbs]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEATURES = {r.name: pytest.mark.feature(*r.feature.split()) for r in ALL if r.feature}


def each(resources: list[Resource]) -> Any:
    return pytest.mark.parametrize(
        "resource", [pytest.param(r, id=r.name, marks=FEATURES.get(r.name, ())) for r in resources]
    )


@pytest.fixture
def client(db: None, hospital_a: TenantRef, hospital_b: TenantRef) -> StaffClient:
    for hospital in (hospital_a, hospital_b):
        with use_hospital(hospital):
            agent = EdgeAgent.objects.create(agent_id="agent-1", name="前置机", public_key="k", fingerprint="f" * 64)
            Instrument.objects.create(code="cbc-1", name="血球仪", agent=agent, port=8007)
    return staff_client(hospital_a, EVERYTHING)


def path(resource: Resource, tail: str = "") -> str:
    return f"/api/v1/dictionaries/{resource.name}{tail}"


def sample(field: dict[str, Any], client: StaffClient, resource: Resource) -> Any:
    """A plain value of a required field."""
    if field["kind"] == "fk":
        found = client.call("GET", f"/api/v1/dictionaries/{field['resource']}?page_size=1").json()["items"]
        return found[0]["id"] if found else create(RESOURCES[field["resource"]], client)["id"]
    return {
        "int": 1,
        "decimal": "1",
        "bool": True,
        "date": "2026-11-23",
        "json": {},
        "m2m": [],
        "rows": [],
    }.get(field["kind"]) or (field["choices"][0]["value"] if field["kind"] == "choice" else f"甲{uuid.uuid4().hex[:6]}")


def plain(value: Any) -> Any:
    """An answer as an input: references become ids, child rows lose theirs."""
    if isinstance(value, dict) and set(value) == {"id", "code", "name"}:
        return value["id"]
    if isinstance(value, list):
        return [
            plain({k: v for k, v in x.items() if k != "id"} if isinstance(x, dict) and "code" not in x else x)
            for x in value
        ]
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return value


def payload(resource: Resource, client: StaffClient) -> dict[str, Any]:
    """A valid new row: a copy of a present one under a new code, or the least that the declaration asks for."""
    fields = [f for f in resource.descriptor()["fields"] if not f["read_only"]]
    items = client.call("GET", path(resource, "?page_size=1")).json()["items"]
    if items:
        values = {f["name"]: plain(items[0][f["name"]]) for f in fields}
    else:
        values = {f["name"]: sample(f, client, resource) for f in fields if f["required"]}
    fresh = {"code": f"t{uuid.uuid4().hex[:8]}", "name": f"体检新增{uuid.uuid4().hex[:4]}"}
    fresh |= {
        name: made_unique(resource, name) for name in constrained(resource) if name in values and name not in fresh
    }
    return {name: fresh.get(name, value) if fresh.get(name) is not None else value for name, value in values.items()}


def constrained(resource: Resource) -> set[str]:
    """Fields that a unique constraint or its condition looks at."""
    found: set[str] = set()
    for constraint in resource.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint):
            found |= set(constraint.fields)
            found |= {name for name, _ in constraint.condition.children} if constraint.condition else set()
    return found


def made_unique(resource: Resource, name: str) -> Any:
    """Another text, a switch that is off; a foreign key stays."""
    column = resource.model._meta.get_field(name)
    if isinstance(column, BooleanField):
        return False
    return uuid.uuid4().hex[:8] if isinstance(column, CharField) else None


def create(resource: Resource, client: StaffClient, **changes: Any) -> dict[str, Any]:
    response = client.call("POST", path(resource), {**payload(resource, client), **changes})
    assert response.status_code == 201, response.content.decode()
    return response.json()


@each(WRITABLE)
def test_new_row_is_listed_read_and_audited(resource: Resource, client: StaffClient, in_a: TenantRef) -> None:
    row = create(resource, client)
    assert client.call("GET", path(resource, f"/{row['id']}")).json() == row
    entry = AuditEntry.objects.get(action=f"{resource.name}.created", target_id=row["id"])
    assert entry.actor_id == client.user.pk
    assert entry.after is not None


@each([r for r in WRITABLE if has(r.model, "pinyin") and has(r.model, "name")])
def test_row_is_found_by_code_name_and_pinyin_initials(resource: Resource, client: StaffClient) -> None:
    row = create(resource, client, name="康桥专用项")
    for text in (row["code"], "康桥专用", "KQZYX", "kqzy"):
        found = client.call("GET", path(resource, f"?q={text}&page_size=200")).json()
        assert row["id"] in [item["id"] for item in found["items"]], text


@each([r for r in WRITABLE if has(r.model, "name")])
def test_change_keeps_before_and_after_and_refuses_a_stale_form(
    resource: Resource, client: StaffClient, in_a: TenantRef
) -> None:
    row = create(resource, client)
    seen = row["updated_at"]
    changed = client.call("PATCH", path(resource, f"/{row['id']}"), {"name": "改过的名字", "seen_updated_at": seen})
    assert changed.status_code == 200, changed.content.decode()
    assert changed.json()["name"] == "改过的名字"
    entry = AuditEntry.objects.filter(action=f"{resource.name}.updated", target_id=row["id"]).latest("id")
    assert (entry.before["name"], entry.after["name"]) == (row["name"], "改过的名字")
    stale = client.call("PATCH", path(resource, f"/{row['id']}"), {"name": "再改", "seen_updated_at": seen})
    assert stale.status_code == 409
    assert stale.json()["type"] == "/problems/edit-conflict"


@each([r for r in WRITABLE if "retire" in r.verbs])
def test_retired_row_stays_readable_and_can_be_restored(resource: Resource, client: StaffClient) -> None:
    row = create(resource, client)
    assert client.call("POST", path(resource, f"/{row['id']}/retire")).json()["is_active"] is False
    active = client.call("GET", path(resource, "?is_active=true&page_size=200")).json()["items"]
    assert row["id"] not in [item["id"] for item in active]
    assert client.call("GET", path(resource, f"/{row['id']}")).status_code == 200
    assert client.call("POST", path(resource, f"/{row['id']}/restore")).json()["is_active"] is True


@each([r for r in WRITABLE if any(f.name == "code" for f in r.all_fields())])
def test_second_row_of_one_code_is_refused_at_its_field(resource: Resource, client: StaffClient) -> None:
    row = create(resource, client)
    response = client.call("POST", path(resource), {**payload(resource, client), "code": row["code"]})
    assert response.status_code == 422
    assert response.headers["Content-Type"].startswith("application/problem+json")


@each(WRITABLE)
def test_unknown_field_and_unknown_parameter_are_refused(resource: Resource, client: StaffClient) -> None:
    response = client.call("POST", path(resource), {**payload(resource, client), "tenant": 1})
    assert response.status_code == 422
    assert "/tenant" in [e["pointer"] for e in response.json()["errors"]]
    assert client.call("GET", path(resource, "?tenant=1")).status_code == 422


@each(ALL)
def test_reading_and_writing_need_their_permissions(
    resource: Resource, client: StaffClient, hospital_a: TenantRef
) -> None:
    nobody = staff_client(hospital_a, username="nobody")
    assert nobody.call("GET", path(resource)).status_code == 403
    reader = staff_client(hospital_a, resource.read_permission, username="reader")
    assert reader.call("GET", path(resource)).status_code == 200
    if "create" in resource.verbs:
        assert reader.call("POST", path(resource), payload(resource, client)).status_code == 403


@each(WRITABLE)
def test_row_of_one_hospital_does_not_exist_in_another(
    resource: Resource, client: StaffClient, hospital_a: TenantRef, hospital_b: TenantRef
) -> None:
    other = staff_client(hospital_b, EVERYTHING)
    row = create(resource, client)
    with use_hospital(hospital_b):
        assert not resource.model._default_manager.filter(pk=row["id"]).exists()
    assert other.call("GET", path(resource, f"/{row['id']}")).status_code == 404
    assert other.call("PATCH", path(resource, f"/{row['id']}"), {}).status_code == 404


@each(ALL)
def test_list_costs_a_fixed_number_of_queries(
    resource: Resource, client: StaffClient, django_assert_max_num_queries: Any
) -> None:
    """Scope, session, page, count, and one for each many-to-many field and inline table."""
    many = sum(f.kind == "m2m" for f in resource.all_fields())
    with django_assert_max_num_queries(4 + many + len(resource.rows)):
        assert client.call("GET", path(resource)).status_code == 200


@each([r for r in WRITABLE if {"import", "export"} <= r.verbs])
def test_exported_file_imports_without_a_change(resource: Resource, client: StaffClient) -> None:
    exported = client.call("GET", path(resource, "/export"))
    assert exported["Content-Type"] == XLSX
    outcome = upload(client, resource, exported.content).json()
    assert outcome["errors"] == []
    assert (outcome["created"], outcome["updated"]) == (0, 0)
    assert outcome["unchanged"] == outcome["read"]


@each([r for r in WRITABLE if {"import", "export"} <= r.verbs and has(r.model, "name")])
def test_dry_import_writes_nothing_and_names_wrong_rows(
    resource: Resource, client: StaffClient, in_a: TenantRef
) -> None:
    row = create(resource, client)
    count = resource.model._default_manager.count()
    book = load_workbook(io.BytesIO(client.call("GET", path(resource, "/export")).content))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    number = next(
        n for n in range(2, sheet.max_row + 1) if sheet.cell(n, header.index("代码") + 1).value == row["code"]
    )
    sheet.cell(number, header.index("名称") + 1).value = "导入改名"
    sheet.append([sheet.cell(number, n + 1).value for n in range(len(header))])
    stream = io.BytesIO()
    book.save(stream)
    dry = upload(client, resource, stream.getvalue()).json()
    assert [e["row"] for e in dry["errors"]] == [sheet.max_row]
    assert dry["updated"] == 1
    assert resource.model._default_manager.count() == count
    assert resource.model._default_manager.get(pk=row["id"]).name == row["name"]
    upload(client, resource, stream.getvalue(), dry_run=False)
    assert resource.model._default_manager.get(pk=row["id"]).name == "导入改名"


def upload(client: StaffClient, resource: Resource, content: bytes, *, dry_run: bool = True) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("rows.xlsx", content, XLSX)
    return client.post(
        path(resource, f"/import?dry_run={str(dry_run).lower()}"), {"file": file}, HTTP_X_REQUESTED_WITH="kangqiao"
    )


def test_file_that_is_no_xlsx_is_refused_with_a_hint(client: StaffClient) -> None:
    resource = next(r for r in WRITABLE if "import" in r.verbs)
    response = upload(client, resource, b"not a workbook")
    assert response.status_code == 422
    assert "XLSX" in response.json()["detail"]
