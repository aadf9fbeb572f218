"""What the report's template needs, computed from the document: shapes, tones, columns, trends."""

from __future__ import annotations

from typing import Any

from .barcode import code128_svg, widest_module
from .ports import CheckupReportDocument, ConclusionEntry, DepartmentSection, HistoryValue, ResultMark, ResultRow
from .trend import sparkline_svg

SHAPES = {
    ResultMark.NORMAL: "",
    ResultMark.HIGH: "↑",
    ResultMark.LOW: "↓",
    ResultMark.CRITICAL_HIGH: "↑↑",
    ResultMark.CRITICAL_LOW: "↓↓",
    ResultMark.ABNORMAL: "▲",
    ResultMark.CRITICAL: "■",
}
TONES = {
    ResultMark.NORMAL: "",
    ResultMark.HIGH: "high",
    ResultMark.LOW: "low",
    ResultMark.CRITICAL_HIGH: "crit",
    ResultMark.CRITICAL_LOW: "crit",
    ResultMark.ABNORMAL: "high",
    ResultMark.CRITICAL: "crit",
}
SIDES = {
    ResultMark.HIGH: "high",
    ResultMark.CRITICAL_HIGH: "high",
    ResultMark.LOW: "low",
    ResultMark.CRITICAL_LOW: "low",
}
SEVERITY_ORDER = {"A": 0, "B": 1, "C": 2, "D": 3}
HISTORY_COLUMNS = 3
SHORT_SECTION_ROWS = 12
COVER_ROOM_MM = 122
WHO_WIDTH_MM = 55  # two doctors of three characters and a date
TALL_ENTRY_CHARACTERS = 400
LONG_VALUE_CHARACTERS = 9
LONG_NAME_CHARACTERS = 6


def report_context(doc: CheckupReportDocument) -> dict[str, Any]:
    """The template's context; conclusions come out by severity, keeping the given order within one."""
    history = doc.history_labels[:HISTORY_COLUMNS]
    widths: list[float] = [42, 19, 7, 18, 28, *[14.5] * len(history), 20.5] if history else [56, 30, 10, 26, 56]
    ordered = sorted(doc.conclusions, key=lambda entry: SEVERITY_ORDER.get(entry.severity, len(SEVERITY_ORDER)))
    has_meaning = any(entry.meaning for entry in ordered)
    has_recheck = any(entry.recheck for entry in ordered)
    who_span = _columns_for(widths, WHO_WIDTH_MM)
    return {
        "doc": doc,
        "person_line": f"{doc.person.name}　{doc.person.sex.word}　{doc.person.age_text}　{doc.checkup_no}",
        "short_line": f"{doc.person.name}　{doc.checkup_no}",
        "client_line": "　".join(filter(None, (doc.person.client_name, doc.person.client_department))) or "个人",
        "long_name": len(doc.person.name) > LONG_NAME_CHARACTERS,
        "barcode": code128_svg(
            doc.checkup_no, module_mm=min(widest_module(doc.checkup_no, available_mm=56), 0.5), height_mm=12
        ),
        "fits_cover": _cover_height_mm(doc) <= COVER_ROOM_MM,
        "counts": _counts(doc.conclusions),
        "conclusions": [_conclusion(entry) for entry in ordered],
        "has_meaning": has_meaning,
        "has_recheck": has_recheck,
        "conclusion_span": 2 + has_meaning + has_recheck,
        "history": history,
        "widths": widths,
        "value_span": len(widths) - 1,
        "sum_span": len(widths) - who_span,
        "who_span": who_span,
        "sections": [_section(section, len(history)) for section in doc.departments if section.rows],
    }


def _columns_for(widths: list[float], wanted: float) -> int:
    """How many of the last columns are together at least `wanted` wide."""
    total, count = 0.0, 0
    for width in reversed(widths):
        total, count = total + width, count + 1
        if total >= wanted:
            break
    return count


def _counts(conclusions: tuple[ConclusionEntry, ...]) -> dict[str, int]:
    urgent = sum(entry.severity == "A" for entry in conclusions)
    further = sum(entry.severity == "B" for entry in conclusions)
    return {"urgent": urgent, "further": further, "lifestyle": len(conclusions) - urgent - further}


def _cover_height_mm(doc: CheckupReportDocument) -> float:
    """A rough height of the cover page's text. Results start on a fresh page only if it fits, else they flow on."""
    total = 14.0 * len(doc.important) + (12 if doc.important else 0) + 5.3 * len(doc.overview) / 50
    for entry in doc.conclusions:
        advice_line = 14 if entry.meaning else 28
        lines = max(
            1 + bool(entry.note) + len(entry.evidence),
            -(-len(entry.meaning) // 13),
            -(-len(entry.advice) // advice_line),
        )
        total += 5.0 + 5.3 * lines
    return total


def _conclusion(entry: ConclusionEntry) -> dict[str, Any]:
    return {
        "severity": entry.severity if entry.severity in SEVERITY_ORDER else "D",
        "name": entry.name,
        "note": entry.note,
        "evidence": [
            {"text": text, "shape": SHAPES[mark], "tone": TONES[mark] or "s"} for text, mark in entry.evidence
        ],
        "meaning": entry.meaning,
        "advice": entry.advice,
        "recheck": entry.recheck,
        "tall": len(entry.meaning) + len(entry.advice) > TALL_ENTRY_CHARACTERS,
    }


def _section(section: DepartmentSection, history: int) -> dict[str, Any]:
    rows = [_row(row, history) for row in section.rows]
    return {
        "name": section.name,
        "rows": rows,
        "has_values": any(not row["long"] for row in rows),
        "short": len(rows) <= SHORT_SECTION_ROWS
        and not any(len(row.value) > TALL_ENTRY_CHARACTERS for row in section.rows),
        "summary": section.summary,
        "examined_by": section.examined_by,
        "reviewed_by": section.reviewed_by,
        "examined_on": section.examined_on,
    }


def _row(row: ResultRow, history: int) -> dict[str, Any]:
    words_only = row.number is None and not row.unit
    wordy = words_only and (len(row.value) > LONG_VALUE_CHARACTERS or not (row.reference or row.history))
    past = [*row.history[:history], *[None] * (history - len(row.history))]
    return {
        "name": row.name,
        "value": row.value,
        "long": row.long_text or wordy,
        "shape": SHAPES[row.mark],
        "tone": TONES[row.mark],
        "unit": row.unit,
        "reference": row.reference,
        "history": [_history(value) for value in past],
        "trend": _trend(row, past) if history else "",
    }


def _history(value: HistoryValue | None) -> dict[str, str]:
    if value is None:
        return {"text": "—", "shape": "", "tone": ""}
    return {"text": value.text, "shape": SHAPES[value.mark], "tone": TONES[value.mark]}


def _trend(row: ResultRow, past: list[HistoryValue | None]) -> str:
    """Oldest first; `history_labels` run newest first, as a reader compares with last time."""
    points = [(v.number, SIDES.get(v.mark, "")) if v else (None, "") for v in reversed(past)]
    if row.number is None:
        return ""
    return sparkline_svg([*points, (row.number, SIDES.get(row.mark, ""))], low=row.low, high=row.high)
