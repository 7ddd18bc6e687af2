"""Decides which invented goods a walk may sell, and at which assumed rates.

Which of them is sold, and at what price, is ``scenario``'s.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goods:
    """One article as its maker, the tariff and the account book know it."""

    sku: str
    gtin13: str
    name: str
    name_en: str
    brand: str
    model: str
    hs_code: str
    origin: str
    unit: str
    unit1: str
    qty1: str
    unit2: str
    qty2: str
    net_kg: str
    gross_kg: str
    measure: str
    measure_kind: str
    price_yuan: tuple[int, int]
    most: int
    case: str


@dataclass(frozen=True)
class Rate:
    """Rates of one tariff code in per cent, as the walk assumes them (to be verified)."""

    hs_code: str
    duty: str
    vat: str
    consumption: str
    rule: str


RATES = (
    Rate("2106909090", "0", "13", "0", "none"),
    Rate("1901101090", "0", "13", "0", "none"),
    Rate("9619001100", "0", "13", "0", "none"),
    Rate("2204210000", "0", "13", "10", "ad_valorem"),
    Rate("3304990029", "0", "13", "15", "cosmetics_measure"),
    Rate("3303000020", "0", "13", "15", "cosmetics_measure"),
    Rate("4202210090", "6", "13", "0", "none"),
)


def check_digit(digits: str) -> str:
    """Return the GS1 check digit of the digits before it."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _gtin(prefix: str) -> str:
    return prefix + check_digit(prefix)


def _goods(number: int, prefix: str, **facts: object) -> Goods:
    return Goods(sku=f"QZ-{number:05d}", gtin13=_gtin(f"{prefix}{number:05d}"), **facts)  # type: ignore[arg-type]


CATALOGUE = (
    _goods(
        101,
        "9312345",
        name="深海鱼油软胶囊 400粒",
        name_en="Fish oil softgels, 400",
        brand="Bluecape",
        model="深海鱼油软胶囊|Bluecape|1000mg*400粒/瓶|鱼油、明胶、甘油",
        hs_code="2106909090",
        origin="601",
        unit="142",
        unit1="035",
        qty1="0.62",
        unit2="",
        qty2="",
        net_kg="0.62",
        gross_kg="0.78",
        measure="",
        measure_kind="",
        price_yuan=(138, 268),
        most=3,
        case="vat_only",
    ),
    _goods(
        102,
        "8712345",
        name="婴儿配方奶粉 3段 800克",
        name_en="Infant formula stage 3, 800 g",
        brand="Polderland",
        model="婴儿配方奶粉|Polderland|3段|800g/罐|脱脂乳、乳清、植物油",
        hs_code="1901101090",
        origin="309",
        unit="122",
        unit1="035",
        qty1="0.8",
        unit2="",
        qty2="",
        net_kg="0.8",
        gross_kg="1.02",
        measure="",
        measure_kind="",
        price_yuan=(188, 298),
        most=6,
        case="vat_only",
    ),
    _goods(
        103,
        "4512345",
        name="柔薄婴儿纸尿裤 L码 54片",
        name_en="Soft diapers size L, 54",
        brand="Yuwari",
        model="婴儿纸尿裤|Yuwari|L码|54片/包|无纺布、高分子吸收体",
        hs_code="9619001100",
        origin="116",
        unit="125",
        unit1="035",
        qty1="1.9",
        unit2="011",
        qty2="54",
        net_kg="1.9",
        gross_kg="2.1",
        measure="",
        measure_kind="",
        price_yuan=(79, 118),
        most=4,
        case="vat_only",
    ),
    _goods(
        201,
        "3312345",
        name="干红葡萄酒 750毫升",
        name_en="Dry red wine, 750 ml",
        brand="Clos Garenne",
        model="干红葡萄酒|Clos Garenne|750ml/瓶|酒精度13.5%|葡萄汁",
        hs_code="2204210000",
        origin="305",
        unit="142",
        unit1="095",
        qty1="0.75",
        unit2="035",
        qty2="0.76",
        net_kg="0.76",
        gross_kg="1.35",
        measure="750",
        measure_kind="ml",
        price_yuan=(168, 328),
        most=3,
        case="consumption",
    ),
    _goods(
        301,
        "8812345",
        name="密集修护精华面霜 50毫升",
        name_en="Intense repair cream, 50 ml",
        brand="Haneul",
        model="精华面霜|Haneul|50ml/盒|水、甘油、角鲨烷、烟酰胺",
        hs_code="3304990029",
        origin="133",
        unit="140",
        unit1="035",
        qty1="0.05",
        unit2="011",
        qty2="1",
        net_kg="0.05",
        gross_kg="0.18",
        measure="50",
        measure_kind="ml",
        price_yuan=(560, 880),
        most=2,
        case="cosmetics_above",
    ),
    _goods(
        302,
        "8812345",
        name="积雪草舒缓面霜 100毫升",
        name_en="Centella soothing cream, 100 ml",
        brand="Haneul",
        model="舒缓面霜|Haneul|100ml/盒|水、积雪草提取物、甘油",
        hs_code="3304990029",
        origin="133",
        unit="140",
        unit1="035",
        qty1="0.1",
        unit2="011",
        qty2="1",
        net_kg="0.1",
        gross_kg="0.24",
        measure="100",
        measure_kind="ml",
        price_yuan=(168, 398),
        most=3,
        case="cosmetics_below",
    ),
    _goods(
        303,
        "3012345",
        name="晨雾淡香水 50毫升",
        name_en="Morning mist eau de toilette, 50 ml",
        brand="Atelier Brume",
        model="淡香水|Atelier Brume|50ml/瓶|乙醇、水、香精",
        hs_code="3303000020",
        origin="305",
        unit="142",
        unit1="035",
        qty1="0.05",
        unit2="",
        qty2="",
        net_kg="0.05",
        gross_kg="0.26",
        measure="50",
        measure_kind="ml",
        price_yuan=(620, 860),
        most=1,
        case="cosmetics_above",
    ),
    _goods(
        401,
        "8012345",
        name="小牛皮手提包 中号",
        name_en="Calfskin handbag, medium",
        brand="Bottega Lumi",
        model="手提包|Bottega Lumi|中号|小牛皮|28*20*12cm",
        hs_code="4202210090",
        origin="307",
        unit="011",
        unit1="011",
        qty1="1",
        unit2="035",
        qty2="0.9",
        net_kg="0.9",
        gross_kg="1.6",
        measure="",
        measure_kind="",
        price_yuan=(5600, 9800),
        most=1,
        case="single_over_5000",
    ),
)
