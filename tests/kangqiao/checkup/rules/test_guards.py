"""Guards of the main path's steps (checkup.md 2.4)."""

import pytest

from kangqiao.checkup.rules import guards as g
from kangqiao.checkup.rules.plain import Refusal
from kangqiao.checkup.rules.transitions import LOCKED, CheckupStatus, PanelStatus

pytestmark = pytest.mark.feature("I-12")

S, P = CheckupStatus, PanelStatus
CLOSED = [(S.PAUSED, "checkup.paused"), (S.VOID, "checkup.not_enrolled"), (S.BOOKED, "checkup.not_enrolled")]


def code(refusal: Refusal | None) -> str:
    if refusal is None:
        return ""
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.message)
    return refusal.code


def panel(status: PanelStatus = P.PENDING, **more) -> g.PanelState:
    return g.PanelState("血常规", status, **more)


BLOOD = g.PanelOffer("BLOOD", "血常规", item_codes=frozenset({"WBC", "HGB"}))
SMEAR = g.PanelOffer("SMEAR", "宫颈涂片", sex="female")


@pytest.mark.parametrize(
    ("offers", "more", "expected"),
    [
        ([BLOOD], {"sex": "male"}, ""),
        ([SMEAR], {"sex": "female"}, ""),
        ([SMEAR], {"sex": "male"}, "panel.sex_mismatch"),
        ([SMEAR], {"sex": ""}, "panel.sex_mismatch"),
        ([BLOOD, BLOOD], {"sex": "male"}, "panel.duplicate"),
        ([BLOOD], {"sex": "male", "already": ["BLOOD"]}, "panel.duplicate"),
        ([g.PanelOffer("X", "旧项目", is_active=False)], {"sex": "male"}, "panel.retired"),
        (
            [g.PanelOffer("HBV", "乙肝五项", forbidden_kinds=frozenset({"pre_employment"}))],
            {"sex": "male", "kind": "pre_employment"},
            "panel.forbidden_kind",
        ),
        (
            [g.PanelOffer("HBV", "乙肝五项", forbidden_kinds=frozenset({"pre_employment"}))],
            {"sex": "male", "kind": "health"},
            "",
        ),
    ],
)
def test_which_panels_may_be_ordered_together(offers: list, more: dict, expected: str) -> None:
    assert code(g.refuse_offers(offers, **more)) == expected


@pytest.mark.feature("I-05")
def test_overlapping_panels_are_named_item_by_item() -> None:
    other = g.PanelOffer("HB", "血红蛋白测定", item_codes=frozenset({"HGB"}))
    assert g.overlapping_items([BLOOD, other]) == {"HGB": ("血常规", "血红蛋白测定")}
    assert g.overlapping_items([BLOOD, SMEAR]) == {}


@pytest.mark.feature("I-06")
@pytest.mark.parametrize(
    ("limits", "person", "expected"),
    [
        (("", None, None), ("male", None), ""),
        (("female", None, None), ("male", 30), "package.sex_mismatch"),
        (("", 18, 40), ("male", None), "package.age_unknown"),
        (("", 18, 40), ("male", 17), "package.age_mismatch"),
        (("", 18, 40), ("male", 18), ""),
        (("", 18, 40), ("male", 41), "package.age_mismatch"),
        (("", 18, 40), ("male", 40), ""),
        (("", 50, None), ("male", 90), ""),
        (("", None, 40), ("male", 0), ""),
    ],
)
def test_a_package_suits_sex_and_age(limits: tuple, person: tuple, expected: str) -> None:
    refusal = g.refuse_package(
        "套餐", sex_limit=limits[0], age_min=limits[1], age_max=limits[2], sex=person[0], age=person[1]
    )
    assert code(refusal) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"sex": "male", "panel_count": 1, "has_open_checkup": False}, ""),
        ({"sex": "", "panel_count": 1, "has_open_checkup": False}, "enroll.sex_missing"),
        ({"sex": "male", "panel_count": 0, "has_open_checkup": False}, "enroll.no_panel"),
        ({"sex": "male", "panel_count": 1, "has_open_checkup": True}, ""),
        (
            {"sex": "male", "panel_count": 1, "has_open_checkup": True, "block_until_concluded": True},
            "enroll.open_checkup",
        ),
    ],
)
def test_enrolling(facts: dict, expected: str) -> None:
    assert code(g.refuse_enroll(**facts)) == expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [(S.ENROLLED, ""), (S.CHECKED_IN, "check_in.done"), (S.CONCLUDED, "check_in.done"), *CLOSED],
)
def test_check_in(status: CheckupStatus, expected: str) -> None:
    assert code(g.refuse_check_in(status)) == expected


