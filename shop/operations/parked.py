"""Decide what becomes of parked work: one person lets it run again, two people give it up.

Why it was parked is the handler's word; running it again is the worker's.
"""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from kernel import actor, audit, clock, db, deliveries, ids
from kernel.outbox import delivery
from shop.operations.errors import (
    DecisionAsked,
    DecisionOver,
    DeliveryUnknown,
    ReasonMissing,
    SecondPersonNeeded,
)
from shop.operations.tables import parked_decision

LEAST = 5
"""Letters a reason has at least."""

_ONE = parked_decision.c


def retry(fact_id: int, handler: str, *, reason: str) -> None:
    """Let parked work run again; a question whether to give it up is moot then.

    Raises ``ReasonMissing``, ``DeliveryUnknown``, ``DeliveryNotParked``.
    """
    why = _reason(reason)
    with db.write() as conn:
        _require(conn, fact_id, handler)
        deliveries.release_parked_in(conn, fact_id, handler, reason=why)
        conn.execute(
            update(parked_decision)
            .where(_ONE.fact_id == fact_id, _ONE.handler == handler, _ONE.state == "asked")
            .values(state="moot", decided_by=actor.current().id, decided_at=clock.now())
        )


def ask_discard(fact_id: int, handler: str, *, reason: str) -> int:
    """Ask that parked work be given up and return the question's id; nothing changes yet.

    Raises ``ReasonMissing``, ``DeliveryUnknown``, ``DeliveryNotParked``, ``DecisionAsked``.
    """
    why, decision_id = _reason(reason), ids.new()
    try:
        with db.write() as conn:
            if _require(conn, fact_id, handler) != "parked":
                raise deliveries.DeliveryNotParked(fact_id=str(fact_id), handler=handler)
            conn.execute(
                insert(parked_decision).values(
                    id=decision_id,
                    fact_id=fact_id,
                    handler=handler,
                    reason=why,
                    state="asked",
                    asked_by=actor.current().id,
                    asked_at=clock.now(),
                )
            )
            detail = {"handler": handler, "reason": why}
            audit.record(conn, "ask_discard", subject=f"fact:{fact_id}", detail=detail)
    except IntegrityError as error:
        raise DecisionAsked from error
    return decision_id


def confirm_discard(decision_id: int) -> None:
    """Give parked work up, as the second person, in one commit with the decision.

    Raises ``SecondPersonNeeded`` for who asked, ``DecisionOver``, ``DeliveryNotParked``.
    """
    with db.write() as conn:
        asked = _open_question(conn, decision_id)
        if asked.asked_by == actor.current().id:
            raise SecondPersonNeeded
        # The delivery first, as ``retry`` does: two people who decide at once wait in one line.
        deliveries.discard_parked_in(conn, asked.fact_id, asked.handler, reason=asked.reason)
        _answer(conn, decision_id, "confirmed")


def decline_discard(decision_id: int) -> None:
    """Leave the work parked: said by a second person, or taken back by who asked.

    Raises ``DecisionOver``.
    """
    with db.write() as conn:
        asked = _open_question(conn, decision_id)
        _answer(conn, decision_id, "declined")
        detail = {"handler": asked.handler}
        audit.record(conn, "decline_discard", subject=f"fact:{asked.fact_id}", detail=detail)


def _open_question(conn: Connection, decision_id: int) -> Row[Any]:
    row = conn.execute(select(parked_decision).where(_ONE.id == decision_id)).one_or_none()
    if row is None:
        raise DeliveryUnknown
    if row.state != "asked":
        raise DecisionOver
    return row


def _answer(conn: Connection, decision_id: int, state: str) -> None:
    answered = conn.execute(
        update(parked_decision)
        .where(_ONE.id == decision_id, _ONE.state == "asked")
        .values(state=state, decided_by=actor.current().id, decided_at=clock.now())
    )
    if answered.rowcount != 1:
        raise DecisionOver


def _reason(typed: str) -> str:
    why = " ".join(typed.split())[:200]
    if len(why) < LEAST:
        raise ReasonMissing(least=LEAST)
    return why


def _require(conn: Connection, fact_id: int, handler: str) -> str:
    state = conn.execute(
        select(delivery.c.state).where(delivery.c.fact_id == fact_id, delivery.c.handler == handler)
    ).scalar_one_or_none()
    if state is None:
        raise DeliveryUnknown
    return str(state)
