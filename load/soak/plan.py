"""Decides what a soak will meet, and what must come of it: known before anything is sold.

A plan is made from its seed and size alone.  What customs does with an order of a fate is told
to it by ``rule``; the expected totals follow from the fates and the price list, by the
reference's formula, and from nothing the product says.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

PRICE, FREIGHT = Decimal("9.90"), Decimal("1.00")
COMPOSITE_RATE = Decimal("0.13") * Decimal("0.7")
"""VAT of 13 %, 70 % of it inside the limits: the goods of the soak bear no other tax."""
LATE_MS = 400


class Fate(StrEnum):
    """What customs, or the line to it, does with one order's list."""

    PLAIN = "plain"
    OVER_LIMIT = "over_limit"
    IDENTITY = "identity"
    CODE_WRONG = "code_wrong"
    REFUSED_PLAINLY = "refused_plainly"
    UNKNOWN_CODE = "unknown_code"
    PRESENT = "present"
    DUPLICATE = "duplicate"
    DISORDER = "disorder"
    RECEIPT_LOST = "receipt_lost"


SHARES: dict[Fate, Decimal] = {
    Fate.OVER_LIMIT: Decimal("0.010"),
    Fate.IDENTITY: Decimal("0.010"),
    Fate.CODE_WRONG: Decimal("0.010"),
    Fate.REFUSED_PLAINLY: Decimal("0.005"),
    Fate.UNKNOWN_CODE: Decimal("0.005"),
    Fate.PRESENT: Decimal("0.010"),
    Fate.DUPLICATE: Decimal("0.020"),
    Fate.DISORDER: Decimal("0.020"),
    Fate.RECEIPT_LOST: Decimal("0.010"),
}
"""Of all orders; rejections of every class come to 5 %."""

REFUNDED = frozenset({Fate.OVER_LIMIT, Fate.IDENTITY})
FOR_A_PERSON = frozenset({Fate.CODE_WRONG, Fate.REFUSED_PLAINLY, Fate.UNKNOWN_CODE})

_REFUSALS = {
    Fate.OVER_LIMIT: ("-621018", "超过年度限值"),
    Fate.IDENTITY: ("-621005", "身份验证不通过"),
    Fate.CODE_WRONG: ("-621012", "商品编码有误"),
    Fate.REFUSED_PLAINLY: ("100", "退单"),
    Fate.UNKNOWN_CODE: ("-629999", "未知错误"),
}


@dataclass(frozen=True)
class Expected:
    """What both sides must tell at the end; money in fen."""

    orders: int
    by_fate: dict[str, int]
    released: int
    refunded: int
    for_a_person: int
    paid_fen: int
    refunded_fen: int
    released_goods_fen: int
    released_tax_fen: int


def fates(count: int, *, seed: int) -> list[Fate]:
    """Return a fate for each of ``count`` orders: exact shares, in an order drawn from the seed."""
    drawn = [fate for fate, share in SHARES.items() for _ in range(int(share * count))]
    drawn += [Fate.PLAIN] * (count - len(drawn))
    random.Random(f"soak {seed}").shuffle(drawn)  # a plan, not a secret
    return drawn


def expected(planned: Sequence[Fate]) -> Expected:
    """Return the totals that follow from the fates and the price list alone."""
    count = Counter(planned)
    refunded = sum(count[fate] for fate in REFUNDED)
    waiting = sum(count[fate] for fate in FOR_A_PERSON)
    released = len(planned) - refunded - waiting
    tax = ((PRICE + FREIGHT) * COMPOSITE_RATE).quantize(Decimal("0.01"), ROUND_HALF_UP)
    goods_fen, tax_fen = int(PRICE * 100), int(tax * 100)
    total_fen = goods_fen + int(FREIGHT * 100) + tax_fen
    return Expected(
        orders=len(planned),
        by_fate={fate.value: count[fate] for fate in Fate},
        released=released,
        refunded=refunded,
        for_a_person=waiting,
        paid_fen=len(planned) * total_fen,
        refunded_fen=refunded * total_fen,
        released_goods_fen=released * goods_fen,
        released_tax_fen=released * tax_fen,
    )


def for_the_comparison(wanted: Expected) -> dict[str, int]:
    """Return the totals by the names under which the comparison of all books tells them."""
    return {
        "orders.count": wanted.orders - wanted.refunded,
        "payments.count": wanted.orders,
        "payments.accepted": wanted.orders,
        "411.count": wanted.orders,
        "waybills.accepted": wanted.orders,
        "511.count": wanted.orders,
        "lists.RELEASED": wanted.released,
        "lines.total_fen": wanted.released_goods_fen,
        "bills.count": wanted.released,
        "bills.due_fen": wanted.released_tax_fen,
        "charges.count": wanted.orders,
        "charges.gross_fen": wanted.paid_fen,
        "refunds.count": wanted.refunded,
        "refunds.amount_fen": wanted.refunded_fen,
    }


def rule(fate: Fate, order_no: str) -> dict[str, object] | None:
    """Return the rule of customs' script that makes an order meet its fate, or None."""
    lists = {"kind": "CEB621", "order_no": order_no}
    if fate in _REFUSALS:
        code, info = _REFUSALS[fate]
        return {"match": lists, "do": "reject", "code": code, "info": info}
    if fate == Fate.PRESENT:
        statuses = ["2", "120", "-621004", "800"]
        return {"match": lists, "do": "chain", "statuses": statuses}
    if fate == Fate.DUPLICATE:
        return {"match": {**lists, "status": "120"}, "do": "duplicate"}
    if fate == Fate.DISORDER:
        return {"match": lists, "do": "disorder", "delay_ms": LATE_MS}
    if fate == Fate.RECEIPT_LOST:
        return {"match": {**lists, "status": "800"}, "do": "lost_receipt"}
    return None
