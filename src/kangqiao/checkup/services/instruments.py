"""Results that an instrument sent: barcode -> specimen -> mapping -> judged result. What does not fit goes to the tray with its reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from kangqiao.audit.services import record
from kangqiao.checkup.enums import ResultKind, ResultSource
from kangqiao.checkup.models import Checkup, ItemResult, LabItemMapping, Specimen
from kangqiao.checkup.rules import guards
from kangqiao.checkup.rules.number_entry import parse_number
from kangqiao.checkup.rules.plain import Refusal, round_half_up, show_number
from kangqiao.checkup.rules.transitions import CheckupStatus
from kangqiao.checkup.selectors.entering import panel_states
from kangqiao.checkup.selectors.settings import CheckupSettings, read_settings
from kangqiao.checkup.selectors.sheets import Sheet, load_sheet
from kangqiao.checkup.services.findings import refresh_findings
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.judging import judge
from kangqiao.checkup.services.progress import begin_examining, enqueue_visits
from kangqiao.checkup.services.recording import store_results
from kangqiao.checkup.services.summarizing import refresh_department_summary
from kangqiao.core.actor import Actor
from kangqiao.core.locks import lock_many
from kangqiao.core.outbox import publish
from kangqiao.core.realtime import notify
from kangqiao.instruments.selectors import waiting_results
from kangqiao.instruments.services import Settlement, settle_results

SIGNS = {"<=": "≤", ">=": "≥"}


@dataclass(frozen=True)
class Measured:
    """One line of an instrument."""

    result_id: int
    barcode: str
    channel_code: str
    value: str


@dataclass(frozen=True)
class Delivery:
    """What is common to the lines of one transmission."""

    actor: Actor
    device: str
    mappings: dict[str, LabItemMapping]
    settings: CheckupSettings


@transaction.atomic
def apply_instrument_results(actor: Actor, transmission_id: int) -> list[Settlement]:
    """Store the waiting lines of a transmission as results; each line is settled as matched or with the reason why not."""
    waiting = waiting_results(transmission_id)
    if not waiting:
        return []
    device = waiting[0].device
    lines = [Measured(row.pk, row.barcode.strip(), row.channel_code.strip(), row.value) for row in waiting]
    sender = Actor(kind=actor.kind, id=actor.id, name=f"仪器 {device}", permissions=actor.permissions)
    mappings = load_mappings(device, {line.channel_code for line in lines})
    delivery = Delivery(sender, device, mappings, read_settings())
    specimens = {row.barcode: row for row in Specimen.objects.filter(barcode__in={line.barcode for line in lines})}
    checkups = {row.pk: row for row in lock_many(Checkup.objects.all(), {row.checkup_id for row in specimens.values()})}
    grouped: dict[str, list[Measured]] = defaultdict(list)
    for line in lines:
        grouped[line.barcode].append(line)
    settlements: list[Settlement] = []
    for barcode in sorted(grouped):
        specimen = specimens.get(barcode)
        if specimen is None:
            reason = f"没有条码 {barcode or '（空）'} 的样本，请核对条码后重新匹配"
            settlements += [Settlement(line.result_id, reason=reason) for line in grouped[barcode]]
        else:
            checkup = checkups[specimen.checkup_id]
            settlements += _apply(delivery, checkup, specimen, grouped[barcode])
    settle_results(settlements)
    return settlements


def load_mappings(device: str, channels: set[str]) -> dict[str, LabItemMapping]:
    """The mapping of each channel: the instrument's own before the general one. One query."""
    rows = LabItemMapping.objects.filter(channel_code__in=channels, interface__in=["", device], is_active=True)
    found: dict[str, LabItemMapping] = {}
    for row in rows.select_related("item").order_by("interface"):
        found[row.channel_code] = row
    return found


