"""Check-up numbers and specimen barcodes: digits only, so that every scanner and keyboard layout reads them.

checkup_no = YYYYMMDD + daily sequence of at least 4 digits. Specimen barcode = 09 + YYYYMMDD + daily sequence, even
length for Code 128C. Beyond 9999 both grow; nothing wraps (checkup.md 3, number conventions).
"""

from __future__ import annotations

from datetime import date

SPECIMEN_PREFIX = "09"


def _need_sequence(sequence: int) -> None:
    if sequence < 1:
        raise ValueError("sequence starts at 1")


def checkup_no(day: date, sequence: int) -> str:
    """20261123 + 0001; the 10000th of a day simply has five digits."""
    _need_sequence(sequence)
    return f"{day:%Y%m%d}{sequence:04d}"


def specimen_barcode(day: date, sequence: int) -> str:
    """09 + 20261123 + 0001, padded to an even number of digits."""
    _need_sequence(sequence)
    digits = f"{sequence:04d}"
    return f"{SPECIMEN_PREFIX}{day:%Y%m%d}{digits.zfill(len(digits) + len(digits) % 2)}"


def _day_of(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def kind_of_code(text: str) -> str:
    """Kind of a scanned or typed code: `checkup`, `specimen`, or empty when it is neither."""
    code = text.strip()
    if not (code.isascii() and code.isdigit()):
        return ""
    if code.startswith(SPECIMEN_PREFIX):
        return "specimen" if len(code) >= 14 and len(code) % 2 == 0 and _day_of(code[2:10]) else ""
    return "checkup" if len(code) >= 12 and _day_of(code[:8]) else ""
