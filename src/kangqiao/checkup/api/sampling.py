"""Blood drawing."""

from ninja import Query

from kangqiao.checkup.api.door import router
from kangqiao.checkup.schemas import progress as steps
from kangqiao.checkup.selectors import draws
from kangqiao.checkup.services.sampling import draw_blood
from kangqiao.core.api import Page, Request, page_of

DRAW = "checkup.specimen.draw"


@router.get("/blood-draws", permission=DRAW, response=Page[steps.DrawRow])
def list_draws(request: Request, query: Query[steps.DrawQuery]):
    return page_of(draws.waiting_draws(query.q), query, out=draws.draw_row)


@router.get("/blood-draws/{code}", permission=DRAW, response=steps.DrawPage)
def read_draw(request: Request, code: str):
    return draws.draw_page(request.actor, code)


@router.post("/blood-draws/{code}", permission=DRAW, response=steps.DrawPage)
def draw(request: Request, code: str, payload: steps.DrawIn):
    """`code` is a tube's barcode here; the name is that of the page above, since one address has one pattern."""
    draw_blood(request.actor, code, note=payload.note)
    return draws.draw_page(request.actor, code)
