"""Decide how a declaration list is written as CEB621: which stored value stands in which element."""

from collections.abc import Sequence
from typing import Any

from bonded_display.customs.handed import Consignee, Parties, Person
from bonded_display.customs.messages import codes
from bonded_display.customs.messages.table import Document
from kernel import clock
from kernel.clock import Instant
from kernel.money import e5_text, yuan_text


def list_message(
    stored: Any, lines: Sequence[Any], buyer: tuple[Person, Consignee], *, guid: str, at: Instant
) -> Document:
    """Return the texts of CEB621 from the row, its lines by ``gnum`` and the buyer.

    ``stored.assure_code`` is the guarantee held for this list.
    """
    person, consignee = buyer
    head = (
        _when(guid, at)
        | _parties(Parties.from_text(stored.parties))
        | {
            "orderNo": stored.order_no,
            "logisticsNo": stored.waybill_no or "",
            "copNo": stored.cop_no,
            "assureCode": stored.assure_code or "",
            "emsNo": stored.account_book_no,
            "customsCode": stored.customs_code,
            "portCode": stored.port_code,
            "buyerIdType": codes.ID_CARD,
            "buyerIdNumber": person.id_number,
            "buyerName": person.name,
            "buyerTelephone": person.phone,
            "consigneeAddress": consignee.address,
            "trafMode": stored.traf_mode,
            "freight": yuan_text(stored.freight_fen),
            "insuredFee": yuan_text(stored.insurance_fen),
            "grossWeight": e5_text(stored.gross_e5),
            "netWeight": e5_text(stored.net_e5),
        }
        | _CONSTANTS
    )
    return Document(head=head, lines=tuple(_line(line) for line in lines))


_CONSTANTS = {
    "ieFlag": "I",
    "tradeMode": codes.TRADE_MODE_BONDED,
    "country": codes.COUNTRY_CHINA,
    "currency": codes.CURRENCY_CNY,
    "packNo": "1",
}


def _when(guid: str, at: Instant) -> dict[str, str]:
    text = clock.china_text(at)
    return {
        "guid": guid,
        "appType": "1",
        "appTime": text,
        "appStatus": "2",
        "declTime": text[:8],
    }


def _parties(parties: Parties) -> dict[str, str]:
    return {
        "ebpCode": parties.platform.code,
        "ebpName": parties.platform.name,
        "ebcCode": parties.merchant.code,
        "ebcName": parties.merchant.name,
        "logisticsCode": parties.courier.code,
        "logisticsName": parties.courier.name,
        "agentCode": parties.agent.code,
        "agentName": parties.agent.name,
        "areaCode": parties.zone_warehouse.code,
        "areaName": parties.zone_warehouse.name,
    }


def _line(line: Any) -> dict[str, str]:
    return {
        "gnum": str(line.gnum),
        "itemRecordNo": line.item_record_no,
        "itemNo": line.sku,
        "itemName": line.gname,
        "gcode": line.hs_code,
        "gname": line.gname,
        "gmodel": line.gmodel,
        "barCode": line.gtin14 or codes.NO_BARCODE,
        "country": line.origin_code,
        "currency": codes.CURRENCY_CNY,
        "qty": str(line.qty),
        "unit": line.unit_code,
        "qty1": e5_text(line.qty1_e5),
        "unit1": line.unit1_code,
        "qty2": "" if line.qty2_e5 is None else e5_text(line.qty2_e5),
        "unit2": line.unit2_code or "",
        "price": yuan_text(line.price_fen),
        "totalPrice": yuan_text(line.total_fen),
    }
