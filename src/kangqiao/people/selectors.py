"""Finding people."""

import re
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from kangqiao.core.crypto import blind_index
from kangqiao.core.errors import NotFound
from kangqiao.people.enums import DuplicateReason
from kangqiao.people.models import Ethnicity, MarriageStatus, Person
from kangqiao.people.person_card import person_card
from kangqiao.people.ports import found_elsewhere

__all__ = [
    "Duplicate",
    "dictionary_names",
    "find_duplicates",
    "get_person",
    "person_card",
    "search_persons",
]

DIGITS = re.compile(r"^[0-9]+$")
PHONE = re.compile(r"^1[0-9]{10}$")


@dataclass(frozen=True)
class Duplicate:
    """A person who may be the same, and why."""

    person: Person
    reasons: tuple[DuplicateReason, ...]


def search_persons(text: str = "", *, is_active: bool | None = True) -> "QuerySet[Person]":
    """By pinyin, name prefix, or exactly by phone, ID number, archive number or a number that another app knows. One indexed query."""
    rows = Person.objects.all()
    if is_active is not None:
        rows = rows.filter(is_active=is_active)
    wanted = text.strip()
    if not wanted:
        return rows
    return rows.filter(_matches(wanted))


def _matches(text: str) -> Q:
    upper = text.upper().replace(" ", "")
    if DIGITS.match(upper) or (len(upper) >= 15 and DIGITS.match(upper[:-1])):
        exact = Q(pk__in=found_elsewhere(upper))
        if PHONE.match(upper):
            exact |= Q(phone_index=blind_index(upper, "phone"))
        if len(upper) >= 8:
            exact |= Q(id_number_index=blind_index(upper, "id_number"))
        return exact
    if not upper.isascii():
        return Q(name__startswith=text)
    if re.match(r"^[A-Z]{1,3}[0-9]+$", upper):
        return Q(archive_no=upper) | Q(id_number_index=blind_index(upper, "id_number"))
    return Q(pinyin_initials__startswith=upper) | Q(pinyin_full__startswith=upper.lower())


def get_person(person_id: int) -> Person:
    """Raises NotFound."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound("没有这位人员", "请重新查找")
    return person


def find_duplicates(
    name: str, *, id_number: str = "", phone: str = "", birth_date: date | None = None, exclude: int | None = None
) -> list[Duplicate]:
    """Active persons with the same ID number, or the same name with the same phone or birthday. One query."""
    conditions = Q()
    id_index = blind_index(id_number, "id_number") if id_number else ""
    phone_index = blind_index(phone, "phone") if phone else ""
    if id_index:
        conditions |= Q(id_number_index=id_index)
    if phone_index:
        conditions |= Q(name=name, phone_index=phone_index)
    if birth_date:
        conditions |= Q(name=name, birth_date=birth_date)
    if not conditions:
        return []
    rows = Person.objects.filter(conditions, is_active=True).order_by("id")
    found = []
    for person in rows.exclude(pk=exclude or 0)[:20]:
        reasons = []
        if id_index and person.id_number_index == id_index:
            reasons.append(DuplicateReason.ID_NUMBER)
        if phone_index and person.name == name and person.phone_index == phone_index:
            reasons.append(DuplicateReason.NAME_PHONE)
        if birth_date and person.name == name and person.birth_date == birth_date:
            reasons.append(DuplicateReason.NAME_BIRTH_DATE)
        found.append(Duplicate(person, tuple(reasons)))
    return found


def dictionary_names() -> dict[str, dict[str, str]]:
    """Names of ethnicity and marriage codes, for pages that show one person."""
    return {
        "ethnicity": dict(Ethnicity.objects.values_list("code", "name")),
        "marriage": dict(MarriageStatus.objects.values_list("code", "name")),
    }
