"""The list of reports by what is to be done next."""

import pytest

from kangqiao.checkup.models import Checkup
from kangqiao.checkup.selectors.reports import report_worklist
from kangqiao.checkup.services import conclusion, report, review
from kangqiao.core.actor import Actor


def listed(checkup: Checkup) -> list[str]:
    states = ("ready", "rendered", "released")
    return [state for state in states if report_worklist(state=state).filter(pk=checkup.pk).exists()]


@pytest.mark.feature("I-33")
def test_a_checkup_stands_in_one_list_at_a_time_from_review_to_release(
    examined, chief: Actor, reviewer: Actor, receptionist: Actor
) -> None:
    checkup = examined()
    conclusion.open_conclusion(chief, checkup.pk)
    conclusion.conclude_checkup(chief, checkup.pk)
    assert listed(checkup) == []
    review.review_checkup(reviewer, checkup.pk)
    assert listed(checkup) == ["ready"]
    report.render_report(receptionist, checkup.pk)
    assert listed(checkup) == ["rendered"]
    report.release_report(receptionist, checkup.pk, 1)
    assert listed(checkup) == ["released"]
