"""Decides what the bench sells: a few invented goods with very many pieces, one of them hot.

The sheets are those of ``shop load-sample``; which shoppers buy is ``shoppers``'.
"""

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

PLATFORM, COURIER, PAYMENT_COMPANY = "1401962001", "1401962002", "1100962003"
ZONE, MERCHANT = "1401960004", "1401962005"
PLATFORM_NAME = "太原前展跨境电子商务有限公司"
PIECES = 50_000_000
GOODS = 8
FILED = {"filed_from": "2024-01-01", "filed_to": "2035-12-31"}
VALID = {"valid_from": "2024-01-01", "valid_to": "2035-12-31"}
HS_CODE = "1901101090"

Row = Mapping[str, object]


def shelf_code(number: int) -> str:
    """Return the shelf on which the ``number``-th article stands; 0 is the hot one."""
    return f"S8{number:05d}"


def gtin13(number: int) -> str:
    """Return an invented GTIN-13 with its check digit."""
    digits = f"8712345{number:05d}"
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def sku(number: int) -> str:
    """Return the SKU of the ``number``-th article."""
    return f"QZ-8{number:04d}"


def write_sample(folder: Path, *, today: date, goods: int = GOODS, pieces: int = PIECES) -> None:
    """Write the sheets of the bench's sample into ``folder``: ``goods`` articles, so many of each."""
    folder.mkdir(parents=True, exist_ok=True)
    expires_on = (today + timedelta(days=400)).isoformat()
    for name, rows in _sheets(expires_on, range(goods), pieces).items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


def _sheets(expires_on: str, numbers: range, pieces: int) -> dict[str, list[Row]]:
    return {
        "enterprises": _enterprises(),
        "warehouses": [_WAREHOUSE],
        "outlets": [_OUTLET],
        "items": [_item(number) for number in numbers],
        "tariff": [_TARIFF],
        "account_book": [_account_book_item(number, expires_on) for number in numbers],
        "stock": [_lot(number, expires_on, pieces) for number in numbers],
        "offers": [_offer(number) for number in numbers],
        "placements": [_placement(number) for number in numbers],
        "guarantees": [_GUARANTEE],
        "agreements": [_AGREEMENT],
    }


def _enterprises() -> list[Row]:
    roles = "platform;declarant;transmitter;guarantor;domestic_agent"
    return [
        {
            "credit_code": credit_code,
            "customs_code": code,
            "name": name,
            "dxp_id": dxp_id,
            "roles": role,
            **FILED,
        }
        for credit_code, code, name, dxp_id, role in (
            ("91140100MAQN00013T", PLATFORM, PLATFORM_NAME, "DXPQZPLATFORM001", roles),
            ("91140100MAQN00021M", COURIER, "山西晋速递运有限公司", "DXPQZCOURIER0001", "courier"),
            (
                "91140100MAQN0003XD",
                PAYMENT_COMPANY,
                "盒付支付科技有限公司",
                "DXPQZPAYMENT0001",
                "payment_company",
            ),
            ("91140100MAQN00048D", ZONE, "太原武宿前展仓储有限公司", "", "zone_warehouse"),
            ("91140100MAQN000568", MERCHANT, "山西汾河国际贸易有限公司", "", "merchant"),
        )
    ]


_WAREHOUSE: Row = {
    "code": "WUSU-1",
    "name": "武宿综保区一号仓",
    "area_customs_code": ZONE,
    "customs_code": "0501",
    "port_code": "0501",
    "account_book_no": "T0501W000001",
    "traf_mode": "Y",
    "address": "山西省太原市小店区正阳街2号武宿综合保税区",
    "phone": "03517000009",
}
_OUTLET: Row = {
    "code": "TY0001",
    "name": "晋便利长治路店",
    "name_en": "Jin Convenience, Changzhi Road",
    "operator_customs_code": PLATFORM,
    "district_code": "140105",
    "address": "山西省太原市小店区长治路238号",
    "phone": "03517000001",
}
_TARIFF: Row = {
    "hs_code": HS_CODE,
    **VALID,
    "duty_bp": 0,
    "vat_bp": 1300,
    "consumption_rule": "none",
    "consumption_bp": 0,
    "line_per_measure": "",
    "line_per_piece": "",
    "specific": "0",
    "specific_per": 1,
    "on_positive_list": 1,
    "unit1": "035",
    "unit2": "",
    "weight_limit": "",
}
_GUARANTEE: Row = {
    "purpose": "retail_tax",
    "guarantor_customs_code": PLATFORM,
    "assure_code": PLATFORM,
    "office": "0501",
    "limit": "100000.00",
    **VALID,
}
_AGREEMENT: Row = {
    "platform_customs_code": PLATFORM,
    "merchant_customs_code": MERCHANT,
    "basis": "principal",
    "settlement_mode": "own_sale",
    "commission_bp": 0,
    **VALID,
}


def _item(number: int) -> Row:
    return {
        "sku": sku(number),
        "gtin": gtin13(number),
        "name": f"婴儿配方奶粉 {number}段 800克",
        "name_en": f"Infant formula stage {number}, 800 g",
        "brand": "Polderland",
        "model": f"婴儿配方奶粉|Polderland|{number}段|800g/罐|脱脂乳、乳清、植物油",
        "image": "",
    }


def _account_book_item(number: int, expires_on: str) -> Row:
    item = _item(number)
    return {
        "warehouse": "WUSU-1",
        "item_record_no": str(number + 1),
        "sku": sku(number),
        "hs_code": HS_CODE,
        "gname": item["name"],
        "gmodel": item["model"],
        "origin": "309",
        "unit": "122",
        "unit1": "035",
        "qty1": "0.8",
        "unit2": "",
        "qty2": "",
        "net_kg": "0.8",
        "gross_kg": "1.02",
        "measure": "",
        "measure_kind": "",
        "expires_on": expires_on,
        "owner_customs_code": MERCHANT,
        "valid_from": VALID["valid_from"],
    }


def _lot(number: int, expires_on: str, pieces: int) -> Row:
    return {
        "document": "QD050126I000000001",
        "line": str(number + 1),
        "warehouse": "WUSU-1",
        "item_record_no": str(number + 1),
        "lot_no": f"L{number:04d}",
        "location": f"A-{number:02d}-1",
        "qty": pieces,
        "expires_on": expires_on,
        "unit_cost": "6.00",
    }


def _offer(number: int) -> Row:
    """A price so low that nobody's year fills up while a bench runs."""
    item = _item(number)
    return {
        "sku": sku(number),
        "warehouse": "WUSU-1",
        "route": "retail_import",
        "merchant_customs_code": MERCHANT,
        "agent_customs_code": PLATFORM,
        "complaint": "0351-7000008",
        "title": item["name"],
        "title_en": item["name_en"],
        "price": "9.90",
        "freight": "0.00",
        "freight_free_from": "",
        "deliver_within_days": 5,
        "provider": "boxed_wallet",
    }


def _placement(number: int) -> Row:
    return {
        "shelf_code": shelf_code(number),
        "outlet": "TY0001",
        "sku": sku(number),
        "warehouse": "WUSU-1",
        "routes": "retail_import",
        "piece": "empty_pack",
        "display_site": "",
    }
