"""The printing verbs. Pure: a frozen document in, PDF bytes out; nothing is read, stored or sent."""

from __future__ import annotations

from collections.abc import Sequence

from .guide_page import guide_context
from .label_page import label_context
from .pages import page_count
from .ports import CheckupReportDocument, GuideSheetDocument, LabelDocument
from .rendering import render_pdf, warm_up
from .report_page import report_context

__all__ = ["page_count", "render_checkup_report", "render_guide_sheet", "render_labels", "warm_up"]


def render_checkup_report(document: CheckupReportDocument) -> bytes:
    """The individual's report as an A4 PDF of as many pages as it needs."""
    return render_pdf("checkup_report", report_context(document))


def render_guide_sheet(document: GuideSheetDocument) -> bytes:
    """The guide sheet (导检单) as an A4 PDF."""
    return render_pdf("guide_sheet", guide_context(document))


def render_labels(documents: Sequence[LabelDocument]) -> bytes:
    """Specimen labels, one 50 x 30 mm page each, in the given order. ValueError if there are none."""
    if not documents:
        raise ValueError("没有可打印的标签")
    return render_pdf("labels", label_context(documents))