@pytest.mark.parametrize(
    ("status", "panels", "money", "expected"),
    [
        (S.ENROLLED, [panel()], False, ""),
        (S.CHECKED_IN, [panel(P.DECLINED)], False, ""),
        (S.EXAMINING, [panel()], False, "void.status"),
        (S.ENROLLED, [panel(P.DONE)], False, "void.examined"),
        (S.ENROLLED, [panel(P.SAMPLED)], False, "void.examined"),
        (S.ENROLLED, [panel()], True, "void.money"),
    ],
)
def test_voiding_an_enrollment(status: CheckupStatus, panels: list, money: bool, expected: str) -> None:
    assert code(g.refuse_void(status, panels, money)) == expected


@pytest.mark.feature("I-16")
@pytest.mark.parametrize(
    ("status", "panels", "expected"),
    [
        (S.ENROLLED, [panel()], ""),
        (S.EXAMINING, [panel(P.DECLINED), panel()], ""),
        (S.EXAMINING, [panel(P.POSTPONED)], ""),
        (S.EXAMINING, [panel(P.SAMPLED)], "draw.already_drawn"),
        (S.EXAMINING, [panel(P.DONE)], "draw.already_drawn"),
        (S.EXAMINING, [panel(P.DECLINED), panel(P.REMOVED)], "draw.nothing_due"),
        (S.EXAMINING, [panel(is_paid=False)], "draw.unpaid"),
        (S.EXAMINING, [panel(P.DECLINED, is_paid=False), panel()], ""),
        (S.IN_CONCLUSION, [panel()], "checkup.locked"),
        (S.PAUSED, [panel()], "checkup.paused"),
        (S.VOID, [panel()], "checkup.not_enrolled"),
    ],
)
def test_drawing_a_tube(status: CheckupStatus, panels: list, expected: str) -> None:
    assert code(g.refuse_draw(status, panels)) == expected


@pytest.mark.feature("I-17")
@pytest.mark.parametrize(
    ("status", "panels", "more", "expected"),
    [
        (S.CHECKED_IN, [panel()], {}, ""),
        (S.DEPARTMENTS_DONE, [panel(P.DONE)], {}, ""),
        (S.EXAMINING, [], {}, "results.no_panel"),
        (S.EXAMINING, [panel()], {"department_verified": True}, "results.verified"),
        (S.EXAMINING, [panel(P.DECLINED), panel(P.REFUSED)], {}, "results.given_up"),
        (S.EXAMINING, [panel(is_paid=False)], {}, "results.unpaid"),
        *[(s, [panel()], {"concluded_by": "王医生"}, "results.locked") for s in sorted(LOCKED)],
        *[(s, [panel()], {}, c) for s, c in CLOSED],
    ],
)
def test_saving_results(status: CheckupStatus, panels: list, more: dict, expected: str) -> None:
    refusal = g.refuse_save_results(status, panels, **more)
    assert code(refusal) == expected
    if expected == "results.locked":
        assert refusal is not None
        assert "王医生" in refusal.message


@pytest.mark.feature("I-17")
def test_completing_a_department_names_what_is_missing() -> None:
    assert g.refuse_complete_department(S.EXAMINING, [panel()], []) is None
    missing = g.refuse_complete_department(S.EXAMINING, [panel()], ["身高", "体重"])
    assert code(missing) == "department.incomplete"
    assert missing is not None
    assert "身高、体重" in missing.message
    many = g.refuse_complete_department(S.EXAMINING, [panel()], [f"项{i}" for i in range(9)])
    assert many is not None
    assert "9 项" in many.message
    assert "项8" not in many.message
    assert code(g.refuse_complete_department(S.REVIEWED, [panel()], [])) == "results.locked"


@pytest.mark.feature("I-29")
@pytest.mark.parametrize(
    ("status", "of", "decline", "remove", "restore"),
    [
        (S.EXAMINING, P.PENDING, "", "", "restore.not_given_up"),
        (S.EXAMINING, P.POSTPONED, "", "", ""),
        (S.EXAMINING, P.SAMPLED, "", "remove.not_pending", "restore.not_given_up"),
        (S.EXAMINING, P.DONE, "decline.examined", "remove.not_pending", "restore.not_given_up"),
        (S.EXAMINING, P.VERIFIED, "decline.examined", "remove.not_pending", "restore.not_given_up"),
        (S.EXAMINING, P.DECLINED, "decline.already", "remove.not_pending", ""),
        (S.EXAMINING, P.REFUSED, "decline.already", "remove.not_pending", ""),
        (S.EXAMINING, P.REMOVED, "decline.removed", "remove.not_pending", "restore.not_given_up"),
        (S.CONCLUDED, P.PENDING, "checkup.locked", "checkup.locked", "checkup.locked"),
        (S.PAUSED, P.PENDING, "checkup.paused", "checkup.paused", "checkup.paused"),
    ],
)
def test_giving_up_removing_and_restoring(
    status: CheckupStatus, of: PanelStatus, decline: str, remove: str, restore: str
) -> None:
    assert code(g.refuse_decline(status, panel(of))) == decline
    assert code(g.refuse_remove_panel(status, panel(of))) == remove
    assert code(g.refuse_restore(status, panel(of))) == restore


