"""Shapes of the desk, the detail page, blood drawing and the board."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from kangqiao.core.api import In, ListQuery, Out

SexCode = Literal["male", "female", "unknown", ""]
StatusCode = Literal[
    "", "booked", "enrolled", "checked_in", "examining", "departments_done", "in_conclusion", "concluded", "reviewed",
    "released", "notified", "collected", "archived", "cancelled", "void", "paused", "no_show",
]  # fmt: skip
Ids = Annotated[list[int], Field(max_length=200)]
Reason = Annotated[str, Field(max_length=200)]


class PersonBlock(Out):
    """As `people.PersonCard`."""

    id: int
    public_id: str
    archive_no: str
    name: str
    pinyin: str
    sex: str
    sex_label: str
    birth_date: date | None
    age: int | None
    id_kind: str
    id_number_masked: str
    phone_masked: str
    photo_url: str | None
    allergies: str
    marriage: str
    ethnicity: str
    occupation: str


class CheckupRow(Out):
    id: int
    checkup_no: str
    queue_no: int
    enrolled_at: datetime
    enrolled_on: date
    name: str
    sex: str
    sex_label: str
    age: int | None
    package_name: str
    status: str
    status_label: str
    payment_status: str
    payment_status_label: str
    amount: Decimal
    is_urgent: bool


class TodayQuery(ListQuery):
    mine: bool | None = None


class TodayCounts(Out):
    booked: int
    enrolled: int
    arrived: int
    examining: int
    done: int


class TodayOut(Out):
    counts: TodayCounts
    mine: bool
    items: list[CheckupRow]
    count: int


class CheckupQuery(ListQuery):
    status: StatusCode = ""
    date_from: date | None = None
    date_to: date | None = None


class PackageQuery(In):
    sex: SexCode = ""
    age: Annotated[int, Field(ge=0, le=150)] | None = None
    marriage: Annotated[str, Field(max_length=4)] = ""
    kind_id: int | None = None


class PackageChoice(Out):
    id: int
    code: str
    name: str
    kind: str
    kind_id: int
    scope: str
    panel_count: int
    item_count: int
    list_price: Decimal
    price: Decimal
    fit: bool
    misfit: str
    panel_ids: list[int]


class PackagesOut(Out):
    items: list[PackageChoice]
    count: int


class PanelQuery(In):
    q: Annotated[str, Field(max_length=64)] = ""
    sex: SexCode = ""
    kind_id: int | None = None
    selected: Annotated[str, Field(max_length=2000, pattern=r"^[0-9,]*$")] = ""


class PanelChoice(Out):
    id: int
    code: str
    name: str
    department_id: int
    department: str
    price: Decimal
    preparation: str
    item_count: int
    verdict: Literal["ok", "overlap", "refused"]
    note: str


class PanelsOut(Out):
    items: list[PanelChoice]
    count: int


class QuoteIn(In):
    sex: SexCode = ""
    birth_date: date | None = None
    kind_id: int
    package_id: int | None = None
    panel_ids: Ids = []
    hbv_consent: bool = False


class QuoteLineOut(Out):
    panel_id: int
    name: str
    department_id: int
    department: str
    preparation: str
    list_price: Decimal
    price: Decimal
    payer: str
    is_added: bool
    problem: str


class ProblemOut(Out):
    panel_id: int
    code: str
    text: str
    blocking: bool


class QuoteOut(Out):
    lines: list[QuoteLineOut]
    panel_count: int
    item_count: int
    tube_count: int
    label_count: int
    list_amount: Decimal
    discount_amount: Decimal
    amount: Decimal
    problems: list[ProblemOut]


class NewPersonIn(In):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    sex: SexCode = ""
    birth_date: date | None = None
    id_kind: Literal["resident", "passport", "hk_macao", "taiwan", "permanent", "other"] = "resident"
    id_number: Annotated[str, Field(max_length=30)] = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    marriage: Annotated[str, Field(max_length=4)] = ""
    ethnicity: Annotated[str, Field(max_length=4)] = ""
    occupation: Annotated[str, Field(max_length=60)] = ""
    allergies: Annotated[str, Field(max_length=200)] = ""


class EnrolIn(In):
    person_id: int | None = None
    person: NewPersonIn | None = None
    kind_id: int
    package_id: int | None = None
    panel_ids: Ids = []
    is_urgent: bool = False
    hbv_consent: bool = False
    allow_duplicate_person: bool = False
    note: Reason = ""


class OrderedPanelOut(Out):
    id: int
    panel_id: int
    name: str
    department_id: int
    department: str
    status: str
    status_label: str
    list_price: Decimal
    price: Decimal
    payer: str
    is_added: bool
    reason: str
    postponed_until: date | None
    done_at: datetime | None
    done_by: str
    specimen_id: int | None


class SpecimenOut(Out):
    id: int
    barcode: str
    tube: str
    tube_color: str
    draw_order: int
    volume_ml: str
    specimen_kind: str
    label: str
    panels: list[str]
    fasting: bool
    timing: str
    timing_label: str
    is_blood: bool
    status: str
    status_label: str
    drawn_at: datetime | None
    drawn_by: str | None


class DepartmentProgress(Out):
    department_id: int
    name: str
    location: str
    status: str
    status_label: str
    done: int
    total: int
    waiting_minutes: int | None
    doctor: str


class ImportantFindingOut(Out):
    id: int
    level: str
    name: str
    evidence: str
    found_at: datetime
    due_at: datetime | None
    notified_at: datetime | None
    notified_by: str
    how: str
    told: str


class PrintNow(Out):
    guide_sheet: bool
    labels: bool


class CheckupDetail(CheckupRow):
    public_id: str
    person: PersonBlock
    kind: str
    kind_id: int
    package: str
    package_id: int | None
    source: str
    enrolled_by: str
    checked_in_at: datetime | None
    note: str
    list_amount: Decimal
    guide_sheet_prints: int
    label_prints: int
    hbv_consent: bool
    panels: list[OrderedPanelOut]
    specimens: list[SpecimenOut]
    departments: list[DepartmentProgress]
    important_findings: list[ImportantFindingOut]
    available: list[str]
    print: PrintNow | None = None
