"""Overview, verdict and advice generated from a check-up's findings, by checkup.md 4.9 and option I-71."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .advice_rule import AdviceRule, Facts, MergeRule, holds, items_in
from .summary import DONE, PERFORMED_STATES

NORMAL_SENTENCE = "本次所检项目未见明显异常，请保持健康生活方式，建议每年体检一次。"
LEVELS = "ABCD"


class TermCategory(StrEnum):
    """Order among terms of one level."""

    DISEASE = "disease"
    POSITIVE = "positive"
    RISK = "risk"


CATEGORY_ORDER = {TermCategory.DISEASE: 0, TermCategory.POSITIVE: 1, TermCategory.RISK: 2}


@dataclass(frozen=True)
class Term:
    """A conclusion term as the rules need it. Ages in completed years, max exclusive; higher weight comes first."""

    code: str
    name: str
    level: str = "D"
    category: TermCategory = TermCategory.POSITIVE
    weight: int = 0
    sex_limit: str = ""
    age_min: int | None = None
    age_max: int | None = None
    advice: str = ""
    is_private: bool = False
    is_normal: bool = False


@dataclass(frozen=True)
class Finding:
    """Evidence for a term: one result (or department) that says it. `text` is the line of the overview."""

    term_code: str
    text: str
    department_name: str = ""
    department_sort: int = 0
    item_code: str = ""
    sort: int = 0
    state: str = DONE
    is_private: bool = False


@dataclass(frozen=True)
class AdviceEntry:
    """One conclusion with everything that led to it; `merged_from` are the codes of terms folded into it."""

    term: Term
    evidence: tuple[Finding, ...] = ()
    merged_from: tuple[str, ...] = ()

    @property
    def is_private(self) -> bool:
        return self.term.is_private or (bool(self.evidence) and all(f.is_private for f in self.evidence))


@dataclass(frozen=True)
class ConclusionDraft:
    """Sorted entries and the texts made of them. `overview`, `verdict`, `advice` are numbered lines, never private ones."""

    entries: tuple[AdviceEntry, ...]
    private_entries: tuple[AdviceEntry, ...]
    overview: tuple[str, ...]
    verdict: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def is_normal(self) -> bool:
        return not self.entries


@dataclass(frozen=True)
class RuleBook:
    """The hospital's terms and rules."""

    terms: Mapping[str, Term]
    rules: Sequence[AdviceRule] = ()
    merges: Sequence[MergeRule] = ()
    normal_sentence: str = NORMAL_SENTENCE
    stop_words: frozenset[str] = field(default_factory=lambda: frozenset({"未见异常", "本次体检未见异常"}))


def suits(term: Term, sex: str, age: int | None) -> bool:
    """Whether a term may be said of a person; sex or age limits need a known sex or age."""
    if term.sex_limit and term.sex_limit != sex:
        return False
    if term.age_min is None and term.age_max is None:
        return True
    if age is None:
        return False
    return (term.age_min or 0) <= age and (term.age_max is None or age < term.age_max)


def _collect(findings: Iterable[Finding], facts: Facts, book: RuleBook) -> dict[str, AdviceEntry]:
    """Steps 1, 2, 4, 7: valid terms only, performed evidence only, equal terms of several departments together."""
    found: dict[str, AdviceEntry] = {}
    for finding in findings:
        term = book.terms.get(finding.term_code)
        if term is None or finding.state not in PERFORMED_STATES or not suits(term, facts.sex, facts.age):
            continue
        if term.is_normal or term.name in book.stop_words:
            continue
        entry = found.get(term.code, AdviceEntry(term))
        if finding not in entry.evidence:
            found[term.code] = replace(entry, evidence=(*entry.evidence, finding))
    return found


def _fold(found: dict[str, AdviceEntry], into: Term, codes: Iterable[str]) -> None:
    """Replace the entries of `codes` by one of `into` that carries their evidence."""
    entry = found.get(into.code, AdviceEntry(into))
    evidence, absorbed = list(entry.evidence), list(entry.merged_from)
    for code in sorted(codes):
        part = found.pop(code, None) if code != into.code else None
        if part is None:
            continue
        evidence += [f for f in part.evidence if f not in evidence]
        absorbed += [code, *part.merged_from]
    found[into.code] = replace(entry, evidence=tuple(evidence), merged_from=tuple(absorbed))


