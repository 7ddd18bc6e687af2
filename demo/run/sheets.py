"""Decides what is written before the sample is loaded: our sheets, and what others know themselves.

The goods are ``goods``', the people ``people``'s; the trade that follows is ``load.trade``'s.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

from demo.other_side import ACCOUNT_BOOK, PLATFORM, senders, write_json
from demo.run.goods import GOODS, OUTLETS, RATES, Goods
from demo.run.people import Person
from demo.sheets import (
    FIRST_DAY,
    LAST_DAY,
    MERCHANT_CODE,
    Row,
    agreement,
    enterprises,
    guarantee,
    warehouse,
    write_rows,
)

PARTS = ((0, 9), (1, 20))
"""Entries of an article in the account book, and the months its goods keep."""


def shelf_code(outlet: int, place: int) -> str:
    """Return the code on the ``place``-th shelf of an outlet, both counted from 0."""
    return f"S{outlet + 1:02d}{place + 1:04d}"


def placed_goods(outlet: int) -> list[Goods]:
    """Return what an outlet shows: the whole choice in the first, two dozen in the others."""
    if outlet == 0:
        return list(GOODS)
    return [GOODS[(outlet * 7 + place * 5) % len(GOODS)] for place in range(12)] + list(
        GOODS[outlet::5]
    )


DOMESTIC_EVERY = 5
"""Each so-manieth article is also sold cleared, by general trade, from the outlet's own shelves."""


def domestic_goods() -> list[Goods]:
    """Return what the outlets sell on the spot."""
    return list(GOODS[::DOMESTIC_EVERY])


def domestic_gtin() -> str:
    """Return a number to scan at a till."""
    return domestic_goods()[0].gtin13


def write_our_sheets(folder: Path, *, today: date) -> None:
    """Write the sheets that ``load_sample`` reads."""
    write_rows(
        folder,
        {
            "enterprises": list(enterprises()),
            "warehouses": [warehouse()],
            "outlets": list(_outlets()),
            "items": [_item(goods) for goods in GOODS],
            "tariff": list(_tariff()),
            "account_book": [_entry(goods, part, today) for goods in GOODS for part in PARTS],
            "stock": [_stock(goods, part, today) for goods in GOODS for part in PARTS],
            "offers": [
                *(_offer(goods) for goods in GOODS),
                *(_domestic_offer(goods) for goods in domestic_goods()),
            ],
            "placements": list(_placements()),
            "guarantees": [guarantee("500000.00")],
            "agreements": [agreement()],
        },
    )


