"""The desk: what to choose from, quote, enrol, today's list."""

from ninja import Query

from kangqiao.checkup.api.door import ENROLL, VIEW, router
from kangqiao.checkup.schemas import desk as shapes
from kangqiao.checkup.schemas import progress as steps
from kangqiao.checkup.selectors import checkups, desk, stations
from kangqiao.checkup.selectors.quoting import make_quote
from kangqiao.checkup.services.enrollment import Enrolment, enroll_checkup
from kangqiao.core.api import Page, Request, page_of
from kangqiao.core.idempotency import idempotent
from kangqiao.options import selectors as options
from kangqiao.people.services import PersonData


@router.get("/overview", permission=VIEW, response=steps.OverviewOut)
def overview(request: Request):
    return checkups.overview()


@router.get("/desk/today", permission=VIEW, response=shapes.TodayOut)
def desk_today(request: Request, query: Query[shapes.TodayQuery]):
    mine = options.get("checkup.enroll_list_own_today") if query.mine is None else query.mine
    rows = checkups.todays(request.actor, mine=mine, text=query.q)
    return {"counts": checkups.today_counts(), "mine": mine, **page_of(rows, query, out=checkups.checkup_row)}


@router.get("/desk/packages", permission=VIEW, response=shapes.PackagesOut)
def desk_packages(request: Request, query: Query[shapes.PackageQuery]):
    items = desk.package_choices(sex=query.sex, age=query.age, marriage=query.marriage, kind_id=query.kind_id)
    return {"items": items, "count": len(items)}


@router.get("/desk/panels", permission=VIEW, response=shapes.PanelsOut)
def desk_panels(request: Request, query: Query[shapes.PanelQuery]):
    selected = [int(part) for part in query.selected.split(",") if part]
    items = desk.panel_choices(text=query.q, sex=query.sex, kind_id=query.kind_id, selected=selected)
    return {"items": items, "count": len(items)}


@router.post("/desk/quote", permission=VIEW, response=shapes.QuoteOut)
def desk_quote(request: Request, payload: shapes.QuoteIn):
    return desk.quote_block(make_quote(**payload.dict()))


@router.get("/checkups", permission=VIEW, response=Page[shapes.CheckupRow])
def list_checkups(request: Request, query: Query[shapes.CheckupQuery]):
    rows = checkups.search_checkups(query.q, status=query.status, day_from=query.date_from, day_to=query.date_to)
    return page_of(rows, query, out=checkups.checkup_row)


@router.post("/checkups", permission=ENROLL, response={201: shapes.CheckupDetail})
@idempotent
def enroll(request: Request, payload: shapes.EnrolIn):
    values = payload.dict(exclude={"person"})
    person = PersonData(**payload.person.dict()) if payload.person else None
    checkup = enroll_checkup(request.actor, Enrolment(person=person, **values))
    prints = options.get_many("checkup.print_guide_on_enroll", "checkup.print_labels_on_enroll")
    detail = checkups.checkup_detail(request.actor, checkup.pk)
    now = {
        "guide_sheet": prints["checkup.print_guide_on_enroll"],
        "labels": prints["checkup.print_labels_on_enroll"] and bool(detail["specimens"]),
    }
    return 201, {**detail, "print": now}


@router.get("/lookup", permission=VIEW, response=steps.LookUpOut)
def look_up(request: Request, query: Query[steps.LookUpQuery]):
    return checkups.look_up(query.code)


@router.get("/board", permission=VIEW, response=steps.BoardOut)
def board(request: Request, query: Query[shapes.ListQuery]):
    return stations.board_page(request.actor, query)
