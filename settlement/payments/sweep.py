"""Decide how payments whose events never came are still settled: the provider is asked again.

What the money means is judged behind the same port as a webhook's.
"""

from typing import Any

from sqlalchemy import Row, select

from kernel import clock, db, outbox
from kernel.clock import SECOND
from kernel.errors import Problem
from kernel.logs import log
from settlement.payments import tables
from settlement.payments.hear import ask_provider
from settlement.payments.inbox import work_left
from settlement.payments.ports import CapturePort

ASK_AGAIN_S = 20
"""An open payment is asked about at most so often."""

GRACE_S = 120
"""A page that ended may still have taken money in its last moment; so long it stays open."""


def sweep_payments(port: CapturePort, *, most: int = 50) -> int:
    """Return how many open payments were asked about and left-over events worked.

    Money that was taken goes to ``port``; a page that ended unpaid expires the payment, with
    the fact ``payment.expired``.  A provider that is down or refuses leaves the payment open.
    """
    asked = 0
    for payment in _due(most):
        _mark_asked(payment.id)
        try:
            _settle(payment, port)
        except Problem as problem:
            log.warning("sweep_left_open", payment_id=str(payment.id), problem=str(problem))
        asked += 1
    return asked + work_left(port, most=most)


def _due(most: int) -> list[Row[Any]]:
    table = tables.payment
    before = clock.now() - ASK_AGAIN_S * SECOND
    with db.read() as conn:
        return list(
            conn.execute(
                select(table)
                .where(table.c.state == "open", table.c.asked_at <= before)
                .order_by(table.c.asked_at)
                .limit(most)
            )
        )


def _mark_asked(payment_id: int) -> None:
    table = tables.payment
    with db.write() as conn:
        conn.execute(table.update().where(table.c.id == payment_id).values(asked_at=clock.now()))


def _settle(payment: Row[Any], port: CapturePort) -> None:
    session_id = payment.provider_session
    if session_id is not None:
        evidence = f"asked:{session_id}"
        heard = ask_provider(payment, session_id=session_id, evidence=evidence)
        if heard is not None:
            port.capture(heard)
            return
    if clock.now() > payment.expires_at + GRACE_S * SECOND:
        _expire(payment.id)


def _expire(payment_id: int) -> None:
    table = tables.payment
    now = clock.now()
    with db.write() as conn:
        row = conn.execute(
            table.update()
            .where(table.c.id == payment_id, table.c.state == "open")
            .values(state="expired", seq=table.c.seq + 1)
            .returning(table.c.checkout_id, table.c.seq)
        ).one_or_none()
        if row is None:
            return
        outbox.record(
            conn,
            "payment.expired",
            subject=f"payment:{payment_id}",
            subject_seq=row.seq,
            payload={"payment_id": str(payment_id), "checkout_id": str(row.checkout_id)},
            at=now,
        )
