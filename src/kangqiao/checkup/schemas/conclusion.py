"""Shapes of the conclusion, the review and the reports."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from kangqiao.checkup.schemas.desk import ImportantFindingOut, PersonBlock
from kangqiao.checkup.schemas.station import CheckupBlock
from kangqiao.core.api import In, ListQuery, Out

LevelCode = Literal["A", "B", "C", "D"]


class ConclusionQuery(ListQuery):
    state: Literal["ready", "mine", "open", "concluded", "all"] = "ready"


class ReviewQuery(ListQuery):
    state: Literal["waiting", "reviewed", "all"] = "waiting"


class ReportQuery(ListQuery):
    state: Literal["ready", "rendered", "released", "all"] = "all"


class ConclusionRow(Out):
    checkup_id: int
    checkup_no: str
    name: str
    sex: str
    sex_label: str
    age: int | None
    package: str
    status: str
    status_label: str
    enrolled_on: date
    departments_done_at: datetime | None
    is_urgent: bool
    owner: str
    owner_id: int | None
    claimed_at: datetime | None
    abnormal: int
    max_level: str | None
    sent_back_reason: str
    concluded_by: str
    concluded_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None


class Blocker(Out):
    code: str
    text: str
    finding_id: int | None = None


class ConclusionBlock(Out):
    status: str
    status_label: str
    owner: str
    owner_id: int | None
    claimed_at: datetime | None
    mine: bool
    version: int
    overview: str
    verdict: str
    overview_edited: bool
    generated_at: datetime | None
    stale: bool
    concluded_by: str
    concluded_at: datetime | None
    reviewed_by: str
    reviewed_at: datetime | None
    sent_back_reason: str
    sent_back_by: str
    can_edit: bool
    read_only_reason: str
    blockers: list[Blocker]
    review_blocker: str


class ConclusionResult(Out):
    result_id: int
    item_id: int
    code: str
    name: str
    value: str
    unit: str
    flag: str
    prompt: str
    class_text: str
    range_text: str
    is_abnormal: bool
    previous: str
    panel: str


class ConclusionDepartment(Out):
    department_id: int
    name: str
    doctor: str
    done_at: datetime | None
    status: str
    status_label: str
    abnormal: int
    summary: str
    results: list[ConclusionResult]


class NotDone(Out):
    panel: str
    department: str
    status: str
    status_label: str
    reason: str


class ResultCounts(Out):
    items: int
    abnormal: int
    declined: int


class EvidenceOut(Out):
    text: str
    result_id: int | None = None
    flag: str = ""


class LineOut(Out):
    id: int
    term_id: int | None
    term_code: str
    name: str
    advice: str
    level: str
    sort_no: int
    source: str
    evidence: list[EvidenceOut]
    merged_from: list[str]
    merged_into_id: int | None
    recheck_days: int | None
    edited: bool
    is_private: bool


class TrendPoint(Out):
    date: date
    value: float
    flag: str


class Trend(Out):
    item_id: int
    code: str
    name: str
    unit: str
    range_low: float | None
    range_high: float | None
    range_text: str
    points: list[TrendPoint]


class FormerVerdict(Out):
    checkup_id: int
    date: date
    verdict: str


class ConclusionPage(Out):
    checkup: CheckupBlock
    person: PersonBlock
    conclusion: ConclusionBlock
    departments: list[ConclusionDepartment]
    not_done: list[NotDone]
    counts: ResultCounts
    lines: list[LineOut]
    hidden: list[LineOut]
    important_findings: list[ImportantFindingOut]
    trends: list[Trend]
    history: list[FormerVerdict]


class Change(Out):
    kind: Literal["added", "removed", "changed", "suppressed", "unsupported"]
    name: str


class RegeneratedPage(ConclusionPage):
    changes: list[Change]


class OpenIn(In):
    confirm_incomplete: bool = False


class LineIn(In):
    id: int | None = None
    name: Annotated[str, Field(min_length=1, max_length=120)]
    advice: Annotated[str, Field(max_length=4000)] = ""
    level: LevelCode = "C"
    term_id: int | None = None
    merged_ids: list[int] = []
    recheck_days: Annotated[int, Field(ge=0, le=3650)] | None = None


class ConclusionIn(In):
    version: int
    overview: Annotated[str, Field(max_length=20000)] | None = None
    lines: Annotated[list[LineIn], Field(max_length=200)]
    restore_ids: list[int] = []


class ConcludeIn(In):
    confirm_undone: bool = False


class SendBackIn(In):
    department_ids: Annotated[list[int], Field(min_length=1, max_length=50)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ApproveIn(In):
    comment: Annotated[str, Field(max_length=300)] = ""


class TermOut(Out):
    id: int
    code: str
    name: str
    level: str
    advice: str
    recheck_days: int | None


class ReportVersion(Out):
    version: int
    kind: str
    status: str
    status_label: str
    sha256: str
    pages: int
    size: int
    rendered_at: datetime
    rendered_by: str
    released_at: datetime | None
    released_by: str
    void_reason: str
    pdf_url: str


class ReportBrief(Out):
    version: int
    status: str
    status_label: str
    rendered_at: datetime


class ReportRow(ConclusionRow):
    report: ReportBrief | None


class ReportPage(Out):
    checkup: CheckupBlock
    person: PersonBlock
    versions: list[ReportVersion]
    available: list[str]
