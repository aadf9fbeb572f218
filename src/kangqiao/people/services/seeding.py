"""Starter dictionaries about people."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Protocol

from django.db import models

from kangqiao.core.search import full_pinyin, pinyin_initials
from kangqiao.people.models import Ethnicity, MarriageStatus, Occupation, Person, PersonMerge
from kangqiao.people.services.persons import PersonData


class Entry(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def sort_no(self) -> int: ...


def load_people_dictionaries(
    ethnicities: Iterable[Entry], marriages: Iterable[Entry], occupations: Iterable[Entry]
) -> None:
    """Make the rows whose code is unknown. Idempotent."""
    chosen: tuple[tuple[type[models.Model], Iterable[Entry]], ...] = (
        (Ethnicity, ethnicities),
        (MarriageStatus, marriages),
        (Occupation, occupations),
    )
    for model, rows in chosen:
        known = set(model._default_manager.values_list("code", flat=True))
        model._default_manager.bulk_create(
            model(code=row.code, name=row.name, sort_no=row.sort_no, pinyin=pinyin_initials(row.name))
            for row in rows
            if row.code not in known
        )


DEMO_ARCHIVE = "YS"
"""Archive numbers of invented persons begin with it; real ones with TJ."""


def remove_demo_persons() -> int:
    """Delete invented persons on whom nothing hangs any more."""
    rows = Person.objects.filter(archive_no__startswith=DEMO_ARCHIVE)
    count = rows.count()
    PersonMerge.objects.filter(kept__in=rows).delete()
    rows.delete()
    return count


def create_demo_persons(people: Iterable[PersonData]) -> list[Person]:
    """Invented persons in bulk, with archive numbers of their own series."""
    rows = [
        Person(
            **asdict(data),
            archive_no=f"{DEMO_ARCHIVE}{place:07d}",
            pinyin_initials=pinyin_initials(data.name),
            pinyin_full=full_pinyin(data.name),
        )
        for place, data in enumerate(people, 1)
    ]
    return Person.objects.bulk_create(rows)
