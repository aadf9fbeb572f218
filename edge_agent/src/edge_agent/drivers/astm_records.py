"""LIS02-A2 records: delimiters from the H record, escapes, hint for the cloud. Works on decoded text only."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Delimiters:
    field: str = "|"
    repeat: str = "\\"
    component: str = "^"
    escape: str = "&"

    @classmethod
    def of(cls, header: str) -> Delimiters:
        """From the characters after `H`; a header too short keeps the defaults of LIS02-A2 5.4."""
        if len(header) < 2 or header[0] != "H":
            return cls()
        signs = header[1] + header[2:5].split(header[1], maxsplit=1)[0]
        default = cls()
        return cls(*(signs + (default.field + default.repeat + default.component + default.escape)[len(signs) :]))


@dataclass(frozen=True)
class Record:
    """`fields[0]` is the record type, so `fields[n]` is field n+1 of the standard. Texts are still escaped."""

    fields: tuple[str, ...]
    delimiters: Delimiters

    @property
    def type(self) -> str:
        return self.fields[0][:1].upper()

    def field(self, number: int) -> str:
        """Field by the standard's number (1 = record type); "" when it is not there."""
        return self.fields[number - 1] if number <= len(self.fields) else ""

    def components(self, number: int) -> list[str]:
        """Unescaped components of a field."""
        return [unescape(part, self.delimiters) for part in self.field(number).split(self.delimiters.component)]


def split_message(text: str) -> list[Record]:
    """Records of one message. CR, LF or both end a record; blank ones are dropped."""
    records: list[Record] = []
    delimiters = Delimiters()
    for line in re.split(r"[\r\n]+", text):
        if not line.strip():
            continue
        if line[0] == "H":
            delimiters = Delimiters.of(line)
            rest = line[1 + len(delimiters.field) :].split(delimiters.field)
            records.append(Record(("H", *rest), delimiters))
        else:
            records.append(Record(tuple(line.split(delimiters.field)), delimiters))
    return records


def unescape(text: str, delimiters: Delimiters) -> str:
    """LIS02-A2 5.4.5: &F& &S& &R& &E& &Xhh..&; highlighting and local codes (&H& &N& &Z..&) are dropped."""
    sign = delimiters.escape
    if sign not in text:
        return text
    plain = {"F": delimiters.field, "S": delimiters.component, "R": delimiters.repeat, "E": sign}

    def replace(match: re.Match[str]) -> str:
        code = match.group(1)
        if code in plain:
            return plain[code]
        if re.fullmatch(r"X(?:[0-9A-Fa-f]{2})+", code):
            return bytes.fromhex(code[1:]).decode("latin-1")
        return "" if code[0] in "HNZ" else match.group(0)

    quoted = re.escape(sign)
    return re.sub(f"{quoted}([A-Za-z][^{quoted}]{{0,80}}){quoted}", replace, text)


def hint(records: list[Record]) -> dict[str, Any]:
    """What lists and searches show before the cloud has parsed the message."""
    counts = Counter(record.type if "A" <= record.type <= "Z" else "?" for record in records)
    header = next((record for record in records if record.type == "H"), None)
    specimens = [_specimen(record) for record in records if record.type == "O"]
    return {
        "type": _message_type(header, counts),
        "sender": _plain(header.field(5))[:80] if header else "",
        "specimens": [value for value in dict.fromkeys(specimens) if value][:20],
        "records": dict(counts),
    }


def _specimen(order: Record) -> str:
    """O-3, else O-4; its longest component, since some instruments put rack and tube before the number and pad it."""
    for number in (3, 4):
        value = max((part.strip() for part in order.components(number)), key=len, default="")
        if value:
            return _plain(value)[:40]
    return ""


def _plain(text: str) -> str:
    """Without control characters: a database may refuse a text that holds NUL, and the hint must never be a reason."""
    return "".join(sign for sign in text if sign.isprintable())


def _message_type(header: Record | None, counts: Counter[str]) -> str:
    if counts["Q"]:
        return "query"
    if header is not None and header.field(12).strip().upper() == "Q":
        return "qc"
    return "result" if counts["R"] else "other"


def no_order_reply() -> bytes:
    """Answer to a host query without orders: `L|1|I` (LIS02-A2 14.1.2, no information available)."""
    return b"H|\\^&\rL|1|I\r"
