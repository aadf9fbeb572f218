"""Enrolment and changes to what was ordered."""

from decimal import Decimal

import pytest

from kangqiao.checkup.models import Checkup, CheckupKind, CheckupPackage
from kangqiao.checkup.selectors.desk import package_choices, panel_choices
from kangqiao.checkup.services import enrollment, panels, sampling
from kangqiao.core.actor import Actor
from kangqiao.core.errors import Conflict, DomainError
from kangqiao.people.models import Person
from kangqiao.people.services import PersonData, merge_persons

from .conftest import panel

WOMAN = PersonData(name="沈佩兰", sex="female", phone="13911112222")


@pytest.mark.feature("I-06", "I-12")
def test_the_panels_of_a_package_add_up_to_its_price_to_the_cent(enrol) -> None:
    checkup: Checkup = enrol(package="STANDARD_M")
    package = CheckupPackage.objects.get(code="STANDARD_M")
    assert sum(row.price for row in checkup.ordered_panels.all()) == package.price == checkup.amount
    assert checkup.list_amount == package.list_price


@pytest.mark.feature("I-12")
def test_numbers_follow_each_other_and_name_the_day(enrol) -> None:
    first = enrol("GENERAL")
    second = enrol("GENERAL", person=WOMAN)
    assert first.checkup_no.startswith(f"{first.enrolled_on:%Y%m%d}")
    assert int(second.checkup_no) == int(first.checkup_no) + 1
    assert second.queue_no == first.queue_no + 1


@pytest.mark.feature("I-05", "I-12")
def test_panels_of_one_tube_share_a_barcode_and_after_meal_blood_never_does(enrol) -> None:
    checkup = enrol("GLUCOSE", "LIPID", "LIVER", "CBC")
    by_panel = {row.panel.code: row.specimen_id for row in checkup.ordered_panels.select_related("panel")}
    assert by_panel["LIPID"] == by_panel["LIVER"] != by_panel["CBC"]
    after = panel("GLUCOSE")
    meal = type(after).objects.create(
        code="GLU2H_T", name="餐后血糖", department=after.department, tube_kind=after.tube_kind, timing="after_meal"
    )
    lines = {tube.first.code for tube in enrollment.plan_tubes([after, meal])}
    assert lines == {"GLUCOSE", "GLU2H_T"}


@pytest.mark.parametrize(
    ("codes", "person", "kind", "code"),
    [
        (("SURGERY_F",), None, "health", "panel-sex-mismatch"),
        (("HBV",), None, "health", "hbv-consent-required"),
        (("HBV",), None, "pre_employment", "panel-forbidden-for-kind"),
    ],
)
@pytest.mark.feature("I-12")
def test_panels_that_law_or_sex_forbids_are_refused(enrol, codes, person, kind: str, code: str) -> None:
    with pytest.raises(DomainError) as error:
        enrol(*codes, person=person, kind=kind)
    assert error.value.code == code
    assert not Checkup.objects.exists()


@pytest.mark.feature("I-05")
def test_a_panel_wholly_inside_another_is_refused_and_said_so(enrol, in_a) -> None:
    whole = panel("LIPID")
    part = type(whole).objects.create(code="LIPID_PART", name="血脂两项", department=whole.department, price="20")
    for row in whole.panel_items.all()[:2]:
        part.panel_items.create(item=row.item)
    with pytest.raises(DomainError, match="全部含在"):
        enrol("LIPID", "LIPID_PART")
    found = panel_choices(text="LIPID_PART", sex="male", selected=[whole.pk])
    assert (found[0]["verdict"], found[0]["note"]) == ("refused", f"2 项全部含在「{whole.name}」内")


@pytest.mark.feature("I-12")
def test_fitting_packages_come_first_and_the_others_say_why_not(in_a) -> None:
    found = package_choices(sex="male", age=46)
    fits = [choice["fit"] for choice in found]
    assert fits == sorted(fits, reverse=True)
    women = next(choice for choice in found if choice["code"] == "STANDARD_F")
    assert (women["fit"], women["misfit"]) == (False, "性别不符")


@pytest.mark.feature("I-12")
def test_one_person_is_enrolled_once_a_day_but_again_after_a_cancellation(enrol, receptionist: Actor) -> None:
    first = enrol("GENERAL")
    with pytest.raises(Conflict) as error:
        enrol("ECG")
    assert error.value.params["checkup_no"] == first.checkup_no
    panels.cancel_checkup(receptionist, first.pk, reason="登记错误")
    assert enrol("ECG").checkup_no != first.checkup_no


@pytest.mark.feature("I-29")
def test_panels_are_added_with_their_price_and_tubes_and_taken_away_again(arrive, receptionist: Actor) -> None:
    checkup = arrive("GENERAL")
    before = checkup.amount
    panels.add_panels(receptionist, checkup.pk, [panel("CBC").pk, panel("ECG").pk])
    checkup.refresh_from_db()
    assert checkup.amount == before + panel("CBC").price + panel("ECG").price
    assert checkup.specimens.count() == 1
    assert checkup.visits.get(department__code="ECG").is_queued
    row = checkup.ordered_panels.get(panel__code="CBC")
    panels.remove_panels(receptionist, checkup.pk, [row.pk], reason="受检者不做")
    checkup.refresh_from_db()
    assert checkup.amount == before + panel("ECG").price
    assert checkup.specimens.get().status == "void"
    with pytest.raises(Conflict, match="已有项目组合"):
        panels.add_panels(receptionist, checkup.pk, [panel("ECG").pk])


@pytest.mark.feature("I-29")
def test_what_was_sampled_is_neither_removed_nor_cancelled(drawn: Checkup, receptionist: Actor) -> None:
    row = drawn.ordered_panels.get(panel__code="CBC")
    with pytest.raises(Conflict, match="不能退项"):
        panels.remove_panels(receptionist, drawn.pk, [row.pk], reason="不做")
    with pytest.raises(Conflict, match="不能撤销登记"):
        panels.cancel_checkup(receptionist, drawn.pk, reason="不做")


@pytest.mark.feature("I-16")
def test_a_tube_is_drawn_once_and_the_second_scan_names_who_did(drawn: Checkup, phlebotomist: Actor) -> None:
    barcode = drawn.specimens.get().barcode
    with pytest.raises(Conflict) as error:
        sampling.draw_blood(phlebotomist, barcode)
    assert error.value.params["drawn_by"] == phlebotomist.name
    assert drawn.ordered_panels.get(panel__code="CBC").status == "sampled"


def test_a_merge_takes_the_checkups_along(enrol, receptionist: Actor) -> None:
    checkup = enrol("GENERAL", person=PersonData(name="何志远", phone="13812342067", sex="male"))
    kept = Person.objects.create(archive_no="TJ9999999", name="何志远", sex="male")
    admin = Actor(kind="staff", id=6, name="周岚", permissions=frozenset({"people.person.merge"}))
    merge_persons(admin, kept.pk, checkup.person_id, reason="同一人")
    checkup.refresh_from_db()
    assert checkup.person_id == kept.pk


def test_a_free_panel_counts_as_paid(enrol) -> None:
    free = panel("ECG")
    type(free).objects.filter(pk=free.pk).update(price=Decimal(0))
    checkup = enrol("ECG")
    assert checkup.payment_status == "paid"
    assert checkup.ordered_panels.get().is_paid


def test_a_retired_package_is_not_enrolled(enrol, in_a) -> None:
    CheckupPackage.objects.filter(code="BASIC").update(is_active=False)
    with pytest.raises(DomainError, match="没有这个套餐"):
        enrol(package="BASIC")
    assert CheckupKind.objects.get(code="health").is_active
