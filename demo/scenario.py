"""Decides what one walk sells: goods, people, prices and quantities, from a seed alone.

Nothing of the product is asked; the tax classes are meant to differ from seed to seed.
"""

import random
from dataclasses import dataclass, field

from demo.catalogue import CATALOGUE, Goods

_CASES = ("consumption", "vat_only", "cosmetics_above", "cosmetics_below", "single_over_5000")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
_GIVEN = ("晓雨", "思远", "佳宁", "子墨", "雅琴", "建平", "若溪", "文博", "静怡", "志强")
_ROADS = ("平阳路", "长风街", "并州北路", "滨河西路", "学府街", "亲贤北街", "千峰南路")
_DISTRICTS = (
    ("140105", "小店区"),
    ("140106", "迎泽区"),
    ("140107", "杏花岭区"),
    ("140109", "万柏林区"),
)


@dataclass(frozen=True)
class Shopper:
    """An invented person with a valid check digit and an address in Taiyuan."""

    name: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)
    address: str = field(repr=False)
    district: str


@dataclass(frozen=True)
class Scenario:
    """All that a walk needs to know beforehand."""

    seed: int
    goods: Goods
    price_fen: int
    freight_fen: int
    qty: int
    on_hand: int
    shopper: Shopper
    shelf_code: str
    prices_fen: dict[str, int]


def scenario(seed: int) -> Scenario:
    """Return the walk of ``seed``: five seeds in a row have five tax classes."""
    dice = random.Random(f"qianzhan {seed}")  # a scenario, not a secret
    case = _CASES[seed % len(_CASES)]
    goods = dice.choice([item for item in CATALOGUE if item.case == case])
    prices = {item.sku: _price_fen(dice, item) for item in CATALOGUE}
    return Scenario(
        seed=seed,
        goods=goods,
        price_fen=prices[goods.sku],
        freight_fen=dice.choice((0, 800, 1200)),
        qty=dice.randint(1, goods.most),
        on_hand=dice.randint(20, 90),
        shopper=shopper(dice),
        shelf_code=f"S{dice.randint(100_000, 999_999)}",
        prices_fen=prices,
    )


def _price_fen(dice: random.Random, item: Goods) -> int:
    low, high = item.price_yuan
    return dice.randint(low, high) * 100 - dice.choice((0, 10, 100))


def shopper(dice: random.Random) -> Shopper:
    """Return an invented shopper of full age."""
    district, named = dice.choice(_DISTRICTS)
    year, month, day = dice.randint(1965, 2004), dice.randint(1, 12), dice.randint(1, 28)
    born = f"{year}{month:02d}{day:02d}"
    first17 = f"{district}{born}{dice.randint(1, 999):03d}"
    return Shopper(
        name=dice.choice(_SURNAMES) + dice.choice(_GIVEN),
        id_number=first17 + id_check(first17),
        phone=f"1{dice.choice(('38', '59', '86', '77'))}{dice.randint(0, 99_999_999):08d}",
        address=f"山西省太原市{named}{dice.choice(_ROADS)}{dice.randint(1, 300)}号"
        f"{dice.randint(1, 20)}幢{dice.randint(1, 30)}0{dice.randint(1, 4)}室",
        district=district,
    )


def id_check(first17: str) -> str:
    """Return the check character of an ID number (GB 11643)."""
    total = sum(int(digit) * (2 ** (17 - place) % 11) for place, digit in enumerate(first17))
    return "10X98765432"[total % 11]
