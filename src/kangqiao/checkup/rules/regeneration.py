"""Generating a conclusion again without losing the doctor's hand (checkup.md 4.9 step 8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .conclusion import AdviceEntry


@dataclass(frozen=True)
class ConclusionLine:
    """A stored line. `term_code` is empty for free text; `is_hidden` is the tombstone; `edited` keeps name and advice."""

    term_code: str
    name: str
    advice: str = ""
    level: str = "D"
    source: Literal["auto", "manual"] = "auto"
    edited: bool = False
    is_hidden: bool = False
    evidence: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()
    is_private: bool = False


@dataclass(frozen=True)
class RegenerationDiff:
    """Names for the doctor: new, gone, changed, still suppressed by a deletion, kept though the results no longer say it."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed or self.suppressed or self.unsupported)


def line_of(entry: AdviceEntry) -> ConclusionLine:
    """The stored form of a generated entry."""
    return ConclusionLine(
        term_code=entry.term.code,
        name=entry.term.name,
        advice=entry.term.advice,
        level=entry.term.level,
        evidence=tuple(f.text for f in entry.evidence),
        merged_from=entry.merged_from,
        is_private=entry.is_private,
    )


def _renew(old: ConclusionLine, new: ConclusionLine) -> ConclusionLine:
    """A manual or edited line keeps its words and takes over the new evidence."""
    if old.source == "manual" or old.edited:
        return replace(
            old, evidence=new.evidence, merged_from=new.merged_from, is_private=old.is_private or new.is_private
        )
    return new


def regenerate(
    current: Sequence[ConclusionLine], fresh: Sequence[AdviceEntry]
) -> tuple[tuple[ConclusionLine, ...], RegenerationDiff]:
    """New lines in generated order, then the kept manual ones in their own order, then tombstones; and what changed."""
    by_code = {line.term_code: line for line in current if line.term_code}
    fresh_lines = [line_of(entry) for entry in fresh]
    fresh_codes = {line.term_code for line in fresh_lines}
    lines: list[ConclusionLine] = []
    added, changed, suppressed = [], [], []
    for new in fresh_lines:
        old = by_code.get(new.term_code)
        if old is None:
            lines.append(new)
            added.append(new.name)
        elif old.is_hidden:
            suppressed.append(old.name)
        else:
            renewed = _renew(old, new)
            lines.append(renewed)
            if renewed != old:
                changed.append(renewed.name)
    gone = [x for x in current if x.term_code not in fresh_codes and not x.is_hidden]
    kept = [x for x in gone if x.source == "manual" or x.edited]
    tombstones = [x for x in current if x.is_hidden]
    diff = RegenerationDiff(
        added=tuple(added),
        removed=tuple(x.name for x in gone if x not in kept),
        changed=tuple(changed),
        suppressed=tuple(suppressed),
        unsupported=tuple(x.name for x in kept if x.source == "auto"),
    )
    return (*lines, *kept, *tombstones), diff
