"""Decide how an order is written as CEB311: which of our values stands in which element."""

from bonded_display.customs.handed import OrderDocument, OrderLine
from bonded_display.customs.messages import codes
from bonded_display.customs.messages.table import Document
from kernel import clock
from kernel.clock import Instant
from kernel.money import yuan_text


def order_message(order: OrderDocument, *, guid: str, at: Instant) -> Document:
    """Return the texts of CEB311; empty ones are left out of the message."""
    parties, person, consignee, paid_by = (
        order.parties,
        order.person,
        order.consignee,
        order.paid_by,
    )
    head = {
        "guid": guid,
        "appType": "1",
        "appTime": clock.china_text(at),
        "appStatus": "2",
        "orderType": "I",
        "orderNo": order.order_no,
        "ebpCode": parties.platform.code,
        "ebpName": parties.platform.name,
        "ebcCode": parties.merchant.code,
        "ebcName": parties.merchant.name,
        "goodsValue": yuan_text(order.goods_fen),
        "freight": yuan_text(order.freight_fen),
        "discount": yuan_text(order.discount_fen),
        "taxTotal": yuan_text(order.tax_fen),
        "acturalPaid": yuan_text(order.paid_fen),
        "currency": codes.CURRENCY_CNY,
        "buyerRegNo": order.buyer_reg_no,
        "buyerName": person.name,
        "buyerTelephone": person.phone,
        "buyerIdType": codes.ID_CARD,
        "buyerIdNumber": person.id_number,
        "payCode": paid_by.pay_code if paid_by else "",
        "payName": paid_by.pay_name if paid_by else "",
        "payTransactionId": paid_by.pay_transaction_id if paid_by else "",
        "consignee": consignee.name,
        "consigneeTelephone": consignee.phone,
        "consigneeAddress": consignee.address,
        "consigneeDistrict": consignee.district_code,
        "note": order.note,
    }
    return Document(head=head, lines=tuple(_line(line) for line in order.lines))


def _line(line: OrderLine) -> dict[str, str]:
    return {
        "gnum": str(line.gnum),
        "itemNo": line.sku,
        "itemName": line.item_name,
        "gmodel": line.gmodel,
        "barCode": line.gtin14,
        "unit": line.unit_code,
        "qty": str(line.qty),
        "price": yuan_text(line.price_fen),
        "totalPrice": yuan_text(line.total_fen),
        "currency": codes.CURRENCY_CNY,
        "country": line.origin_code,
        "note": line.note,
    }
