"""The demo examinees: a working day in one go, and away again."""

import time
from collections import Counter

from kangqiao.checkup.models import Checkup
from kangqiao.checkup.services.seeding import has_demo, remove_demo, seed_demo
from kangqiao.core.actor import SYSTEM


def test_demo_examinees_fill_every_state_within_twenty_seconds_of_work_and_are_removed_in_one_go(in_a) -> None:
    started = time.process_time()
    assert seed_demo(SYSTEM) == 300
    took = time.process_time() - started
    states = Counter(Checkup.objects.values_list("status", flat=True))
    wanted = {
        "enrolled",
        "checked_in",
        "examining",
        "departments_done",
        "in_conclusion",
        "concluded",
        "reviewed",
        "archived",
    }
    assert wanted <= set(states)
    assert took < 20
    assert remove_demo(SYSTEM) == 300
    assert not has_demo()
    assert not Checkup.objects.exists()
