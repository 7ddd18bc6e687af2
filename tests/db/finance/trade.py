"""A trade of six sales, each further along its way, made by the verbs of every room."""

from dataclasses import dataclass
from datetime import date

from bonded_display.stock.book import pre_deduct
from bonded_display.stock.gate import GateLine, deduct_at_gate
from bonded_display.stock.lots import set_aside_lots
from kernel import clock, db
from kernel.outbox import Fact
from settlement.refund_order import refund_order
from settlement.take_tax_bill import take_tax_bill
from settlement.tax import guarantees
from settlement.tax.bills import TaxBill
from shop.capture_payment import capture_payment
from shop.give_back import give_back
from shop.move_order import move_order
from shop.queries import Order, read_order
from shop.refuse_order import refuse_order
from shop.steps.after_warehouse import post_gate, post_signed
from tests.db.shop.money import Sale, sell
from tests.support import sample_house
from tests.support.sample_house import Sample
from tests.support.wallet import Wallet

OVER_FEN = 100
"""By how much the signed sale's quote was above customs' bill."""


@dataclass(frozen=True)
class Trade:
    """One sale a state: only placed, paid, released by customs, owed back, refunded, signed for."""

    placed: Sale
    paid: Sale
    released: Sale
    owed: Sale
    refunded: Sale
    signed: Sale


def trade(sample: Sample, wallet: Wallet) -> Trade:
    """Let six shoppers buy."""
    sample_house.fill_waybills()
    sales = [sell(sample, number, qty=1, pay=number > 1) for number in range(1, 7)]
    made = Trade(*sales)
    for number, sale in enumerate(sales[1:], start=2):
        delta_fen = 500 if sale is made.owed else 0
        capture_payment(sale.heard(wallet, delta_fen=delta_fen, event=f"evt_{number}"))
    give_back(made.owed.order_id)  # the first half of its handler; the refund is still to come
    for state in ("declared", "released"):
        move_order(made.released.order_id, state)
        move_order(made.signed.order_id, state)
    refuse_order(made.refunded.order_id, reason="customs -10004")
    refund_order(
        made.refunded.order_id,
        "customs",
        legal_entity_id=_order(made.refunded).platform_enterprise_id,
    )
    _bill(_order(made.signed))
    _leave(_order(made.signed))
    return made


def _order(sale: Sale) -> Order:
    with db.read() as conn:
        return read_order(conn, sale.order_id)


def _bill(order: Order) -> None:
    """Customs asks a yuan less than was quoted."""
    list_id = order.declaration_list_id
    assert list_id is not None
    with db.write() as conn:
        guarantees.hold(
            conn,
            purpose="retail_tax",
            document=f"declaration_list:{list_id}",
            amount_fen=order.tax_fen,
            at=clock.now(),
        )
    bill = TaxBill(
        list_id=list_id,
        order_id=order.id,
        invt_no="051320261124000001",
        tax_no="T1",
        customs_fen=0,
        vat_fen=order.tax_fen - OVER_FEN,
        consumption_fen=0,
        quoted_fen=order.tax_fen,
        return_at=clock.now(),
    )
    take_tax_bill(bill, legal_entity_id=order.platform_enterprise_id, at=clock.now())


def _leave(order: Order) -> None:
    """The parcel passes the gate and is signed for."""
    at = clock.now()
    with db.write() as conn:
        lines = [
            GateLine(
                order_id=order.id,
                gnum=line.gnum,
                warehouse_id=order.warehouse_id,
                account_book_item_id=line.account_book_item_id,
                lot_id=pick.lot_id,
                qty=pick.qty,
            )
            for line in order.lines
            for pick in set_aside_lots(
                conn,
                order.warehouse_id,
                line.account_book_item_id,
                qty=line.qty,
                on=date(2026, 11, 24),
            )
        ]
        counted = [(line.line, line.account_book_item_id, line.qty) for line in lines]
        pre_deduct(conn, "QD1", counted, at=at)
        deduct_at_gate(conn, "EP1", lines, at=at)
    move_order(order.id, "left_zone")
    post_gate(_fact({"order_ids": [str(order.id)], "passed_at": at}))
    move_order(order.id, "signed_for")
    post_signed(_fact({"order_id": str(order.id), "delivered_at": at}))


def _fact(payload: dict[str, object]) -> Fact:
    return Fact(1, "any", "any:1", 1, clock.now(), "system:0", "c", payload)
