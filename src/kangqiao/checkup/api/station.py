"""Department stations."""

from ninja import Query

from kangqiao.checkup.api.door import STATION_VIEW, WRITE, router
from kangqiao.checkup.schemas import station as shapes
from kangqiao.checkup.schemas.progress import ReasonIn
from kangqiao.checkup.selectors import stations
from kangqiao.checkup.selectors.station_page import station_page
from kangqiao.checkup.services import station
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.preview import preview_results
from kangqiao.core.api import Request

PAGE = "/stations/{int:department_id}/checkups/{int:checkup_id}"


@router.get("/stations", permission=STATION_VIEW, response=shapes.StationsOut)
def list_stations(request: Request):
    items = stations.list_stations(request.actor)
    return {"items": items, "count": len(items)}


@router.get("/stations/{int:department_id}/worklist", permission=STATION_VIEW, response=shapes.WorklistOut)
def worklist(request: Request, department_id: int, query: Query[shapes.WorklistQuery]):
    return stations.worklist_page(department_id, query)


@router.get(PAGE, permission=STATION_VIEW, response=shapes.StationPage)
def read_station(request: Request, department_id: int, checkup_id: int):
    return station_page(request.actor, department_id, checkup_id)


@router.post(f"{PAGE}/open", permission=WRITE, response=shapes.StationPage)
def open_station(request: Request, department_id: int, checkup_id: int):
    station.open_station(request.actor, department_id, checkup_id)
    return station_page(request.actor, department_id, checkup_id)


@router.post(f"{PAGE}/call", permission=WRITE, response=shapes.WorklistRow)
def call(request: Request, department_id: int, checkup_id: int):
    return stations.worklist_row(station.call_examinee(request.actor, department_id, checkup_id))


@router.post(f"{PAGE}/skip", permission=WRITE, response=shapes.WorklistRow)
def skip(request: Request, department_id: int, checkup_id: int):
    return stations.worklist_row(station.skip_examinee(request.actor, department_id, checkup_id))


@router.put(f"{PAGE}/draft", permission=WRITE, response=shapes.DraftSaved)
def save_draft(request: Request, department_id: int, checkup_id: int, payload: shapes.DraftIn):
    items = [row.dict() for row in payload.items]
    return {"saved_at": station.save_draft(request.actor, department_id, checkup_id, items).draft_at}


@router.post(f"{PAGE}/preview", permission=STATION_VIEW, response=shapes.PreviewOut)
def preview(request: Request, department_id: int, checkup_id: int, payload: shapes.DraftIn):
    entries = [Entry(**shapes.entry_values(row)) for row in payload.items]
    return preview_results(department_id, checkup_id, entries)


@router.post(f"{PAGE}/save", permission=WRITE, response=shapes.StationPage)
def save(request: Request, department_id: int, checkup_id: int, payload: shapes.SaveIn):
    station.save_results(request.actor, department_id, checkup_id, _saving(payload))
    return station_page(request.actor, department_id, checkup_id)


@router.post(f"{PAGE}/complete", permission=WRITE, response=shapes.StationPage)
def complete(request: Request, department_id: int, checkup_id: int, payload: shapes.SaveIn):
    station.complete_department(request.actor, department_id, checkup_id, _saving(payload))
    return station_page(request.actor, department_id, checkup_id)


@router.post(f"{PAGE}/reopen", permission=WRITE, response=shapes.StationPage)
def reopen(request: Request, department_id: int, checkup_id: int, payload: ReasonIn):
    station.reopen_department(request.actor, department_id, checkup_id, reason=payload.reason)
    return station_page(request.actor, department_id, checkup_id)


def _saving(payload: shapes.SaveIn) -> station.Saving:
    return station.Saving(
        entries=[Entry(**shapes.entry_values(row)) for row in payload.items],
        summary_text=payload.summary_text,
        confirm_defaults=payload.confirm_defaults,
    )
