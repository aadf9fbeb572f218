"""Search helpers: pinyin initials and full pinyin of Chinese text."""

import re
from typing import Any

from pypinyin import lazy_pinyin


def _each(unknown: str) -> Any:
    """What is no Chinese stays, sign by sign."""
    return list(unknown)


def pinyin_initials(text: str, limit: int = 64) -> str:
    """`何志远` -> `HZY`, `HBV 五项` -> `HBVWX`; letters and digits stay, everything else goes."""
    heads = "".join(part[:1] for part in lazy_pinyin(text, errors=_each))
    return re.sub(r"[^A-Z0-9]", "", heads.upper())[:limit]


def full_pinyin(text: str, limit: int = 128) -> str:
    """`何志远` -> `hezhiyuan`; lower case, letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(text)).lower())[:limit]
