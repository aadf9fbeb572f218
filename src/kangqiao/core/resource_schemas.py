# No `from __future__ import annotations` here: ninja resolves these schemas from live objects.
"""Request and answer schemas of a Resource, made from its declaration."""

import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import models
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from kangqiao.core.resources import Field as Column
from kangqiao.core.resources import Resource, Rows, complete, model_field


class Ref(Schema):
    """A row of another dictionary, as far as a list needs it."""

    id: int
    code: str = ""
    name: str = ""


class Strict(Schema):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def camel(name: str) -> str:
    return "".join(part.title() for part in name.replace("_", "-").split("-"))


def _plain(column: Column, model_column: models.Field) -> Any:
    """The Python type of a simple column."""
    if column.kind == "choice":
        values = tuple(value for value, _ in model_column.flatchoices)
        return Literal[values]
    if isinstance(model_column, models.DecimalField):
        return Annotated[Decimal, Field(max_digits=model_column.max_digits, decimal_places=model_column.decimal_places)]
    if isinstance(model_column, models.CharField) and model_column.max_length:
        floor = 1 if column.required else 0
        return Annotated[str, Field(min_length=floor, max_length=model_column.max_length)]
    return {
        "int": int,
        "bool": bool,
        "date": datetime.date,
        "datetime": datetime.datetime,
        "json": Any,
    }.get(str(column.kind), str)


def _input(model: type[models.Model], column: Column, *, partial: bool) -> tuple[Any, Any]:
    model_column = model_field(model, column.name)
    if column.kind == "fk":
        kind: Any = Annotated[int, Field(ge=1)]
    elif column.kind == "m2m":
        kind = Annotated[list[int], Field(max_length=500)]
    else:
        kind = _plain(column, model_column)
    if model_column.null:
        kind = kind | None
    if partial:
        return kind | None if not model_column.null else kind, None
    if column.required:
        return kind, ...
    if column.kind == "m2m":
        return kind, Field(default_factory=list)
    default = model_column.get_default() if model_column.has_default() else (None if model_column.null else "")
    return kind, default


def _output(model: type[models.Model], column: Column) -> tuple[Any, Any]:
    model_column = model_field(model, column.name)
    if column.kind == "fk":
        return (Ref | None, None) if model_column.null else (Ref, ...)
    if column.kind == "m2m":
        return list[Ref], ...
    kind = {
        "int": int,
        "bool": bool,
        "date": datetime.date,
        "datetime": datetime.datetime,
        "json": Any,
        "decimal": Decimal,
    }.get(str(column.kind), str)
    if column.kind == "choice" and isinstance(model_column, models.IntegerField):
        kind = int
    return (kind | None, None) if model_column.null else (kind, ...)


def _row_schemas(resource: Resource, rows: Rows) -> tuple[type[Schema], type[Schema]]:
    columns = [complete(rows.model, f) for f in rows.fields]
    name = camel(resource.name) + camel(rows.name)
    row_in = create_model(
        f"{name}In",
        __base__=Strict,
        **{c.name: _input(rows.model, c, partial=False) for c in columns if not c.read_only},
    )
    row_out = create_model(
        f"{name}Out", __base__=Schema, id=(int, ...), **{c.name: _output(rows.model, c) for c in columns}
    )
    return row_in, row_out


class ResourceSchemas:
    """`out`, `create`, `patch` of one Resource."""

    def __init__(self, resource: Resource) -> None:
        columns = resource.all_fields()
        writable = [c for c in columns if not c.read_only]
        name = camel(resource.name)
        rows = {r.name: _row_schemas(resource, r) for r in resource.rows}
        rows_in = {
            key: (list[row_in], Field(default_factory=list, max_length=500)) for key, (row_in, _) in rows.items()
        }
        rows_patch = {key: (list[row_in] | None, None) for key, (row_in, _) in rows.items()}
        rows_out = {key: (list[row_out], ...) for key, (_, row_out) in rows.items()}
        self.create = create_model(
            f"{name}In",
            __base__=Strict,
            **{c.name: _input(resource.model, c, partial=False) for c in writable},
            **rows_in,
        )
        self.patch = create_model(
            f"{name}Patch",
            __base__=Strict,
            **{c.name: _input(resource.model, c, partial=True) for c in writable},
            **rows_patch,
            seen_updated_at=(datetime.datetime | None, None),
        )
        self.out = create_model(
            f"{name}Out",
            __base__=Schema,
            id=(int, ...),
            is_active=(bool, True),
            updated_at=(datetime.datetime | None, None),
            **{c.name: _output(resource.model, c) for c in columns if c.name not in {"is_active", "updated_at"}},
            **rows_out,
        )

    @staticmethod
    def defaults(resource: Resource, values: dict[str, Any]) -> dict[str, Any]:
        """`values` completed with what the create schema would fill in."""
        filled = dict(values)
        for column in resource.all_fields():
            if not column.read_only and column.name not in filled and not column.required and column.kind != "m2m":
                filled[column.name] = _input(resource.model, column, partial=False)[1]
        return filled
