"""XLSX out and in for every Resource: one header row of Chinese labels, rows by code, errors row by row with what to do."""

import io
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models, transaction
from ninja import Schema
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from kangqiao.core import resource_services as services
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid
from kangqiao.core.resource_schemas import ResourceSchemas
from kangqiao.core.resources import Field, Resource, model_field

MAX_ROWS = 10_000
YES = {"是", "1", "true", "y", "√", "启用"}
NO = {"否", "0", "false", "n", "", "停用"}


class RowError(Schema):
    row: int
    code: str
    column: str
    value: str
    detail: str


class Outcome(Schema):
    """What an import did, or would do when dry."""

    dry_run: bool
    read: int
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = []


def columns(resource: Resource) -> list[Field]:
    return [c for c in resource.all_fields() if not c.read_only and c.kind != "json"]


def export(resource: Resource) -> bytes:
    """All rows, active and retired, as XLSX; importing the file again changes nothing."""
    book = Workbook(write_only=False)
    sheet = book.active
    sheet.title = resource.title[:31]
    wanted = columns(resource)
    sheet.append([c.label for c in wanted] + ["状态"])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in services.search(resource):
        sheet.append([_shown(c, row) for c in wanted] + ["启用" if row.is_active else "停用"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _shown(column: Field, row: models.Model) -> Any:
    value = getattr(row, column.name)
    if column.kind == "m2m":
        return "、".join(x.code for x in value.all())
    if column.kind == "fk":
        return value.code if value else ""
    if column.kind == "bool":
        return "是" if value else "否"
    if column.kind == "choice":
        value = dict(model_field(type(row), column.name).flatchoices).get(value, value)
    if isinstance(value, str):
        return f"'{value}" if value[:1] in {"=", "+", "@"} else value
    return value


def import_rows(actor: Actor, resource: Resource, content: bytes, *, dry_run: bool) -> Outcome:
    """Create or update rows by code. Wrong rows are reported and left out; the right ones are written together unless dry."""
    actor.require(resource.write_permission)
    header, lines = _read(content)
    fields = _match_header(resource, header)
    importer = Importer(actor, resource, fields, Outcome(dry_run=dry_run, read=len(lines)))
    with transaction.atomic():
        importer.known = {importer.key_of(row): row for row in services.rows_of(resource)}
        for number, line in lines:
            importer.take(number, line)
        if dry_run:
            transaction.set_rollback(True)
    return importer.outcome


def _read(content: bytes) -> tuple[list[str], list[tuple[int, list[Any]]]]:
    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        table = [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS + 2, values_only=True)]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid.field("file", "这不是 XLSX 文件，请用导出的文件作样板，另存为 .xlsx 再传") from error
    if not table:
        raise Invalid.field("file", "文件是空的，第一行要有列名")
    if len(table) > MAX_ROWS + 1:
        raise Invalid.field("file", f"一次最多导入 {MAX_ROWS} 行，请分几个文件")
    lines = [(n, row) for n, row in enumerate(table[1:], 2) if any(v not in (None, "") for v in row)]
    return [str(v or "").strip() for v in table[0]], lines


def _match_header(resource: Resource, header: list[str]) -> dict[int, Field]:
    by_label = {c.label: c for c in columns(resource)}
    matched = {place: by_label[label] for place, label in enumerate(header) if label in by_label}
    unknown = [label for label in header if label and label not in by_label and label != "状态"]
    needed = [c for c in columns(resource) if c.required or c.name in resource.key]
    missing = [c.label for c in needed if c not in matched.values()]
    if unknown or missing:
        parts = [
            f"没有这些列：{'、'.join(unknown)}" if unknown else "",
            f"缺少列：{'、'.join(missing)}" if missing else "",
        ]
        raise Invalid.field("file", "；".join(filter(None, parts)) + "。请用导出的文件作样板")
    return matched


@dataclass
class Importer:
    """One run over the lines of a file. `known` are the present rows by natural key, `seen` the lines."""

    actor: Actor
    resource: Resource
    fields: dict[int, Field]
    outcome: Outcome
    known: dict[tuple[str, ...], Any] = field(default_factory=dict)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)
    targets: dict[str, dict[str, int]] = field(default_factory=dict)

    def key_of(self, row: Any) -> tuple[str, ...]:
        """The natural key of a present row, as `take` makes it of a line."""
        columns_by_name = {c.name: c for c in self.fields.values()}
        return tuple(str(_comparable(columns_by_name[name], row)) for name in self.resource.key)

    def take(self, number: int, line: list[Any]) -> None:
        """Save one line, or note what is wrong with it."""
        texts = {c.name: line[place] if place < len(line) else None for place, c in self.fields.items()}
        code = str(texts.get(self.resource.key[0]) or "").strip()
        faults: list[tuple[str, Any, str]] = []
        values = {}
        for column in self.fields.values():
            try:
                values[column.name] = self._parsed(column, texts[column.name])
            except ValueError as error:
                faults.append((column.label, texts[column.name], str(error)))
        key = tuple(str(values.get(name)) for name in self.resource.key)
        if key in self.seen:
            labels = "、".join(c.label for c in self.fields.values() if c.name in self.resource.key)
            faults.append((labels, code, f"与第 {self.seen[key]} 行重复；一个文件里每个{labels}只能有一行"))
        self.seen.setdefault(key, number)
        faults = faults or self._save(values, texts, self.known.get(key))
        self.outcome.errors += [
            RowError(row=number, code=code, column=label, value=str(value or "")[:60], detail=detail)
            for label, value, detail in faults
        ]

    def _parsed(self, column: Field, value: Any) -> Any:
        if column.kind in {"fk", "m2m"}:
            return _references(column, self._targets(column), _text(value))
        return _plain_value(self.resource, column, _text(value))

    def _targets(self, column: Field) -> dict[str, int]:
        """The rows that a column may refer to, by name and, before it, by code; read once a run."""
        if column.name not in self.targets:
            rows = model_field(self.resource.model, column.name).remote_field.model._default_manager.all()
            by_name = {getattr(row, "name", ""): row.pk for row in rows}
            self.targets[column.name] = by_name | {str(getattr(row, "code", row.pk)): row.pk for row in rows}
        return self.targets[column.name]

    def _save(self, values: dict[str, Any], texts: dict[str, Any], row: Any) -> list[tuple[str, Any, str]]:
        try:
            with transaction.atomic():
                if row is None:
                    services.create(self.actor, self.resource, ResourceSchemas.defaults(self.resource, values))
                    self.outcome.created += 1
                else:
                    self._update(values, row)
        except Invalid as error:
            labels = {c.name: c.label for c in self.fields.values()}
            names = [(e["pointer"].strip("/").split("/")[0], e["detail"]) for e in error.params["errors"]]
            return [(labels.get(name, ""), texts.get(name), detail) for name, detail in names]
        return []

    def _update(self, values: dict[str, Any], row: Any) -> None:
        present = {c.name: _comparable(c, row) for c in columns(self.resource)}
        changed = {k: v for k, v in values.items() if present[k] != (set(v) if isinstance(v, list) else v)}
        if changed:
            services.update(self.actor, self.resource, row.pk, changed)
            self.outcome.updated += 1
        else:
            self.outcome.unchanged += 1