def write_their_files(folder: Path, people: Iterable[Person]) -> None:
    """Write what customs and the identity service know of their own accord."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "senders.json", senders())
    write_json(
        folder / "tariff.json",
        [
            {
                "hs_code": rate.hs_code,
                "duty_pct": str(rate.duty),
                "vat_pct": str(rate.vat),
                "consumption_pct": str(rate.consumption),
                "cosmetics": rate.rule == "cosmetics_measure",
            }
            for rate in RATES.values()
        ],
    )
    write_json(
        folder / "account_book.json",
        [_filed(goods, part) for goods in GOODS for part, _ in PARTS],
    )
    known = [{"name": person.name, "id_number": person.id_number} for person in people]
    write_json(folder / "people.json", known)


def _filed(goods: Goods, part: int) -> Row:
    content, unit = goods.measure
    return {
        "account_book_no": ACCOUNT_BOOK,
        "item_record_no": goods.record_no(part),
        "hs_code": goods.hs_code,
        "unit": goods.unit,
        **({"measure": content, "measure_unit": unit} if content else {}),
    }


def _outlets() -> Iterable[Row]:
    for outlet in OUTLETS:
        yield {
            "code": outlet.code,
            "name": outlet.name,
            "name_en": outlet.name_en,
            "operator_customs_code": PLATFORM,
            "district_code": outlet.district_code,
            "address": outlet.address,
            "phone": outlet.phone,
        }


def _item(goods: Goods) -> Row:
    return {
        "sku": goods.sku,
        "gtin": goods.gtin13,
        "name": goods.name,
        "name_en": goods.name_en,
        "brand": goods.brand,
        "model": goods.model,
        "image": goods.image,
    }


def _tariff() -> Iterable[Row]:
    for rate in RATES.values():
        cosmetics = rate.rule == "cosmetics_measure"
        yield {
            "hs_code": rate.hs_code,
            "valid_from": FIRST_DAY,
            "valid_to": LAST_DAY,
            "duty_bp": rate.duty * 100,
            "vat_bp": rate.vat * 100,
            "consumption_rule": rate.rule,
            "consumption_bp": rate.consumption * 100,
            "line_per_measure": "10.00" if cosmetics else "",
            "line_per_piece": "15.00" if cosmetics else "",
            "specific": "0",
            "specific_per": 1,
            "on_positive_list": 1,
            "unit1": rate.unit1,
            "unit2": rate.unit2,
            "weight_limit": "",
        }


def _entry(goods: Goods, part: tuple[int, int], today: date) -> Row:
    number, months = part
    return {
        "warehouse": "WUSU-1",
        "item_record_no": goods.record_no(number),
        "sku": goods.sku,
        "hs_code": goods.hs_code,
        "gname": goods.name,
        "gmodel": goods.model,
        "origin": goods.origin,
        "unit": goods.unit,
        "unit1": goods.first[0],
        "qty1": goods.first[1],
        "unit2": goods.second[0],
        "qty2": goods.second[1],
        "net_kg": goods.net_kg,
        "gross_kg": goods.gross_kg,
        "measure": goods.measure[0],
        "measure_kind": goods.measure[1],
        "expires_on": _keeps_until(today, months),
        "owner_customs_code": MERCHANT_CODE,
        "valid_from": FIRST_DAY,
    }


def _keeps_until(today: date, months: int) -> str:
    return (today + timedelta(days=months * 30)).isoformat()


def _stock(goods: Goods, part: tuple[int, int], today: date) -> Row:
    number, months = part
    return {
        "document": "QD050126I000000001",
        "line": goods.record_no(number),
        "warehouse": "WUSU-1",
        "item_record_no": goods.record_no(number),
        "lot_no": f"L{goods.no}{number}",
        "location": f"{'ABCDEF'[goods.no % 6]}-{goods.no % 60 + 1:02d}-{number + 1}",
        "qty": max(4, goods.stock * 6 // 10),
        "expires_on": _keeps_until(today, months),
        "unit_cost": f"{goods.price * 6 // 10}.00",
    }


def _offer(goods: Goods) -> Row:
    return {
        "sku": goods.sku,
        "warehouse": "WUSU-1",
        "route": "retail_import",
        "merchant_customs_code": MERCHANT_CODE,
        "agent_customs_code": PLATFORM,
        "complaint": "0351-7000008",
        "title": goods.name,
        "title_en": goods.name_en,
        "price": f"{goods.price}.00",
        "freight": "12.00" if float(goods.gross_kg) > 1 else "8.00",
        "freight_free_from": "299.00",
        "deliver_within_days": 5,
        "provider": "boxed_wallet",
    }


def _domestic_offer(goods: Goods) -> Row:
    """An inland price with tax: a sixth dearer than the goods of the bonded warehouse."""
    free: Row = {"freight": "0.00", "freight_free_from": ""}
    return _offer(goods) | {
        "route": "domestic",
        "price": f"{goods.price * 7 // 6}.00",
        **free,
    }


def _placements() -> Iterable[Row]:
    pieces = ("empty_pack", "none")
    for number, outlet in enumerate(OUTLETS):
        for place, goods in enumerate(dict.fromkeys(placed_goods(number))):
            yield {
                "shelf_code": shelf_code(number, place),
                "outlet": outlet.code,
                "sku": goods.sku,
                "warehouse": "WUSU-1",
                "routes": "retail_import",
                "piece": pieces[place % 2],
                "display_site": "",
            }
        for place, goods in enumerate(domestic_goods()):
            yield {
                "shelf_code": f"D{number + 1:02d}{place + 1:04d}",
                "outlet": outlet.code,
                "sku": goods.sku,
                "warehouse": "WUSU-1",
                "routes": "domestic",
                "piece": "none",
                "display_site": "",
            }
