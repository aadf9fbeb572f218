"""From what was typed or measured to judged values: numbers read, readings averaged, items computed, flags set. Writes nothing."""

from collections.abc import Sequence
from decimal import Decimal

from kangqiao.checkup.enums import ResultKind, ResultSource
from kangqiao.checkup.rules import bmi as bmi_rules
from kangqiao.checkup.rules import ranges as range_rules
from kangqiao.checkup.rules.derived import BY_CODE, derive
from kangqiao.checkup.rules.formula import evaluate
from kangqiao.checkup.rules.number_entry import parse_number
from kangqiao.checkup.rules.plain import Refusal, round_half_up, show_number
from kangqiao.checkup.selectors.entering import BMI, is_computed
from kangqiao.checkup.selectors.settings import CheckupSettings
from kangqiao.checkup.selectors.sheets import Sheet, SheetLine, rule_sex
from kangqiao.checkup.services.judged import Entry, Judged, judge_number
from kangqiao.checkup.services.pressure import DIASTOLIC, SYSTOLIC, judge_pressure

WAIST = "WAIST"
ADULT_ONLY = "AGE"


def judge(
    sheet: Sheet, entries: Sequence[Entry], settings: CheckupSettings, *, source: str = ResultSource.MANUAL.value
) -> list[Judged]:
    """Judge the entries and everything that is computed from them."""
    judged: dict[int, Judged] = {}
    for entry in _with_other_pressure(sheet, entries):
        line = sheet.line_of(entry.item_id)
        if line is None:
            continue
        computed = is_computed(line, settings)
        if computed and not entry.value.strip():
            continue
        judged[entry.item_id] = judge_entry(line, entry, source=source)
    pressure = {
        line.item.code: judged.get(line.item.pk) for line in sheet.lines if line.item.code in (SYSTOLIC, DIASTOLIC)
    }
    judge_pressure(pressure.get(SYSTOLIC), pressure.get(DIASTOLIC), settings)
    for result in _computed(sheet, judged, settings):
        judged[result.line.item.pk] = result
    return list(judged.values())


def _with_other_pressure(sheet: Sheet, entries: Sequence[Entry]) -> list[Entry]:
    """When one of the two pressures is sent alone, the stored readings of the other complete the pair."""
    sent = {entry.item_id for entry in entries}
    lines = [line for code in (SYSTOLIC, DIASTOLIC) if (line := sheet.by_code(code)) is not None]
    found = list(entries)
    if any(line.item.pk in sent for line in lines):
        for line in lines:
            stored = sheet.results.get(line.item.pk)
            if line.item.pk not in sent and stored is not None:
                value = "" if stored.readings else stored.value
                found.append(Entry(line.item.pk, value, tuple(stored.readings), None, stored.version))
    return found


def judge_entry(line: SheetLine, entry: Entry, *, source: str) -> Judged:
    """One entry by itself; readings of a repeated measurement are judged together afterwards."""
    judged = Judged(line, source=source, readings=[text.strip() for text in entry.readings if text.strip()])
    judged.range_text = range_rules.range_text(line.range, line.item.decimals) if line.range else ""
    text = entry.value.strip()
    if line.item.result_kind == ResultKind.NUMERIC:
        if judged.readings and line.item.readings > 1:
            text = text if line.item.code in (SYSTOLIC, DIASTOLIC) else _mean(judged)
        if text and not judged.error:
            judge_number(judged, text)
    elif text or entry.finding_id:
        _judge_text(judged, text, entry.finding_id)
    return judged


def _mean(judged: Judged) -> str:
    """Mean of the readings, rounded half up to the item's decimals."""
    numbers = [parse_number(text, judged.line.item.decimals) for text in judged.readings]
    for number in numbers:
        if isinstance(number, Refusal):
            judged.error = number.message
            return ""
    values = [number.value for number in numbers if not isinstance(number, Refusal)]
    return show_number(round_half_up(sum(values, Decimal(0)) / len(values), judged.line.item.decimals))


