"""Persons over HTTP: docs/architecture/checkup-api.md."""

from typing import Any

from django.utils import timezone
from ninja import File, Query
from ninja.files import UploadedFile

from kangqiao.core.api import DoorRouter, Page, Request, page_of
from kangqiao.people import selectors, services
from kangqiao.people.models import Person
from kangqiao.people.rules import BadIdNumber, age_on, parse_resident_id
from kangqiao.people.schemas import (
    DuplicateCheck,
    DuplicatesOut,
    IdNumberIn,
    MergeIn,
    MergeOut,
    NewPerson,
    ParsedIdOut,
    PersonCard,
    PersonDetail,
    PersonPatch,
    PersonQuery,
    RevealIn,
    RevealOut,
)

router = DoorRouter("people")
VIEW, EDIT = "people.person.view", "people.person.edit"


def _detail(request: Request, person: Person) -> dict[str, Any]:
    return {
        **selectors.person_card(person, actor=request.actor),
        "is_active": person.is_active,
        "merged_into_id": person.merged_into_id,
        "created_at": person.created_at,
    }


@router.get("/persons", permission=VIEW, response=Page[PersonCard])
def list_persons(request: Request, query: Query[PersonQuery]):
    return page_of(selectors.search_persons(query.q, is_active=query.is_active), query, out=selectors.person_card)


@router.post("/persons", permission=EDIT, response={201: PersonDetail})
def create_person(request: Request, payload: NewPerson):
    data = services.PersonData(**payload.dict(exclude={"allow_duplicate"}))
    person = services.create_person(request.actor, data, allow_duplicate=payload.allow_duplicate)
    return 201, _detail(request, person)


@router.post("/persons/check-duplicates", permission=VIEW, response=DuplicatesOut)
def check_duplicates(request: Request, payload: DuplicateCheck):
    found = selectors.find_duplicates(**payload.dict())
    items = [
        {
            "person": selectors.person_card(each.person),
            "reasons": [reason.value for reason in each.reasons],
            "reason_text": "、".join(str(reason.label) for reason in each.reasons),
        }
        for each in found
    ]
    return {"items": items}


@router.post("/persons/parse-id", permission=VIEW, response=ParsedIdOut)
def parse_id(request: Request, payload: IdNumberIn):
    today = timezone.localdate()
    try:
        parsed = parse_resident_id(payload.id_number, today)
    except BadIdNumber as error:
        return {"valid": False, "message": str(error)}
    return {"valid": True, "sex": parsed.sex, "birth_date": parsed.birth_date, "age": age_on(parsed.birth_date, today)}


@router.get("/persons/{person_id}", permission=VIEW, response=PersonDetail)
def read_person(request: Request, person_id: int):
    return _detail(request, selectors.get_person(person_id))


@router.patch("/persons/{person_id}", permission=EDIT, response=PersonDetail)
def patch_person(request: Request, person_id: int, payload: PersonPatch):
    changes = {name: value for name, value in payload.dict(exclude_unset=True).items() if value is not None}
    return _detail(request, services.update_person(request.actor, person_id, changes))


@router.post("/persons/{person_id}/reveal", permission="people.person.reveal", response=RevealOut)
def reveal_person(request: Request, person_id: int, payload: RevealIn):
    return services.reveal_person(request.actor, person_id, list(payload.fields), purpose=payload.purpose)


@router.post("/persons/{person_id}/merge", permission="people.person.merge", response=MergeOut)
def merge_persons(request: Request, person_id: int, payload: MergeIn):
    merge = services.merge_persons(request.actor, person_id, payload.other_id, reason=payload.reason)
    moved = {model: len(ids) for model, ids in merge.moved.items()}
    return {"person": selectors.person_card(merge.kept, actor=request.actor), "moved": moved}


@router.post("/persons/{person_id}/photo", permission=EDIT, response=PersonDetail)
def take_photo(request: Request, person_id: int, file: File[UploadedFile]):
    person = services.set_photo(request.actor, person_id, file.read(), content_type=file.content_type or "")
    return _detail(request, person)
