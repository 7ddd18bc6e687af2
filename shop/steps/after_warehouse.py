"""Decide what follows the gate and the receiver's signature: order moved, books posted.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from sqlalchemy import Connection

from bonded_display.warehouse.delivery import hand_to_courier
from kernel import clock, db, locks
from kernel.outbox import Fact, Wait
from settlement.ledger import postings
from settlement.ledger.post import post
from settlement.ledger.terms import agreement_on, cost_of
from shop.move_order import move_order
from shop.order.states import IllegalMove
from shop.queries import Order, read_order

ASK_AGAIN_S = 60
"""How soon the courier is asked again for parcels that it left."""


def mark_left_zone(fact: Fact) -> None:
    """Every parcel of the batch has passed the gate; one that may not move holds up no other.

    Raises its ``IllegalMove`` once the others have moved: a person looks at that order.
    """
    refused: list[IllegalMove] = []
    for order_id in fact.payload["order_ids"]:
        try:
            move_order(int(order_id), "left_zone", at=fact.payload["passed_at"])
        except IllegalMove as illegal:
            refused.append(illegal)
    if refused:
        raise refused[0]


def post_gate(fact: Fact) -> None:
    """Goods in transit against stock, at landed cost, for goods of our own.

    Of an order that is back already nothing is posted any more.
    """
    with db.write() as connection:
        for order_id in sorted(int(one) for one in fact.payload["order_ids"]):
            locks.take(connection, locks.Rank.ORDER, order_id)
            order = read_order(connection, order_id)
            if order.state == "returned":
                continue
            books = postings.Books(order.platform_enterprise_id, fact.payload["passed_at"])
            posting = postings.gate_passed(
                books, order_id=order.id, cost_fen=_cost_fen(connection, order)
            )
            if posting is not None:
                post(connection, posting)


def _cost_fen(connection: Connection, order: Order) -> int:
    on = clock.china_date(order.placed_at)
    pieces = [(line.account_book_item_id, line.qty) for line in order.lines]
    return cost_of(connection, pieces, on)


def give_to_courier(fact: Fact) -> None:
    """The courier takes the parcels over at the gate; for those it left it is asked again."""
    taken = hand_to_courier(int(fact.payload["batch_id"]))
    if taken < len(fact.payload["order_ids"]):
        raise Wait(ASK_AGAIN_S, "the courier left parcels behind")


def mark_signed_for(fact: Fact) -> None:
    """The receiver has the parcel."""
    move_order(int(fact.payload["order_id"]), "signed_for", at=fact.payload["delivered_at"])


def post_signed(fact: Fact) -> None:
    """Advances become revenue, goods in transit cost of sales, by the merchant's agreement.

    Of an order that is back already nothing is posted any more.
    """
    with db.write() as connection:
        locks.take(connection, locks.Rank.ORDER, int(fact.payload["order_id"]))
        order = read_order(connection, int(fact.payload["order_id"]))
        if order.state == "returned":
            return
        on = clock.china_date(order.placed_at)
        terms = agreement_on(connection, order.merchant_enterprise_id, on)
        sale = postings.Sale(
            order_id=order.id,
            sale_fen=order.paid_share_fen - order.tax_fen,
            cost_fen=_cost_fen(connection, order),
            agent=terms.agent,
            commission_bp=terms.commission_bp,
        )
        books = postings.Books(order.platform_enterprise_id, fact.payload["delivered_at"])
        post(connection, postings.signed_for(books, sale))
