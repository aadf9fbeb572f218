"""Shapes of the stations."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from kangqiao.checkup.schemas.desk import PersonBlock
from kangqiao.core.api import In, ListQuery, Out


class Station(Out):
    id: int
    code: str
    name: str
    kind: str
    location: str
    waiting: int
    examining: int
    done_today: int
    longest_minutes: int | None
    own: bool


class StationsOut(Out):
    items: list[Station]
    count: int


class WorklistQuery(ListQuery):
    state: Literal["waiting", "done", "all"] = "waiting"


class WorklistRow(Out):
    checkup_id: int
    checkup_no: str
    queue_no: int
    name: str
    sex: str
    sex_label: str
    age: int | None
    state: str
    state_label: str
    waiting_minutes: int | None
    calls: int
    doctor: str
    done_at: datetime | None
    tags: list[str]


class DepartmentBlock(Out):
    id: int
    name: str
    kind: str
    location: str
    has_summary: bool


class WorklistOut(Out):
    department: DepartmentBlock
    waiting: int
    longest_minutes: int
    items: list[WorklistRow]
    count: int


class CheckupBlock(Out):
    id: int
    checkup_no: str
    queue_no: int
    status: str
    status_label: str
    age: int | None
    sex: str
    kind: str
    package: str
    enrolled_on: date
    checked_in_at: datetime | None
    minutes_in_hospital: int | None
    panels_done: int
    panels_total: int
    is_urgent: bool


class Warning(Out):
    kind: str
    level: str | None
    text: str


class Visit(Out):
    state: str
    state_label: str
    version: int
    doctor: str
    can_edit: bool
    read_only_reason: str
    draft_at: datetime | None
    done_at: datetime | None


class NextStation(Out):
    department_id: int
    name: str
    location: str


class FindingChoice(Out):
    id: int
    key: int | None
    text: str
    is_default: bool
    is_abnormal: bool
    severity: int
    level: str | None


class Superseded(Out):
    value: str
    flag: str
    source: str
    entered_by: str
    entered_at: datetime


class ResultOut(Out):
    id: int
    value: str
    numeric: float | None
    readings: list[str]
    flag: str
    prompt: str
    class_text: str
    range_text: str
    finding_id: int | None
    source: str
    instrument: str
    entered_by: str
    entered_at: datetime
    version: int
    superseded: list[Superseded]


class DraftValue(Out):
    value: str
    readings: list[str]
    finding_id: int | None


class FormerValue(Out):
    date: date
    checkup_id: int
    value: str
    numeric: float | None
    flag: str


class StationItem(Out):
    item_id: int
    code: str
    name: str
    kind: str
    unit: str
    decimals: int
    readings: int
    required: bool
    computed: bool
    default_value: str
    valid_min: str | None
    valid_max: str | None
    choices: list[str]
    section: str
    range_text: str
    range_low: str | None
    range_high: str | None
    critical_low: str | None
    critical_high: str | None
    result: ResultOut | None
    draft: DraftValue | None
    history: list[FormerValue]
    findings: list[FindingChoice]


class StationPanel(Out):
    ordered_panel_id: int
    panel_id: int
    name: str
    status: str
    status_label: str
    reason: str
    items: list[StationItem]


class SummaryOut(Out):
    auto_text: str
    final_text: str
    edited: bool
    stale: bool
    generated_at: datetime | None
    lines: list[str]


class OtherResult(Out):
    item: str
    value: str
    unit: str
    flag: str
    prompt: str
    department: str
    status: str
    note: str


class StationPage(Out):
    department: DepartmentBlock
    checkup: CheckupBlock
    person: PersonBlock
    warnings: list[Warning]
    visit: Visit
    next_station: NextStation | None
    panels: list[StationPanel]
    history_dates: list[date]
    summary: SummaryOut
    advice_notes: list[str]
    others: list[OtherResult]


class ItemEntry(In):
    item_id: int
    value: Annotated[str, Field(max_length=500)] | None = ""
    readings: Annotated[list[Annotated[str, Field(max_length=12)]], Field(max_length=6)] = []
    finding_id: int | None = None
    version: Annotated[int, Field(ge=0)] = 0


class SaveIn(In):
    items: Annotated[list[ItemEntry], Field(max_length=300)] = []
    summary_text: Annotated[str, Field(max_length=4000)] | None = None
    confirm_defaults: bool = False
    doctor_id: int | None = None


class DraftIn(In):
    items: Annotated[list[ItemEntry], Field(max_length=300)] = []


class DraftSaved(Out):
    saved_at: datetime


class PreviewItem(Out):
    item_id: int
    value: str
    flag: str
    prompt: str
    range_text: str
    class_text: str
    note: str
    error: str


class PreviewOut(Out):
    items: list[PreviewItem]
    summary_lines: list[str]


def entry_values(row: ItemEntry) -> dict[str, Any]:
    """Keyword arguments of `services.judged.Entry`."""
    return {
        "item_id": row.item_id,
        "value": row.value or "",
        "readings": tuple(row.readings),
        "finding_id": row.finding_id,
        "version": row.version,
    }
