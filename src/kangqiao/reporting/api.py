"""The generic API of all Reports."""

from typing import Any

from django.http import HttpResponse

from kangqiao.core.api import DoorRouter, Out, Request
from kangqiao.core.permissions import SIGNED_IN
from kangqiao.core.reports import REPORTS
from kangqiao.core.resource_api import XLSX
from kangqiao.reporting import services

router = DoorRouter("reports")
meta_router = DoorRouter("meta")


class ReportData(Out):
    items: list[dict[str, Any]]
    count: int
    totals: dict[str, Any]


@meta_router.get("/reports", permission=SIGNED_IN, response=list[dict[str, Any]])
def list_report_descriptors(request: Request):
    """Descriptors of the reports that the actor may open."""
    return [r.descriptor() for r in REPORTS if request.actor.may(r.permission)]


@router.get("/{name}", permission=SIGNED_IN, response=ReportData, free_parameters=True)
def run_report(request: Request, name: str):
    report = services.find(request.actor, name)
    return services.run(request.actor, report, services.parse(report, request.GET.dict()))


@router.get("/{name}/export", permission=SIGNED_IN, free_parameters=True)
def export_report(request: Request, name: str):
    report = services.find(request.actor, name)
    content = services.export(request.actor, report, services.parse(report, request.GET.dict()))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{report.name}.xlsx"'
    return response
