"""A person's former check-ups, for comparison. Two queries for any number of items."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from kangqiao.checkup.enums import CheckupStatus
from kangqiao.checkup.models import Checkup, ItemResult

FINISHED = (
    CheckupStatus.CONCLUDED,
    CheckupStatus.REVIEWED,
    CheckupStatus.RELEASED,
    CheckupStatus.NOTIFIED,
    CheckupStatus.COLLECTED,
    CheckupStatus.ARCHIVED,
)


@dataclass(frozen=True)
class FormerCheckup:
    id: int
    on: date
    verdict: str


@dataclass(frozen=True)
class History:
    """Former check-ups, newest first, and their results by item id and check-up id."""

    checkups: list[FormerCheckup]
    results: dict[int, dict[int, ItemResult]] = field(default_factory=dict)

    def of_item(self, item_id: int) -> list[tuple[FormerCheckup, ItemResult | None]]:
        found = self.results.get(item_id, {})
        return [(former, found.get(former.id)) for former in self.checkups]


def load_history(checkup: Checkup, *, visits: int = 3, item_ids: list[int] | None = None) -> History:
    """The last finished check-ups of the same person before this one."""
    rows = Checkup.objects.filter(
        person_id=checkup.person_id, enrolled_on__lt=checkup.enrolled_on, status__in=FINISHED
    ).order_by("-enrolled_on", "-id")
    former = [
        FormerCheckup(row["pk"], row["enrolled_on"], row["conclusion__verdict"] or "")
        for row in rows.values("pk", "enrolled_on", "conclusion__verdict")[:visits]
    ]
    results: dict[int, dict[int, ItemResult]] = defaultdict(dict)
    if former:
        found = ItemResult.objects.filter(checkup_id__in=[each.id for each in former]).exclude(value="")
        if item_ids is not None:
            found = found.filter(item_id__in=item_ids)
        for row in found:
            results[row.item_id][row.checkup_id] = row
    return History(former, results)
