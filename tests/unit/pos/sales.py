"""A finished sale, a shift and goods, as tests change them."""

from typing import Any

from pos.catalogue import DOMESTIC, Goods, OutletFacts
from pos.terminal.uuid7 import uuid7

SOLD_AT = 1_795_485_600_000_000  # 2026-11-24 10:00 in China
GTIN = "06901234567892"


def a_line(**changes: Any) -> dict[str, Any]:
    """Return two bottles of tea at 19.90."""
    line = {
        "gnum": 1,
        "item_id": "71",
        "gtin14": GTIN,
        "name": "岩茶 250 克",
        "qty": 2,
        "price_fen": 1990,
        "total_fen": 3980,
        "price_version": 3,
    }
    return line | changes


def a_sale(seq: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a cash sale of one line as a terminal sends it."""
    sale = {
        "id": uuid7(),
        "seq": seq,
        "sale_no": f"TY0001-1-{seq:06d}",
        "at": SOLD_AT,
        "lang": "zh-CN",
        "lines": [a_line()],
        "total_fen": 3980,
        "paid_fen": 5000,
        "change_fen": 1020,
        "tender": "cash",
        "catalogue_version": "0123456789abcdef",
        "shift_id": "0193e5a0-0000-7000-8000-000000000001",
        "clock_offset_ms": 12,
    }
    return sale | changes


def a_shift(**changes: Any) -> dict[str, Any]:
    """Return an open shift as a terminal sends it."""
    shift = {
        "id": uuid7(),
        "shift_no": 1,
        "clerk_no": "1007",
        "opened_at": SOLD_AT,
        "opening_cash_fen": 50_000,
        "closed_at": 0,
        "counted_cash_fen": 0,
        "seq_from": 0,
        "seq_to": 0,
        "sales": 0,
        "sales_fen": 0,
        "voids": 0,
    }
    return shift | changes


def some_goods(**changes: Any) -> Goods:
    """Return the tea of ``a_line`` as the outlet sells it."""
    goods: dict[str, Any] = {
        "route": DOMESTIC,
        "item_id": "71",
        "gtin14": GTIN,
        "sku": "TEA250",
        "name": "岩茶 250 克",
        "name_en": "Rock tea 250 g",
        "shelf_code": "S00001",
        "price_fen": 1990,
        "price_version": 3,
        "page_url": f"https://id.example/01/{GTIN}/21/S00001",
    }
    return Goods(**(goods | changes))


def an_outlet(**changes: Any) -> OutletFacts:
    """Return an outlet's facts with one till."""
    facts: dict[str, Any] = {
        "code": "TY0001",
        "name": "前展便利 学府街店",
        "name_en": "Qianzhan Xuefu Street",
        "phone": "0351-7000000",
        "seller": "太原甲便利有限公司",
        "terminal": "1 号收银台",
        "terminal_no": 1,
    }
    return OutletFacts(**(facts | changes))