@pytest.mark.feature("I-29")
@pytest.mark.parametrize(
    ("status", "expected"), [(S.ENROLLED, ""), (S.DEPARTMENTS_DONE, ""), (S.IN_CONCLUSION, "checkup.locked")]
)
def test_adding_panels_ends_with_the_conclusion(status: CheckupStatus, expected: str) -> None:
    assert code(g.refuse_add_panels(status)) == expected


DONE, OPEN = [panel(P.DONE), panel(P.DECLINED)], [panel(P.DONE), panel()]


@pytest.mark.feature("I-65")
@pytest.mark.parametrize(
    ("status", "panels", "more", "expected"),
    [
        (S.DEPARTMENTS_DONE, DONE, {}, ""),
        (S.EXAMINING, OPEN, {}, "conclusion.incomplete"),
        (S.CHECKED_IN, [], {}, "conclusion.incomplete"),
        (S.EXAMINING, OPEN, {"only_complete": False}, ""),
        (S.IN_CONCLUSION, DONE, {"opened_by": 1, "user_id": 1}, ""),
        (S.IN_CONCLUSION, DONE, {"opened_by": 1, "user_id": 2}, "conclusion.held"),
        (S.CONCLUDED, DONE, {}, "conclusion.done"),
        (S.RELEASED, DONE, {"only_complete": False}, "conclusion.done"),
        (S.PAUSED, DONE, {}, "checkup.paused"),
        (S.CANCELLED, DONE, {"only_complete": False}, "checkup.not_enrolled"),
    ],
)
def test_opening_the_conclusion(status: CheckupStatus, panels: list, more: dict, expected: str) -> None:
    assert code(g.refuse_open_conclusion(status, panels, **more)) == expected


@pytest.mark.feature("I-65")
def test_an_incomplete_checkup_says_which_panels_are_missing() -> None:
    refusal = g.refuse_open_conclusion(S.EXAMINING, OPEN)
    assert refusal is not None
    assert "血常规" in refusal.message


@pytest.mark.feature("I-19")
@pytest.mark.parametrize(
    ("status", "more", "expected"),
    [
        (S.IN_CONCLUSION, {"line_count": 1}, ""),
        (S.DEPARTMENTS_DONE, {"line_count": 1}, "conclude.status"),
        (S.IN_CONCLUSION, {"line_count": 0}, "conclude.empty"),
        (S.IN_CONCLUSION, {"line_count": 1, "undone": ["超声"]}, "conclude.undone"),
        (S.IN_CONCLUSION, {"line_count": 1, "undone": ["超声"], "undone_confirmed": True}, ""),
        (S.IN_CONCLUSION, {"line_count": 1, "unreported_critical": ["血红蛋白 50"]}, "conclude.critical"),
    ],
)
def test_concluding(status: CheckupStatus, more: dict, expected: str) -> None:
    assert code(g.refuse_conclude(status, **more)) == expected


@pytest.mark.feature("I-20")
@pytest.mark.parametrize(
    ("status", "concluded_by", "more", "expected"),
    [
        (S.CONCLUDED, 1, {}, ""),
        (S.CONCLUDED, 2, {}, "review.same_person"),
        (S.CONCLUDED, 2, {"require_two_persons": False}, ""),
        (S.IN_CONCLUSION, 1, {}, "review.status"),
    ],
)
def test_the_reviewer_is_another_person(status: CheckupStatus, concluded_by: int, more: dict, expected: str) -> None:
    assert code(g.refuse_review(status, concluded_by=concluded_by, reviewer=2, **more)) == expected


@pytest.mark.feature("I-20")
def test_the_ways_back_ask_for_a_reason_and_the_right_state() -> None:
    assert code(g.refuse_send_back(S.CONCLUDED, "缺心电图")) == ""
    assert code(g.refuse_send_back(S.CONCLUDED, " ")) == "send_back.reason"
    assert code(g.refuse_send_back(S.REVIEWED, "x")) == "send_back.status"
    assert code(g.refuse_revoke_conclusion(S.CONCLUDED)) == ""
    assert code(g.refuse_revoke_conclusion(S.REVIEWED)) == "revoke.reviewed"
    assert code(g.refuse_revoke_conclusion(S.EXAMINING)) == "revoke.not_concluded"
    assert code(g.refuse_unreview(S.RELEASED, "结果更正")) == ""
    assert code(g.refuse_unreview(S.REVIEWED, "")) == "unreview.reason"
    assert code(g.refuse_unreview(S.COLLECTED, "x")) == "unreview.status"


@pytest.mark.feature("I-20")
def test_only_a_reviewed_checkup_with_a_report_is_released() -> None:
    assert code(g.refuse_release(S.REVIEWED, has_rendered_report=True)) == ""
    assert code(g.refuse_release(S.REVIEWED, has_rendered_report=False)) == "release.no_report"
    assert code(g.refuse_release(S.CONCLUDED, has_rendered_report=True)) == "release.status"
