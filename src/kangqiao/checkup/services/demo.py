"""Invented examinees, so that every screen of a new hospital looks like a working day; taken away in one go."""

from django.db import transaction

from kangqiao.audit.services import record
from kangqiao.checkup.models import Checkup
from kangqiao.core.actor import Actor
from kangqiao.people.services import DEMO_ARCHIVE, remove_demo_persons


def has_demo() -> bool:
    """Whether demo examinees are there."""
    return Checkup.objects.filter(person__archive_no__startswith=DEMO_ARCHIVE).exists()


@transaction.atomic
def remove_demo(actor: Actor) -> int:
    """Delete the demo examinees with everything that hangs on them; the number of persons."""
    Checkup.objects.filter(person__archive_no__startswith=DEMO_ARCHIVE).delete()
    count = remove_demo_persons()
    record(actor, "checkup.demo_removed", after={"persons": count})
    return count


def seed_demo(actor: Actor) -> int:
    raise NotImplementedError
