"""Two records of one human being become one."""

from django.db import transaction

from kangqiao.audit.services import record
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Invalid
from kangqiao.core.locks import lock_many
from kangqiao.core.outbox import publish
from kangqiao.people.models import Person, PersonMerge
from kangqiao.people.ports import merge_targets

FILLED = ("marriage", "ethnicity", "occupation", "allergies", "photo_public_id", "birth_date")


@transaction.atomic
def merge_persons(actor: Actor, keep_id: int, other_id: int, *, reason: str) -> PersonMerge:
    """Fold `other_id` into `keep_id`: every registered row is re-pointed and listed in the trace; the other stays, inactive."""
    actor.require("people.person.merge")
    if keep_id == other_id:
        raise Invalid.field("other_id", "不能与自己合并，请选择另一份档案")
    if not reason.strip():
        raise Invalid.field("reason", "请写明合并原因")
    persons = {person.pk: person for person in lock_many(Person.objects.filter(is_active=True), [keep_id, other_id])}
    if len(persons) != 2:
        raise Conflict("person-inactive", "其中一份档案已停用或已被合并", "请刷新后重新选择")
    kept, other = persons[keep_id], persons[other_id]
    if kept.id_number and other.id_number and kept.id_number != other.id_number:
        raise Conflict("person-id-differs", "两份档案的证件号不同，不能合并", "请先核对并更正证件号")
    if kept.sex != other.sex and "unknown" not in (kept.sex, other.sex):
        raise Conflict("person-sex-differs", "两份档案的性别不同，不能合并", "请先核对并更正性别")
    moved = _move_rows(kept, other)
    _retire(kept, other)
    merge = PersonMerge.objects.create(
        kept=kept, merged=other, reason=reason.strip(), moved=moved, by_id=actor.id, by_name=actor.name
    )
    counts = {model: len(ids) for model, ids in moved.items()}
    record(actor, "people.person.merged", target=kept, after={"merged_id": other.pk, "moved": counts}, reason=reason)
    publish("people.persons_merged", {"kept_id": kept.pk, "merged_id": other.pk})
    return merge


def _move_rows(kept: Person, other: Person) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {}
    for target in merge_targets():
        model = target.resolve()
        rows = model._default_manager.filter(**{target.field: other})
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            model._default_manager.filter(pk__in=ids).update(**{target.field: kept})
            moved.setdefault(target.model, []).extend(ids)
    return moved


def _retire(kept: Person, other: Person) -> None:
    other.is_active = False
    other.merged_into = kept
    other.save()
    for field in FILLED:
        if not getattr(kept, field):
            setattr(kept, field, getattr(other, field))
    for field in ("id_number", "phone"):
        if not getattr(kept, field):
            setattr(kept, field, getattr(other, field))
    if kept.sex == "unknown":
        kept.sex = other.sex
    kept.save()
