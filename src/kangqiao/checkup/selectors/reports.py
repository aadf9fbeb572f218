"""Reports of check-ups in their versions."""

from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kangqiao.checkup.enums import CheckupStatus, ReportKind, ReportStatus
from kangqiao.checkup.models import Checkup, CheckupReport
from kangqiao.checkup.selectors.checkups import get_checkup, search_checkups
from kangqiao.checkup.selectors.conclusions import conclusion_row
from kangqiao.checkup.selectors.station_page import checkup_block
from kangqiao.core.actor import Actor
from kangqiao.people.selectors import person_card

S = CheckupStatus
HAVING_REPORTS = (S.REVIEWED, S.RELEASED, S.NOTIFIED, S.COLLECTED, S.ARCHIVED)


def report_worklist(*, state: str = "all", text: str = "") -> "QuerySet[Checkup]":
    """ready: reviewed without a sound report; rendered: to release; released; all."""
    newest = CheckupReport.objects.filter(checkup=OuterRef("pk"), kind=ReportKind.PERSONAL).order_by("-version")
    rows = search_checkups(text).filter(status__in=HAVING_REPORTS).select_related("conclusion")
    rows = rows.annotate(
        report_status=Subquery(newest.values("status")[:1]),
        report_version=Subquery(newest.values("version")[:1]),
        report_at=Subquery(newest.values("rendered_at")[:1]),
    )
    if state == "ready":
        unrendered = Q(report_status=None) | ~Q(report_status=ReportStatus.RENDERED)
        return rows.filter(unrendered, status=S.REVIEWED)
    if state == "rendered":
        return rows.filter(report_status=ReportStatus.RENDERED)
    return rows.filter(status__in=HAVING_REPORTS[1:]) if state == "released" else rows


def report_row(checkup: Any) -> dict[str, Any]:
    for name in ("abnormal", "worst", "back_reason"):
        setattr(checkup, name, None)
    brief = None
    if checkup.report_version is not None:
        status = ReportStatus(checkup.report_status)
        brief = {
            "version": checkup.report_version,
            "status": status.value,
            "status_label": status.label,
            "rendered_at": checkup.report_at,
        }
    return {**conclusion_row(checkup), "report": brief}


def report_page(actor: Actor, checkup_id: int) -> dict[str, Any]:
    checkup = get_checkup(checkup_id)
    versions = list(checkup.reports.filter(kind=ReportKind.PERSONAL).order_by("-version"))
    newest = versions[0] if versions else None
    available = []
    if checkup.status in (S.REVIEWED, S.RELEASED):
        available.append("render")
    if newest is not None and newest.status == ReportStatus.RENDERED and checkup.status in (S.REVIEWED, S.RELEASED):
        available.append("release")
    return {
        "checkup": checkup_block(checkup, checkup.ordered_panels.all()),
        "person": person_card(checkup.person, actor=actor),
        "versions": [version_block(checkup, row) for row in versions],
        "available": available,
    }


def version_block(checkup: Checkup, row: CheckupReport) -> dict[str, Any]:
    return {
        "version": row.version,
        "kind": row.kind,
        "status": row.status,
        "status_label": ReportStatus(row.status).label,
        "sha256": row.sha256,
        "pages": row.pages,
        "size": row.size,
        "rendered_at": row.rendered_at,
        "rendered_by": row.rendered_by_name,
        "released_at": row.released_at,
        "released_by": row.released_by_name,
        "void_reason": row.void_reason,
        "pdf_url": f"/api/v1/checkup/reports/{checkup.pk}/{row.version}/pdf",
    }
