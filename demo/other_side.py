"""Decides what customs, the zone and the identity service know of their own accord before a walk.

Written from the scenario, not from our sheets: each program reads only its own files.
"""

import json
from pathlib import Path

from demo.catalogue import CATALOGUE, RATES
from demo.scenario import Scenario

PLATFORM, COURIER, PAYMENT_COMPANY = "1401962001", "1401962002", "1100962003"
DXP_IDS = {
    PLATFORM: "DXPQZPLATFORM001",
    COURIER: "DXPQZCOURIER0001",
    PAYMENT_COMPANY: "DXPQZPAYMENT0001",
}
NAMES = {
    PLATFORM: "太原前展跨境电子商务有限公司",
    COURIER: "山西晋速递运有限公司",
    PAYMENT_COMPANY: "盒付支付科技有限公司",
}
ACCOUNT_BOOK = "T0501W000001"


def write_other_side(folder: Path, walk: Scenario) -> None:
    """Write what customs, the zone and the identity service know of their own accord."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "senders.json", senders())
    write_json(folder / "tariff.json", [_customs_rate(rate.hs_code) for rate in RATES])
    write_json(
        folder / "account_book.json",
        [
            {
                "account_book_no": ACCOUNT_BOOK,
                "item_record_no": str(number * 10 + half),
                "hs_code": goods.hs_code,
                "unit": goods.unit,
                **(
                    {"measure": goods.measure, "measure_unit": goods.measure_kind}
                    if goods.measure
                    else {}
                ),
            }
            for number, goods in enumerate(CATALOGUE, start=1)
            for half in (0, 1)
        ],
    )
    people = [{"name": walk.shopper.name, "id_number": walk.shopper.id_number}]
    write_json(folder / "people.json", people)


def senders() -> list[dict[str, object]]:
    """Return who may send which documents, as customs has filed it."""
    return [
        {"dxp_id": DXP_IDS[code], "customs_code": code, "name": NAMES[code], "roles": [role]}
        for code, role in (
            (PLATFORM, "platform"),
            (COURIER, "courier"),
            (PAYMENT_COMPANY, "payment_company"),
        )
    ]


def _customs_rate(hs_code: str) -> dict[str, object]:
    rate = next(rate for rate in RATES if rate.hs_code == hs_code)
    return {
        "hs_code": hs_code,
        "duty_pct": rate.duty,
        "vat_pct": rate.vat,
        "consumption_pct": rate.consumption,
        "cosmetics": rate.rule == "cosmetics_measure",
    }


def write_json(path: Path, value: object) -> None:
    """Write a file of the other side."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
