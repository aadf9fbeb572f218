"""Resource(...): one value per dictionary. The engine is `resource_api`, the page is the generic ResourcePage, the tests are inherited.

A dictionary is a Resource when its rows are independent: no state machine, no money, no patient data, no side effect beyond audit.
Most of a field is read from the model (`verbose_name`, length, choices, null); a `Field` overrides what the model does not say.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from kangqiao.core.registry import Registry

Kind = Literal["text", "textarea", "int", "decimal", "bool", "choice", "fk", "m2m", "date", "datetime", "json", "rows"]
Verb = Literal["list", "read", "create", "update", "retire", "order", "import", "export"]
ALL_VERBS: frozenset[Verb] = frozenset({"list", "read", "create", "update", "retire", "order", "import", "export"})


@dataclass(frozen=True, kw_only=True)
class Field:
    """One column of a dictionary; `None` means: as the model says."""

    name: str
    label: str = ""
    kind: Kind | None = None
    required: bool | None = None
    in_list: bool = True
    in_form: bool = True
    read_only: bool = False
    help: str = ""
    section: str = ""
    unit: str = ""
    width: int | None = None
    resource: str = ""
    """Name of the Resource that a foreign key or many-to-many field chooses from."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """An inline table of child rows that live and die with their parent (reference ranges of an item, lines of a package)."""

    name: str
    title: str
    model: type[models.Model]
    parent: str
    fields: tuple[str | Field, ...]
    order_by: tuple[str, ...] = ("id",)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A dictionary. `scope` are fixed column values (`{"kind": "ethnicity"}`) for dictionaries that share a table;
    `clean` is a small hook `(values, instance | None) -> values` that may raise Invalid."""

    name: str
    context: str
    title: str
    model: type[models.Model]
    fields: tuple[str | Field, ...]
    permission: str
    """Prefix: `<permission>.read` and `<permission>.write`."""
    group: str = "基础资料"
    rows: tuple[Rows, ...] = ()
    search: tuple[str, ...] = ("code", "name", "pinyin")
    order_by: tuple[str, ...] = ("sort_no", "code")
    key: tuple[str, ...] = ("code",)
    """The fields by which an imported line finds its row."""
    filters: tuple[str, ...] = ()
    scope: dict[str, Any] = field(default_factory=dict)
    verbs: frozenset[Verb] = ALL_VERBS
    clean: Callable[[dict[str, Any], models.Model | None], dict[str, Any]] | None = None
    feature: str = ""

    @property
    def read_permission(self) -> str:
        return f"{self.permission}.read"

    @property
    def write_permission(self) -> str:
        return f"{self.permission}.write"

    def all_fields(self) -> tuple[Field, ...]:
        return tuple(complete(self.model, f) for f in self.fields)

    def descriptor(self) -> dict[str, Any]:
        """What the generic page reads; see docs/architecture/README.md."""
        described = [describe(self.model, f) for f in self.all_fields()]
        for rows in self.rows:
            inner = [describe(rows.model, complete(rows.model, f)) for f in rows.fields]
            described.append(
                {
                    "name": rows.name,
                    "label": rows.title,
                    "kind": "rows",
                    "required": False,
                    "in_list": False,
                    "in_form": True,
                    "read_only": False,
                    "rows": inner,
                }
            )
        return {
            "name": self.name,
            "context": self.context,
            "title": self.title,
            "group": self.group,
            "permission": self.permission,
            "path": f"/api/v1/dictionaries/{self.name}",
            "verbs": sorted(self.verbs),
            "fields": described,
            "filters": list(self.filters),
            "order_by": list(self.order_by),
            "feature": self.feature,
        }


RESOURCES: Registry[Resource] = Registry("resource")

KINDS: tuple[tuple[type[models.Field], Kind], ...] = (
    (models.ManyToManyField, "m2m"),
    (models.ForeignKey, "fk"),
    (models.BooleanField, "bool"),
    (models.DateTimeField, "datetime"),
    (models.DateField, "date"),
    (models.DecimalField, "decimal"),
    (models.IntegerField, "int"),
    (models.JSONField, "json"),
    (models.TextField, "textarea"),
)


def model_field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise RuntimeError(f"{model.__name__} has no field {name}") from error


def kind_of(column: Any) -> Kind:
    """The kind that a model's column has by itself."""
    if column.choices:
        return "choice"
    return next((kind for column_type, kind in KINDS if isinstance(column, column_type)), "text")


def complete(model: type[models.Model], given: str | Field) -> Field:
    """A Field with everything that the model knows filled in."""
    wanted = Field(name=given) if isinstance(given, str) else given
    column = model_field(model, wanted.name)
    kind = wanted.kind or kind_of(column)
    required = wanted.required
    if required is None:
        required = not (column.null or column.blank or column.has_default()) and kind != "m2m"
    return Field(
        name=wanted.name,
        label=wanted.label or str(column.verbose_name),
        kind=kind,
        required=required,
        in_list=wanted.in_list and kind not in {"textarea", "json", "m2m"},
        in_form=wanted.in_form,
        read_only=wanted.read_only or not column.editable,
        help=wanted.help or str(column.help_text),
        section=wanted.section,
        unit=wanted.unit,
        width=wanted.width,
        resource=wanted.resource,
    )


def describe(model: type[models.Model], wanted: Field) -> dict[str, Any]:
    """One field of the descriptor."""
    column = model_field(model, wanted.name)
    described: dict[str, Any] = {
        "name": wanted.name,
        "label": wanted.label,
        "kind": wanted.kind,
        "required": wanted.required,
        "in_list": wanted.in_list,
        "in_form": wanted.in_form,
        "read_only": wanted.read_only,
        "help": wanted.help,
        "section": wanted.section,
        "unit": wanted.unit,
        "width": wanted.width,
    }
    if wanted.kind == "choice":
        described["choices"] = [{"value": value, "label": str(label)} for value, label in column.flatchoices]
    if wanted.kind in {"fk", "m2m"}:
        described["resource"] = wanted.resource
    if isinstance(column, models.DecimalField):
        described["decimals"] = column.decimal_places
    if isinstance(column, models.CharField) and column.max_length:
        described["max_length"] = column.max_length
    if column.has_default() and isinstance(column.default, str | int | bool):
        described["default"] = column.default
    return described
