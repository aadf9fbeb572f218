"""The hospital's options, read once at the top of a service."""

from dataclasses import dataclass

from kangqiao.options.selectors import get_many

PREFIX = "checkup."


@dataclass(frozen=True)
class CheckupSettings:
    """Values of the options `checkup.*` that the stations, the conclusion and the review ask for."""

    pay_before_exam: bool
    own_department_only: bool
    photo_at_station: bool
    summary_skip_undone: bool
    summary_after_save_only: bool
    conclusion_only_complete: bool
    advice_without_department: bool
    two_person_review: bool
    hbv_auto: bool
    bmi_auto: bool
    bmi_decimals: int
    bp_auto: bool
    bp_average_method: str


def read_settings() -> CheckupSettings:
    """One query."""
    names = CheckupSettings.__dataclass_fields__
    values = get_many(*(f"{PREFIX}{name}" for name in names))
    return CheckupSettings(**{name: values[f"{PREFIX}{name}"] for name in names})
