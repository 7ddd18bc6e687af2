"""Decide whether the payer is the buyer, by the payment company's answer.

What a different payer means for the order is decided by whoever acts on the fact.
"""

from sqlalchemy import Connection, select

from kernel import clock, db, outbox
from settlement.payments import tables
from settlement.payments.errors import PaymentMissing
from settlement.payments.provider import PayerAnswer
from settlement.payments.providers import declaring


def check_payer(order_id: int, *, name: str, id_number: str) -> PayerAnswer:
    """Ask the payment company whether the payer is this person, keep and return the answer.

    ``different`` records the fact ``payment.payer_differs``: the list must not be sent.
    Raises ``PaymentMissing``, ``ProviderCannotDeclare``, ``Answered``, ``Unavailable``.
    Source: rules.md section 2, identity.
    """
    payment, share = tables.payment, tables.payment_share
    with db.read() as conn:
        row = conn.execute(
            select(payment.c.id, payment.c.provider, payment.c.provider_payment)
            .join_from(share, payment, payment.c.id == share.c.payment_id)
            .where(share.c.order_id == order_id, payment.c.provider_payment.is_not(None))
        ).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"customs_order:{order_id}")
    company = declaring(row.provider)
    answer = company.check_payer(row.provider_payment, name=name, id_number=id_number)
    _keep(row.id, order_id, answer)
    return answer


def payer_check_of(conn: Connection, order_id: int) -> PayerAnswer:
    """Return what the company said of an order's payer; ``unchecked`` before it was asked."""
    payment, share = tables.payment, tables.payment_share
    said: PayerAnswer | None = conn.execute(
        select(payment.c.payer_check)
        .join_from(share, payment, payment.c.id == share.c.payment_id)
        .where(share.c.order_id == order_id)
    ).scalar_one_or_none()
    return said or "unchecked"


def _keep(payment_id: int, order_id: int, answer: PayerAnswer) -> None:
    table = tables.payment
    with db.write() as conn:
        changed = conn.execute(
            table.update()
            .where(table.c.id == payment_id, table.c.payer_check != answer)
            .values(payer_check=answer, seq=table.c.seq + 1)
            .returning(table.c.seq)
        ).one_or_none()
        if changed is not None and answer == "different":
            outbox.record(
                conn,
                "payment.payer_differs",
                subject=f"payment:{payment_id}",
                subject_seq=changed.seq,
                payload={"payment_id": str(payment_id), "order_id": str(order_id)},
                at=clock.now(),
            )
