"""One check-up: detail, arrival, panels, paper, progress, trail."""

from django.http import HttpResponse
from ninja import Query

from kangqiao.checkup.api.door import ENROLL, VIEW, WRITE, router
from kangqiao.checkup.schemas import desk as shapes
from kangqiao.checkup.schemas import progress as steps
from kangqiao.checkup.selectors import checkups, trail
from kangqiao.checkup.services import panels
from kangqiao.checkup.services.arrival import check_in_examinee
from kangqiao.checkup.services.findings import notify_important
from kangqiao.checkup.services.report import print_guide_sheet, print_labels
from kangqiao.core.api import In, Request


class LabelQuery(In):
    barcode: str = ""


def pdf(content: bytes, name: str) -> HttpResponse:
    """A PDF for the browser's viewer; never cached."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _detail(request: Request, checkup_id: int) -> dict[str, object]:
    return checkups.checkup_detail(request.actor, checkup_id)


@router.get("/checkups/{int:checkup_id}", permission=VIEW, response=shapes.CheckupDetail)
def read_checkup(request: Request, checkup_id: int):
    return _detail(request, checkup_id)


@router.post(
    "/checkups/{int:checkup_id}/check-in", permission="checkup.checkup.check_in", response=shapes.CheckupDetail
)
def check_in(request: Request, checkup_id: int):
    check_in_examinee(request.actor, checkup_id)
    return _detail(request, checkup_id)


@router.post("/checkups/{int:checkup_id}/cancel", permission=ENROLL, response=shapes.CheckupDetail)
def cancel(request: Request, checkup_id: int, payload: steps.ReasonIn):
    panels.cancel_checkup(request.actor, checkup_id, reason=payload.reason)
    return _detail(request, checkup_id)


@router.post("/checkups/{int:checkup_id}/panels", permission=ENROLL, response=shapes.CheckupDetail)
def add_panels(request: Request, checkup_id: int, payload: steps.PanelIdsIn):
    panels.add_panels(request.actor, checkup_id, payload.panel_ids)
    return _detail(request, checkup_id)


@router.post("/checkups/{int:checkup_id}/panels/remove", permission=ENROLL, response=shapes.CheckupDetail)
def remove_panels(request: Request, checkup_id: int, payload: steps.RemovePanelsIn):
    panels.remove_panels(request.actor, checkup_id, payload.ordered_panel_ids, reason=payload.reason)
    return _detail(request, checkup_id)


@router.post(
    "/checkups/{int:checkup_id}/panels/{int:ordered_panel_id}/decline", permission=WRITE, response=shapes.CheckupDetail
)
def decline_panel(request: Request, checkup_id: int, ordered_panel_id: int, payload: steps.ReasonIn):
    panels.decline_panel(request.actor, checkup_id, ordered_panel_id, reason=payload.reason)
    return _detail(request, checkup_id)


@router.post(
    "/checkups/{int:checkup_id}/panels/{int:ordered_panel_id}/postpone", permission=WRITE, response=shapes.CheckupDetail
)
def postpone_panel(request: Request, checkup_id: int, ordered_panel_id: int, payload: steps.PostponeIn):
    panels.postpone_panel(request.actor, checkup_id, ordered_panel_id, until=payload.until, reason=payload.reason)
    return _detail(request, checkup_id)


@router.post(
    "/checkups/{int:checkup_id}/panels/{int:ordered_panel_id}/restore", permission=WRITE, response=shapes.CheckupDetail
)
def restore_panel(request: Request, checkup_id: int, ordered_panel_id: int):
    panels.restore_panel(request.actor, checkup_id, ordered_panel_id)
    return _detail(request, checkup_id)


@router.get("/checkups/{int:checkup_id}/guide-sheet", permission=VIEW)
def guide_sheet(request: Request, checkup_id: int):
    return pdf(print_guide_sheet(request.actor, checkup_id), f"guide-sheet-{checkup_id}")


@router.get("/checkups/{int:checkup_id}/labels", permission=VIEW)
def labels(request: Request, checkup_id: int, query: Query[LabelQuery]):
    return pdf(print_labels(request.actor, checkup_id, barcode=query.barcode), f"labels-{checkup_id}")


@router.get("/checkups/{int:checkup_id}/progress", permission=VIEW, response=steps.ProgressOut)
def progress(request: Request, checkup_id: int):
    return trail.progress(checkup_id)


@router.get("/checkups/{int:checkup_id}/audit", permission="checkup.checkup.audit", response=steps.AuditOut)
def audit(request: Request, checkup_id: int, query: Query[steps.AuditQuery]):
    rows = trail.audit_trail(checkup_id)
    start = (query.page - 1) * query.page_size
    return {"items": rows[start : start + query.page_size], "count": len(rows)}


@router.post("/important-findings/{int:finding_id}/notify", permission=VIEW, response=list[shapes.ImportantFindingOut])
def notify(request: Request, finding_id: int, payload: steps.NotifyIn):
    finding = notify_important(request.actor, finding_id, how=payload.how, told=payload.told, note=payload.note)
    return checkups.important_blocks(finding.checkup)