def _comparable(column: Field, row: models.Model) -> Any:
    if column.kind == "m2m":
        return {x.pk for x in getattr(row, column.name).all()}
    return getattr(row, f"{column.name}_id" if column.kind == "fk" else column.name)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip().removeprefix("'")


def _plain_value(resource: Resource, column: Field, text: str) -> Any:
    """A cell as a value of the column. Raises ValueError with a Chinese hint."""
    model_column = model_field(resource.model, column.name)
    if column.kind == "bool":
        if text.lower() in YES | NO:
            return text.lower() in YES
        raise ValueError("填“是”或“否”")
    if not text:
        if column.required:
            raise ValueError("必填")
        return None if model_column.null else model_column.get_default() if model_column.has_default() else ""
    if column.kind == "choice":
        by_label = {str(label): v for v, label in model_column.flatchoices} | {
            str(v): v for v, _ in model_column.flatchoices
        }
        if text not in by_label:
            raise ValueError("可选：" + "、".join(str(label) for _, label in model_column.flatchoices))
        return by_label[text]
    return _number_or_text(column, text)


def _number_or_text(column: Field, text: str) -> Any:
    try:
        if column.kind == "int":
            number = Decimal(text)
            if number != number.to_integral_value():
                raise ValueError("要整数")
            return int(number)
        if column.kind == "decimal":
            return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("要数字") from error
    return text


def _references(column: Field, targets: dict[str, int], text: str) -> Any:
    codes = [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]
    if missing := [code for code in codes if code not in targets]:
        raise ValueError(f"{column.label}里没有：{'、'.join(missing)}")
    ids = [targets[code] for code in codes]
    if column.kind == "m2m":
        return ids
    if not ids and column.required:
        raise ValueError("必填")
    return ids[0] if ids else None
