"""Decides which sheets are loaded before a walk: our register, goods, stock, offers and shelves.

What the other side knows of its own accord is in ``other_side``.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from demo.catalogue import CATALOGUE, RATES, Goods
from demo.other_side import ACCOUNT_BOOK, COURIER, DXP_IDS, NAMES, PAYMENT_COMPANY, PLATFORM
from demo.scenario import Scenario

WAREHOUSE_CODE, WAREHOUSE_NAME = "1401960004", "太原武宿综合保税区前展仓储有限公司"
MERCHANT_CODE, MERCHANT_NAME = "1401962005", "山西汾河国际贸易有限公司"
OFFICE = "0501"
OUTLET_ADDRESS = "山西省太原市小店区长治路238号"
OUTLET_PHONE = "03517000001"
FIRST_DAY, LAST_DAY = "2024-01-01", "2035-12-31"

Row = dict[str, object]
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def yuan(fen: int) -> str:
    """Return an amount as a person writes it."""
    return f"{fen // 100}.{fen % 100:02d}"


def credit_code(serial: str) -> str:
    """Return an invented unified social credit code with its two check characters."""
    body = f"91140100MA{serial}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    organisation = body[8:16]
    values = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = 11 - sum(values.index(c) * w for c, w in zip(organisation, weights, strict=True)) % 11
    body = body[:16] + {10: "X", 11: "0"}.get(check, str(check))
    total = sum(_USCC_ALPHABET.index(c) * pow(3, place, 31) for place, c in enumerate(body))
    return body + _USCC_ALPHABET[-total % 31]


def write_sheets(folder: Path, walk: Scenario, *, today: date) -> None:
    """Write the sheets that ``shop load-sample`` reads."""
    write_rows(folder, _sheets(walk, today))


def write_rows(folder: Path, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Write each sheet's rows into its file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _sheets(walk: Scenario, today: date) -> dict[str, list[Row]]:
    return {
        "enterprises": list(enterprises()),
        "warehouses": [warehouse()],
        "outlets": [_outlet()],
        "items": [_item(goods) for goods in CATALOGUE],
        "tariff": [_tariff_row(rate.hs_code) for rate in RATES],
        "account_book": list(_account_book(today)),
        "stock": list(_stock(walk, today)),
        "offers": [_offer(goods, walk) for goods in CATALOGUE],
        "placements": list(_placements(walk)),
        "guarantees": [guarantee()],
        "agreements": [agreement()],
    }


def enterprises() -> Iterable[Row]:
    """Return the parties of every sale, each with its roles."""
    parties: Mapping[str, tuple[str, str, str]] = {
        PLATFORM: (
            NAMES[PLATFORM],
            "QN0001",
            "platform;declarant;transmitter;guarantor;domestic_agent",
        ),
        COURIER: (NAMES[COURIER], "QN0002", "courier"),
        PAYMENT_COMPANY: (NAMES[PAYMENT_COMPANY], "QN0003", "payment_company"),
        WAREHOUSE_CODE: (WAREHOUSE_NAME, "QN0004", "zone_warehouse"),
        MERCHANT_CODE: (MERCHANT_NAME, "QN0005", "merchant"),
    }
    for code, (name, serial, roles) in parties.items():
        yield {
            "credit_code": credit_code(serial),
            "customs_code": code,
            "name": name,
            "dxp_id": DXP_IDS.get(code, ""),
            "roles": roles,
            "filed_from": FIRST_DAY,
            "filed_to": LAST_DAY,
        }


def warehouse() -> Row:
    """Return the one warehouse in the zone."""
    return {
        "code": "WUSU-1",
        "name": "武宿综保区一号仓",
        "area_customs_code": WAREHOUSE_CODE,
        "customs_code": OFFICE,
        "port_code": OFFICE,
        "account_book_no": ACCOUNT_BOOK,
        "traf_mode": "Y",
        "address": "山西省太原市小店区正阳街武宿综合保税区1号库",
        "phone": "03517000100",
    }


def _outlet() -> Row:
    return {
        "code": "TY0001",
        "name": "晋便利长治路店",
        "name_en": "Jin Convenience, Changzhi Road",
        "operator_customs_code": PLATFORM,
        "district_code": "140105",
        "address": OUTLET_ADDRESS,
        "phone": OUTLET_PHONE,
    }


def _item(goods: Goods) -> Row:
    return {
        "sku": goods.sku,
        "gtin": goods.gtin13,
        "name": goods.name,
        "name_en": goods.name_en,
        "brand": goods.brand,
        "model": goods.model,
        "image": "",
    }


def _tariff_row(hs_code: str) -> Row:
    rate = next(rate for rate in RATES if rate.hs_code == hs_code)
    goods = next(goods for goods in CATALOGUE if goods.hs_code == hs_code)
    cosmetics = rate.rule == "cosmetics_measure"
    return {
        "hs_code": hs_code,
        "valid_from": FIRST_DAY,
        "valid_to": LAST_DAY,
        "duty_bp": int(rate.duty) * 100,
        "vat_bp": int(rate.vat) * 100,
        "consumption_rule": rate.rule,
        "consumption_bp": int(rate.consumption) * 100,
        "line_per_measure": "10.00" if cosmetics else "",
        "line_per_piece": "15.00" if cosmetics else "",
        "specific": "0",
        "specific_per": 1,
        "on_positive_list": 1,
        "unit1": goods.unit1,
        "unit2": goods.unit2,
        "weight_limit": "",
    }


def _account_book(today: date) -> Iterable[Row]:
    for number, goods in enumerate(CATALOGUE, start=1):
        for half, months in ((0, 11), (1, 20)):
            yield {
                "warehouse": "WUSU-1",
                "item_record_no": str(number * 10 + half),
                "sku": goods.sku,
                "hs_code": goods.hs_code,
                "gname": goods.name,
                "gmodel": goods.model,
                "origin": goods.origin,
                "unit": goods.unit,
                "unit1": goods.unit1,
                "qty1": goods.qty1,
                "unit2": goods.unit2,
                "qty2": goods.qty2,
                "net_kg": goods.net_kg,
                "gross_kg": goods.gross_kg,
                "measure": goods.measure,
                "measure_kind": goods.measure_kind,
                "expires_on": (today + timedelta(days=months * 30)).isoformat(),
                "owner_customs_code": MERCHANT_CODE,
                "valid_from": FIRST_DAY,
            }


def _stock(walk: Scenario, today: date) -> Iterable[Row]:
    for number, goods in enumerate(CATALOGUE, start=1):
        for half, months in ((0, 11), (1, 20)):
            yield {
                "document": "QD050126I000000001",
                "line": str(number * 10 + half),
                "warehouse": "WUSU-1",
                "item_record_no": str(number * 10 + half),
                "lot_no": f"L{walk.seed:02d}{number:02d}{half}",
                "location": f"A-{number:02d}-{half + 1}",
                "qty": walk.on_hand,
                "expires_on": (today + timedelta(days=months * 30)).isoformat(),
                "unit_cost": yuan(walk.prices_fen[goods.sku] * 6 // 10),
            }


def _offer(goods: Goods, walk: Scenario) -> Row:
    return {
        "sku": goods.sku,
        "warehouse": "WUSU-1",
        "route": "retail_import",
        "merchant_customs_code": MERCHANT_CODE,
        "agent_customs_code": PLATFORM,
        "complaint": "0351-7000008",
        "title": goods.name,
        "title_en": goods.name_en,
        "price": yuan(walk.prices_fen[goods.sku]),
        "freight": yuan(walk.freight_fen),
        "freight_free_from": "",
        "deliver_within_days": 5,
        "provider": "boxed_wallet",
    }


def _placements(walk: Scenario) -> Iterable[Row]:
    for number, goods in enumerate(CATALOGUE, start=1):
        walked = goods.sku == walk.goods.sku
        yield {
            "shelf_code": walk.shelf_code if walked else f"S9{number:05d}",
            "outlet": "TY0001",
            "sku": goods.sku,
            "warehouse": "WUSU-1",
            "routes": "retail_import",
            "piece": "empty_pack",
            "display_site": "",
        }


def guarantee(limit: str = "100000.00") -> Row:
    """Return the guarantee that holds the tax, up to ``limit`` yuan."""
    return {
        "purpose": "retail_tax",
        "guarantor_customs_code": PLATFORM,
        "assure_code": PLATFORM,
        "office": OFFICE,
        "limit": limit,
        "valid_from": FIRST_DAY,
        "valid_to": LAST_DAY,
    }


def agreement() -> Row:
    """Return what platform and merchant agreed on."""
    return {
        "platform_customs_code": PLATFORM,
        "merchant_customs_code": MERCHANT_CODE,
        "basis": "principal",
        "settlement_mode": "own_sale",
        "commission_bp": 0,
        "valid_from": FIRST_DAY,
        "valid_to": LAST_DAY,
    }
