"""The isolation matrix: every operation of the OpenAPI document against two hospitals whose ids collide.

Each hospital's rows carry its own mark in every free text. Whoever calls from one hospital must never see the other's mark, and must
never change the other's rows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models import Value
from django.db.models.functions import Cast, Concat, Left

from kangqiao.config import contracts
from kangqiao.core.crypto import BlindIndexField, EncryptedField
from kangqiao.core.tenancy import TenantRef, use_hospital, use_owner

NO_FILE = "01900000-0000-7000-8000-000000000001"
UNMARKED = {"accounts_staffuser.username", "accounts_role.code"}
SECRET = re.compile(r"sha256|digest|fingerprint|key|hash|password|secret|token|permission")


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    permission: str
    needs_body: bool
    query: tuple[tuple[str, str], ...]

    def url(self, ids: dict[str, int]) -> str:
        path = re.sub(
            r"{(\w+)}", lambda found: str(ids.get(found[1], NO_FILE if found[1] == "public_id" else 1)), self.path
        )
        return path + ("?" + "&".join(f"{name}={value}" for name, value in self.query) if self.query else "")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the staff door, from the document and not from a list by hand."""
    found = []
    for path, methods in contracts.document()["paths"].items():
        for method, described in methods.items():
            if path.startswith("/api/v1/"):
                required = tuple(
                    (p["name"], _example(p["schema"]))
                    for p in described.get("parameters", [])
                    if p["in"] == "query" and p.get("required")
                )
                body = "requestBody" in described
                found.append(Operation(method.upper(), path, described["x-permission"], body, required))
    return tuple(found)


def _example(schema: dict[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", [])]
    if any(kind.get("type") == "integer" for kind in kinds):
        return "1"
    if any(kind.get("format") == "date" for kind in kinds):
        return "2026-11-23"
    return next((str(kind["enum"][0]) for kind in kinds if "enum" in kind), "1")


def tenant_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        if model.__module__.startswith("kangqiao."):
            yield model


def _free_texts(model: type[models.Model]) -> Iterator[models.Field]:
    """Columns in which any words may stand."""
    limited = {name for group in model._meta.unique_together for name in group}
    limited |= {name for c in model._meta.constraints if isinstance(c, models.UniqueConstraint) for name in c.fields}
    for field in model._meta.concrete_fields:
        free = isinstance(field, models.CharField | models.TextField) and not isinstance(
            field, EncryptedField | BlindIndexField
        )
        label = f"{model._meta.db_table}.{field.name}"
        if free and not (
            field.choices or field.unique or field.name in limited or label in UNMARKED or SECRET.search(field.name)
        ):
            length = field.max_length or 200
            if length >= 20:
                yield field


def mark_everything(hospital: TenantRef, mark: str) -> int:
    """Write the hospital's mark into every free text of every row. Returns how many columns were marked."""
    marked = 0
    with use_owner(hospital.schema):
        for model in tenant_models():
            changes = {
                field.name: Left(Concat(Value(f"{mark}-"), Cast("pk", models.TextField())), field.max_length or 200)
                for field in _free_texts(model)
            }
            if changes and model._default_manager.update(**changes):
                marked += len(changes)
    return marked


def fingerprint(hospital: TenantRef, *, leave_out: frozenset[str] = frozenset()) -> dict[str, str]:
    """A hash of every table's content."""
    found = {}
    with use_hospital(hospital), connection.cursor() as cursor:
        for model in tenant_models():
            table = model._meta.db_table
            if table not in leave_out:
                cursor.execute(
                    f"SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM \"{table}\" t"
                )
                found[table] = cursor.fetchone()[0]
    return found
