"""What a caller hands over to be printed: frozen values, already authorized, already formatted for people."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ResultMark(StrEnum):
    """How a result stands against its range; each has its own shape on paper (colour never carries it alone)."""

    NORMAL = ""
    HIGH = "high"
    LOW = "low"
    CRITICAL_HIGH = "critical_high"
    CRITICAL_LOW = "critical_low"
    ABNORMAL = "abnormal"
    CRITICAL = "critical"


class VisitTiming(StrEnum):
    """When on the day a panel is taken; also the printing order of the guide sheet."""

    FASTING = "fasting"
    ORDINARY = "ordinary"
    FULL_BLADDER = "full_bladder"
    AFTER_MEAL = "after_meal"


class PrintedSex(StrEnum):
    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"

    @property
    def word(self) -> str:
        return {"male": "男", "female": "女", "unknown": "性别未填"}[self.value]


@dataclass(frozen=True, kw_only=True)
class PersonIdentity:
    """The examinee as printed; `age_text` is at the day of the check-up, e.g. "46 岁"."""

    name: str
    sex: PrintedSex
    age_text: str
    birthday: str = ""
    profile_no: str = ""
    client_name: str = ""
    client_department: str = ""


@dataclass(frozen=True, kw_only=True)
class ConclusionEntry:
    """One conclusion: severity "A".."D", `evidence` as (text, mark) pairs, `recheck` e.g. "2 周内"."""

    severity: str
    name: str
    note: str = ""
    evidence: tuple[tuple[str, ResultMark], ...] = ()
    meaning: str = ""
    advice: str = ""
    recheck: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportantFinding:
    """A class A/B important abnormal result; `notified` says who was told, when and how (empty: not yet)."""

    severity: str
    text: str
    evidence: str = ""
    notified: str = ""


@dataclass(frozen=True, kw_only=True)
class HistoryValue:
    """A former result in the column of `CheckupReportDocument.history_labels` with the same index."""

    text: str
    mark: ResultMark = ResultMark.NORMAL
    number: float | None = None


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    """One item's result. `number`, `low`, `high` draw the trend; `long_text` takes the whole width of the table."""

    name: str
    value: str
    mark: ResultMark = ResultMark.NORMAL
    unit: str = ""
    reference: str = ""
    number: float | None = None
    low: float | None = None
    high: float | None = None
    history: tuple[HistoryValue | None, ...] = ()
    long_text: bool = False


@dataclass(frozen=True, kw_only=True)
class DepartmentSection:
    name: str
    rows: tuple[ResultRow, ...]
    examined_by: str = ""
    reviewed_by: str = ""
    examined_on: str = ""
    summary: str = ""


@dataclass(frozen=True, kw_only=True)
class SkippedItem:
    """An item without a result; `state` is the printed word: 弃检, 延期 or 未检."""

    name: str
    state: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckupReportDocument:
    """The individual's report (暂行规定: general data, findings, positive findings, advice, signatures)."""

    hospital_name: str
    checkup_no: str
    person: PersonIdentity
    checkup_date: str
    report_date: str
    package_name: str
    conclusions: tuple[ConclusionEntry, ...]
    departments: tuple[DepartmentSection, ...]
    conclusion_doctor: str
    review_doctor: str
    important: tuple[ImportantFinding, ...] = ()
    skipped: tuple[SkippedItem, ...] = ()
    history_labels: tuple[str, ...] = ()
    overview: str = ""
    phone: str = ""
    version: int = 1
    revision_note: str = ""


@dataclass(frozen=True, kw_only=True)
class GuideLine:
    """One panel (or department) to visit."""

    timing: VisitTiming
    name: str
    place: str = ""
    note: str = ""
    declined: bool = False


@dataclass(frozen=True, kw_only=True)
class GuideSheetDocument:
    """The sheet that leads the examinee through the departments; `photo` is PNG or JPEG bytes or None."""

    hospital_name: str
    checkup_no: str
    person: PersonIdentity
    checkup_date: str
    kind_name: str
    package_name: str
    lines: tuple[GuideLine, ...]
    registrar: str
    printed_at: str
    print_count: int = 1
    photo: bytes | None = None
    warnings: tuple[str, ...] = ()
    return_point: str = "检查完毕，请将本单交回导检台"
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class LabelDocument:
    """One specimen label, 50 x 30 mm. `tube` is the colour as a word (the printer is black and white)."""

    barcode: str
    name: str
    sex: PrintedSex
    age_text: str
    tube: str
    items: tuple[str, ...]
    date: str
    timing_word: str = ""
    client_short_name: str = ""
    serial: str = ""
    by_sex: bool = True
    copies: int = field(default=1)
