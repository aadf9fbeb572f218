"""Running reports of the registry: parameters parsed by kind, rows, totals, XLSX."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from kangqiao.core.actor import Actor
from kangqiao.core.errors import Invalid, NotFound
from kangqiao.core.reports import REPORTS, Param, Report

MAX_ROWS = 20_000


def find(actor: Actor, name: str) -> Report:
    report = REPORTS.find(name)
    if report is None:
        raise NotFound("没有这张报表")
    actor.require(report.permission)
    return report


def parse(report: Report, given: dict[str, str]) -> dict[str, Any]:
    """Query strings as values. Unknown or wrong ones are refused."""
    values: dict[str, Any] = {}
    known: set[str] = set()
    for param in report.params:
        names = [f"{param.name}_from", f"{param.name}_to"] if param.kind == "date_range" else [param.name]
        known |= set(names)
        for name in names:
            values[name] = _value(param, name, given.get(name, "") or param.default)
    if unknown := sorted(set(given) - known):
        raise Invalid([{"pointer": f"/{n}", "code": "unknown-parameter", "detail": f"没有参数 {n}"} for n in unknown])
    return values


def _value(param: Param, name: str, text: str) -> Any:
    if not text:
        if param.required:
            raise Invalid.field(name, f"请选择{param.label}")
        return None
    try:
        if param.kind == "date_range":
            return date.fromisoformat(text)
        if param.kind == "fk":
            return int(text)
    except ValueError as error:
        raise Invalid.field(name, f"{param.label}的值不对：{text[:20]}") from error
    if param.kind == "choice" and text not in dict(param.choices):
        raise Invalid.field(name, f"{param.label}可选：" + "、".join(t for _, t in param.choices))
    return text == "true" if param.kind == "bool" else text[:100]


def run(actor: Actor, report: Report, params: dict[str, Any]) -> dict[str, Any]:
    """`{items, count, totals}`; totals are added up over all rows."""
    items = report.query(actor, params)[:MAX_ROWS]
    totals = {c.name: sum((row[c.name] or 0 for row in items), Decimal(0)) for c in report.columns if c.total}
    return {"items": items, "count": len(items), "totals": totals}


def export(actor: Actor, report: Report, params: dict[str, Any]) -> bytes:
    """The table as XLSX with its totals."""
    data = run(actor, report, params)
    book = Workbook()
    sheet = book.active
    sheet.title = report.title[:31]
    sheet.append([c.label for c in report.columns])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in data["items"]:
        sheet.append([_cell(row[c.name]) for c in report.columns])
    if data["totals"]:
        sheet.append(
            [_cell(data["totals"].get(c.name, "合计" if n == 0 else "")) for n, c in enumerate(report.columns)]
        )
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"}:
        return f"'{value}"
    return value
