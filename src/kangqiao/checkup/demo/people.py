"""Invented people: Chinese names, valid ID numbers, phone numbers, employers. Deterministic; nobody real is meant."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib import resources

from kangqiao.checkup.rules.plain import MALE, age_years

from .latent import Chance

_NAMES: dict[str, str] = tomllib.loads(
    resources.files("kangqiao.checkup.demo").joinpath("names.toml").read_text("utf-8")
)
SURNAMES = _NAMES["surnames"]
COMPOUND_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟")
GIVEN_MALE = tuple(_NAMES["given_male"].split())
GIVEN_FEMALE = tuple(_NAMES["given_female"].split())
# Names that printing, sorting and searching must survive, by sex and by how many of that sex came before.
SPECIAL_NAMES = {
    ("male", 2): "陈𠮷祥",
    ("male", 5): "王䶮",
    ("male", 9): "吐尔逊江·阿不都热依木",
    ("male", 14): "刘𬭎",
    ("male", 20): "张伟",
    ("male", 27): "张伟",
    ("female", 2): "阿依古丽·买买提",
    ("female", 5): "李㛃",
    ("female", 9): "欧阳若溪",
    ("female", 14): "仁增卓玛",
    ("female", 20): "张敏",
    ("female", 27): "张敏",
}
ETHNICITY_OF_NAME = {"阿依古丽·买买提": "05", "吐尔逊江·阿不都热依木": "05", "仁增卓玛": "04"}
REGIONS = (
    "110101",
    "110102",
    "110103",
    "110104",
    "110105",
    "110106",
    "110107",
    "110108",
    "110109",
    "310101",
    "310103",
    "310104",
    "310105",
    "310106",
    "310107",
    "310108",
    "310109",
    "310110",
)
COMPANIES = (
    "江河机械厂",
    "云岭小学",
    "晴川软件公司",
    "北苑社区居委会",
    "安泰物流公司",
    "桥西第二中学",
    "新禾农业合作社",
    "康达药业",
)
OCCUPATIONS = ("公务员", "教师", "工程师", "职员", "工人", "农民", "自由职业者", "个体经营者", "企业管理人员")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_digit(first17: str) -> str:
    """Last character of an 18-digit citizen number (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def id_number(rng: Chance, sex: str, birth: date) -> str:
    """Valid number for sex and birthday; the sequence is from the high end that is rarely given out."""
    sequence = 2 * rng.randrange(470, 500) + (1 if sex == MALE else 0)
    first17 = f"{rng.choice(REGIONS)}{birth:%Y%m%d}{sequence:03d}"
    return first17 + check_digit(first17)


def phone_number(index: int) -> str:
    """Right in form, plainly invented."""
    return f"1990000{index % 10000:04d}"


def full_name(rng: Chance, ordinal: int, sex: str) -> str:
    """A name; `ordinal` counts the people of this sex, so that the special names always occur."""
    surname = rng.choice(COMPOUND_SURNAMES) if rng.random() < 0.03 else rng.choice(SURNAMES)
    given = rng.choice(GIVEN_MALE if sex == MALE else GIVEN_FEMALE)
    return SPECIAL_NAMES.get((sex, ordinal), surname + given)


def birth_date(rng: Chance, age: int, on: date) -> date:
    """A birthday that makes the person exactly `age` on that day."""
    birth = date(on.year - age, on.month, min(on.day, 28)) - timedelta(days=rng.randrange(1, 360))
    if age_years(birth, on) != age:
        raise AssertionError("birthday does not give the age")
    return birth


def marriage_code(rng: Chance, age: int) -> str:
    """GB/T 2261.2: mostly single before 25, mostly married later, some widowed in old age."""
    if age < 25:
        return "10" if rng.random() < 0.85 else "20"
    if age >= 70 and rng.random() < 0.25:
        return "30"
    return rng.choices(("20", "10", "40"), (88, 6, 6))[0]


def occupation(rng: Chance, age: int) -> str:
    if age >= 60:
        return "退（离）休人员"
    return "学生" if age < 22 else rng.choice(OCCUPATIONS)
