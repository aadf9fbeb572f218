"""Shapes of one check-up's actions, blood drawing, the board and the home page."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from kangqiao.checkup.schemas.desk import DepartmentProgress, PersonBlock, Reason, SpecimenOut
from kangqiao.core.api import In, ListQuery, Out


class LookUpQuery(In):
    code: Annotated[str, Field(min_length=1, max_length=40)]


class LookUpOut(Out):
    checkup_id: int
    checkup_no: str
    specimen_id: int | None
    barcode: str | None
    name: str
    status: str
    status_label: str


class ReasonIn(In):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class PanelIdsIn(In):
    panel_ids: Annotated[list[int], Field(min_length=1, max_length=100)]


class RemovePanelsIn(In):
    ordered_panel_ids: Annotated[list[int], Field(min_length=1, max_length=100)]
    reason: Reason


class PostponeIn(In):
    until: date
    reason: Reason = ""


class Step(Out):
    key: str
    label: str
    done: bool
    at: datetime | None = None
    by: str = ""
    text: str = ""


class ProgressOut(Out):
    status: str
    status_label: str
    steps: list[Step]
    departments: list[DepartmentProgress]


class AuditQuery(In):
    page: Annotated[int, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1, le=200)] = 100


class AuditRow(Out):
    at: datetime
    actor: str
    action: str
    label: str
    detail: str


class AuditOut(Out):
    items: list[AuditRow]
    count: int


class NotifyIn(In):
    how: Literal["phone", "face", "sms"]
    told: Annotated[str, Field(min_length=1, max_length=60)]
    note: Reason = ""


class DrawQuery(ListQuery):
    pass


class DrawIn(In):
    note: Reason = ""


class DrawRow(Out):
    checkup_id: int
    checkup_no: str
    queue_no: int
    name: str
    sex_label: str
    age: int | None
    remaining: int
    fasting: bool
    waiting_minutes: int | None


class DrawPage(Out):
    checkup_id: int
    checkup_no: str
    status: str
    status_label: str
    person: PersonBlock
    age: int | None
    scanned_barcode: str | None
    warnings: list[str]
    tubes: list[SpecimenOut]
    remaining: int
    drawn: int


class BoardCell(Out):
    department_id: int
    state: str
    minutes: int | None


class BoardRow(Out):
    checkup_id: int
    checkup_no: str
    queue_no: int
    name: str
    sex_label: str
    age: int | None
    status: str
    status_label: str
    minutes_in_hospital: int | None
    package: str
    is_urgent: bool
    max_level: str | None
    cells: list[BoardCell]


class BoardDepartment(Out):
    id: int
    name: str
    waiting: int
    examining: int
    done: int
    longest_minutes: int | None


class BoardOut(Out):
    departments: list[BoardDepartment]
    items: list[BoardRow]
    count: int


class OverviewOut(Out):
    today: dict[str, int]
    enrolled_today: int
    waiting_conclusion: int
    waiting_review: int
    important_open: int
