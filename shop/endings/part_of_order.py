"""Decides what a part of an order is worth: price and cost of its pieces, their tax and weight.

Freight is kept until the whole order is back, and so is what hangs on it (K, 2026-12).
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from kernel import clock
from kernel.money import spread
from settlement.ledger.postings import Sale
from settlement.ledger.terms import agreement_on, cost_of
from settlement.tax.portions import Portion
from settlement.tax.rates import WeightLimit
from settlement.tax.return_part import PartAsk
from settlement.tax.tariff import rates_known
from shop.queries import Order


def sale_of(connection: Connection, order: Order, portions: Sequence[Portion]) -> Sale:
    """Return the price of the pieces and their landed cost, on the terms of the order's day."""
    on = clock.china_date(order.placed_at)
    lines = {line.gnum: line for line in order.lines}
    terms = agreement_on(connection, order.merchant_enterprise_id, on)
    pieces = [(lines[one.gnum].account_book_item_id, one.qty) for one in portions]
    paid = _paid_fen(order)
    return Sale(
        order_id=order.id,
        sale_fen=sum(one.of(paid[one.gnum]) for one in portions),
        cost_fen=cost_of(connection, pieces, on),
        agent=terms.agent,
        commission_bp=terms.commission_bp,
    )


def _paid_fen(order: Order) -> dict[int, int]:
    """Return what was paid for the goods of each line: its price without its share of vouchers."""
    prices = [line.total_fen for line in order.lines]
    shares = spread(order.discount_fen, prices)
    return {
        line.gnum: line.total_fen - share for line, share in zip(order.lines, shares, strict=True)
    }


def tax_ask(
    connection: Connection, order: Order, case: Any, portions: Sequence[Portion]
) -> PartAsk:
    """Return what is asked of the tax: each kind of each line shared by pieces, in fen."""
    lines = {line.gnum: line for line in order.lines}
    quoted_fen = 0
    for one in portions:
        line = lines[one.gnum]
        quoted_fen += sum(
            one.of(fen) for fen in (line.duty_fen, line.consumption_fen, line.vat_fen)
        )
    return PartAsk(
        return_id=case.id,
        order_id=order.id,
        list_id=case.list_id,
        quoted_fen=quoted_fen,
        portions=[one for one in portions if one.qty],
        weights=_weights(connection, order, portions),
    )


def _weights(
    connection: Connection, order: Order, portions: Sequence[Portion]
) -> dict[WeightLimit, int]:
    on = clock.china_date(order.placed_at)
    rates = rates_known(
        connection, [line.hs_code for line in order.lines], on, known_at=order.placed_at
    )
    lines = {line.gnum: line for line in order.lines}
    weights: Counter[WeightLimit] = Counter()
    for one in portions:
        line = lines[one.gnum]
        tariff = rates.get(line.hs_code)
        if tariff is not None and tariff.weight_limit is not None:
            weights[tariff.weight_limit] += one.of(line.net_e5)
    return dict(weights)
