"""A department's station: guards, two editors, computed values, the summary."""

import pytest

from kangqiao.checkup.models import Checkup, DepartmentSummary, DepartmentVisit, ImportantFinding, ItemResult
from kangqiao.checkup.services import arrival, conclusion, findings, panels, station
from kangqiao.checkup.services.station import Saving
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, DomainError, Forbidden, Invalid
from kangqiao.options.services import set_option

from .conftest import department, entry, general_entries, item, staff


def code_of(error: pytest.ExceptionInfo[DomainError]) -> str:
    return error.value.code


def value(checkup: Checkup, code: str) -> ItemResult:
    return ItemResult.objects.get(checkup=checkup, item__code=code)


def save(doctor: Actor, checkup: Checkup, *entries: station.Entry, code: str = "GEN", **more: object) -> None:
    station.save_results(doctor, department(code).pk, checkup.pk, Saving(entries=entries, **more))


@pytest.mark.feature("I-75")
def test_body_mass_index_follows_height_and_weight_and_is_classed_as_shown(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    save(doctor, checkup, entry("HEIGHT", "179.1"), entry("WEIGHT", "89.8"))
    assert (value(checkup, "BMI").value, value(checkup, "BMI").class_text) == ("28.0", "肥胖")
    save(doctor, checkup, entry("WEIGHT", "89.0", version=1))
    assert (value(checkup, "BMI").value, value(checkup, "BMI").class_text) == ("27.7", "超重")


@pytest.mark.feature("I-75")
def test_without_the_option_the_body_mass_index_is_not_computed(arrive, doctor: Actor, in_a) -> None:
    checkup = arrive("GENERAL")
    set_option(staff_with("options.option.write"), "checkup.bmi_auto", False)
    save(doctor, checkup, entry("HEIGHT", "179.1"), entry("WEIGHT", "89.8"))
    assert not ItemResult.objects.filter(checkup=checkup, item__code="BMI").exists()


def staff_with(*permissions: str) -> Actor:
    return Actor(kind="staff", id=77, name="管理员", permissions=frozenset(permissions))


@pytest.mark.feature("I-76")
@pytest.mark.parametrize(
    ("readings", "mean", "words"),
    [
        ((("150", "80"), ("138", "84"), ("136", "84")), ("141", "83"), "1 级水平，单纯收缩期升高"),
        ((("118", "76"), ("116", "74")), ("117", "75"), "血压正常"),
        ((("165", "102"), ("163", "100")), ("164", "101"), "2 级水平"),
    ],
)
def test_pressure_readings_are_averaged_by_the_guideline_and_classed(
    arrive, doctor: Actor, readings, mean: tuple[str, str], words: str
) -> None:
    checkup = arrive("GENERAL")
    upper, lower = zip(*readings, strict=True)
    save(doctor, checkup, entry("SBP", "", *upper), entry("DBP", "", *lower))
    assert (value(checkup, "SBP").value, value(checkup, "DBP").value) == mean
    assert words in value(checkup, "SBP").class_text


@pytest.mark.feature("I-76")
def test_a_missing_third_reading_keeps_the_department_open(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    entries = general_entries(("150", "80"), ("138", "84"))
    with pytest.raises(Conflict) as error:
        station.complete_department(doctor, department("GEN").pk, checkup.pk, Saving(entries=entries))
    assert code_of(error) == "department-incomplete"
    assert "收缩压" in error.value.params["items"]


@pytest.mark.feature("I-17")
def test_the_second_editor_is_told_what_the_first_one_saved(arrive, doctor: Actor, all_departments) -> None:
    checkup = arrive("GENERAL")
    save(doctor, checkup, entry("HEIGHT", "173.2"))
    second = staff("nurse", "顾婷", 8, all_departments)
    with pytest.raises(Conflict) as error:
        save(second, checkup, entry("HEIGHT", "137.2"))
    assert code_of(error) == "result-changed"
    assert error.value.params["items"][0]["entered_by"] == "周文渊"
    save(second, checkup, entry("HEIGHT", "137.2", version=1))
    assert value(checkup, "HEIGHT").value == "137.2"


@pytest.mark.feature("I-17")
def test_two_clerks_may_enter_different_items_of_one_department(arrive, doctor: Actor, all_departments) -> None:
    checkup = arrive("GENERAL")
    save(doctor, checkup, entry("HEIGHT", "173.2"))
    save(staff("nurse", "顾婷", 8, all_departments), checkup, entry("WEIGHT", "80.4"))
    assert value(checkup, "BMI").value == "26.8"


@pytest.mark.feature("I-64")
def test_only_the_own_department_may_be_saved_unless_the_option_is_off(arrive) -> None:
    checkup = arrive("GENERAL")
    stranger = staff("department_doctor", "外科医生", 9, frozenset({department("SUR").department_id}))
    with pytest.raises(Forbidden, match="不是您的科室"):
        save(stranger, checkup, entry("HEIGHT", "173.2"))
    set_option(staff_with("options.option.write"), "checkup.own_department_only", False)
    save(stranger, checkup, entry("HEIGHT", "173.2"))
    assert value(checkup, "HEIGHT").entered_by_name == "外科医生"


@pytest.mark.feature("I-04")
@pytest.mark.parametrize("typed", ["1.73", "17.32", "abc", "300"])
def test_impossible_values_are_refused_with_a_pointer(arrive, doctor: Actor, typed: str) -> None:
    checkup = arrive("GENERAL")
    with pytest.raises(Invalid) as error:
        save(doctor, checkup, entry("WEIGHT", "80"), entry("HEIGHT", typed))
    assert error.value.params["errors"][0]["pointer"] == "/items/1/value"
    assert not ItemResult.objects.filter(checkup=checkup).exists()


@pytest.mark.feature("I-09", "I-17")
def test_a_common_finding_by_key_marks_abnormal_and_leads_to_its_term(arrive, doctor: Actor) -> None:
    checkup = arrive("INTERNAL")
    finding = item("HEART_SOUND").findings.filter(is_abnormal=True).exclude(term=None).first()
    save(doctor, checkup, station.Entry(item("HEART_SOUND").pk, "", (), finding.pk), code="INT")
    stored = value(checkup, "HEART_SOUND")
    assert (stored.value, stored.flag, stored.term_code) == (finding.text, "ABN", finding.term.code)


@pytest.mark.feature("I-09")
def test_defaults_are_entered_only_when_confirmed(arrive, doctor: Actor) -> None:
    checkup = arrive("INTERNAL")
    save(doctor, checkup, entry("HEART_RATE", "78"), code="INT")
    assert ItemResult.objects.filter(checkup=checkup).count() == 1
    save(doctor, checkup, code="INT", confirm_defaults=True)
    assert value(checkup, "LUNG_SOUND").flag == "N"


@pytest.mark.feature("I-69", "I-70")
def test_the_summary_comes_with_saving_and_leaves_out_what_was_not_done(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    station.save_draft(doctor, department("GEN").pk, checkup.pk, [{"item_id": item("WEIGHT").pk, "value": "95"}])
    assert not DepartmentSummary.objects.filter(checkup=checkup).exists()
    save(doctor, checkup, entry("HEIGHT", "173.2"), entry("WEIGHT", "95"))
    text = DepartmentSummary.objects.get(checkup=checkup).final_text
    assert "体重指数" in text
    assert "腰围" not in text


@pytest.mark.feature("I-17")
def test_a_summary_edited_by_hand_is_never_overwritten_but_marked_stale(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    save(doctor, checkup, entry("HEIGHT", "173.2"), entry("WEIGHT", "95"), summary_text="医生手写")
    save(doctor, checkup, entry("WEIGHT", "70", version=1))
    summary = DepartmentSummary.objects.get(checkup=checkup)
    assert (summary.final_text, summary.edited, summary.stale) == ("医生手写", True, True)
    save(doctor, checkup, summary_text="")
    summary.refresh_from_db()
    assert (summary.edited, summary.final_text) == (False, summary.auto_text)


def test_the_first_saved_result_implies_the_arrival(enrol, doctor: Actor) -> None:
    checkup = enrol("GENERAL")
    save(doctor, checkup, entry("HEIGHT", "173.2"))
    checkup.refresh_from_db()
    assert checkup.status == "examining"
    assert checkup.checked_in_at is not None


@pytest.mark.feature("I-29")
def test_declining_the_last_open_panel_finishes_the_departments(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL", "ECG")
    station.complete_department(doctor, department("GEN").pk, checkup.pk, Saving(entries=general_entries()))
    row = checkup.ordered_panels.get(panel__code="ECG")
    panels.decline_panel(doctor, checkup.pk, row.pk, reason="本人要求不做")
    checkup.refresh_from_db()
    assert checkup.status == "departments_done"
    with pytest.raises(Conflict, match="弃检"):
        panels.decline_panel(doctor, checkup.pk, row.pk, reason="再次")
    panels.restore_panel(doctor, checkup.pk, row.pk)
    checkup.refresh_from_db()
    assert checkup.status == "examining"


def test_a_completed_department_may_be_reopened_until_the_conclusion_is_opened(examined, doctor: Actor, chief) -> None:
    checkup = examined()
    station.reopen_department(doctor, department("GEN").pk, checkup.pk, reason="身高录错")
    checkup.refresh_from_db()
    assert checkup.status == "examining"
    station.complete_department(doctor, department("GEN").pk, checkup.pk, Saving(entries=()))
    conclusion.open_conclusion(chief, checkup.pk)
    with pytest.raises(Conflict) as error:
        station.reopen_department(doctor, department("GEN").pk, checkup.pk, reason="再改")
    assert code_of(error) == "results-locked"


def test_check_in_queues_the_departments_but_not_the_laboratory(enrol, receptionist: Actor) -> None:
    checkup = enrol("GENERAL", "CBC", "ECG")
    arrival.check_in_examinee(receptionist, checkup.pk)
    queued = DepartmentVisit.objects.filter(checkup=checkup, is_queued=True).values_list("department__code", flat=True)
    assert set(queued) == {"GEN", "ECG"}
    with pytest.raises(Conflict) as error:
        arrival.check_in_examinee(receptionist, checkup.pk)
    assert code_of(error) == "already-checked-in"


def test_a_critical_pressure_blocks_the_conclusion_until_the_person_was_told(examined, chief: Actor, doctor) -> None:
    checkup = examined(("186", "112"), ("182", "110"))
    finding = ImportantFinding.objects.get(checkup=checkup)
    assert (finding.level, finding.evidence) == ("A", "血压 184/111 mmHg")
    conclusion.open_conclusion(chief, checkup.pk)
    with pytest.raises(Conflict) as error:
        conclusion.conclude_checkup(chief, checkup.pk)
    assert code_of(error) == "conclude-critical"
    findings.notify_important(doctor, finding.pk, how="phone", told="本人")
    with pytest.raises(Conflict, match="告知"):
        findings.notify_important(doctor, finding.pk, how="phone", told="本人")
    conclusion.conclude_checkup(chief, checkup.pk)


def test_a_corrected_value_withdraws_its_important_finding(arrive, doctor: Actor) -> None:
    checkup = arrive("GENERAL")
    save(doctor, checkup, entry("SBP", "", "186", "184"), entry("DBP", "", "112", "112"))
    save(doctor, checkup, entry("SBP", "", "136", "134", version=1), entry("DBP", "", "82", "82", version=1))
    assert ImportantFinding.objects.get(checkup=checkup).withdrawn_at is not None
