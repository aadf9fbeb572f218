"""Generating again keeps what the doctor did."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.conclusion import AdviceEntry, Finding, Term
from kangqiao.checkup.rules.regeneration import ConclusionLine, line_of, regenerate

pytestmark = pytest.mark.feature("I-19")


def entry(code: str, text: str = "证据") -> AdviceEntry:
    return AdviceEntry(Term(code, f"{code} 名", "C", advice="建议"), (Finding(code, text),))


A, B = entry("A"), entry("B")


def test_the_first_generation_adds_everything() -> None:
    lines, diff = regenerate([], [A, B])
    assert [line.name for line in lines] == ["A 名", "B 名"]
    assert diff.added == ("A 名", "B 名")


def test_the_same_results_change_nothing() -> None:
    lines, _ = regenerate([], [A, B])
    again, diff = regenerate(lines, [A, B])
    assert again == lines
    assert diff.is_empty


def test_unedited_lines_that_the_results_no_longer_say_go_away() -> None:
    lines, diff = regenerate([line_of(A), line_of(B)], [A])
    assert [line.term_code for line in lines] == ["A"]
    assert diff.removed == ("B 名",)


def test_a_deleted_line_stays_deleted_and_is_told() -> None:
    tombstone = replace(line_of(A), is_hidden=True)
    lines, diff = regenerate([tombstone], [A, B])
    assert [line.term_code for line in lines if not line.is_hidden] == ["B"]
    assert tombstone in lines
    assert diff.suppressed == ("A 名",)
    assert diff.added == ("B 名",)


def test_manual_lines_are_kept_also_without_a_term() -> None:
    free = ConclusionLine("", "建议口腔科复诊", source="manual")
    lines, diff = regenerate([free, line_of(A)], [A])
    assert lines == (line_of(A), free)
    assert diff.is_empty


def test_an_edited_line_keeps_its_words_and_gets_the_new_evidence() -> None:
    edited = replace(line_of(A), name="医生的话", advice="医生的建议", edited=True)
    lines, diff = regenerate([edited], [entry("A", "新证据")])
    assert (lines[0].name, lines[0].advice, lines[0].evidence) == ("医生的话", "医生的建议", ("新证据",))
    assert diff.changed == ("医生的话",)


def test_an_edited_line_without_support_is_kept_and_told() -> None:
    edited = replace(line_of(A), name="医生的话", edited=True)
    lines, diff = regenerate([edited], [])
    assert lines == (edited,)
    assert diff.unsupported == ("医生的话",)


def test_an_unedited_line_follows_new_evidence() -> None:
    lines, diff = regenerate([line_of(A)], [entry("A", "新证据")])
    assert lines[0].evidence == ("新证据",)
    assert diff.changed == ("A 名",)


codes = st.lists(st.sampled_from("ABCDEF"), unique=True)


@given(codes, codes, st.sets(st.sampled_from("ABCDEF")), st.sets(st.sampled_from("ABCDEF")))
def test_no_hand_work_is_ever_lost_and_no_term_stands_twice(
    before: list[str], now: list[str], deleted: set[str], edited: set[str]
) -> None:
    current = [
        replace(line_of(entry(c)), is_hidden=c in deleted, edited=c in edited, advice=f"手改 {c}") for c in before
    ]
    lines, _ = regenerate(current, [entry(c) for c in now])
    shown = [line.term_code for line in lines if not line.is_hidden]
    assert len(shown) == len(set(shown))
    assert not set(shown) & (deleted & set(before))
    kept_advice = {line.term_code: line.advice for line in lines}
    assert all(kept_advice[c] == f"手改 {c}" for c in before if c in edited or c in deleted)
