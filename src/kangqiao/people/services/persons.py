"""Making and changing persons."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kangqiao.audit.services import record
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Invalid
from kangqiao.core.locks import lock_one
from kangqiao.core.numbering import next_number
from kangqiao.core.outbox import publish
from kangqiao.core.search import full_pinyin, pinyin_initials
from kangqiao.people.enums import IdKind, Sex
from kangqiao.people.models import Person
from kangqiao.people.rules import BadIdNumber, mismatches, parse_resident_id
from kangqiao.people.selectors import Duplicate, find_duplicates

PHONE = re.compile(r"^(1\d{10}|0\d{2,3}-?\d{7,8}|\+\d{6,15})$")
AUDITED = ("name", "sex", "birth_date", "marriage", "ethnicity", "occupation", "allergies", "id_kind")


@dataclass(frozen=True)
class PersonData:
    """What is known of a person; empty means unknown."""

    name: str
    sex: str = ""
    birth_date: date | None = None
    id_kind: str = IdKind.RESIDENT.value
    id_number: str = ""
    phone: str = ""
    marriage: str = ""
    ethnicity: str = ""
    occupation: str = ""
    allergies: str = ""


def checked(data: PersonData) -> PersonData:
    """The data with sex and birthday completed from the resident ID number. Raises Invalid with every wrong field."""
    errors: list[dict[str, str]] = []
    values = asdict(data)
    values["name"] = re.sub(r"\s+", " ", data.name).strip()
    if not values["name"]:
        errors.append({"pointer": "/name", "code": "missing", "detail": "请填写姓名"})
    values["phone"] = data.phone.replace(" ", "").replace("-", "") if data.phone.startswith("1") else data.phone.strip()
    if values["phone"] and not PHONE.match(values["phone"]):
        errors.append({"pointer": "/phone", "code": "invalid", "detail": "手机号应为 11 位，固定电话请带区号"})
    if data.id_kind == IdKind.RESIDENT and data.id_number:
        try:
            parsed = parse_resident_id(data.id_number, timezone.localdate())
        except BadIdNumber as error:
            errors.append({"pointer": "/id_number", "code": "invalid", "detail": str(error)})
        else:
            wrong = mismatches(parsed, data.sex, data.birth_date)
            errors += [{"pointer": f"/{field}", "code": "id_mismatch", "detail": text} for field, text in wrong]
            values |= {"id_number": parsed.number, "sex": parsed.sex, "birth_date": parsed.birth_date}
    else:
        values["id_number"] = data.id_number.replace(" ", "").upper()
    if values["birth_date"] and values["birth_date"] > timezone.localdate():
        errors.append({"pointer": "/birth_date", "code": "invalid", "detail": "出生日期晚于今天，请核对"})
    if errors:
        raise Invalid(errors)
    values["sex"] = values["sex"] or Sex.UNKNOWN.value
    return PersonData(**values)


def _refuse_duplicates(found: list[Duplicate]) -> None:
    candidates = [
        {
            "id": each.person.pk,
            "archive_no": each.person.archive_no,
            "name": each.person.name,
            "reasons": [reason.value for reason in each.reasons],
            "reason_text": "、".join(reason.label for reason in each.reasons),
        }
        for each in found
    ]
    raise Conflict(
        "person-duplicate",
        "可能已有此人的档案",
        f"{candidates[0]['reason_text']}：请选用已有档案，确为另一人再新建",
        candidates=candidates,
    )


@transaction.atomic
def create_person(actor: Actor, data: PersonData, *, allow_duplicate: bool = False) -> Person:
    """A new person with an archive number. Raises Conflict `person-duplicate`; the same ID number is never allowed twice."""
    actor.require("people.person.edit")
    data = checked(data)
    found = find_duplicates(data.name, id_number=data.id_number, phone=data.phone, birth_date=data.birth_date)
    same_document = [each for each in found if "id_number" in each.reasons]
    if same_document or (found and not allow_duplicate):
        _refuse_duplicates(same_document or found)
    person = Person(archive_no=f"TJ{next_number('archive_no'):07d}", **_columns(data))
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        _refuse_duplicates(find_duplicates(data.name, id_number=data.id_number))
    record(actor, "people.person.created", target=person, after=_audit_values(person))
    publish("people.person_created", {"person_id": person.pk})
    return person


@transaction.atomic
def find_or_create_person(actor: Actor, data: PersonData, *, allow_duplicate: bool = False) -> tuple[Person, bool]:
    """The person with this ID number, with blanks filled in, or a new one. The name must agree with the record."""
    data = checked(data)
    for found in find_duplicates(data.name, id_number=data.id_number) if data.id_number else ():
        if found.person.name != data.name:
            raise Conflict(
                "person-name-differs",
                f"该证件号的档案姓名是“{found.person.name}”",
                "请核对姓名；若已改名，请先在人员档案中修改",
                candidates=[{"id": found.person.pk, "name": found.person.name}],
            )
        return _fill_blanks(actor, found.person, data), False
    return create_person(actor, data, allow_duplicate=allow_duplicate), True


def _fill_blanks(actor: Actor, person: Person, data: PersonData) -> Person:
    columns = _columns(data)
    news = {
        field: value
        for field, value in columns.items()
        if value and getattr(person, field) in ("", None, Sex.UNKNOWN.value)
    }
    if not news:
        return person
    return _store(actor, person, news)


@transaction.atomic
def update_person(actor: Actor, person_id: int, changes: dict[str, Any]) -> Person:
    """Change some fields; the ID number's sex and birthday win over typed ones."""
    actor.require("people.person.edit")
    person = lock_one(Person.objects.filter(is_active=True), person_id)
    known = {field: getattr(person, field) for field in PersonData.__dataclass_fields__}
    if "id_number" in changes and changes["id_number"] != person.id_number:
        known |= {field: empty for field, empty in (("sex", ""), ("birth_date", None)) if field not in changes}
    data = checked(PersonData(**(known | changes)))
    found = find_duplicates(data.name, id_number=data.id_number, exclude=person.pk) if data.id_number else []
    if found:
        _refuse_duplicates(found)
    return _store(actor, person, _columns(data))


def _store(actor: Actor, person: Person, values: dict[str, Any]) -> Person:
    before = _audit_values(person)
    sealed = [field for field in ("id_number", "phone") if field in values and values[field] != getattr(person, field)]
    for field, value in values.items():
        setattr(person, field, value)
    person.save()
    record(
        actor, "people.person.changed", target=person, before=before, after=_audit_values(person), sealed_fields=sealed
    )
    return person


def _columns(data: PersonData) -> dict[str, Any]:
    return {
        **asdict(data),
        "pinyin_initials": pinyin_initials(data.name),
        "pinyin_full": full_pinyin(data.name),
    }


def _audit_values(person: Person) -> dict[str, Any]:
    """What the trail keeps: never the ID number or the phone."""
    values = {field: getattr(person, field) for field in AUDITED}
    return {field: value.isoformat() if isinstance(value, date) else value for field, value in values.items()}
