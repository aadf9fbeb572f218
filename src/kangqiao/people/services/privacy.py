"""Showing sealed fields, and the photo."""

from django.db import transaction

from kangqiao.audit.services import record
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid
from kangqiao.core.locks import lock_one
from kangqiao.core.outbox import publish
from kangqiao.files.enums import FileKind
from kangqiao.files.services import store
from kangqiao.people.models import Person
from kangqiao.people.selectors import get_person

REVEALABLE = ("id_number", "phone")


@transaction.atomic
def reveal_person(actor: Actor, person_id: int, fields: list[str], *, purpose: str) -> dict[str, str]:
    """The clear values of sealed fields, with an audit entry of who asked and why."""
    actor.require("people.person.reveal")
    wrong = [field for field in fields if field not in REVEALABLE]
    if wrong or not fields:
        raise Invalid.field("fields", "只能查看证件号 id_number 和手机号 phone")
    if not purpose.strip():
        raise Invalid.field("purpose", "请写明查看原因")
    person = get_person(person_id)
    record(actor, "people.person.revealed", target=person, fields=sorted(set(fields)), purpose=purpose.strip())
    return {field: getattr(person, field) for field in fields}


@transaction.atomic
def set_photo(actor: Actor, person_id: int, content: bytes, *, content_type: str = "") -> Person:
    """Keep a photo of the person; the former one stays in the files."""
    actor.require("people.person.edit")
    person = lock_one(Person.objects.filter(is_active=True), person_id)
    stored = store(
        actor, content=content, kind=FileKind.PHOTO, name=f"{person.archive_no}.jpg", content_type=content_type
    )
    person.photo_public_id = stored.public_id
    person.save(update_fields=["photo_public_id", "updated_at"])
    record(actor, "people.person.photo_taken", target=person)
    publish("people.photo_taken", {"person_id": person.pk})
    return person
