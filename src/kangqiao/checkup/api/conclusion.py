"""Conclusion and review."""

from ninja import Query

from kangqiao.checkup.api.door import router
from kangqiao.checkup.schemas import conclusion as shapes
from kangqiao.checkup.schemas.progress import ReasonIn
from kangqiao.checkup.selectors import conclusions
from kangqiao.checkup.services import conclusion, review
from kangqiao.core.api import ListQuery, Page, Request, page_of

SEE, WRITE = "checkup.conclusion.view", "checkup.conclusion.write"
REVIEW_SEE, REVIEW = "checkup.review.view", "checkup.review.write"
ONE = "/conclusions/{int:checkup_id}"
UNDER_REVIEW = "/reviews/{int:checkup_id}"


def _page(request: Request, checkup_id: int) -> dict[str, object]:
    return conclusions.conclusion_page(request.actor, checkup_id)


@router.get("/conclusions", permission=SEE, response=Page[shapes.ConclusionRow])
def list_conclusions(request: Request, query: Query[shapes.ConclusionQuery]):
    rows = conclusions.conclusion_worklist(request.actor, state=query.state, text=query.q)
    return page_of(rows, query, out=conclusions.conclusion_row)


@router.get("/terms", permission=SEE, response=Page[shapes.TermOut])
def list_terms(request: Request, query: Query[ListQuery]):
    return page_of(conclusions.search_terms(query.q), query)


@router.get(ONE, permission=SEE, response=shapes.ConclusionPage)
def read_conclusion(request: Request, checkup_id: int):
    return _page(request, checkup_id)


@router.post(f"{ONE}/open", permission=WRITE, response=shapes.ConclusionPage)
def open_conclusion(request: Request, checkup_id: int, payload: shapes.OpenIn):
    conclusion.open_conclusion(request.actor, checkup_id, confirm_incomplete=payload.confirm_incomplete)
    return _page(request, checkup_id)


@router.post(f"{ONE}/release", permission=WRITE, response=shapes.ConclusionPage)
def release_conclusion(request: Request, checkup_id: int):
    conclusion.release_conclusion(request.actor, checkup_id)
    return _page(request, checkup_id)


@router.post(f"{ONE}/regenerate", permission=WRITE, response=shapes.RegeneratedPage)
def regenerate(request: Request, checkup_id: int):
    diff = conclusion.regenerate_conclusion(request.actor, checkup_id)
    kinds = ("added", "removed", "changed", "suppressed", "unsupported")
    changes = [{"kind": kind, "name": name} for kind in kinds for name in getattr(diff, kind)]
    return {**_page(request, checkup_id), "changes": changes}


@router.put(ONE, permission=WRITE, response=shapes.ConclusionPage)
def save_conclusion(request: Request, checkup_id: int, payload: shapes.ConclusionIn):
    conclusion.save_conclusion(
        request.actor,
        checkup_id,
        version=payload.version,
        lines=[conclusion.LineEdit(**line.dict()) for line in payload.lines],
        overview=payload.overview,
        restore_ids=payload.restore_ids,
    )
    return _page(request, checkup_id)


@router.post(f"{ONE}/conclude", permission=WRITE, response=shapes.ConclusionPage)
def conclude(request: Request, checkup_id: int, payload: shapes.ConcludeIn):
    conclusion.conclude_checkup(request.actor, checkup_id, confirm_undone=payload.confirm_undone)
    return _page(request, checkup_id)


@router.post(f"{ONE}/send-back", permission=WRITE, response=shapes.ConclusionPage)
def send_back(request: Request, checkup_id: int, payload: shapes.SendBackIn):
    conclusion.send_back_to_departments(
        request.actor, checkup_id, department_ids=payload.department_ids, reason=payload.reason
    )
    return _page(request, checkup_id)


@router.get("/reviews", permission=REVIEW_SEE, response=Page[shapes.ConclusionRow])
def list_reviews(request: Request, query: Query[shapes.ReviewQuery]):
    rows = conclusions.review_worklist(state=query.state, text=query.q)
    return page_of(rows, query, out=conclusions.conclusion_row)


@router.get(UNDER_REVIEW, permission=REVIEW_SEE, response=shapes.ConclusionPage)
def read_review(request: Request, checkup_id: int):
    return _page(request, checkup_id)


@router.post(f"{UNDER_REVIEW}/approve", permission=REVIEW, response=shapes.ConclusionPage)
def approve(request: Request, checkup_id: int, payload: shapes.ApproveIn):
    review.review_checkup(request.actor, checkup_id, comment=payload.comment)
    return _page(request, checkup_id)


@router.post(f"{UNDER_REVIEW}/send-back", permission=REVIEW, response=shapes.ConclusionPage)
def send_back_review(request: Request, checkup_id: int, payload: ReasonIn):
    review.send_back_to_conclusion(request.actor, checkup_id, reason=payload.reason)
    return _page(request, checkup_id)


@router.post(f"{UNDER_REVIEW}/unreview", permission=REVIEW, response=shapes.ConclusionPage)
def unreview(request: Request, checkup_id: int, payload: ReasonIn):
    review.unreview_checkup(request.actor, checkup_id, reason=payload.reason)
    return _page(request, checkup_id)
