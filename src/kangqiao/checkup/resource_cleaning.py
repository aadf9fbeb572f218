"""Small checks of dictionary rows before they are stored."""

from decimal import Decimal
from typing import Any

from django.db import models

from kangqiao.checkup.models import CheckupItem, CheckupPackage, CheckupPanel
from kangqiao.checkup.rules.formula import FormulaError, parse_formula
from kangqiao.checkup.rules.pricing import spread
from kangqiao.core.errors import Invalid


def clean_formula(values: dict[str, Any], _row: models.Model | None) -> dict[str, Any]:
    """A formula must be readable and name existing items only."""
    text = values.get("formula")
    if not text:
        return values
    try:
        inputs = parse_formula(text).inputs - {"AGE"}
    except FormulaError as error:
        raise Invalid.field("formula", str(error)) from error
    known = set(CheckupItem.objects.filter(code__in=inputs).values_list("code", flat=True))
    if inputs - known:
        raise Invalid.field("formula", f"公式里没有这些项目代码：{'、'.join(sorted(inputs - known))}")
    return values


def clean_package(values: dict[str, Any], row: models.Model | None) -> dict[str, Any]:
    """List price from the panels; line prices that do not add up to the package price are spread anew, to the cent."""
    lines = values.get("lines")
    if lines is None:
        if row is None or "price" not in values or values["price"] == row.price:  # type: ignore[attr-defined]
            return values
        lines = list(row.lines.values("panel", "price", "sort_no"))  # type: ignore[attr-defined]
    rows = [dict(line) if isinstance(line, dict) else line.dict() for line in lines]
    prices = dict(CheckupPanel.objects.filter(pk__in=[line["panel"] for line in rows]).values_list("pk", "price"))
    listed = [prices.get(line["panel"], Decimal(0)) for line in rows]
    total = _package_price(values, row)
    if rows and sum(line.get("price") or Decimal(0) for line in rows) != total:
        for line, share in zip(rows, spread(total, listed), strict=True):
            line["price"] = share
    if not rows and total:
        raise Invalid.field("lines", "请先加入组合，再定套餐价")
    return {**values, "lines": rows, "list_price": sum(listed, Decimal(0))}


def _package_price(values: dict[str, Any], row: models.Model | None) -> Decimal:
    price = values.get("price")
    if price is None and isinstance(row, CheckupPackage):
        price = row.price
    if price is not None and price < 0:
        raise Invalid.field("price", "套餐价不能为负数")
    return price or Decimal(0)
