"""Decide when a parcel is the courier's and when its receiver has signed: when the courier says so.

What a signature earns is the ledger's.
"""

from sqlalchemy import Connection, select, update

from bonded_display.warehouse import courier
from bonded_display.warehouse.answers import said
from bonded_display.warehouse.errors import CourierRefused, NotNow
from bonded_display.warehouse.rows import parcels_of, peek_batch
from bonded_display.warehouse.tables import exit_batch, exit_parcel, pick_task
from kernel import clock, db, outbox
from kernel.calls import Answered
from kernel.clock import Instant


def hand_to_courier(batch_id: int) -> int:
    """Hand the parcels of a passed batch to the courier; return how many it has by now.

    Asked again, it hands over those that were left behind.  Raises ``NotNow`` before the gate, ``CourierRefused``,
    ``Unavailable``.
    """
    batch = peek_batch(batch_id)
    if batch.state != "gone":
        raise NotNow(subject=f"exit_batch:{batch.no}", state=batch.state, to="collected")
    with db.read() as conn:
        every = [parcel.waybill_no for parcel in parcels_of(conn, batch_id)]
        waybill_nos = _left_behind(conn, every)
    taken = len(every) - len(waybill_nos)
    if not waybill_nos:
        return taken
    try:
        number = f"{batch.no}-C{taken or ''}"
        collected = courier.collect(number, batch.exit_pass_no, waybill_nos)
    except Answered as refused:
        raise CourierRefused(
            asked="collect", waybill_no=waybill_nos[0], answer=said(refused)
        ) from refused
    with db.write() as conn:
        conn.execute(
            update(pick_task)
            .where(pick_task.c.waybill_no.in_(collected), pick_task.c.collected_at.is_(None))
            .values(collected_at=clock.now())
        )
    return taken + len(set(collected) & set(waybill_nos))


def _left_behind(conn: Connection, waybill_nos: list[str]) -> list[str]:
    """Return which parcels the courier has not collected, in their order."""
    collected = set(
        conn.execute(
            select(pick_task.c.waybill_no).where(
                pick_task.c.waybill_no.in_(waybill_nos), pick_task.c.collected_at.is_not(None)
            )
        ).scalars()
    )
    return [number for number in waybill_nos if number not in collected]


def record_signed_for(order_id: int) -> Instant | None:
    """Ask the courier whether the receiver signed; return the instant, ``None`` if not yet.

    Records ``parcel.signed_for`` once.  Raises ``NotNow`` before the parcel passed the
    gate, ``Unavailable``.  Source: rules section 4: a list's 513 means signed for.
    """
    with db.read() as conn:
        waybill_no, signed_at = _gone_parcel(conn, order_id)
    if signed_at is not None:
        return signed_at
    answer = courier.query(waybill_no)
    if answer.parcel != "delivered" or answer.delivered_at is None:
        return None
    with db.write() as conn:
        return _record(conn, order_id, answer.delivered_at)


def _gone_parcel(conn: Connection, order_id: int) -> tuple[str, Instant | None]:
    row = conn.execute(
        select(pick_task.c.waybill_no, pick_task.c.signed_for_at, exit_batch.c.state)
        .join(exit_parcel, exit_parcel.c.order_id == pick_task.c.order_id)
        .join(exit_batch, exit_batch.c.id == exit_parcel.c.batch_id)
        .where(pick_task.c.order_id == order_id)
    ).one_or_none()
    if row is None or row.state != "gone":
        state = row.state if row else "none"
        raise NotNow(subject=f"customs_order:{order_id}", state=state, to="signed_for")
    return row.waybill_no, row.signed_for_at


def _record(conn: Connection, order_id: int, delivered_at: Instant) -> Instant:
    signed = conn.execute(
        update(pick_task)
        .where(pick_task.c.order_id == order_id, pick_task.c.signed_for_at.is_(None))
        .values(signed_for_at=delivered_at, seq=pick_task.c.seq + 1)
    )
    task = conn.execute(select(pick_task).where(pick_task.c.order_id == order_id)).one()
    if signed.rowcount == 1:
        outbox.record(
            conn,
            "parcel.signed_for",
            subject=f"customs_order:{order_id}",
            subject_seq=task.seq,
            payload={
                "order_id": order_id,
                "waybill_no": task.waybill_no,
                "delivered_at": delivered_at,
            },
            at=clock.now(),
        )
    return int(task.signed_for_at)
