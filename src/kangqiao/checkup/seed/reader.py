"""Reads the data files beside this module into plain values. Fails loudly: a broken seed is a programming error."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from typing import Any

DATA = "kangqiao.checkup.seed"


def read_text(name: str) -> str:
    return resources.files(DATA).joinpath("data", name).read_text("utf-8")


def read_csv(name: str) -> Iterator[dict[str, str]]:
    """Rows by column name; a row with more or fewer cells than the header is refused."""
    for number, row in enumerate(csv.DictReader(read_text(name).splitlines()), 2):
        if None in row or None in row.values():
            raise ValueError(f"{name}, line {number}: wrong number of cells")
        yield row


def read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads(read_text(name))


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def whole(text: str) -> int | None:
    return int(text) if text else None


def yes(text: str) -> bool:
    """`1` or empty / `0`; anything else is a typing error."""
    if text not in ("", "0", "1"):
        raise ValueError(f"not a switch: {text!r}")
    return text == "1"
