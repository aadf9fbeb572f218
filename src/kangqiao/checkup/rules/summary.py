"""Department summary (科室小结) by checkup.md 4.8 and the options I-69 and I-70."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from .ranges import ABNORMAL_FLAGS, ResultFlag

DONE = "done"
PERFORMED_STATES = frozenset({DONE, "verified"})
UNDONE_WORDS = {
    "pending": "未检",
    "declined": "弃检",
    "refused": "拒检",
    "postponed": "延期",
}
REMOVED = "removed"
NORMAL_WORDS = "未见异常"
PARTLY_NORMAL_WORDS = "已检项目未见异常"
SEPARATOR = "；"


@dataclass(frozen=True)
class SummaryItem:
    """One item of the department as the summary sees it; `state` is the panel's: done, pending, declined, refused, postponed, removed."""

    code: str
    name: str
    state: str = DONE
    has_result: bool = True
    numeric: bool = False
    value: str = ""
    unit: str = ""
    flag: ResultFlag = ResultFlag.NORMAL
    prompt: str = ""
    range_text: str = ""
    finding_text: str = ""
    severity: int = 0
    sort: int = 0
    into_summary: Literal["abnormal", "always", "never"] = "abnormal"
    shows_name: bool = True
    shows_value: bool = True
    is_private: bool = False


@dataclass(frozen=True)
class SummaryLine:
    item_code: str
    text: str
    abnormal: bool


@dataclass(frozen=True)
class DepartmentSummaryText:
    """`text` and `private_text` as stored; `lines` / `private_lines` numbered on the report; `complete`: nothing undone."""

    text: str
    private_text: str
    lines: tuple[SummaryLine, ...]
    private_lines: tuple[SummaryLine, ...]
    complete: bool


def _fragment(item: SummaryItem) -> str:
    name = item.name if item.shows_name else ""
    if not item.numeric:
        text = item.finding_text or item.value
        return f"{name}：{text}" if name else text
    value = f"{item.value}{item.unit}" if item.shows_value else ""
    words = " ".join(part for part in (name, value, item.prompt) if part)
    return f"{words}（参考 {item.range_text}）" if item.range_text and item.shows_value else words


def _is_done(item: SummaryItem) -> bool:
    return item.state in PERFORMED_STATES and item.has_result


def _lines(items: Iterable[SummaryItem]) -> tuple[SummaryLine, ...]:
    chosen = [
        item
        for item in items
        if item.into_summary != "never" and (item.flag in ABNORMAL_FLAGS or item.into_summary == "always")
    ]
    chosen.sort(key=lambda item: (-item.severity, item.sort, item.code))
    seen: set[str] = set()
    lines: list[SummaryLine] = []
    for item in chosen:
        text = _fragment(item)
        if text and text not in seen:
            seen.add(text)
            lines.append(SummaryLine(item.code, text, item.flag in ABNORMAL_FLAGS))
    return tuple(lines)


def _undone_words(item: SummaryItem) -> str:
    return UNDONE_WORDS.get(item.state, UNDONE_WORDS["pending"])


def build_department_summary(
    items: Sequence[SummaryItem],
    *,
    saved: bool = True,
    skip_undone: bool = True,
    after_save_only: bool = True,
    normal_summary: str = NORMAL_WORDS,
) -> DepartmentSummaryText | None:
    """The summary of one department of one check-up, or None when there is nothing to summarize.

    None: nothing was performed, or the results are unsaved and the option forbids a preview. Options: I-69
    `skip_undone` (off: "项目：未检" lines follow), I-70 `after_save_only`. Private items reach `private_text` only.
    """
    if after_save_only and not saved:
        return None
    live = [item for item in items if item.state != REMOVED]
    done = [item for item in live if _is_done(item)]
    if not done:
        return None
    open_done = [item for item in done if not item.is_private]
    lines = _lines(open_done)
    private_lines = _lines(item for item in done if item.is_private)
    undone = sorted((i for i in live if not _is_done(i) and not i.is_private), key=lambda i: (i.sort, i.code))
    if open_done and not any(line.abnormal for line in lines):
        words = PARTLY_NORMAL_WORDS if undone else (normal_summary or NORMAL_WORDS)
        lines = (*lines, SummaryLine("", words, False))
    if not skip_undone:
        lines += tuple(SummaryLine(i.code, f"{i.name}：{_undone_words(i)}", False) for i in undone)
    return DepartmentSummaryText(
        text=SEPARATOR.join(line.text for line in lines),
        private_text=SEPARATOR.join(line.text for line in private_lines),
        lines=lines,
        private_lines=private_lines,
        complete=not any(not _is_done(item) for item in live),
    )


@dataclass(frozen=True)
class RefreshedSummary:
    """What to store; `differs` warns that an edited text no longer matches what the results say."""

    auto_text: str
    final_text: str
    edited: bool
    differs: bool


def refresh_summary(new_auto: str, old_auto: str, final_text: str, edited: bool) -> RefreshedSummary:
    """A later change of results renews the automatic text and never overwrites an edited one."""
    if not edited:
        return RefreshedSummary(new_auto, new_auto, False, False)
    return RefreshedSummary(new_auto, final_text, True, new_auto not in (old_auto, final_text))
