from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from kangqiao.core.api import In, ListQuery, Out

SexCode = Literal["male", "female", "unknown", ""]
IdKindCode = Literal["resident", "passport", "hk_macao", "taiwan", "permanent", "other"]
Short = Annotated[str, Field(max_length=60)]


class PersonCard(Out):
    id: int
    public_id: str
    archive_no: str
    name: str
    pinyin: str
    sex: str
    sex_label: str
    birth_date: date | None
    age: int | None
    id_kind: str
    id_number_masked: str
    phone_masked: str
    photo_url: str | None
    allergies: str
    marriage: str
    ethnicity: str
    occupation: str


class PersonDetail(PersonCard):
    is_active: bool
    merged_into_id: int | None
    created_at: datetime


class PersonQuery(ListQuery):
    is_active: bool | None = True


class PersonIn(In):
    name: Annotated[str, Field(min_length=1, max_length=60)]
    sex: SexCode = ""
    birth_date: date | None = None
    id_kind: IdKindCode = "resident"
    id_number: Annotated[str, Field(max_length=30)] = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    marriage: Annotated[str, Field(max_length=4)] = ""
    ethnicity: Annotated[str, Field(max_length=4)] = ""
    occupation: Short = ""
    allergies: Annotated[str, Field(max_length=200)] = ""


class NewPerson(PersonIn):
    allow_duplicate: bool = False


class PersonPatch(In):
    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    sex: SexCode | None = None
    birth_date: date | None = None
    id_kind: IdKindCode | None = None
    id_number: Annotated[str, Field(max_length=30)] | None = None
    phone: Annotated[str, Field(max_length=20)] | None = None
    marriage: Annotated[str, Field(max_length=4)] | None = None
    ethnicity: Annotated[str, Field(max_length=4)] | None = None
    occupation: Short | None = None
    allergies: Annotated[str, Field(max_length=200)] | None = None


class DuplicateCheck(In):
    name: Short
    id_number: Annotated[str, Field(max_length=30)] = ""
    phone: Annotated[str, Field(max_length=20)] = ""
    birth_date: date | None = None


class DuplicateOut(Out):
    person: PersonCard
    reasons: list[str]
    reason_text: str


class DuplicatesOut(Out):
    items: list[DuplicateOut]


class IdNumberIn(In):
    id_number: Annotated[str, Field(max_length=30)]


class ParsedIdOut(Out):
    valid: bool
    sex: str = ""
    birth_date: date | None = None
    age: int | None = None
    message: str = ""


class RevealIn(In):
    fields: Annotated[list[Literal["id_number", "phone"]], Field(min_length=1, max_length=2)]
    purpose: Annotated[str, Field(min_length=1, max_length=200)]


class RevealOut(Out):
    id_number: str | None = None
    phone: str | None = None


class MergeIn(In):
    other_id: int
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class MergeOut(Out):
    person: PersonCard
    moved: dict[str, int]
