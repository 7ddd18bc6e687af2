"""Decide how other money for a checkout that is settled already is booked, and goes back, once.

That it is other money is judged in the capture's group; which order stands is not touched.
"""

from typing import Any

from sqlalchemy import Row, select

from kernel import audit, clock, db, ids, outbox
from kernel.batch import insert_new
from settlement.ledger.chart import OWED_TO_SHOPPER, PROVIDER_CLEARING
from settlement.ledger.post import post
from settlement.ledger.posting import Entry, Posting, credit, debit
from settlement.ledger.tables import posting
from settlement.payments import tables
from settlement.payments.errors import PaymentMissing
from settlement.payments.hear import payment_of_checkout
from settlement.payments.ports import HeardPayment
from settlement.payments.providers import provider

REASON = "second_payment"


def take_second_payment(heard: HeardPayment, *, legal_entity_id: int) -> bool:
    """Return whether the money is new; then, in one commit, it is kept, posted and owed.

    Provider clearing against what we owe the shopper, under no order, for its own payment stands
    beside it; the fact ``payment.owed`` names it, and its handler gives it back.
    Raises ``PaymentMissing``.  Source: rules.md section 8.
    """
    settled = payment_of_checkout(heard.checkout_id)
    second_id, now = ids.new(), clock.now()
    with db.write() as conn:
        second = {
            "id": second_id,
            "payment_id": settled.id,
            "provider": heard.provider,
            "provider_payment": heard.provider_payment,
            "gross_fen": heard.gross_fen,
            "state": "owed",
            "heard_at": now,
        }
        if not insert_new(conn, tables.second_payment, second):
            return False
        entries = (
            debit(PROVIDER_CLEARING, heard.gross_fen),
            credit(OWED_TO_SHOPPER, heard.gross_fen),
        )
        post(conn, _posting("owed", second_id, entries, legal_entity_id=legal_entity_id))
        outbox.record(
            conn,
            "payment.owed",
            subject=f"second_payment:{second_id}",
            subject_seq=1,
            payload={
                "payment_id": str(settled.id),
                "checkout_id": str(heard.checkout_id),
                "order_ids": [],
                "second_payment_id": str(second_id),
                "legal_entity_id": str(legal_entity_id),
                "gross_fen": heard.gross_fen,
                "reason": REASON,
            },
            at=now,
        )
    return True


def refund_second_payment(second_id: int, *, legal_entity_id: int) -> int:
    """Return the fen given back to the wallet it came from; done again, nothing more goes back.

    Raises ``PaymentMissing``, ``ProviderRefused``, ``ProviderDown``.
    """
    row = _row(second_id)
    if row.state == "refunded":
        return int(row.gross_fen)
    number = provider(row.provider).refund(
        row.provider_payment, row.gross_fen, key=f"refund-{second_id}"
    )
    table = tables.second_payment
    with db.write() as conn:
        done = conn.execute(
            table.update()
            .where(table.c.id == second_id, table.c.state == "owed")
            .values(state="refunded", provider_refund=number, refunded_at=clock.now())
        )
        if done.rowcount == 1:
            entries = (
                debit(OWED_TO_SHOPPER, row.gross_fen),
                credit(PROVIDER_CLEARING, row.gross_fen),
            )
            post(conn, _posting("refunded", second_id, entries, legal_entity_id=legal_entity_id))
    return int(row.gross_fen)


def give_back_second_payment(second_id: int) -> int:
    """As ``refund_second_payment``, at a person's word; in the books of whoever owes it."""
    document = f"second_payment:{second_id}"
    with db.read() as conn:
        owing = conn.execute(
            select(posting.c.legal_entity_id).where(
                posting.c.document == document, posting.c.kind == "owed"
            )
        ).scalar_one_or_none()
    if owing is None:
        raise PaymentMissing(of=document)
    given_fen = refund_second_payment(second_id, legal_entity_id=owing)
    with db.write() as conn:
        audit.record(
            conn, "give_back_second_payment", subject=document, detail={"gross_fen": given_fen}
        )
    return given_fen


def _row(second_id: int) -> Row[Any]:
    table = tables.second_payment
    with db.read() as conn:
        row = conn.execute(select(table).where(table.c.id == second_id)).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"second_payment:{second_id}")
    return row


def _posting(
    kind: str, second_id: int, entries: tuple[Entry, ...], *, legal_entity_id: int
) -> Posting:
    return Posting(
        kind=kind,
        document=f"second_payment:{second_id}",
        legal_entity_id=legal_entity_id,
        at=clock.now(),
        entries=entries,
    )
