"""The hospital's terms and rules, and one check-up's findings, as plain values for the conclusion rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from kangqiao.checkup.enums import ABNORMAL_FLAGS, AdviceRuleKind, PanelStatus
from kangqiao.checkup.models import AdviceRule, Checkup, ConclusionTerm, ItemResult
from kangqiao.checkup.rules import advice_rule
from kangqiao.checkup.rules.conclusion import Finding, RuleBook, Term, TermCategory

SYSTOLIC, DIASTOLIC = "SBP", "DBP"
DONE_PANELS = frozenset({PanelStatus.DONE.value, PanelStatus.VERIFIED.value})


@dataclass(frozen=True)
class Evidence:
    """Findings that carry a term, and all abnormal results by item for rules that look at values."""

    findings: list[Finding]
    item_findings: list[Finding]


def load_rulebook() -> tuple[RuleBook, dict[str, ConclusionTerm]]:
    """Active terms and rules; `merge_into` of a term is a merge rule of one. Two queries."""
    terms = {term.code: term for term in ConclusionTerm.objects.filter(is_active=True).select_related("merge_into")}
    rows = list(AdviceRule.objects.filter(is_active=True, term__is_active=True).select_related("term"))
    rules = [
        advice_rule.AdviceRule(row.code, row.term.code, row.expression, frozenset(row.absorbs), row.priority, row.stops)
        for row in rows
        if row.kind != AdviceRuleKind.MERGE and row.expression
    ]
    merges = [
        advice_rule.MergeRule(row.code, frozenset(row.absorbs), row.term.code, int(row.expression.get("minimum", 2)))
        for row in rows
        if row.kind == AdviceRuleKind.MERGE
    ]
    merges += [
        advice_rule.MergeRule(f"merge:{term.code}", frozenset({term.code}), term.merge_into.code, 1)
        for term in terms.values()
        if term.merge_into is not None and term.merge_into.code in terms
    ]
    return RuleBook({code: _plain_term(term) for code, term in terms.items()}, rules, merges), terms


def _plain_term(term: ConclusionTerm) -> Term:
    return Term(
        code=term.code,
        name=term.name,
        level=term.level,
        category=TermCategory(term.category),
        weight=term.weight,
        sex_limit=term.sex_limit,
        advice=term.advice,
        is_private=term.is_private,
    )


def performed_results(checkup: Checkup) -> list[ItemResult]:
    """Results with a value in panels that were done, in report order. One query."""
    rows = ItemResult.objects.filter(checkup=checkup, ordered_panel__status__in=DONE_PANELS).exclude(value="")
    rows = rows.select_related("item", "department", "ordered_panel", "finding")
    return sorted(rows, key=report_order)


def report_order(row: ItemResult) -> tuple[int, int, int, int]:
    return (row.department.sort_no, row.ordered_panel.sort_no, row.item.sort_no, row.pk or 0)


def evidence_line(row: ItemResult, results: dict[str, ItemResult]) -> str:
    """`收缩压` and `舒张压` speak together; a number comes with unit, prompt and range, a finding in its own words."""
    if row.item.code == SYSTOLIC and DIASTOLIC in results:
        return f"血压 {row.value}/{results[DIASTOLIC].value} mmHg"
    if row.numeric is not None:
        words = " ".join(part for part in (row.item.name, f"{row.value} {row.unit}".strip(), row.prompt) if part)
        return f"{words}（参考 {row.range_text}）" if row.range_text else words
    text = (row.finding.long_text or row.finding.text) if row.finding else row.value
    return f"{row.item.name}：{text}" if row.item.summary_shows_name else text


def gather_evidence(results: Iterable[ItemResult]) -> Evidence:
    """Findings of performed results. One systolic class speaks for both pressures."""
    rows = list(results)
    by_code = {row.item.code: row for row in rows}
    findings, item_findings = [], []
    for row in rows:
        finding = Finding(
            term_code=row.term_code,
            text=evidence_line(row, by_code),
            department_name=row.department.name,
            department_sort=row.department.sort_no,
            item_code=row.item.code,
            sort=row.ordered_panel.sort_no * 1000 + min(row.item.sort_no, 999),
            is_private=row.item.is_private or row.ordered_panel.is_private,
        )
        if row.term_code:
            findings.append(finding)
        elif row.flag in ABNORMAL_FLAGS or row.numeric is not None:
            item_findings.append(finding)
    return Evidence(findings, item_findings)
