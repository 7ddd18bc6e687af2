"""Decide how payments change their state when money was taken: for whole groups, once each.

Whether money is honoured (captured) or owed back is judged by the room above.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kernel.batch import Batch, Later
from kernel.clock import Instant
from settlement.payments import tables


@dataclass(frozen=True, slots=True)
class PaymentNow:
    """A payment as it stands: its shares are (order id, fen)."""

    payment_id: int
    checkout_id: int
    provider: str
    amount_fen: int
    state: str
    seq: int
    provider_payment: str | None = None

    def honours(self, gross_fen: int, currency: str) -> bool:
        """Return whether money of this figure is exactly what was asked for."""
        return currency == "cny" and gross_fen == self.amount_fen


@dataclass(frozen=True, slots=True)
class TakenPayment:
    """What a payment becomes: ``captured`` for honoured orders, ``owed`` to the shopper."""

    payment_id: int
    state: Literal["captured", "owed"]
    provider_payment: str
    gross_fen: int
    captured_at: Instant


def read_payments(batch: Batch, checkout_ids: Sequence[int]) -> Later[dict[int, PaymentNow]]:
    """Return, with the next trip, the payments of ``checkout_ids`` by checkout."""
    rows = batch.fetch(
        "SELECT id, checkout_id, provider, amount_fen, state, seq, provider_payment"
        " FROM payment WHERE checkout_id IN :checkout_ids",
        {"checkout_ids": list(checkout_ids)},
    )
    return rows.then(lambda found: {row[1]: PaymentNow(*row) for row in found})


def capture_many(batch: Batch, taken: Sequence[TakenPayment]) -> None:
    """Take the money of open (or just expired) payments into their rows, set-based.

    ``RowsMissed`` when another process settled one in between: the group is judged again.
    """
    rows = [
        {
            "id": one.payment_id,
            "state": one.state,
            "provider_payment": one.provider_payment,
            "gross_fen": one.gross_fen,
            "captured_at": one.captured_at,
        }
        for one in taken
    ]
    batch.update(
        tables.payment,
        rows,
        key=("id",),
        set_={
            "state": ":state",
            "provider_payment": ":provider_payment",
            "gross_fen": ":gross_fen",
            "captured_at": ":captured_at",
            "seq": "seq + 1",
        },
        where="payment.state IN ('open', 'expired')",
    )
