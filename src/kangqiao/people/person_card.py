"""The small block about a person that every page shows in the same place."""

from typing import Any

from django.utils import timezone

from kangqiao.core.actor import Actor
from kangqiao.core.errors import NotFound
from kangqiao.core.sensitive import mask_id_number, mask_phone
from kangqiao.files.selectors import get_file
from kangqiao.files.services import signed_link
from kangqiao.people.enums import Sex
from kangqiao.people.models import Person
from kangqiao.people.rules import age_on


def person_card(person: Person, *, actor: Actor | None = None) -> dict[str, Any]:
    """Masked; with a photo link only when `actor` may see the photo."""
    return {
        "id": person.pk,
        "public_id": str(person.public_id),
        "archive_no": person.archive_no,
        "name": person.name,
        "pinyin": person.pinyin_initials,
        "sex": person.sex,
        "sex_label": Sex(person.sex).label,
        "birth_date": person.birth_date,
        "age": age_on(person.birth_date, timezone.localdate()),
        "id_kind": person.id_kind,
        "id_number_masked": mask_id_number(person.id_number),
        "phone_masked": mask_phone(person.phone),
        "photo_url": _photo(person, actor) if actor else None,
        "allergies": person.allergies,
        "marriage": person.marriage,
        "ethnicity": person.ethnicity,
        "occupation": person.occupation,
    }


def _photo(person: Person, actor: Actor) -> str | None:
    if person.photo_public_id is None:
        return None
    try:
        return signed_link(actor, get_file(person.photo_public_id))
    except NotFound:
        return None
