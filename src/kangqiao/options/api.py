"""The one screen of all options (I-57)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from kangqiao.core.api import DoorRouter, In, Out, Request
from kangqiao.core.options import OPTIONS, Option
from kangqiao.options import services
from kangqiao.options.models import OptionValue

router = DoorRouter("options")


class OptionOverride(Out):
    scope: str
    scope_key: str
    value: Any


class OptionOut(Out):
    name: str
    title: str
    help: str
    group: str
    kind: Literal["bool", "int", "text", "choice", "decimal"]
    default: Any
    choices: list[dict[str, str]]
    minimum: int | None
    maximum: int | None
    scopes: list[str]
    feature: str
    values: list[OptionOverride]


class OptionSet(In):
    value: Any
    scope: Literal["hospital", "department", "workstation"] = "hospital"
    scope_key: Annotated[str, Field(max_length=64)] = ""


def _described(option: Option, values: list[OptionValue]) -> dict[str, Any]:
    kind = "choice" if option.choices else {bool: "bool", int: "int", str: "text"}.get(option.kind, "decimal")
    return {
        "name": option.name,
        "title": option.title,
        "help": option.help,
        "group": option.group,
        "kind": kind,
        "default": option.default,
        "choices": [{"value": v, "label": t} for v, t in option.choices],
        "minimum": option.minimum,
        "maximum": option.maximum,
        "scopes": list(option.scopes),
        "feature": option.feature,
        "values": [{"scope": v.scope, "scope_key": v.scope_key, "value": v.value} for v in values],
    }


@router.get("", permission="options.option.read", response=list[OptionOut])
def list_options(request: Request):
    by_name: dict[str, list[OptionValue]] = {}
    for value in OptionValue.objects.order_by("scope", "scope_key"):
        by_name.setdefault(value.name, []).append(value)
    return [_described(option, by_name.get(option.name, [])) for option in OPTIONS]


@router.put("/{name}", permission="options.option.write", response=OptionOut)
def set_option(request: Request, name: str, payload: OptionSet):
    services.set_option(request.actor, name, payload.value, scope=payload.scope, scope_key=payload.scope_key)
    return _described(OPTIONS[name], list(OptionValue.objects.filter(name=name)))
