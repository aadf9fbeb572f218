"""What other apps plug into people: rows that follow a person when two are merged, and further ways to find a person."""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from kangqiao.people.models import Person

Finder = Callable[[str], list[int]]


@dataclass(frozen=True)
class MergeTarget:
    """`model` ("checkup.Checkup") has a foreign key `field` to Person that is re-pointed by a merge."""

    model: str
    field: str = "person"

    def resolve(self) -> type[models.Model]:
        return apps.get_model(self.model)


_targets: dict[str, MergeTarget] = {}
_finders: dict[str, Finder] = {}


def register_merge_target(target: MergeTarget) -> None:
    _targets[f"{target.model}.{target.field}"] = target


def merge_targets() -> list[MergeTarget]:
    return [_targets[name] for name in sorted(_targets)]


def register_finder(name: str, finder: Finder) -> None:
    """`finder(text)` gives ids of persons that the text names exactly, such as by check-up number; cheap and indexed."""
    _finders[name] = finder


def found_elsewhere(text: str) -> list[int]:
    return [person_id for name in sorted(_finders) for person_id in _finders[name](text)]


def unregistered_references() -> list[str]:
    """Foreign keys to Person that no target covers: the architecture test keeps this empty."""
    known = set(_targets)
    skipped = {"people.Person.merged_into", "people.PersonMerge.kept", "people.PersonMerge.merged"}
    return [
        name
        for relation in Person._meta.related_objects
        if (name := f"{relation.related_model._meta.label}.{relation.field.name}") not in known | skipped
    ]
