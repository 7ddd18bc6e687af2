"""Decide what the customs desk gets of an order: the documents' values, copied where they stand.

How they are written into messages is the desk's business.
"""

from bonded_display.customs.handed import (
    Consignee,
    OrderDocument,
    OrderLine,
    PaidBy,
    Parties,
    Person,
)
from settlement.payments.declarer import declaration_of
from settlement.payments.errors import PaymentMissing
from shop.queries import Line, Order


def order_document(order: Order, *, paid_by: PaidBy | None) -> OrderDocument:
    """Return everything CEB311 says about ``order``, the people in the clear."""
    return OrderDocument(
        order_id=order.id,
        order_no=order.order_no,
        parties=Parties.from_text(order.parties),
        buyer_reg_no=str(order.account_id),
        person=person(order),
        consignee=consignee(order),
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        discount_fen=order.discount_fen,
        tax_fen=order.tax_fen,
        paid_fen=order.paid_share_fen,
        lines=tuple(_order_line(line) for line in order.lines),
        paid_by=paid_by,
    )


def paid_by(order_id: int) -> PaidBy | None:
    """Return the payment company's own words as they are known; nobody is asked."""
    try:
        known = declaration_of(order_id)
    except PaymentMissing:
        return None
    if not known.pay_transaction_id:
        return None
    return PaidBy(known.pay_code, known.pay_name, known.pay_transaction_id)


def person(order: Order) -> Person:
    """Return the buyer as 311 and 621 name them."""
    buyer = order.open_buyer()
    return Person(buyer.name, buyer.id_number, buyer.phone)


def consignee(order: Order) -> Consignee:
    """Return the receiver as 311, 511 and 621 name them."""
    there = order.open_consignee()
    return Consignee(there.name, there.phone, there.address, there.district_code)


def _order_line(line: Line) -> OrderLine:
    return OrderLine(
        gnum=line.gnum,
        sku=line.sku,
        gtin14=line.gtin14,
        item_name=line.gname,
        gmodel=line.gmodel,
        unit_code=line.unit_code,
        qty=line.qty,
        price_fen=line.price_fen,
        total_fen=line.total_fen,
        origin_code=line.origin_code,
    )
