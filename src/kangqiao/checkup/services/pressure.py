"""Several blood pressure readings become one value with its class (options I-76 and the averaging method)."""

from kangqiao.checkup.rules import blood_pressure as pressure_rules
from kangqiao.checkup.rules.plain import Refusal
from kangqiao.checkup.selectors.settings import CheckupSettings
from kangqiao.checkup.services.judged import Judged, judge_number

SYSTOLIC, DIASTOLIC = "SBP", "DBP"


def judge_pressure(systolic: Judged | None, diastolic: Judged | None, settings: CheckupSettings) -> None:
    """Average and class the pair in place. An incomplete pair keeps its readings, has no value and says what is missing."""
    if systolic is None and diastolic is None:
        return
    upper = _texts(systolic)
    lower = _texts(diastolic)
    if not upper and not lower:
        return
    if systolic is None or diastolic is None or len(upper) != len(lower):
        for each in (systolic, diastolic):
            if each is not None:
                each.value, each.numeric, each.flag, each.prompt = "", None, "", ""
                each.note = "收缩压和舒张压的读数要成对录入"
        return
    readings = _readings(systolic, diastolic, upper, lower)
    if readings:
        _store_mean(systolic, diastolic, readings, settings)


def _texts(judged: Judged | None) -> list[str]:
    if judged is None:
        return []
    return judged.readings or ([judged.value] if judged.value else [])


def _readings(systolic: Judged, diastolic: Judged, upper: list[str], lower: list[str]) -> list[pressure_rules.Reading]:
    readings = []
    for high, low in zip(upper, lower, strict=True):
        if not (high.isascii() and high.isdigit() and low.isascii() and low.isdigit()):
            systolic.error = f"血压请录入整数，现在是“{high}/{low}”"
            return []
        reading = pressure_rules.Reading(int(high), int(low))
        refusal = pressure_rules.refuse_reading(reading)
        if isinstance(refusal, Refusal):
            (diastolic if "diastolic" in refusal.code else systolic).error = refusal.message
            return []
        readings.append(reading)
    return readings


def _store_mean(
    systolic: Judged, diastolic: Judged, readings: list[pressure_rules.Reading], settings: CheckupSettings
) -> None:
    method = settings.bp_average_method if settings.bp_auto else "last"
    averaged = pressure_rules.average(readings, method)
    single = systolic.line.item.readings <= 1
    if averaged.mean is None or not (averaged.complete or (single and len(readings) == 1)):
        for each in (systolic, diastolic):
            each.value, each.numeric = "", None
        systolic.note = diastolic.note = _missing_words(readings, averaged)
        return
    systolic.note = diastolic.note = _used_words(readings, averaged)
    judge_number(systolic, str(averaged.mean.systolic))
    judge_number(diastolic, str(averaged.mean.diastolic))
    if settings.bp_auto:
        assessment = pressure_rules.assess(averaged.mean)
        systolic.class_text = diastolic.class_text = assessment.words
        systolic.term_code, diastolic.term_code = assessment.term, ""


def _missing_words(readings: list[pressure_rules.Reading], averaged: pressure_rules.Averaged) -> str:
    if averaged.second_required:
        return "请间隔 30–60 秒再测一次"
    first, second = readings[0], readings[1]
    apart = abs(first.systolic - second.systolic), abs(first.diastolic - second.diastolic)
    return f"前 2 次相差 {apart[0]}/{apart[1]} mmHg，请测第三次"


def _used_words(readings: list[pressure_rules.Reading], averaged: pressure_rules.Averaged) -> str:
    words = f"取第 {'、'.join(str(index + 1) for index in averaged.used)} 次" if len(readings) > 1 else ""
    words += "均值" if len(averaged.used) > 1 else ""
    if any(pressure_rules.needs_repeat(readings[index]) for index in averaged.used):
        words = f"{words}；达到 180/110 mmHg，请休息 5–10 分钟后复测".lstrip("；")
    return words
