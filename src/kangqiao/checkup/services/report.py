"""Paper: guide sheet, labels, and the report in versions with hash and state."""

import hashlib

from django.db import transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.checkup.enums import ReportKind, ReportStatus
from kangqiao.checkup.models import Checkup, CheckupReport
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.transitions import CHECKUP_WORDS, CheckupStatus
from kangqiao.checkup.selectors import documents
from kangqiao.checkup.services.guarding import stop
from kangqiao.checkup.services.progress import announce, lock_checkup
from kangqiao.checkup.states import checkup_machine, report_machine
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, NotFound
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify
from kangqiao.files.enums import FileKind
from kangqiao.files.services import store
from kangqiao.options.selectors import get
from kangqiao.printing.services import page_count, render_checkup_report, render_guide_sheet, render_labels

PRINTABLE = (CheckupStatus.REVIEWED.value, CheckupStatus.RELEASED.value)
WITH_PERSON = ("person", "kind", "package")


def _checkup(checkup_id: int) -> Checkup:
    checkup = Checkup.objects.filter(pk=checkup_id).select_related(*WITH_PERSON).first()
    if checkup is None:
        raise NotFound("没有这次体检", "请核对体检号")
    return checkup


def print_guide_sheet(actor: Actor, checkup_id: int) -> bytes:
    """The guide sheet as PDF; the print is counted."""
    actor.require("checkup.checkup.view")
    content = render_guide_sheet(documents.guide_sheet(_checkup(checkup_id)))
    _count(actor, checkup_id, "guide_sheet_prints", "checkup.guide_sheet_printed")
    return content


def print_labels(actor: Actor, checkup_id: int, *, barcode: str = "") -> bytes:
    """The labels of all tubes, or of one, as PDF; the print is counted."""
    actor.require("checkup.checkup.view")
    checkup = _checkup(checkup_id)
    rows = documents.labels(checkup, by_sex=get("checkup.label_by_sex"), barcode=barcode)
    if not rows:
        raise NotFound("没有可打印的标签", "该体检没有需要采样的组合，或条码不属于该体检")
    content = render_labels(rows)
    _count(actor, checkup_id, "label_prints", "checkup.labels_printed")
    return content


@transaction.atomic
def _count(actor: Actor, checkup_id: int, counter: str, action: str) -> None:
    checkup = lock_checkup(checkup_id)
    checkup.extra = {**checkup.extra, counter: int(checkup.extra.get(counter, 0)) + 1}
    checkup.save(update_fields=["extra", "updated_at"])
    record(actor, action, target=checkup, after={"copies": checkup.extra[counter]})


def render_report(actor: Actor, checkup_id: int) -> CheckupReport:
    """A new version of the report of a reviewed check-up. The PDF is made before the row is locked; a change meanwhile is refused."""
    actor.require("checkup.report.render")
    checkup = _checkup(checkup_id)
    _refuse_unreviewed(checkup)
    seen = checkup.conclusion.version
    last = checkup.reports.filter(kind=ReportKind.PERSONAL).order_by("-version").first()
    version = last.version + 1 if last else 1
    note = last.void_reason if last and last.status == ReportStatus.VOID else ""
    content = render_checkup_report(documents.checkup_report(checkup, version=version, revision_note=note))
    return _store_version(actor, checkup_id, content, version, seen)


def _refuse_unreviewed(checkup: Checkup) -> None:
    if checkup.status not in PRINTABLE:
        words = CHECKUP_WORDS[CheckupStatus(checkup.status)]
        raise Conflict("report-not-reviewed", f"当前为“{words}”，审核通过后才能生成报告", "请先完成审核")


@transaction.atomic
def _store_version(actor: Actor, checkup_id: int, content: bytes, version: int, seen: int) -> CheckupReport:
    checkup = lock_checkup(checkup_id)
    _refuse_unreviewed(checkup)
    taken = CheckupReport.objects.filter(checkup=checkup, kind=ReportKind.PERSONAL, version__gte=version).exists()
    if taken or checkup.conclusion.version != seen:
        raise Conflict("report-changed", "生成期间总检或报告有变化", "请重新生成")
    file = store(
        actor,
        content=content,
        kind=FileKind.CHECKUP_REPORT,
        name=f"{checkup.checkup_no}-v{version}.pdf",
        content_type="application/pdf",
    )
    report = CheckupReport.objects.create(
        checkup=checkup,
        version=version,
        file_public_id=file.public_id,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pages=page_count(content),
        rendered_at=timezone.now(),
        rendered_by_id=actor.id,
        rendered_by_name=actor.name,
    )
    record(actor, "checkup.report_rendered", target=checkup, after={"version": version, "sha256": report.sha256})
    publish("checkup.report_rendered", {"checkup_id": checkup.pk, "version": version})
    notify("checkup", checkup.pk, {"kind": "report_rendered", "version": version})
    return report


@transaction.atomic
def release_report(actor: Actor, checkup_id: int, version: int) -> CheckupReport:
    """Make a version visible to the examinee; only the newest sound version of a reviewed check-up."""
    actor.require("checkup.report.release")
    checkup = lock_checkup(checkup_id)
    report = CheckupReport.objects.filter(checkup=checkup, kind=ReportKind.PERSONAL, version=version).first()
    if report is None:
        raise NotFound("没有这个版本的报告", "请刷新后再试")
    if CheckupReport.objects.filter(checkup=checkup, kind=ReportKind.PERSONAL, version__gt=version).exists():
        raise Conflict("report-superseded", "已有更新的版本", "请发布最新版本")
    if report.status == ReportStatus.RELEASED:
        raise Conflict("report-released", "这个版本已经发布", "无需重复发布")
    if checkup.status == CheckupStatus.REVIEWED:
        stop(guards.refuse_release(CheckupStatus.REVIEWED, has_rendered_report=report.status == ReportStatus.RENDERED))
    elif checkup.status != CheckupStatus.RELEASED:
        stop(guards.refuse_release(CheckupStatus(checkup.status), has_rendered_report=True))
    now = timezone.now()
    for old in checkup.reports.filter(kind=ReportKind.PERSONAL, status=ReportStatus.RELEASED):
        report_machine.move(actor, old, ReportStatus.VOID, void_reason=f"由第 {version} 版替代")
    report_machine.move(actor, report, ReportStatus.RELEASED, released_at=now, released_by_name=actor.name)
    if checkup.status == CheckupStatus.REVIEWED:
        checkup_machine.move(actor, checkup, CheckupStatus.RELEASED)
    record(actor, "checkup.report_released", target=checkup, after={"version": version, "sha256": report.sha256})
    publish("checkup.report_released", {"checkup_id": checkup.pk, "person_id": checkup.person_id, "version": version})
    announce(checkup)
    return report


@transaction.atomic
def note_report_read(actor: Actor, checkup_id: int, version: int) -> CheckupReport:
    """The version that is about to be shown; the view is audited."""
    actor.require("checkup.report.view")
    report = (
        CheckupReport.objects.filter(checkup_id=checkup_id, kind=ReportKind.PERSONAL, version=version)
        .select_related("checkup")
        .first()
    )
    if report is None:
        raise NotFound("没有这个版本的报告", "请刷新后再试")
    record(actor, "checkup.report_viewed", target=report.checkup, version=version)
    return report
