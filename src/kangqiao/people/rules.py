"""Reading a resident ID number (GB 11643) and comparing it with what was entered. Pure."""

from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric
from stdnum.exceptions import InvalidComponent

from kangqiao.people.enums import Sex

LENGTH = 18
OLDEST_YEARS = 150


@dataclass(frozen=True)
class ParsedId:
    """What a resident ID number says."""

    number: str
    sex: str
    birth_date: date


class BadIdNumber(ValueError):
    """The message is Chinese and says what to do."""


def parse_resident_id(number: str, today: date) -> ParsedId:
    """Check length, checksum and birthday. The region code is not judged: codes were renamed and abolished over the years."""
    compact = ric.compact(number).upper()
    if len(compact) != LENGTH:
        raise BadIdNumber(f"身份证号应为 18 位，现在是 {len(compact)} 位，请核对")
    if not (compact[:-1].isascii() and compact[:-1].isdigit()):
        raise BadIdNumber("身份证号前 17 位只能是数字，请核对")
    if compact[-1] != ric.calc_check_digit(compact):
        raise BadIdNumber("身份证号校验位不对，请逐位核对或改用读卡器")
    try:
        birth_date = ric.get_birth_date(compact)
    except InvalidComponent as error:
        raise BadIdNumber("身份证号中的出生日期不存在，请核对") from error
    if birth_date > today or today.year - birth_date.year > OLDEST_YEARS:
        raise BadIdNumber("身份证号中的出生日期不合理，请核对")
    sex = Sex.MALE if int(compact[16]) % 2 else Sex.FEMALE
    return ParsedId(compact, sex.value, birth_date)


def mismatches(parsed: ParsedId, sex: str, birth_date: date | None) -> list[tuple[str, str]]:
    """(field, Chinese message with the fix) where an entered sex or birthday differs from the ID number's."""
    found = []
    if sex and sex not in (Sex.UNKNOWN, parsed.sex):
        found.append(
            ("sex", f"性别与身份证不符：证件上是“{Sex(parsed.sex).label}”，请改为“{Sex(parsed.sex).label}”或核对证件号")
        )
    if birth_date and birth_date != parsed.birth_date:
        found.append(("birth_date", f"出生日期与身份证不符：证件上是 {parsed.birth_date}，请改为该日期或核对证件号"))
    return found


def age_on(birth_date: date | None, day: date) -> int | None:
    """Completed years on a day."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
