"""Conclusion and review: one owner, the doctor's hand, two persons, the way back, versions of the report."""

from dataclasses import replace

import pytest

from kangqiao.checkup.models import AdviceLine, Checkup, CheckupReport, Conclusion, SendBack
from kangqiao.checkup.selectors.conclusions import conclusion_page, conclusion_worklist
from kangqiao.checkup.selectors.station_page import station_page
from kangqiao.checkup.services import conclusion, report, review, station
from kangqiao.checkup.services.conclusion import LineEdit
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, Forbidden, Invalid
from kangqiao.options.services import set_option

from .conftest import department, entry, staff

ADMIN = Actor(kind="staff", id=77, name="管理员", permissions=frozenset({"options.option.write"}))


def edits(checkup: Checkup) -> list[LineEdit]:
    rows = AdviceLine.objects.filter(conclusion__checkup=checkup, is_hidden=False, merged_into=None)
    return [LineEdit(row.pk, row.name, row.advice, row.level, row.term_id) for row in rows.order_by("sort_no")]


def names(checkup: Checkup) -> list[str]:
    return [edit.name for edit in edits(checkup)]


def save(chief: Actor, checkup: Checkup, lines: list[LineEdit], **more: object) -> Conclusion:
    version = Conclusion.objects.get(checkup=checkup).version
    return conclusion.save_conclusion(chief, checkup.pk, version=version, lines=lines, **more)


@pytest.mark.feature("I-19")
def test_lines_are_generated_by_severity_with_evidence_that_jumps_to_its_result(examined, chief: Actor) -> None:
    checkup = examined(("164", "104"), ("162", "102"))
    conclusion.open_conclusion(chief, checkup.pk)
    page = conclusion_page(chief, checkup.pk)
    levels = [line["level"] for line in page["lines"]]
    assert levels == sorted(levels)
    pressure = next(line for line in page["lines"] if "血压" in line["name"])
    assert pressure["evidence"][0]["text"] == "血压 163/103 mmHg"
    results = {row["result_id"]: row["code"] for block in page["departments"] for row in block["results"]}
    assert results[pressure["evidence"][0]["result_id"]] == "SBP"
    assert page["conclusion"]["verdict"].startswith("1. ")


