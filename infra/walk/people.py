"""An examinee that nobody has seen before: valid ID number, phone, name."""

import random
from dataclasses import dataclass

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "安博诚达恩帆刚浩嘉凯朗铭宁鹏启睿"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"


@dataclass(frozen=True)
class Examinee:
    name: str
    id_number: str
    phone: str
    birth_date: str


def checksum(first17: str) -> str:
    """The last sign of a resident ID number (GB 11643-1999)."""
    return CHECK[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def new_examinee() -> Examinee:
    """A man of about 46 years."""
    chance = random.SystemRandom()
    month, day, serial = chance.randint(1, 12), chance.randint(1, 28), chance.randrange(1, 999, 2)
    first17 = f"4201061980{month:02}{day:02}{serial:03}"
    name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
    phone = f"13{chance.randint(0, 9)}{chance.randint(0, 99_999_999):08}"
    return Examinee(name, first17 + checksum(first17), phone, f"1980-{month:02}-{day:02}")
