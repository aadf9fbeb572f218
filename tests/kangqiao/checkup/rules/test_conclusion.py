"""Conclusions by checkup.md 4.9."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.advice_rule import AdviceRule, Facts, MergeRule
from kangqiao.checkup.rules.conclusion import (
    NORMAL_SENTENCE,
    Finding,
    RuleBook,
    Term,
    TermCategory,
    compose,
    draft_conclusion,
    suits,
)
from kangqiao.checkup.rules.ranges import ResultFlag

pytestmark = pytest.mark.feature("I-19")

TERMS = [
    Term("TC_HIGH", "总胆固醇升高", "C", advice="低脂饮食。"),
    Term("LDL_HIGH", "低密度脂蛋白升高", "C", advice="低脂饮食。"),
    Term("DYSLIPIDEMIA", "血脂异常", "C", TermCategory.DISEASE, advice="控制血脂。"),
    Term("FATTY_LIVER", "脂肪肝", "C", TermCategory.DISEASE, weight=5, advice="减重。"),
    Term("ANEMIA", "贫血", "B", TermCategory.DISEASE, advice="就诊。"),
    Term("OVERWEIGHT", "超重", "D", TermCategory.RISK, advice="运动。"),
    Term("MYOMA", "子宫肌瘤", "C", sex_limit="female"),
    Term("BONE", "骨量减少", "C", age_min=50),
    Term("HBV", "乙肝表面抗原阳性", "B", is_private=True),
    Term("NORMAL", "未见异常", "D"),
    Term("FINE", "血压正常", "D", is_normal=True),
    Term("METABOLIC", "代谢异常", "B"),
]
BOOK = RuleBook({t.code: t for t in TERMS})
MAN = Facts(sex="male", age=45)
LIPID_RULE = AdviceRule(
    "R1",
    "DYSLIPIDEMIA",
    {"all": [{"term": "TC_HIGH"}, {"term": "LDL_HIGH"}]},
    absorbs=frozenset({"TC_HIGH", "LDL_HIGH"}),
)


def found(code: str, text: str = "", department: str = "检验科", order: int = 5, **more) -> Finding:
    return Finding(code, text or f"{code} 的证据", department, order, **more)


def names(findings: list[Finding], facts: Facts = MAN, book: RuleBook = BOOK) -> list[str]:
    return [e.term.name for e in draft_conclusion(findings, facts, book).entries]


def test_terms_are_ordered_by_level_then_category_then_weight_then_department() -> None:
    given_findings = [
        found("OVERWEIGHT", order=1),
        found("TC_HIGH"),
        found("DYSLIPIDEMIA"),
        found("FATTY_LIVER", order=9),
        found("LDL_HIGH", order=4),
        found("ANEMIA"),
    ]
    assert names(given_findings) == ["贫血", "脂肪肝", "血脂异常", "低密度脂蛋白升高", "总胆固醇升高", "超重"]


def test_terms_that_do_not_suit_sex_or_age_are_dropped() -> None:
    given_findings = [found("MYOMA"), found("BONE")]
    assert names(given_findings) == []
    assert names(given_findings, Facts(sex="female", age=50)) == ["骨量减少", "子宫肌瘤"]
    assert names(given_findings, Facts(sex="", age=None)) == []
    assert suits(replace(BOOK.terms["BONE"], age_max=60), "male", 60) is False


@pytest.mark.parametrize("state", ["pending", "declined", "postponed", "removed"])
def test_evidence_of_undone_panels_counts_for_nothing(state: str) -> None:
    assert names([found("ANEMIA", state=state)]) == []


def test_unknown_terms_and_normal_words_are_left_out() -> None:
    assert names([found("GONE"), found("NORMAL"), found("FINE")]) == []


def test_nothing_abnormal_prints_one_standard_sentence() -> None:
    draft = draft_conclusion([], MAN, BOOK)
    assert draft.is_normal
    assert (draft.overview, draft.verdict, draft.advice) == ((), (NORMAL_SENTENCE,), ())


def test_a_term_of_two_departments_is_one_conclusion_with_both_evidences() -> None:
    draft = draft_conclusion(
        [found("FATTY_LIVER", "超声：脂肪肝", "超声科", 8), found("FATTY_LIVER", "CT：脂肪肝", "放射科", 9)], MAN, BOOK
    )
    assert [len(e.evidence) for e in draft.entries] == [2]
    assert draft.overview == ("1. 超声：脂肪肝", "2. CT：脂肪肝")


def test_the_same_evidence_twice_is_kept_once() -> None:
    draft = draft_conclusion([found("ANEMIA"), found("ANEMIA")], MAN, BOOK)
    assert len(draft.entries[0].evidence) == 1


def test_a_composite_rule_absorbs_its_components_and_carries_their_evidence() -> None:
    book = replace(BOOK, rules=[LIPID_RULE])
    draft = draft_conclusion([found("TC_HIGH"), found("LDL_HIGH"), found("ANEMIA")], MAN, book)
    assert [e.term.name for e in draft.entries] == ["贫血", "血脂异常"]
    assert draft.entries[1].merged_from == ("LDL_HIGH", "TC_HIGH")
    assert len(draft.entries[1].evidence) == 2
    assert names([found("TC_HIGH")], book=book) == ["总胆固醇升高"]


def test_later_rules_see_earlier_terms_and_a_stopping_rule_ends_the_run() -> None:
    second = AdviceRule("R2", "METABOLIC", {"all": [{"term": "DYSLIPIDEMIA"}, {"term": "TC_HIGH"}]}, priority=200)
    findings = [found("TC_HIGH"), found("LDL_HIGH")]
    assert names(findings, book=replace(BOOK, rules=[second, LIPID_RULE])) == ["代谢异常", "血脂异常"]
    assert names(findings, book=replace(BOOK, rules=[second, replace(LIPID_RULE, stops=True)])) == ["血脂异常"]


def test_a_rule_on_values_takes_its_evidence_from_the_items() -> None:
    rule = AdviceRule("R3", "ANEMIA", {"item": "HGB", "op": "<", "value": "115"})
    facts = replace(MAN, numbers={"HGB": Decimal(100)}, flags={"HGB": ResultFlag.LOW})
    evidence = [found("", "血红蛋白 100g/L ↓", item_code="HGB"), found("", "弃检", item_code="HGB", state="declined")]
    draft = draft_conclusion([], facts, replace(BOOK, rules=[rule]), item_findings=evidence)
    assert [f.text for f in draft.entries[0].evidence] == ["血红蛋白 100g/L ↓"]
    assert draft.overview == ("1. 血红蛋白 100g/L ↓",)


def test_a_rule_never_concludes_what_does_not_suit_the_person() -> None:
    rules = [
        AdviceRule("R", "MYOMA", {"sex": "male"}),
        AdviceRule("S", "GONE", {"sex": "male"}),
        AdviceRule("T", "ANEMIA", {"item": "HGB", "op": "<", "value": 1}),
    ]
    assert names([], book=replace(BOOK, rules=rules)) == []


def test_a_merge_rule_prints_several_terms_once() -> None:
    merge = MergeRule("M", frozenset({"TC_HIGH", "LDL_HIGH", "ANEMIA"}), "DYSLIPIDEMIA")
    book = replace(BOOK, merges=[merge])
    assert names([found("TC_HIGH"), found("LDL_HIGH")], book=book) == ["血脂异常"]
    assert names([found("TC_HIGH")], book=book) == ["总胆固醇升高"]
    assert names([found("TC_HIGH"), found("LDL_HIGH")], book=replace(book, merges=[replace(merge, into="GONE")])) == [
        "低密度脂蛋白升高",
        "总胆固醇升高",
    ]
    into_itself = MergeRule("M", frozenset({"TC_HIGH", "DYSLIPIDEMIA"}), "DYSLIPIDEMIA")
    assert names([found("TC_HIGH"), found("DYSLIPIDEMIA")], book=replace(BOOK, merges=[into_itself])) == ["血脂异常"]


def test_private_terms_and_private_evidence_stay_out_of_every_open_text() -> None:
    secret = found("ANEMIA", "隐私证据", is_private=True)
    draft = draft_conclusion([found("HBV", "乙肝表面抗原阳性"), secret, found("FATTY_LIVER")], MAN, BOOK)
    assert [e.term.name for e in draft.entries] == ["脂肪肝"]
    assert {e.term.name for e in draft.private_entries} == {"乙肝表面抗原阳性", "贫血"}
    shown = "".join((*draft.overview, *draft.verdict, *draft.advice))
    assert "乙肝" not in shown
    assert "隐私" not in shown
    mixed = draft_conclusion([secret, found("ANEMIA", "公开证据")], MAN, BOOK)
    assert mixed.overview == ("1. 公开证据",)


def test_only_private_findings_still_print_the_normal_sentence() -> None:
    draft = draft_conclusion([found("HBV")], MAN, BOOK)
    assert draft.verdict == (NORMAL_SENTENCE,)
    assert len(draft.private_entries) == 1


@pytest.mark.feature("I-71")
def test_advice_names_no_department_unless_the_option_says_so() -> None:
    findings = [found("FATTY_LIVER", "脂肪肝", "超声科", 8), found("MYOMA", "x")]
    without = draft_conclusion(findings, MAN, BOOK)
    assert without.advice == ("1. 脂肪肝：减重。",)
    assert without.overview == ("1. 脂肪肝",)
    with_names = draft_conclusion(findings, MAN, BOOK, advice_without_department=False)
    assert with_names.advice == ("1. 超声科：脂肪肝：减重。",)
    assert with_names.overview == ("1. 超声科：脂肪肝",)
    assert with_names.verdict == ("1. 脂肪肝",)


def test_a_term_without_advice_prints_its_name() -> None:
    assert draft_conclusion([found("MYOMA")], Facts("female", 30), BOOK).advice == ("1. 子宫肌瘤",)


def test_composing_keeps_the_order_given() -> None:
    entries = draft_conclusion([found("ANEMIA"), found("FATTY_LIVER")], MAN, BOOK).entries
    assert compose(entries[::-1]).verdict == ("1. 脂肪肝", "2. 贫血")


@given(st.lists(st.sampled_from([t.code for t in TERMS]), max_size=20), st.randoms())
def test_the_draft_does_not_depend_on_the_order_of_findings(codes: list[str], random) -> None:
    findings = [found(code, item_code=f"I{i}", sort=i) for i, code in enumerate(codes)]
    shuffled = random.sample(findings, len(findings))
    book = replace(BOOK, rules=[LIPID_RULE])
    one, other = draft_conclusion(findings, MAN, book), draft_conclusion(shuffled, MAN, book)
    assert (one.overview, one.verdict, one.advice) == (other.overview, other.verdict, other.advice)
    levels = [e.term.level for e in one.entries]
    assert levels == sorted(levels)
