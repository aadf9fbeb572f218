"""Bytes of an instrument to text, before anything is split."""

from __future__ import annotations

CHARSETS = ("auto", "ascii", "utf-8", "gb18030", "latin-1")


def decode(raw: bytes, charset: str = "auto") -> tuple[str, str]:
    """(text, charset used). `auto`: ASCII, else strict UTF-8, else GB18030. Never fails: unreadable bytes become U+FFFD."""
    if charset != "auto":
        return raw.decode(charset, errors="replace"), charset
    for name in ("ascii", "utf-8", "gb18030"):
        try:
            return raw.decode(name), name
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", errors="replace"), "gb18030"