@pytest.mark.feature("I-19")
def test_generating_again_keeps_added_edited_and_hidden_lines(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    first, second, *rest = edits(checkup)
    edited = LineEdit(first.id, first.name, "请心内科复诊", first.level)
    save(chief, checkup, [edited, *rest, LineEdit(None, "建议戒烟", "", "D")])
    conclusion.regenerate_conclusion(chief, checkup.pk)
    assert second.name not in names(checkup)
    assert "建议戒烟" in names(checkup)
    assert AdviceLine.objects.get(pk=first.id).advice == "请心内科复诊"
    save(chief, checkup, edits(checkup), restore_ids=[second.id])
    assert second.name in names(checkup)


@pytest.mark.feature("I-19")
def test_folding_one_line_into_another_keeps_the_evidence_of_both(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    first, second, *rest = edits(checkup)
    folded = LineEdit(first.id, first.name, first.advice, first.level, merged_ids=(second.id,))
    save(chief, checkup, [folded, *rest])
    row = AdviceLine.objects.get(pk=first.id)
    assert second.name in row.merged_from
    assert len(row.evidence) >= 2
    conclusion.regenerate_conclusion(chief, checkup.pk)
    assert second.name not in names(checkup)


@pytest.mark.feature("I-19")
def test_a_checkup_belongs_to_one_doctor_until_released(examined, chief: Actor) -> None:
    checkup = examined()
    second = staff("chief_doctor", "另一位", 40)
    conclusion.open_conclusion(chief, checkup.pk)
    with pytest.raises(Conflict, match="沈嘉树正在总检"):
        conclusion.open_conclusion(second, checkup.pk)
    with pytest.raises(Conflict, match="请先由其释放"):
        save(second, checkup, edits(checkup))
    conclusion.release_conclusion(chief, checkup.pk)
    assert conclusion.open_conclusion(second, checkup.pk).owner_name == "另一位"


def test_a_save_over_somebody_elses_save_is_refused(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    version = Conclusion.objects.get(checkup=checkup).version
    save(chief, checkup, edits(checkup))
    with pytest.raises(Conflict, match="刚被保存"):
        conclusion.save_conclusion(chief, checkup.pk, version=version, lines=edits(checkup))


@pytest.mark.feature("I-65")
def test_incomplete_checkups_are_not_offered_and_say_what_is_missing(arrive, doctor: Actor, chief: Actor) -> None:
    checkup = arrive("GENERAL", "ECG")
    with pytest.raises(Conflict) as error:
        conclusion.open_conclusion(chief, checkup.pk)
    assert error.value.params["panels"] == ["一般检查", "十二导联心电图"] or len(error.value.params["panels"]) == 2
    assert not conclusion_worklist(chief).exists()
    with pytest.raises(Conflict, match="未完成"):
        conclusion_worklist(chief, text=checkup.checkup_no)
    set_option(ADMIN, "checkup.conclusion_only_complete", False)
    station.save_results(doctor, department("GEN").pk, checkup.pk, station.Saving(entries=[entry("HEIGHT", "173")]))
    conclusion.open_conclusion(chief, checkup.pk, confirm_incomplete=True)
    with pytest.raises(Conflict) as error:
        conclusion.conclude_checkup(chief, checkup.pk)
    assert error.value.code in ("conclude-undone", "conclude-empty")


@pytest.mark.feature("I-71")
def test_the_department_is_named_only_when_the_option_says_so(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    assert "一般检查：" not in Conclusion.objects.get(checkup=checkup).overview
    set_option(ADMIN, "checkup.advice_without_department", False)
    conclusion.regenerate_conclusion(chief, checkup.pk)
    assert "一般检查：" in Conclusion.objects.get(checkup=checkup).overview


def test_departments_look_again_when_the_conclusion_doctor_sends_back(examined, doctor: Actor, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    with pytest.raises(Invalid, match="退回原因"):
        conclusion.send_back_to_departments(chief, checkup.pk, department_ids=[department("GEN").pk], reason=" ")
    conclusion.send_back_to_departments(chief, checkup.pk, department_ids=[department("GEN").pk], reason="身高可疑")
    checkup.refresh_from_db()
    assert checkup.status == "examining"
    page = station_page(doctor, department("GEN").pk, checkup.pk)
    assert any("身高可疑" in warning["text"] for warning in page["warnings"])
    station.complete_department(doctor, department("GEN").pk, checkup.pk, station.Saving(entries=()))
    checkup.refresh_from_db()
    assert checkup.status == "departments_done"
    assert not SendBack.objects.filter(checkup=checkup, resolved_at=None).exists()


@pytest.fixture
def concluded(examined, chief: Actor) -> Checkup:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    return conclusion.conclude_checkup(chief, checkup.pk)


@pytest.mark.feature("I-20")
def test_nobody_reviews_their_own_conclusion_unless_the_option_is_off(concluded: Checkup, chief: Actor) -> None:
    both = Actor(kind="staff", id=chief.id, name=chief.name, permissions=chief.permissions | {"checkup.review.write"})
    with pytest.raises(Conflict) as error:
        review.review_checkup(both, concluded.pk)
    assert error.value.code == "reviewer-is-author"
    set_option(ADMIN, "checkup.two_person_review", False)
    assert review.review_checkup(both, concluded.pk).status == "reviewed"


@pytest.mark.feature("I-20")
def test_a_reviewer_sends_back_with_a_reason_and_the_doctor_sees_it(concluded: Checkup, chief: Actor, reviewer) -> None:
    with pytest.raises(Forbidden):
        review.review_checkup(chief, concluded.pk)
    with pytest.raises(Conflict, match="退回原因"):
        review.send_back_to_conclusion(reviewer, concluded.pk, reason="")
    review.send_back_to_conclusion(reviewer, concluded.pk, reason="建议写得太笼统")
    page = conclusion_page(chief, concluded.pk)
    assert page["conclusion"]["sent_back_reason"] == "建议写得太笼统"
    assert page["conclusion"]["can_edit"]
    conclusion.conclude_checkup(chief, concluded.pk)
    assert conclusion_page(chief, concluded.pk)["conclusion"]["sent_back_reason"] == ""


@pytest.mark.feature("I-20")
def test_taking_back_a_review_after_the_release_voids_the_version_and_the_next_one_says_so(
    concluded: Checkup, reviewer: Actor, receptionist: Actor
) -> None:
    review.review_checkup(reviewer, concluded.pk)
    report.render_report(receptionist, concluded.pk)
    report.release_report(receptionist, concluded.pk, 1)
    with pytest.raises(Conflict, match="已经发布"):
        report.release_report(receptionist, concluded.pk, 1)
    review.unreview_checkup(reviewer, concluded.pk, reason="漏写复查")
    assert CheckupReport.objects.get(version=1).status == "void"
    concluded.refresh_from_db()
    assert concluded.status == "concluded"
    with pytest.raises(Conflict, match="审核通过后才能"):
        report.render_report(receptionist, concluded.pk)
    review.review_checkup(reviewer, concluded.pk)
    assert report.render_report(receptionist, concluded.pk).version == 2


def test_results_cannot_be_changed_once_the_conclusion_is_opened(examined, doctor: Actor, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    saving = station.Saving(entries=[entry("HEIGHT", "180", version=1)])
    with pytest.raises(Conflict) as error:
        station.save_results(doctor, department("GEN").pk, checkup.pk, saving)
    assert error.value.code == "results-locked"


@pytest.mark.feature("I-19")
def test_saving_hides_no_private_line_from_a_doctor_who_was_not_shown_it(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    private, *shown = edits(checkup)
    AdviceLine.objects.filter(pk=private.id).update(is_private=True)
    blind = replace(chief, permissions=chief.permissions - {"checkup.private.view"})
    save(blind, checkup, shown)
    assert AdviceLine.objects.get(pk=private.id).is_hidden is False


@pytest.mark.feature("I-19")
def test_merged_line_stays_merged_when_a_later_save_does_not_repeat_it(examined, chief: Actor) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    first, second, *rest = edits(checkup)
    save(chief, checkup, [replace(first, merged_ids=(second.id,)), *rest])
    save(chief, checkup, [first, *rest])
    folded = AdviceLine.objects.get(pk=second.id)
    assert (folded.merged_into_id, folded.is_hidden) == (first.id, False)