def _judge_text(judged: Judged, text: str, finding_id: int | None) -> None:
    findings = judged.line.findings
    finding = next((each for each in findings if each.pk == finding_id), None)
    if finding is None or (text and text != finding.text):
        finding = next((each for each in findings if each.text == text), None)
    if finding is None and not text:
        judged.error = "这条常见结果已停用，请重新选择或直接输入"
        return
    judged.value = text or (finding.text if finding else "")
    judged.take(range_rules.flag_text(judged.value, judged.line.range))
    if finding is not None:
        judged.finding = finding
        flag = range_rules.ResultFlag.ABNORMAL if finding.is_abnormal else range_rules.ResultFlag.NORMAL
        keeps_positive = finding.is_abnormal and judged.flag == range_rules.ResultFlag.POSITIVE
        judged.flag = judged.flag if keeps_positive else flag.value
        judged.prompt = "异常" if finding.is_abnormal and not keeps_positive else judged.prompt
        judged.prompt = judged.prompt if finding.is_abnormal else ""
        judged.term_code = finding.term.code if finding.term and finding.is_abnormal else ""


def _values(sheet: Sheet, judged: dict[int, Judged]) -> dict[str, Decimal | None]:
    """Numbers by item code: what is stored, overlaid by what is being entered, with AGE."""
    values: dict[str, Decimal | None] = {row.item.code: row.numeric for row in sheet.results.values()}
    values |= {each.line.item.code: each.numeric for each in judged.values()}
    values[ADULT_ONLY] = Decimal(sheet.checkup.age) if sheet.checkup.age is not None else None
    return values


def _computed(sheet: Sheet, judged: dict[int, Judged], settings: CheckupSettings) -> list[Judged]:
    values = _values(sheet, judged)
    found = []
    for line in sheet.lines:
        typed = judged.get(line.item.pk)
        stored = sheet.results.get(line.item.pk)
        if typed is not None or (stored and stored.source == ResultSource.MANUAL and stored.value):
            if line.item.code in (BMI, WAIST) and typed is not None:
                _classify_body(typed, sheet)
            continue
        result = Judged(line, source=ResultSource.COMPUTED.value)
        result.range_text = range_rules.range_text(line.range, line.item.decimals) if line.range else ""
        number = _compute(line, values, sheet, settings)
        if number is None and not is_computed(line, settings):
            continue
        if number is not None:
            result.value, result.numeric = show_number(number), number
            values[line.item.code] = number
            result.take(range_rules.flag_number(number, line.range))
            _classify_body(result, sheet)
        found.append(result)
    return found


def _compute(
    line: SheetLine, values: dict[str, Decimal | None], sheet: Sheet, settings: CheckupSettings
) -> Decimal | None:
    code = line.item.code
    if code == BMI:
        if not settings.bmi_auto:
            return None
        return bmi_rules.bmi(values.get("HEIGHT"), values.get("WEIGHT"), settings.bmi_decimals)
    derived = BY_CODE.get(code)
    if derived is not None:
        if derived.unless_measured and values.get(code) is not None:
            return None
        return derive(derived, values, rule_sex(sheet.checkup.sex))
    if line.item.formula:
        number = evaluate(line.item.formula, values)
        return None if number is None else round_half_up(number, line.item.decimals)
    return None


def _classify_body(judged: Judged, sheet: Sheet) -> None:
    """Words and term of body mass index and waist; the class, not the range, decides the term."""
    if judged.numeric is None:
        return
    checkup = sheet.checkup
    if judged.line.item.code == BMI:
        bmi_class = bmi_rules.classify_bmi(judged.numeric, checkup.age)
        judged.class_text = bmi_rules.BMI_WORDS[bmi_class]
        judged.term_code = bmi_rules.BMI_TERMS.get(bmi_class, "")
    elif judged.line.item.code == WAIST:
        waist = bmi_rules.classify_waist(judged.numeric, rule_sex(checkup.sex), checkup.age)
        judged.class_text = bmi_rules.WAIST_WORDS[waist]
        judged.term_code = bmi_rules.WAIST_TERMS.get(waist, "")
