"""Decides which invented people buy in the sample; the first of them is the one you sign in as."""

import random
from dataclasses import asdict, dataclass
from typing import Any

from demo.run.goods import OUTLETS
from demo.scenario import id_check

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = (
    *("晓雨", "思远", "佳宁", "子墨", "雅琴", "建平", "若溪", "文博", "静怡", "志强"),
    *("梓涵", "浩然", "婉清", "明轩", "玉兰", "景行", "书瑶", "立新", "秋月", "承志"),
)
_ROADS = ("平阳路", "长风街", "并州北路", "滨河西路", "南内环街", "兴华街", "千峰南路", "晋阳街")


@dataclass(frozen=True)
class Person:
    """An invented person of full age: the number's check character is right, nobody has it."""

    name: str
    id_number: str
    phone: str
    district: str
    district_code: str
    address: str

    def as_json(self) -> dict[str, Any]:
        """Return what ``load.trade`` reads."""
        return asdict(self)


def people(count: int, *, seed: int = 4) -> list[Person]:
    """Return ``count`` people, another name, number and phone each; the same for a seed."""
    dice = random.Random(f"people {seed}")  # a sample, not a secret
    return [_person(dice, number) for number in range(count)]


def _person(dice: random.Random, number: int) -> Person:
    home = dice.choice(OUTLETS)
    born = f"{dice.randint(1964, 2004)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    first17 = f"{home.district_code}{born}{(number * 7 + 1) % 1000:03d}"
    name = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number * 3 // 7 % len(_GIVEN)]
    flat = f"{dice.randint(1, 20)}幢{dice.randint(1, 30)}0{dice.randint(1, 4)}室"
    return Person(
        name=name,
        id_number=first17 + id_check(first17),
        phone=f"1{dice.choice(('38', '59', '86', '77'))}0000{number:04d}",
        district=f"山西省太原市{home.district}",
        district_code=home.district_code,
        address=f"山西省太原市{home.district}{dice.choice(_ROADS)}{dice.randint(1, 300)}号{flat}",
    )
