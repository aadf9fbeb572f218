"""States of a check-up and its panels."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kangqiao.checkup.rules.transitions import (
    CHECKUP_TRANSITIONS,
    CHECKUP_WORDS,
    LOCKED,
    OPEN_TO_RESULTS,
    PANEL_TRANSITIONS,
    PANEL_WORDS,
    CheckupStatus,
    PanelStatus,
    all_settled,
    may_move,
    panel_may_move,
    status_after_panels_changed,
)

pytestmark = pytest.mark.feature("I-13")

PATH = "booked enrolled checked_in examining departments_done in_conclusion concluded reviewed released notified collected archived"


def test_every_state_has_a_row_and_a_word() -> None:
    assert set(CHECKUP_TRANSITIONS) == set(CHECKUP_WORDS) == set(CheckupStatus)
    assert set(PANEL_TRANSITIONS) == set(PANEL_WORDS) == set(PanelStatus)


def test_the_main_path_can_be_walked() -> None:
    states = [CheckupStatus(s) for s in PATH.split()]
    assert all(may_move(a, b) for a, b in pairwise(states))


@pytest.mark.parametrize(
    ("current", "to"),
    [
        ("enrolled", "concluded"),
        ("examining", "in_conclusion"),
        ("concluded", "released"),
        ("concluded", "examining"),
        ("released", "examining"),
        ("collected", "reviewed"),
        ("void", "enrolled"),
        ("cancelled", "enrolled"),
        ("examining", "void"),
    ],
)
def test_short_cuts_are_closed(current: str, to: str) -> None:
    assert not may_move(CheckupStatus(current), CheckupStatus(to))


def test_plain_stored_values_are_understood() -> None:
    assert may_move("enrolled", "checked_in")  # type: ignore[arg-type]
    assert panel_may_move("pending", "done")  # type: ignore[arg-type]
    assert not panel_may_move("removed", "pending")  # type: ignore[arg-type]
    assert status_after_panels_changed("examining", ["done"]) == "departments_done"  # type: ignore[arg-type, list-item]


def test_no_state_is_both_open_to_results_and_locked() -> None:
    assert not LOCKED & OPEN_TO_RESULTS


@pytest.mark.parametrize(
    ("panels", "settled"),
    [
        (["done", "verified", "declined", "refused", "removed"], True),
        (["done", "postponed"], False),
        (["done", "sampled"], False),
        (["removed"], False),
        ([], False),
        (["pending"], False),
    ],
)
def test_postponed_and_pending_panels_keep_a_checkup_open(panels: list[str], settled: bool) -> None:
    assert all_settled([PanelStatus(p) for p in panels]) is settled


@pytest.mark.parametrize(
    ("current", "panels", "expected"),
    [
        ("enrolled", ["pending", "sampled"], "examining"),
        ("checked_in", ["done", "pending"], "examining"),
        ("checked_in", ["declined", "pending"], "checked_in"),
        ("checked_in", ["done"], "departments_done"),
        ("examining", ["done", "declined"], "departments_done"),
        ("examining", ["done", "postponed"], "examining"),
        ("departments_done", ["done", "pending"], "examining"),
        ("departments_done", ["done"], "departments_done"),
        ("in_conclusion", ["done", "pending"], "in_conclusion"),
        ("paused", ["done"], "paused"),
    ],
)
def test_the_checkup_follows_its_panels(current: str, panels: list[str], expected: str) -> None:
    assert status_after_panels_changed(CheckupStatus(current), [PanelStatus(p) for p in panels]) == expected


@given(st.sampled_from(CheckupStatus), st.lists(st.sampled_from(PanelStatus), max_size=8))
def test_following_the_panels_is_always_an_allowed_move_and_stable(
    current: CheckupStatus, panels: list[PanelStatus]
) -> None:
    after = status_after_panels_changed(current, panels)
    assert after == current or may_move(current, after)
    assert status_after_panels_changed(after, panels) == after


def test_the_stored_states_are_known_to_the_rules() -> None:
    enums = pytest.importorskip("kangqiao.checkup.enums")
    assert {s.value for s in enums.CheckupStatus} <= set(CheckupStatus)
    assert {s.value for s in enums.PanelStatus} <= set(PanelStatus)
