"""What the label template needs: one entry per printed label, barcode on whole printer dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .barcode import code128_svg, widest_module
from .ports import LabelDocument, PrintedSex

USABLE_WIDTH_MM = 48
# Three dots of a 203 dpi head: reads at arm's length, still inside 50 mm for a twelve-digit number.
WIDEST_MODULE_MM = 0.375
LONG_NAME_CHARACTERS = 6
ITEM_LINE_WIDTH = 37.0  # two lines of 6.5 pt across 47 mm, in Chinese characters
SEX_SIGNS = {PrintedSex.MALE: "♂男", PrintedSex.FEMALE: "♀女", PrintedSex.UNKNOWN: "?性别"}


def label_context(documents: Sequence[LabelDocument]) -> dict[str, Any]:
    """The template's context; copies are repeated in place."""
    return {"labels": [entry for doc in documents for entry in [_label(doc)] * max(doc.copies, 1)]}


def _label(doc: LabelDocument) -> dict[str, Any]:
    module = min(widest_module(doc.barcode, available_mm=USABLE_WIDTH_MM), WIDEST_MODULE_MM)
    return {
        "doc": doc,
        "barcode": code128_svg(doc.barcode, module_mm=module, height_mm=9),
        "sex": SEX_SIGNS[doc.sex] if doc.by_sex else doc.sex.word,
        "inverse": doc.by_sex and doc.sex == PrintedSex.FEMALE,
        "neutral": doc.by_sex and doc.sex == PrintedSex.UNKNOWN,
        "long_name": len(doc.name) > LONG_NAME_CHARACTERS,
        "items": fit_items(doc.items, ITEM_LINE_WIDTH - _width(doc.client_short_name)),
    }


def fit_items(items: Sequence[str], width: float) -> str:
    """Items joined by "、" within `width` Chinese characters; what does not fit is counted: "甲、乙 等 5 项"."""
    text = "、".join(items)
    if _width(text) <= width:
        return text
    for kept in range(len(items) - 1, 0, -1):
        text = f"{'、'.join(items[:kept])} 等 {len(items)} 项"
        if _width(text) <= width:
            return text
    return f"共 {len(items)} 项"


def _width(text: str) -> float:
    """Width in Chinese characters: Latin letters, digits and spaces take about half."""
    return sum(0.55 if char.isascii() else 1.0 for char in text)
