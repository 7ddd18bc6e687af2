"""Decide how the courier is made to declare a waybill (511) and how its outcome is learnt.

The courier is the lawful sender; 512 goes to it, so we ask.  What acceptance opens is customs'.
"""

from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, bindparam, select, update

from bonded_display.warehouse import courier
from bonded_display.warehouse.answers import said
from bonded_display.warehouse.courier import WaybillAnswer, WaybillAsk
from bonded_display.warehouse.errors import CourierRefused, WaybillMissing
from bonded_display.warehouse.tables import waybill_declaration
from bonded_display.warehouse.waybills import waybill_of
from kernel import clock, db
from kernel.calls import Answered

FINAL = ("accepted", "rejected")

_SHOWN = (
    waybill_declaration.c.order_id,
    waybill_declaration.c.waybill_no,
    waybill_declaration.c.state,
    waybill_declaration.c.return_status,
    waybill_declaration.c.return_time_text,
)
_STATE = select(*_SHOWN).where(waybill_declaration.c.order_id == bindparam("of_order"))


@dataclass(frozen=True, slots=True)
class WaybillState:
    """How far the declaration of one order's waybill is, in the courier's words."""

    order_id: int
    waybill_no: str
    state: str
    return_status: str | None
    return_time_text: str | None
    just_caused: bool = field(default=False, compare=False)
    """True for whoever caused it: customs' answer is not worth asking for yet."""


def cause_waybill(ask: WaybillAsk) -> WaybillState:
    """Make the courier declare the order's waybill; return what it says so far.

    Asking again is harmless: the request number is the order's.  Raises ``WaybillMissing``
    while the order has no number, ``CourierRefused`` when the courier says no,
    ``Unavailable`` when it does not answer.
    """
    with db.read() as conn:
        standing = waybill_state(conn, ask.order_id)
    row = standing or _begin(ask.order_id)
    if row.state != "causing":
        return row
    try:
        state = courier.declare(_request_no(ask.order_id), row.waybill_no, ask)
    except Answered as refused:
        raise CourierRefused(
            asked="declare", waybill_no=row.waybill_no, answer=said(refused)
        ) from refused
    if state in FINAL:  # asked again after a crash: how customs answered is the query's to say
        return _ask(ask.order_id, row.waybill_no)
    return replace(_learn(ask.order_id, state), just_caused=True)


def redeclare_waybill(order_id: int) -> WaybillState:
    """Make the courier send a rejected declaration anew; return what it says.

    Only for one that is rejected: any other is returned as it stands.  A courier that says it is
    on its way already, for the answer to an earlier request was lost, is asked.  Raises
    ``WaybillMissing``, ``CourierRefused``, ``Unavailable``.
    """
    with db.read() as conn:
        row = waybill_state(conn, order_id)
    if row is None:
        raise WaybillMissing(order_id=order_id)
    if row.state != "rejected":
        return row
    try:
        state = courier.redeclare(row.waybill_no)
    except Answered as refused:
        seen = courier.query(row.waybill_no)
        if seen.state == "rejected":
            raise CourierRefused(
                asked="redeclare", waybill_no=row.waybill_no, answer=said(refused)
            ) from refused
        return _heard(order_id, seen, over="rejected")
    return _learn(order_id, state, over="rejected")


def learn_waybill(order_id: int) -> WaybillState:
    """Ask the courier how the declaration went and return it; an outcome is asked for once.

    Raises ``WaybillMissing`` when nothing was caused, ``Unavailable`` when nobody answers.
    """
    with db.read() as conn:
        row = waybill_state(conn, order_id)
    if row is None:
        raise WaybillMissing(order_id=order_id)
    if row.state in FINAL or row.state == "causing":
        return row
    return _ask(order_id, row.waybill_no)


def _ask(order_id: int, waybill_no: str) -> WaybillState:
    return _heard(order_id, courier.query(waybill_no))


def _heard(order_id: int, answer: WaybillAnswer, *, over: str | None = None) -> WaybillState:
    return _learn(
        order_id,
        answer.state,
        status=answer.return_status,
        time_text=answer.return_time_text,
        over=over,
    )


def waybill_state(conn: Connection, order_id: int) -> WaybillState | None:
    """Return how far an order's waybill declaration is, or ``None`` when none was caused."""
    row = conn.execute(_STATE, {"of_order": order_id}).one_or_none()
    return WaybillState(*row) if row else None


def _begin(order_id: int) -> WaybillState:
    with db.write() as conn:
        waybill_no = waybill_of(conn, order_id)
        if waybill_no is None:
            raise WaybillMissing(order_id=order_id)
        conn.execute(
            waybill_declaration.insert(),
            {
                "order_id": order_id,
                "request_no": _request_no(order_id),
                "waybill_no": waybill_no,
                "state": "causing",
                "caused_at": clock.now(),
            },
        )
    return WaybillState(order_id, waybill_no, "causing", None, None)


def _learn(
    order_id: int,
    state: str,
    *,
    status: str | None = None,
    time_text: str | None = None,
    over: str | None = None,
) -> WaybillState:
    """Store what was learnt; an outcome is overwritten only when ``over`` names it."""
    table = waybill_declaration
    kept = [final for final in FINAL if final != over]
    with db.write() as conn:
        row = conn.execute(
            update(table)
            .where(table.c.order_id == order_id, table.c.state.not_in(kept))
            .values(state=state, return_status=status, return_time_text=time_text)
            .returning(*_SHOWN)
        ).one_or_none()
        learnt = waybill_state(conn, order_id) if row is None else WaybillState(*row)
    assert learnt is not None
    return learnt


def _request_no(order_id: int) -> str:
    return f"WB{order_id}"
