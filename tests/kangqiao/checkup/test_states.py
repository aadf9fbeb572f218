"""Whatever is done in whatever order, a check-up only ever moves along its table, and says where it stands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kangqiao.audit.models import AuditEntry
from kangqiao.checkup.models import Checkup
from kangqiao.checkup.rules.transitions import CHECKUP_TRANSITIONS, SETTLED, CheckupStatus
from kangqiao.checkup.services import arrival, conclusion, panels, review, sampling, station
from kangqiao.core.actor import SYSTEM, Actor
from kangqiao.core.errors import DomainError
from kangqiao.people.services import PersonData

from .conftest import department, entry, general_entries, panel

CHIEF = Actor(kind="system", id=1, name="总检医生")
REVIEWER = Actor(kind="system", id=2, name="审核医生")


def _row(checkup: Checkup, code: str) -> int:
    return checkup.ordered_panels.filter(panel__code=code).order_by("-id").first().pk


def _complete(checkup: Checkup, code: str) -> None:
    entries = general_entries() if code == "GEN" else []
    station.complete_department(SYSTEM, department(code).pk, checkup.pk, station.Saving(entries, confirm_defaults=True))


ACTIONS = {
    "check in": lambda c: arrival.check_in_examinee(SYSTEM, c.pk),
    "draw": lambda c: sampling.draw_blood(SYSTEM, c.specimens.first().barcode),
    "save": lambda c: station.save_results(
        SYSTEM, department("GEN").pk, c.pk, station.Saving([entry("HEIGHT", "173.2")])
    ),
    "complete general": lambda c: _complete(c, "GEN"),
    "complete ecg": lambda c: _complete(c, "ECG"),
    "reopen": lambda c: station.reopen_department(SYSTEM, department("ECG").pk, c.pk, reason="复核"),
    "decline tube": lambda c: panels.decline_panel(SYSTEM, c.pk, _row(c, "CBC"), reason="不做"),
    "decline ecg": lambda c: panels.decline_panel(SYSTEM, c.pk, _row(c, "ECG"), reason="不做"),
    "restore ecg": lambda c: panels.restore_panel(SYSTEM, c.pk, _row(c, "ECG")),
    "add": lambda c: panels.add_panels(SYSTEM, c.pk, [panel("ENT").pk]),
    "remove": lambda c: panels.remove_panels(SYSTEM, c.pk, [_row(c, "ECG")], reason="减项"),
    "cancel": lambda c: panels.cancel_checkup(SYSTEM, c.pk, reason="登记错误"),
    "open": lambda c: conclusion.open_conclusion(CHIEF, c.pk),
    "release": lambda c: conclusion.release_conclusion(CHIEF, c.pk),
    "conclude": lambda c: conclusion.conclude_checkup(CHIEF, c.pk),
    "departments": lambda c: conclusion.send_back_to_departments(
        CHIEF, c.pk, department_ids=[department("GEN").pk], reason="复测"
    ),
    "review": lambda c: review.review_checkup(REVIEWER, c.pk),
    "send back": lambda c: review.send_back_to_conclusion(REVIEWER, c.pk, reason="补充"),
    "unreview": lambda c: review.unreview_checkup(REVIEWER, c.pk, reason="补充"),
}
ORDERLY = ["check in", "draw", "complete general", "decline tube", "complete ecg", "open", "conclude", "review"]


def _refusal(checkup: Checkup, name: str) -> DomainError | None:
    """Do it; what the hospital said against it."""
    try:
        ACTIONS[name](checkup)
    except DomainError as refusal:
        return refusal
    return None


def _follow(checkup: Checkup, names: list[str]) -> None:
    for name in names:
        before = CheckupStatus(checkup.status)
        refusal = _refusal(checkup, name)
        if refusal is not None:
            assert refusal.title
            assert refusal.status in (403, 404, 409, 422)
            assert Checkup.objects.get(pk=checkup.pk).status == before
        checkup.refresh_from_db()
        _consistent(checkup)
    moves = AuditEntry.objects.filter(action="checkup.checkup.moved", target_id=checkup.pk).order_by("id")
    for move in moves:
        old, new = CheckupStatus(move.before["status"]), CheckupStatus(move.after["status"])
        assert new in CHECKUP_TRANSITIONS[old]


def _consistent(checkup: Checkup) -> None:
    statuses = set(checkup.ordered_panels.values_list("status", flat=True))
    settled = statuses <= {str(status) for status in SETTLED}
    if checkup.status in ("departments_done", "in_conclusion", "concluded", "reviewed"):
        assert settled
    if checkup.status in ("concluded", "reviewed"):
        assert checkup.conclusion.lines.filter(is_hidden=False).exists()
        assert checkup.conclusion.concluded_by_id is not None
    assert checkup.amount == sum(row.price for row in checkup.ordered_panels.all() if row.status != "removed")
    if checkup.status not in ("enrolled", "void"):
        assert checkup.checked_in_at is not None


@pytest.mark.feature("I-12", "I-17", "I-19", "I-20", "I-29")
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(ACTIONS)), max_size=10), st.integers(0, 8))
def test_any_order_of_actions_keeps_the_checkup_on_its_table(in_a, enrol, names: list[str], ahead: int) -> None:
    number = Checkup.objects.count()
    person = PersonData(name=f"受检者{number}", phone=f"1380000{number:04d}", sex="male")
    checkup = enrol("GENERAL", "CBC", "ECG", person=person)
    _follow(checkup, [*ORDERLY[:ahead], *names])


def test_the_orderly_path_reaches_the_review(enrol) -> None:
    checkup = enrol("GENERAL", "CBC", "ECG")
    _follow(checkup, ["check in", "complete general", "decline tube", "complete ecg", "open", "conclude", "review"])
    assert checkup.status == "reviewed"
