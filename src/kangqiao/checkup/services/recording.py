"""Storing judged values: what is replaced is kept, versions grow, important findings and the department's summary follow."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from kangqiao.checkup.models import Checkup, ItemResult, SupersededResult
from kangqiao.checkup.selectors.sheets import Sheet
from kangqiao.checkup.services.judged import Judged
from kangqiao.core.actor import Actor

STORED = (
    "value",
    "numeric",
    "readings",
    "unit",
    "flag",
    "prompt",
    "class_text",
    "range_low",
    "range_high",
    "range_text",
    "finding",
    "term_code",
    "source",
    "instrument",
    "entered_by_id",
    "entered_by_name",
    "entered_at",
    "version",
)
COMPARED = ("value", "readings", "flag", "class_text", "range_text", "finding_id", "term_code", "source")


def store_results(
    actor: Actor, checkup: Checkup, sheet: Sheet, judged: Sequence[Judged], *, instrument: str = ""
) -> list[ItemResult]:
    """Write what differs from the stored results and return it; former values go to SupersededResult. Four queries."""
    now = timezone.now()
    fresh: list[ItemResult] = []
    changed: list[ItemResult] = []
    replaced: list[SupersededResult] = []
    for each in judged:
        stored = sheet.results.get(each.line.item.pk)
        if stored is None:
            if each.value or each.readings:
                fresh.append(fill_result(_new(checkup, each), each, actor, now, instrument))
            continue
        candidate = fill_result(_new(checkup, each), each, actor, now, instrument)
        if all(getattr(stored, name) == getattr(candidate, name) for name in COMPARED):
            continue
        if stored.value and stored.value != candidate.value:
            replaced.append(_superseded(stored, actor))
        version = stored.version + 1
        changed.append(fill_result(stored, each, actor, now, instrument))
        stored.version = version
    ItemResult.objects.bulk_create(fresh)
    SupersededResult.objects.bulk_create(replaced)
    for row in changed:
        row.updated_at = now
    if changed:
        ItemResult.objects.bulk_update(changed, [*STORED, "updated_at"])
    for row in fresh:
        sheet.results[row.item_id] = row
    return [*fresh, *changed]


def _new(checkup: Checkup, judged: Judged) -> ItemResult:
    panel = judged.line.panel
    return ItemResult(
        checkup=checkup, ordered_panel=panel, item=judged.line.item, department_id=panel.department_id, version=1
    )


def fill_result(row: ItemResult, judged: Judged, actor: Actor, now: datetime, instrument: str) -> ItemResult:
    """Put a judged value into a result row."""
    row.value = judged.value[:500]
    row.numeric = judged.numeric
    row.readings = list(judged.readings)
    row.unit = judged.line.item.unit
    row.flag, row.prompt, row.class_text = judged.flag, judged.prompt, judged.class_text[:120]
    row.range_low, row.range_high, row.range_text = judged.range_low, judged.range_high, judged.range_text[:100]
    row.finding = judged.finding
    row.term_code = judged.term_code
    row.source, row.instrument = judged.source, instrument[:60]
    row.entered_by_id, row.entered_by_name, row.entered_at = actor.id, actor.name, now
    return row


def _superseded(stored: ItemResult, actor: Actor) -> SupersededResult:
    return SupersededResult(
        result=stored,
        value=stored.value,
        flag=stored.flag,
        source=stored.source,
        instrument=stored.instrument,
        entered_by_name=stored.entered_by_name,
        entered_at=stored.entered_at,
        version=stored.version,
        replaced_by_name=actor.name,
    )
