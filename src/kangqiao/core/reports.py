"""Report(...): one value per statistic or query screen: parameters, columns, a selector, a chart, a drill-down.

The engine is `kangqiao.reporting`, the page the generic ReportPage.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from kangqiao.core.actor import Actor
from kangqiao.core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Param:
    """A filter above the table. `date_range` gives two values, `<name>_from` and `<name>_to`."""

    name: str
    label: str
    kind: Literal["date_range", "choice", "fk", "text", "bool"]
    required: bool = False
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    resource: str = ""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of the table; `total` adds it up, `drill_down` opens another report with the row's values as parameters."""

    name: str
    label: str
    kind: Literal["text", "int", "money", "percent", "date"] = "text"
    total: bool = False
    drill_down: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    kind: Literal["bar", "line", "pie"]
    x: str
    y: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """`query(actor, params) -> list[dict]`: rows with a value for each column. Money is Decimal yuan."""

    name: str
    context: str
    title: str
    permission: str
    columns: tuple[Column, ...]
    query: Callable[[Actor, dict[str, Any]], list[dict[str, Any]]]
    params: tuple[Param, ...] = ()
    group: str = "统计分析"
    chart: Chart | None = None
    denominator: str = ""
    """What the figures are counted over, printed on the page."""
    feature: str = field(default="")

    def descriptor(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "context": self.context,
            "title": self.title,
            "group": self.group,
            "permission": self.permission,
            "feature": self.feature,
            "denominator": self.denominator,
            "params": [
                {
                    "name": p.name,
                    "label": p.label,
                    "kind": p.kind,
                    "required": p.required,
                    "default": p.default,
                    "resource": p.resource,
                    "choices": [{"value": v, "label": t} for v, t in p.choices],
                }
                for p in self.params
            ],
            "columns": [
                {
                    "name": c.name,
                    "label": c.label,
                    "kind": c.kind,
                    "total": c.total,
                    "drill_down": c.drill_down,
                    "align": "left" if c.kind in {"text", "date"} else "right",
                }
                for c in self.columns
            ],
            "chart": {"kind": self.chart.kind, "x": self.chart.x, "y": list(self.chart.y)} if self.chart else None,
        }


REPORTS: Registry[Report] = Registry("report")
