"""Checks of what a station sends, before anything is stored."""

from collections.abc import Sequence

from kangqiao.checkup.enums import PanelStatus
from kangqiao.checkup.selectors.entering import derivable
from kangqiao.checkup.selectors.sheets import Sheet
from kangqiao.checkup.services.judged import Entry, Judged
from kangqiao.core.errors import Conflict, Invalid

OPEN_PANELS = (
    PanelStatus.PENDING.value,
    PanelStatus.SAMPLED.value,
    PanelStatus.RECEIVED.value,
    PanelStatus.POSTPONED.value,
)


def default_entries(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """Default findings for items that were left empty, when the doctor confirmed them."""
    typed = {entry.item_id for entry in entries if entry.value or entry.finding_id or entry.readings}
    found = []
    for line in sheet.lines:
        stored = sheet.results.get(line.item.pk)
        if line.item.pk in typed or (stored and stored.value):
            continue
        finding = next((each for each in line.findings if each.is_default), None)
        version = stored.version if stored else 0
        if finding is not None:
            found.append(Entry(line.item.pk, finding.text, (), finding.pk, version))
        elif line.item.default_value:
            found.append(Entry(line.item.pk, line.item.default_value, (), None, version))
    return found


def refuse_foreign_items(sheet: Sheet, entries: Sequence[Entry]) -> None:
    for place, entry in enumerate(entries):
        if sheet.line_of(entry.item_id) is None:
            raise Invalid(
                [
                    {
                        "pointer": f"/items/{place}/item_id",
                        "code": "not_in_sheet",
                        "detail": "该项目不在本科室的检查单上，请刷新页面",
                    }
                ]
            )


def refuse_stale(sheet: Sheet, entries: Sequence[Entry]) -> None:
    """Tell the second editor what the first one saved."""
    clashes = []
    for entry in entries:
        stored = sheet.results.get(entry.item_id)
        if stored is None or stored.version == entry.version:
            continue
        if stored.value == entry.value.strip() and list(stored.readings) == list(entry.readings):
            continue
        clashes.append(
            {
                "item_id": entry.item_id,
                "name": stored.item.name,
                "value": stored.value,
                "entered_by": stored.entered_by_name,
                "entered_at": stored.entered_at.isoformat(),
                "version": stored.version,
            }
        )
    if clashes:
        first = clashes[0]
        detail = f"“{first['name']}”已由{first['entered_by']}录入为“{first['value']}”，请核对后再保存"
        raise Conflict("result-changed", "结果刚被他人修改", detail, items=clashes)


def refuse_errors(judged: Sequence[Judged], entries: Sequence[Entry]) -> None:
    places = {entry.item_id: place for place, entry in enumerate(entries)}
    errors = [
        {
            "pointer": f"/items/{places[each.line.item.pk]}/value",
            "code": "bad_value",
            "detail": f"{each.line.item.name}：{each.error}",
        }
        for each in judged
        if each.error and each.line.item.pk in places
    ]
    if errors:
        raise Invalid(errors)


def missing_items(sheet: Sheet) -> list[str]:
    """Names of required items without a result in panels that are still to do; computed items are never missing."""
    names = []
    for line in sheet.lines:
        if line.panel.status not in OPEN_PANELS or not line.is_required:
            continue
        stored = sheet.results.get(line.item.pk)
        if (stored is None or not stored.value) and not derivable(line.item):
            names.append(line.item.name)
    return names
