"""Decide what follows money that cannot be honoured, and pages that ended unpaid.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from kernel import db
from kernel.outbox import Fact, Wait
from settlement.payments.errors import RefundNeedsReturn, RefundUnderWay
from settlement.refund_order import refund_order
from settlement.second_payment import refund_second_payment
from shop.expire_checkout import expire_checkout
from shop.give_back import give_back
from shop.queries import read_order
from shop.refuse_order import refuse_order

VOID_IN_S = 20
"""How soon money is asked for again whose tax customs has billed and not yet made void."""


def refund_owed(fact: Fact) -> None:
    """Give the money back that came for orders which no longer stand, or a second time."""
    if "second_payment_id" in fact.payload:
        refund_second_payment(
            int(fact.payload["second_payment_id"]),
            legal_entity_id=int(fact.payload["legal_entity_id"]),
        )
    for order_id in fact.payload["order_ids"]:
        give_back(int(order_id))
        _refund(int(order_id), fact.payload["reason"])


def refuse_payer(fact: Fact) -> None:
    """The payer is not the buyer: nothing is declared, the money goes back."""
    refuse_order(int(fact.payload["order_id"]), reason="payer_differs")


def refund_refused(fact: Fact) -> None:
    """Give the money of a refused or returned order back, whole, to the same wallet.

    A tax bill that is booked for it is made void by customs first, once its list is cancelled.
    """
    try:
        _refund(int(fact.payload["order_id"]), fact.payload["reason"])
    except (RefundNeedsReturn, RefundUnderWay) as booked:
        raise Wait(VOID_IN_S, booked.code) from booked


def _refund(order_id: int, reason: str) -> None:
    with db.read() as connection:
        order = read_order(connection, order_id)
    refund_order(order_id, reason, legal_entity_id=order.platform_enterprise_id)


def expire_unpaid(fact: Fact) -> None:
    """The page ended unpaid: the checkout is over and its pieces are free."""
    expire_checkout(int(fact.payload["checkout_id"]))
