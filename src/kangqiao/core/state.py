"""Guarded state machine: a status changes only by `move`, as a compare-and-set UPDATE, with an audit entry."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.errors import IllegalTransition


class StateMachine:
    """Transition table of one field: `StateMachine("status", {S.A: {S.B, S.C}})`."""

    def __init__(self, field: str, transitions: Mapping[str, set[str] | frozenset[str]]) -> None:
        self.field = field
        self.table = {str(state): frozenset(map(str, targets)) for state, targets in transitions.items()}

    def can(self, state: str, to: str) -> bool:
        return str(to) in self.table.get(str(state), frozenset())

    def move(self, actor: Actor, obj: models.Model, to: str, *, reason: str = "", **extra: Any) -> None:
        """Move `obj` to `to`, setting `extra` fields with it. Raises IllegalTransition when the table or another writer forbids it."""
        before = str(getattr(obj, self.field))
        label = str(obj._meta.verbose_name)
        if not self.can(before, to):
            raise IllegalTransition(
                f"{label}现在是“{self.title(obj, before)}”，不能改为“{self.title(obj, to)}”", state=before, to=str(to)
            )
        values = {self.field: str(to), **extra}
        stamp = {"updated_at": timezone.now()} if hasattr(obj, "updated_at") else {}
        rows = type(obj)._default_manager.filter(pk=obj.pk, **{self.field: before})
        if rows.update(**values, **stamp) != 1:
            raise IllegalTransition(f"{label}刚被他人更改", "请刷新后再试", state=before, to=str(to))
        for name, value in {**values, **stamp}.items():
            setattr(obj, name, value)
        extra_words: dict[str, Any] = {"reason": reason} if reason else {}
        auditing.record(
            actor,
            f"{obj._meta.label_lower}.moved",
            target=obj,
            before={self.field: before},
            after={self.field: str(to)},
            **extra_words,
        )

    def title(self, obj: models.Model, state: str) -> str:
        """The Chinese word of a state."""
        field: Any = obj._meta.get_field(self.field)
        return str(dict(field.flatchoices).get(state, state))