def _apply(delivery: Delivery, checkup: Checkup, specimen: Specimen, lines: Sequence[Measured]) -> list[Settlement]:
    sheet = load_sheet(checkup, specimen.department_id)
    refusal = guards.refuse_save_results(CheckupStatus(checkup.status), panel_states(sheet.panels))
    if refusal is not None:
        return [Settlement(line.result_id, reason=refusal.message) for line in lines]
    entries, settlements, of_item = _translate(sheet, lines, delivery.mappings)
    judged = judge(sheet, entries, delivery.settings, source=ResultSource.INSTRUMENT.value)
    wrong = {each.line.item.pk: each.error for each in judged if each.error}
    taken = [each for each in judged if not each.error]
    changed = store_results(delivery.actor, checkup, sheet, taken, instrument=delivery.device)
    for item_id, result_ids in of_item.items():
        stored = sheet.results.get(item_id)
        for result_id in result_ids:
            if item_id in wrong or stored is None:
                settlements.append(Settlement(result_id, reason=wrong.get(item_id, "结果为空")))
            else:
                settlements.append(Settlement(result_id, item_result_id=stored.pk))
    if changed:
        _announce(delivery, sheet, specimen, changed)
    return settlements


def _translate(
    sheet: Sheet, lines: Sequence[Measured], mappings: dict[str, LabItemMapping]
) -> tuple[list[Entry], list[Settlement], dict[int, list[int]]]:
    """Entries for the sheet; the last line of an item counts when an instrument repeats it."""
    entries: dict[int, Entry] = {}
    of_item: dict[int, list[int]] = defaultdict(list)
    settlements = []
    for line in lines:
        mapping = mappings.get(line.channel_code)
        if mapping is None:
            reason = f"通道 {line.channel_code} 没有检验对照，请在“检验对照”中补上后重新匹配"
            settlements.append(Settlement(line.result_id, reason=reason))
        elif sheet.line_of(mapping.item_id) is None:
            reason = f"该体检没有登记“{mapping.item.name}”"
            settlements.append(Settlement(line.result_id, reason=reason))
        else:
            stored = sheet.results.get(mapping.item_id)
            version = stored.version if stored else 0
            entries[mapping.item_id] = Entry(mapping.item_id, translate_value(mapping, line.value), version=version)
            of_item[mapping.item_id].append(line.result_id)
    return list(entries.values()), settlements, of_item


def translate_value(mapping: LabItemMapping, value: str) -> str:
    """The instrument's value in our unit and words: text map first, then factor, at most the item's decimals."""
    text = value.strip()
    if text in mapping.text_map:
        return str(mapping.text_map[text])
    if mapping.item.result_kind != ResultKind.NUMERIC:
        return text
    number = parse_number(text)
    if isinstance(number, Refusal):
        return text
    scaled = number.value if mapping.factor == 1 else number.value * Decimal(mapping.factor)
    rounded = round_half_up(scaled, mapping.item.decimals)
    shown = scaled if mapping.factor == 1 and scaled == rounded else rounded
    return SIGNS.get(number.qualifier, number.qualifier) + show_number(shown)


def _announce(delivery: Delivery, sheet: Sheet, specimen: Specimen, changed: list[ItemResult]) -> None:
    actor = delivery.actor
    checkup = sheet.checkup
    department = sheet.panels[0].department
    refresh_department_summary(actor, sheet, department, delivery.settings, doctor=(None, ""))
    refresh_findings(actor, checkup, sheet.results.values())
    begin_examining(actor, checkup)
    enqueue_visits(checkup, [department.pk])
    item_ids = [row.item_id for row in changed]
    after = {
        "device": delivery.device,
        "barcode": specimen.barcode,
        "results": {row.item.code: row.value for row in changed},
    }
    record(actor, "checkup.results_received", target=checkup, after=after)
    publish("checkup.results_saved", {"checkup_id": checkup.pk, "department_id": department.pk, "item_ids": item_ids})
    notice = {"kind": "results_arrived", "checkup_id": checkup.pk}
    notify("checkup", checkup.pk, {**notice, "department_ids": [department.pk], "item_ids": item_ids})
    notify("station", department.pk, notice)
