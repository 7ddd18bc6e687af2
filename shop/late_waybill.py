"""Decides that a waybill number which came after the payment is put where the early one stands."""

from sqlalchemy import update

from bonded_display.customs.drafts import set_waybill
from kernel import db
from shop.tables import customs_order


def keep_late_waybill(order_id: int, waybill_no: str) -> None:
    """Put the number on the order and on its draft list; told again, nothing changes."""
    set_waybill(order_id, waybill_no)
    with db.write() as connection:
        connection.execute(
            update(customs_order)
            .where(customs_order.c.id == order_id, customs_order.c.waybill_no.is_(None))
            .values(waybill_no=waybill_no)
        )
