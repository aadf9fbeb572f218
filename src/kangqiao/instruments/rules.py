"""Reading LIS02-A2 (ASTM E1394) messages: delimiters come from H, text is decoded before it is split."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal

CHINA = timezone(timedelta(hours=8))
MAX_RECORDS = 5000
TIME = re.compile(r"\d{8}(\d{4}(\d{2})?)?")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One R record: specimen barcode, channel code, value as sent, unit, instrument's flag, when measured (aware)."""

    barcode: str
    channel_code: str
    value: str
    measurement_unit: str
    instrument_flag: str
    measured_at: datetime | None


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is result, qc, query or other; `lines` are the results in order."""

    kind: str
    lines: tuple[ResultLine, ...] = ()


class Unreadable(ValueError):
    """The text is not an LIS02-A2 message; the argument says why, in Chinese."""


def decode(raw: bytes, charset: str) -> str:
    """Text of the message: the named character set, or strict UTF-8 and then GB18030."""
    wanted = [charset] if charset not in {"", "auto"} else ["utf-8", "gb18030"]
    for name in wanted:
        try:
            return raw.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("gb18030", errors="replace")


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The four delimiters that the H record names; never assumed (GeneXpert uses `@^\\`)."""

    field: str
    repeat: str
    component: str
    escape: str

    def unescape(self, text: str) -> str:
        marks = {"F": self.field, "S": self.component, "R": self.repeat, "E": self.escape}
        escape = re.escape(self.escape)
        return re.sub(f"{escape}([FSRE]){escape}", lambda found: marks[found[1]], text)


def read_message(text: str) -> Message:
    """Parse one message. Raises Unreadable."""
    records = [record for record in re.split(r"[\r\n]+", text.replace("\0", "")) if record]
    if not records or records[0][:1] != "H" or len(records[0]) < 5:
        raise Unreadable("报文不是以 H 记录开头")
    if len(records) > MAX_RECORDS:
        raise Unreadable(f"记录超过 {MAX_RECORDS} 条")
    marks = Delimiters(*records[0][1:5])
    lines: list[ResultLine] = []
    kind, barcode = "other", ""
    for record in records:
        parts = record.split(marks.field)
        if record[0] == "H":
            kind = "qc" if len(parts) > 11 and parts[11].strip() == "Q" else kind
        elif record[0] == "O":
            barcode = _barcode(parts, marks)
        elif record[0] == "Q":
            kind = "query"
        elif record[0] == "R":
            kind = "result" if kind == "other" else kind
            lines.append(_result(parts, barcode, marks))
    return Message(kind, tuple(lines))


def _at(parts: list[str], place: int) -> str:
    return parts[place - 1].strip() if len(parts) >= place else ""


def _barcode(parts: list[str], marks: Delimiters) -> str:
    """Specimen id of O-3 or, when empty, O-4; of `rack^tube^   id^B` (Sysmex) the longest component that has digits."""
    for place in (3, 4):
        pieces = [piece.strip() for piece in _at(parts, place).split(marks.component)]
        candidates = [piece for piece in pieces if re.search(r"\d", piece)]
        if candidates:
            return max(candidates, key=len)[:40]
    return ""


def _result(parts: list[str], barcode: str, marks: Delimiters) -> ResultLine:
    code = _channel(_at(parts, 3).split(marks.repeat)[0].split(marks.component))
    value = marks.unescape(_at(parts, 4).split(marks.component)[0])
    when = _time(_at(parts, 13)) or _time(_at(parts, 12))
    return ResultLine(barcode, code[:40], value.strip()[:100], _at(parts, 5)[:30], _at(parts, 7)[:20], when)


def _channel(test: list[str]) -> str:
    """`^^^WBC^1` -> `WBC`: the maker's own code is the fourth component; else the first that is not empty."""
    own = test[3].strip() if len(test) > 3 else ""
    return own or next((piece.strip() for piece in test if piece.strip()), "")


def _time(text: str) -> datetime | None:
    """`20261123084501` on the hospital's clock."""
    if not TIME.fullmatch(text):
        return None
    try:
        return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
    except ValueError:
        return None


def number_in(value: str) -> Decimal | None:
    """The number of a result text, None when it is not a plain number (`-----`, `>100`, `阴性`)."""
    text = value.strip().replace(",", ".")
    return Decimal(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None
