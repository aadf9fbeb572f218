"""Invented persons in bulk: COPY of rows that the model's own fields have prepared, so encryption and blind indexes are the product's."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection

from kangqiao.checkup.demo.people import GIVEN_FEMALE, GIVEN_MALE, REGIONS, SURNAMES, check_digit
from kangqiao.core.search import full_pinyin, pinyin_initials
from kangqiao.people.enums import Sex
from kangqiao.people.models import Person

FIRST_BIRTHDAY, BIRTHDAYS = date(1940, 1, 1), 23_000
SEED = 20261123
ARCHIVE = "CS"
PIECE = 5_000
GIVEN = {Sex.MALE.value: GIVEN_MALE, Sex.FEMALE.value: GIVEN_FEMALE}
SINGLE = {sex: [each for each in given if len(each) == 1] for sex, given in GIVEN.items()}
FIELDS = [field for field in Person._meta.concrete_fields if not field.primary_key]


@lru_cache(maxsize=10_000)
def _pinyin(part: str) -> tuple[str, str]:
    return pinyin_initials(part), full_pinyin(part)


def _name_parts(chance: random.Random, sex: str) -> tuple[str, str]:
    """Surname and given name: a known one, or two single characters put together."""
    given = GIVEN[sex]
    if chance.random() < 0.4:
        return chance.choice(SURNAMES), chance.choice(given)
    return chance.choice(SURNAMES), chance.choice(SINGLE[sex]) + chance.choice(SINGLE[sex])


def _person(place: int, chance: random.Random) -> Person:
    """Region and birthday together are different for each of the first 414,000; so is the phone number."""
    sex = Sex.MALE.value if place % 2 else Sex.FEMALE.value
    region, day = REGIONS[place % len(REGIONS)], (place // len(REGIONS)) % BIRTHDAYS
    birth_date = FIRST_BIRTHDAY + timedelta(days=day)
    first17 = f"{region}{birth_date:%Y%m%d}{900 + place % 2:03d}"
    surname, given = _name_parts(chance, sex)
    (initial, surname_pinyin), (initials, given_pinyin) = _pinyin(surname), _pinyin(given)
    return Person(
        archive_no=f"{ARCHIVE}{place:07d}",
        name=surname + given,
        pinyin_initials=initial + initials,
        pinyin_full=surname_pinyin + given_pinyin,
        id_number=first17 + check_digit(first17),
        phone=f"198{place:08d}",
        sex=sex,
        birth_date=birth_date,
        marriage="20",
        ethnicity="01",
        occupation="职员",
    )


def _prepared(count: int) -> Iterator[list[Any]]:
    """Column values of each person, as the model's fields would save them."""
    chance = random.Random(SEED)  # noqa: S311 - invented data, not secrets
    for place in range(1, count + 1):
        person = _person(place, chance)
        yield [field.get_db_prep_save(field.pre_save(person, add=True), connection) for field in FIELDS]


def make_persons(count: int) -> None:
    """Insert `count` persons into the hospital that is entered, in pieces that stay below the statement's time limit."""
    columns = ", ".join(field.column for field in FIELDS)
    rows = _prepared(count)
    while piece := list(islice(rows, PIECE)):
        # Preparing may read keys in the public schema, and COPY does not go by the wrapper: enter again with a new cursor.
        with connection.cursor() as cursor, cursor.copy(f"COPY {Person._meta.db_table} ({columns}) FROM STDIN") as copy:
            for row in piece:
                copy.write_row(row)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Person._meta.db_table}")


def sample(count: int) -> list[Person]:
    """Persons spread evenly over those that were made."""
    rows = Person.objects.filter(archive_no__startswith=ARCHIVE).order_by("id")
    step = max(1, rows.count() // count)
    return list(rows[::step][:count])
