"""Reports in versions."""

from ninja import Query

from kangqiao.checkup.api.door import router
from kangqiao.checkup.schemas import conclusion as shapes
from kangqiao.checkup.selectors import reports
from kangqiao.checkup.services import report
from kangqiao.core.api import Page, Request, page_of
from kangqiao.files.selectors import get_file, serve

SEE = "checkup.report.view"


@router.get("/reports", permission=SEE, response=Page[shapes.ReportRow])
def list_reports(request: Request, query: Query[shapes.ReportQuery]):
    return page_of(reports.report_worklist(state=query.state, text=query.q), query, out=reports.report_row)


@router.get("/reports/{int:checkup_id}", permission=SEE, response=shapes.ReportPage)
def read_report(request: Request, checkup_id: int):
    return reports.report_page(request.actor, checkup_id)


@router.post("/reports/{int:checkup_id}", permission="checkup.report.render", response={201: shapes.ReportPage})
def render_report(request: Request, checkup_id: int):
    report.render_report(request.actor, checkup_id)
    return 201, reports.report_page(request.actor, checkup_id)


@router.get("/reports/{int:checkup_id}/{int:version}/pdf", permission=SEE)
def read_pdf(request: Request, checkup_id: int, version: int):
    row = report.note_report_read(request.actor, checkup_id, version)
    return serve(get_file(row.file_public_id), name=f"{row.checkup.checkup_no}-v{version}.pdf")


@router.post(
    "/reports/{int:checkup_id}/{int:version}/release", permission="checkup.report.release", response=shapes.ReportPage
)
def release_report(request: Request, checkup_id: int, version: int):
    report.release_report(request.actor, checkup_id, version)
    return reports.report_page(request.actor, checkup_id)
