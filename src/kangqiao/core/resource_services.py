"""Reading and writing rows of a Resource: one path for the page, the import and the seeds."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet

from kangqiao.core import auditing
from kangqiao.core.actor import Actor
from kangqiao.core.api import model_errors
from kangqiao.core.errors import Conflict, Invalid, NotFound
from kangqiao.core.locks import lock_one
from kangqiao.core.resources import Resource, Rows, complete, model_field
from kangqiao.core.search import pinyin_initials


def has(model: type[models.Model], name: str) -> bool:
    return any(f.name == name for f in model._meta.get_fields())


def rows_of(resource: Resource) -> "QuerySet[Any]":
    """All rows with everything a list or a form shows: one query, and one per many-to-many field or inline table."""
    columns = resource.all_fields()
    query = resource.model._default_manager.filter(**resource.scope)
    query = query.select_related(*[c.name for c in columns if c.kind == "fk"])
    inline = [models.Prefetch(_related(r), queryset=_row_query(r)) for r in resource.rows]
    return query.prefetch_related(*[c.name for c in columns if c.kind == "m2m"], *inline)


def _related(rows: Rows) -> str:
    return str(model_field(rows.model, rows.parent).remote_field.get_accessor_name())


def _row_query(rows: Rows) -> "QuerySet[Any]":
    foreign = [f for f in (complete(rows.model, given) for given in rows.fields) if f.kind == "fk"]
    return rows.model._default_manager.order_by(*rows.order_by).select_related(*[f.name for f in foreign])


def search(
    resource: Resource, q: str = "", filters: dict[str, Any] | None = None, order_by: str = ""
) -> "QuerySet[Any]":
    """Rows found by code, name or pinyin initials; `filters` only over declared ones; retired ones only when asked for."""
    query = rows_of(resource)
    for text in q.split():
        match = Q()
        for name in resource.search:
            match |= Q(**{f"{name}__istartswith" if name == "pinyin" else f"{name}__icontains": text})
        query = query.filter(match)
    for name, value in (filters or {}).items():
        query = query.filter(**{name: value})
    if order_by.lstrip("-") not in {"", *[c.name for c in resource.all_fields()]}:
        raise Invalid.field("order_by", f"不能按 {order_by} 排序")
    order = (
        (order_by, "id") if order_by else (*[o for o in resource.order_by if has(resource.model, o.lstrip("-"))], "id")
    )
    return query.order_by(*order)


def get(resource: Resource, pk: int) -> Any:
    row = rows_of(resource).filter(pk=pk).first()
    if row is None:
        raise NotFound()
    return row


def as_dict(resource: Resource, row: models.Model) -> dict[str, Any]:
    """The row as plain JSON values, for audit and export."""
    values: dict[str, Any] = {}
    for column in resource.all_fields():
        if column.kind == "m2m":
            values[column.name] = [str(getattr(x, "code", x.pk)) for x in getattr(row, column.name).all()]
        elif column.kind == "fk":
            target = getattr(row, column.name)
            values[column.name] = str(getattr(target, "code", target.pk)) if target else None
        else:
            value = getattr(row, column.name)
            values[column.name] = value if isinstance(value, bool | int | None | list | dict) else str(value)
    return values


@transaction.atomic
def create(actor: Actor, resource: Resource, values: dict[str, Any]) -> Any:
    """Make a row. Raises Invalid with pointers to the wrong fields."""
    actor.require(resource.write_permission)
    row = resource.model(**resource.scope)
    _write(resource, row, _cleaned(resource, values, None))
    row = get(resource, row.pk)
    auditing.record(actor, f"{resource.name}.created", target=row, after=as_dict(resource, row))
    return row


@transaction.atomic
def update(actor: Actor, resource: Resource, pk: int, values: dict[str, Any]) -> Any:
    """Change the given fields. With `seen_updated_at`, refuses when somebody else saved in between."""
    actor.require(resource.write_permission)
    row = _locked(resource, pk)
    seen = values.pop("seen_updated_at", None)
    if seen is not None and seen != row.updated_at:
        raise Conflict("edit-conflict", f"“{row}”刚被他人修改", "您填的内容还在，请刷新对照后再保存")
    before = as_dict(resource, row)
    _write(resource, row, _cleaned(resource, values, row))
    row = get(resource, pk)
    auditing.record(actor, f"{resource.name}.updated", target=row, before=before, after=as_dict(resource, row))
    return row


@transaction.atomic
def set_active(actor: Actor, resource: Resource, pk: int, is_active: bool) -> Any:
    """Retire or restore. Rows that use a retired one keep it."""
    actor.require(resource.write_permission)
    row = _locked(resource, pk)
    if row.is_active != is_active:
        row.is_active = is_active
        row.save(update_fields=["is_active", "updated_at"])
        auditing.record(actor, f"{resource.name}.{'restored' if is_active else 'retired'}", target=row)
    return get(resource, pk)


@transaction.atomic
def reorder(actor: Actor, resource: Resource, ids: list[int]) -> None:
    """Give the rows the order of `ids`."""
    actor.require(resource.write_permission)
    rows: QuerySet[Any] = resource.model._default_manager.filter(pk__in=ids, **resource.scope)
    found = {row.pk: row for row in rows}
    if len(found) != len(set(ids)):
        raise NotFound()
    for place, pk in enumerate(ids, 1):
        found[pk].sort_no = place * 10
    resource.model._default_manager.bulk_update(found.values(), ["sort_no"])
    auditing.record(actor, f"{resource.name}.reordered", after={"ids": ids})


def _locked(resource: Resource, pk: int) -> Any:
    return lock_one(resource.model._default_manager.filter(**resource.scope), pk)


def _cleaned(resource: Resource, values: dict[str, Any], row: models.Model | None) -> dict[str, Any]:
    return resource.clean(values, row) if resource.clean else values


def _write(resource: Resource, row: Any, values: dict[str, Any]) -> None:
    many = {c.name for c in resource.all_fields() if c.kind == "m2m"}
    inline = {r.name: r for r in resource.rows}
    for name, value in values.items():
        if name not in many and name not in inline:
            _assign(row, name, value)
    if has(resource.model, "pinyin") and has(resource.model, "name"):
        row.pinyin = pinyin_initials(row.name)
    _validate(row)
    row.save()
    for name in many & values.keys():
        _assign_many(row, name, values[name])
    for name in inline.keys() & values.keys():
        if values[name] is not None:
            _replace_rows(inline[name], row, values[name])


def _assign(row: models.Model, name: str, value: Any) -> None:
    column = model_field(type(row), name)
    if isinstance(column, models.ForeignKey):
        target = column.remote_field.model
        if value is not None and not target._default_manager.filter(pk=value).exists():
            raise Invalid.field(name, f"没有这一条{column.verbose_name}，请重新选择")
        setattr(row, column.attname, value)
    elif value is not None or column.null:
        setattr(row, name, value)


def _assign_many(row: models.Model, name: str, ids: list[int] | None) -> None:
    if ids is None:
        return
    target = model_field(type(row), name).remote_field.model
    if target._default_manager.filter(pk__in=ids).count() != len(set(ids)):
        raise Invalid.field(name, "其中有不存在的条目，请重新选择")
    getattr(row, name).set(ids)


def _replace_rows(rows: Rows, parent: models.Model, values: list[Any]) -> None:
    """Child rows are replaced whole: results keep a snapshot of what they used, so no child row is referenced."""
    rows.model._default_manager.filter(**{rows.parent: parent}).delete()
    for place, value in enumerate(values):
        child = rows.model(**{rows.parent: parent})
        try:
            for name, item in (value if isinstance(value, dict) else value.dict()).items():
                _assign(child, name, item)
            _validate(child)
        except Invalid as error:
            errors = [{**e, "pointer": f"/{rows.name}/{place}{e['pointer']}"} for e in error.params["errors"]]
            raise Invalid(errors) from error
        child.save()


def _validate(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(model_errors(error)) from error
