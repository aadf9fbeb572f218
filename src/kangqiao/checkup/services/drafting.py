"""Generating the lines of a conclusion and bringing them in step with the results, without losing the doctor's hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from kangqiao.checkup.enums import Level, LineSource
from kangqiao.checkup.models import AdviceLine, Checkup, Conclusion, ConclusionTerm, ItemResult
from kangqiao.checkup.rules.conclusion import AdviceEntry, draft_conclusion
from kangqiao.checkup.rules.regeneration import ConclusionLine, RegenerationDiff, regenerate
from kangqiao.checkup.selectors.rulebook import gather_evidence, load_rulebook, performed_results
from kangqiao.checkup.selectors.settings import CheckupSettings
from kangqiao.checkup.services.findings import facts_of

NORMAL_KEY = "normal"
UPDATED = (
    "term",
    "name",
    "advice",
    "level",
    "sort_no",
    "evidence",
    "merged_from",
    "recheck_days",
    "is_private",
    "updated_at",
)


@dataclass(frozen=True)
class Generated:
    """What generation said: entries in order, the overview's lines, the results they rest on."""

    entries: tuple[AdviceEntry, ...]
    overview: str
    normal_sentence: str
    terms: dict[str, ConclusionTerm]
    results: list[ItemResult]


def generate(checkup: Checkup, settings: CheckupSettings) -> Generated:
    """Run the rules over the performed results. Three queries."""
    results = performed_results(checkup)
    book, terms = load_rulebook()
    evidence = gather_evidence(results)
    draft = draft_conclusion(
        evidence.findings,
        facts_of(checkup, results),
        book,
        item_findings=evidence.item_findings,
        advice_without_department=settings.advice_without_department,
    )
    entries = (*draft.entries, *draft.private_entries)
    return Generated(entries, "\n".join(draft.overview), book.normal_sentence, terms, results)


def write_generated(conclusion: Conclusion, generated: Generated) -> RegenerationDiff:
    """Bring the stored lines in step with what was generated; hidden lines stay hidden, edited ones keep their words."""
    stored = list(conclusion.lines.select_related("term").order_by("sort_no", "id"))
    current = [_plain(line) for line in stored]
    lines, diff = regenerate(current, generated.entries)
    names = {term.code: term.name for term in generated.terms.values()}
    entries = {entry.term.code: entry for entry in generated.entries}
    by_code = {line.key: line for line in stored if line.key}
    free = [line for line in stored if not line.key]
    keep = {line.key for line in stored if line.source == LineSource.MANUAL or line.edited or line.is_hidden}
    fresh: list[AdviceLine] = []
    changed: list[AdviceLine] = []
    place = 0
    for line in lines:
        place += 0 if line.is_hidden else 1
        row = by_code.get(line.term_code) if line.term_code else free.pop(0)
        new = row is None
        row = row or AdviceLine(conclusion=conclusion, key=line.term_code, source=LineSource.AUTO)
        _fill(row, line, entries.get(line.term_code), generated, names)
        row.sort_no = 9000 + place if line.is_hidden else place
        (fresh if new else changed).append(row)
    wanted = {row.pk for row in changed}
    gone = [row.pk for row in stored if row.pk not in wanted and row.key not in keep and row.key]
    AdviceLine.objects.filter(pk__in=gone).delete()
    AdviceLine.objects.bulk_create(fresh)
    for row in changed:
        row.updated_at = timezone.now()
    if changed:
        AdviceLine.objects.bulk_update(changed, UPDATED)
    _normal_sentence(conclusion, generated, any(not line.is_hidden for line in lines))
    return diff


def _plain(line: AdviceLine) -> ConclusionLine:
    return ConclusionLine(
        term_code=line.key,
        name=line.name,
        advice=line.advice,
        level=line.level,
        source=line.source,  # type: ignore[arg-type]
        edited=line.edited,
        is_hidden=line.is_hidden or line.merged_into_id is not None,
        evidence=tuple(each.get("text", "") for each in line.evidence),
        merged_from=tuple(line.merged_from),
        is_private=line.is_private,
    )


def _fill(
    row: AdviceLine, line: ConclusionLine, entry: AdviceEntry | None, generated: Generated, names: dict[str, str]
) -> None:
    term = generated.terms.get(line.term_code)
    row.term = term or row.term
    row.name, row.advice, row.level = line.name, line.advice, line.level
    row.is_private = line.is_private
    if entry is not None:
        row.evidence = evidence_of(entry, generated.results)
        row.merged_from = [names.get(code, code) for code in entry.merged_from]
    if term is not None and row.recheck_days is None and not row.edited:
        row.recheck_days = term.recheck_days


def evidence_of(entry: AdviceEntry, results: Iterable[ItemResult]) -> list[dict[str, str | int | None]]:
    """Evidence with the result it jumps to."""
    by_code = {row.item.code: row for row in results}
    found = []
    for finding in entry.evidence:
        row = by_code.get(finding.item_code)
        short = (
            f"{row.item.abbr or row.item.name} {row.value} {row.unit}".strip()
            if row and row.numeric is not None
            else ""
        )
        text = finding.text if finding.item_code == "SBP" or not short else short
        found.append({"text": text, "result_id": row.pk if row else None, "flag": row.flag if row else ""})
    return found


def _normal_sentence(conclusion: Conclusion, generated: Generated, has_lines: bool) -> None:
    """Nothing abnormal: one standard sentence; it goes again as soon as there is a real line."""
    row = conclusion.lines.filter(key=NORMAL_KEY).first()
    if has_lines or not generated.results:
        if row is not None and not row.edited:
            row.delete()
    elif row is None:
        AdviceLine.objects.create(
            conclusion=conclusion, key=NORMAL_KEY, name=generated.normal_sentence, level=Level.D, sort_no=1
        )


def verdict_of(lines: Iterable[AdviceLine]) -> str:
    """Numbered names of the visible lines that are not private."""
    names = [line.name for line in lines if not (line.is_hidden or line.is_private or line.merged_into_id)]
    return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1))