def _apply_rules(
    found: dict[str, AdviceEntry], facts: Facts, book: RuleBook, evidence_of: Mapping[str, Sequence[Finding]]
) -> None:
    """Composite rules in priority order; a rule sees the terms that were there before any absorption."""
    seen = set(found)
    for rule in sorted(book.rules, key=lambda r: (r.priority, r.code)):
        term = book.terms.get(rule.term)
        if term is None or not suits(term, facts.sex, facts.age):
            continue
        if not holds(rule.expression, replace(facts, terms=frozenset(seen))):
            continue
        _fold(found, term, rule.absorbs)
        entry = found[term.code]
        if not entry.evidence:
            own = tuple(f for code in sorted(items_in(rule.expression)) for f in evidence_of.get(code, ()))
            found[term.code] = replace(entry, evidence=own)
        seen.add(term.code)
        if rule.stops:
            break


def _apply_merges(found: dict[str, AdviceEntry], book: RuleBook) -> None:
    for merge in sorted(book.merges, key=lambda m: m.code):
        present = merge.terms & set(found)
        if len(present) >= merge.minimum and merge.into in book.terms:
            _fold(found, book.terms[merge.into], present)


def _order(entry: AdviceEntry) -> tuple[int, int, int, int, int, str]:
    term = entry.term
    department = min((f.department_sort for f in entry.evidence), default=10_000)
    item = min((f.sort for f in entry.evidence), default=10_000)
    return (LEVELS.index(term.level), CATEGORY_ORDER[term.category], -term.weight, department, item, term.code)


def _numbered(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{i}. {line}" for i, line in enumerate(lines, 1))


def _overview(entries: Iterable[AdviceEntry], with_department: bool) -> tuple[str, ...]:
    """Evidence by department order; a text is written once."""
    open_findings = {f for e in entries for f in e.evidence if not f.is_private and f.text}
    ordered = sorted(open_findings, key=lambda f: (f.department_sort, f.sort, f.item_code, f.text))
    lines = [f"{f.department_name}：{f.text}" if with_department and f.department_name else f.text for f in ordered]
    return _numbered(dict.fromkeys(lines))


def _advice_line(entry: AdviceEntry, with_department: bool) -> str:
    named = sorted((f.department_sort, f.department_name) for f in entry.evidence if not f.is_private)
    names = dict.fromkeys(name for _, name in named if name)
    prefix = "、".join(names) + "：" if with_department and names else ""
    return f"{prefix}{entry.term.name}：{entry.term.advice}" if entry.term.advice else prefix + entry.term.name


def compose(
    entries: Sequence[AdviceEntry], *, advice_without_department: bool = True, normal_sentence: str = NORMAL_SENTENCE
) -> ConclusionDraft:
    """Texts of entries that are already chosen and sorted (also used after the doctor's edits)."""
    shown = tuple(e for e in entries if not e.is_private)
    private = tuple(e for e in entries if e.is_private)
    with_department = not advice_without_department
    if not shown:
        return ConclusionDraft((), private, (), (normal_sentence,), ())
    return ConclusionDraft(
        entries=shown,
        private_entries=private,
        overview=_overview(shown, with_department),
        verdict=_numbered(e.term.name for e in shown),
        advice=_numbered(_advice_line(e, with_department) for e in shown),
    )


def draft_conclusion(
    findings: Sequence[Finding],
    facts: Facts,
    book: RuleBook,
    *,
    item_findings: Sequence[Finding] = (),
    advice_without_department: bool = True,
) -> ConclusionDraft:
    """Conclusions of one check-up. `item_findings` are evidence lines by item for rules that fire on values alone."""
    found = _collect(findings, facts, book)
    evidence_of: dict[str, list[Finding]] = {}
    for finding in (*findings, *item_findings):
        if (
            finding.item_code
            and finding.state in PERFORMED_STATES
            and finding not in evidence_of.get(finding.item_code, ())
        ):
            evidence_of.setdefault(finding.item_code, []).append(finding)
    _apply_rules(found, facts, book, evidence_of)
    _apply_merges(found, book)
    entries = sorted(found.values(), key=_order)
    return compose(entries, advice_without_department=advice_without_department, normal_sentence=book.normal_sentence)
