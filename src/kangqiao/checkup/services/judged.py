"""An entry as it arrives and as it is judged."""

from dataclasses import dataclass, field
from decimal import Decimal

from kangqiao.checkup.enums import ResultSource
from kangqiao.checkup.models import CommonFinding
from kangqiao.checkup.rules import ranges as range_rules
from kangqiao.checkup.rules.number_entry import parse_number, refuse_out_of_limits
from kangqiao.checkup.rules.plain import Refusal
from kangqiao.checkup.selectors.sheets import SheetLine


@dataclass(frozen=True)
class Entry:
    """What arrives for one item. `version` is the one the sender saw, 0 for none."""

    item_id: int
    value: str = ""
    readings: tuple[str, ...] = ()
    finding_id: int | None = None
    version: int = 0


@dataclass
class Judged:
    """A value ready to be shown or stored. `error` is a Chinese sentence when the entry cannot be taken."""

    line: SheetLine
    value: str = ""
    numeric: Decimal | None = None
    readings: list[str] = field(default_factory=list)
    flag: str = ""
    prompt: str = ""
    class_text: str = ""
    range_low: Decimal | None = None
    range_high: Decimal | None = None
    range_text: str = ""
    finding: CommonFinding | None = None
    term_code: str = ""
    source: str = ResultSource.MANUAL.value
    note: str = ""
    error: str = ""

    def take(self, flagged: range_rules.Flagged) -> None:
        """The flag with the snapshot of the range."""
        self.flag, self.prompt, self.term_code = flagged.flag.value, flagged.prompt, flagged.term
        self.range_low, self.range_high = flagged.low, flagged.high
        self.range_text = self.range_text or flagged.range_text


def judge_number(judged: Judged, text: str) -> None:
    """Read, bound and flag a number."""
    item = judged.line.item
    number = parse_number(text, item.decimals if judged.source == ResultSource.MANUAL else None)
    if isinstance(number, Refusal):
        judged.error = number.message
        return
    outside = refuse_out_of_limits(number, item.valid_min, item.valid_max, item.unit)
    if outside is not None:
        judged.error = outside.message
        return
    judged.value, judged.numeric = number.text, number.value
    judged.take(range_rules.flag_number(number.value, judged.line.range, number.qualifier))
