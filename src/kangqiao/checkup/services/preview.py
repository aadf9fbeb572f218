"""What unsaved typing would become: computed values, flags, class words. Nothing is stored."""

from collections.abc import Sequence
from typing import Any

from kangqiao.checkup.rules.summary import SEPARATOR
from kangqiao.checkup.selectors.checkups import get_checkup
from kangqiao.checkup.selectors.entering import get_department
from kangqiao.checkup.selectors.settings import read_settings
from kangqiao.checkup.selectors.sheets import load_sheet
from kangqiao.checkup.services.judged import Entry
from kangqiao.checkup.services.judging import judge
from kangqiao.checkup.services.summarizing import Value, compose_summary


def preview_results(department_id: int, checkup_id: int, entries: Sequence[Entry]) -> dict[str, Any]:
    """Judge the entries as a save would. By option I-70 there is no summary of unsaved values."""
    settings = read_settings()
    department = get_department(department_id)
    sheet = load_sheet(get_checkup(checkup_id), department_id)
    judged = judge(sheet, entries, settings)
    values: dict[int, Value] = {**sheet.results, **{each.line.item.pk: each for each in judged}}
    summary = compose_summary(sheet, department, values, settings, saved=False)
    return {
        "items": [
            {
                "item_id": each.line.item.pk,
                "value": each.value,
                "flag": each.flag,
                "prompt": each.prompt,
                "range_text": each.range_text,
                "class_text": each.class_text,
                "note": each.note,
                "error": each.error,
            }
            for each in judged
        ],
        "summary_lines": summary.text.split(SEPARATOR) if summary else [],
    }
