"""Decide which delivery runs next, when a failed one runs again, and when one is parked.

Facts themselves are written by ``kernel.outbox``; handlers open their own transactions.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from kernel import actor, audit, clock, db, logs, metrics
from kernel.batch import Batch
from kernel.errors import Problem, Refusal, Unavailable
from kernel.logs import log
from kernel.outbox import Fact, Handler, Wait, delivery

CLAIM_S = 60
"""A claim older than this is another worker's: its holder is taken for dead."""

SETTLE_WITHIN_S = 5
"""What is done is written after so long at the latest, whatever else the round still holds."""

RENEW_S = 30
"""A claim with less than this left is renewed before its handler begins."""

MOST_TRIES = 8
"""A handler that failed so often without a reason of its own is parked."""

OUTAGE_TRIES = 6
"""An outage slows the next tries down but uses up no more than these."""

_CLAIM = """
WITH due AS (
  SELECT d.fact_id AS of_fact, d.handler AS of_handler FROM delivery d
  WHERE d.due_at <= :now
    AND (d.state = 'waiting' OR (d.state = 'running' AND d.claimed_until < :now))
    AND NOT EXISTS (
      SELECT 1 FROM delivery e
      WHERE e.handler = d.handler AND e.subject = d.subject
        AND e.state IN ('waiting', 'running', 'parked')
        AND (e.subject_seq < d.subject_seq
             OR (e.subject_seq = d.subject_seq AND e.fact_id < d.fact_id)))
  ORDER BY d.due_at LIMIT :most {lock})
UPDATE delivery SET state = 'running', claimed_until = :until
FROM due WHERE fact_id = of_fact AND handler = of_handler
RETURNING due_at, fact_id, handler, tries
"""
_LOCKS = {"postgresql": "FOR UPDATE OF d SKIP LOCKED", "sqlite": ""}
_FACT = tuple(Fact.__dataclass_fields__)
_FACTS = f"SELECT {', '.join(_FACT)} FROM fact WHERE id IN :ids"
_DONE = """
UPDATE delivery SET state = 'done', due_at = :now, claimed_until = 0, trouble = NULL
WHERE fact_id IN :ids AND fact_id || ' ' || handler IN :keys
  AND state = 'running' AND claimed_until = :until
RETURNING fact_id
"""


class DeliveryNotParked(Refusal):
    """Only a parked delivery can be released or discarded; nothing was changed."""

    code = "delivery_not_parked"


@dataclass(frozen=True, slots=True)
class Claim:
    """One delivery taken by this worker, its own ``until`` then or until it is settled."""

    fact: Fact
    handler: str
    tries: int
    until: int


def run_due(handlers: Mapping[str, Handler], *, most: int = 20) -> int:
    """Claim what is due, run it, settle it; return how many ran.

    ``handlers`` are the functions by the names that the flow gave to the outbox.  A claim that
    passed to another worker while earlier handlers took their time is not begun.  What went
    well is settled together: a crash before that runs it again, which changes nothing.
    """
    ran = 0
    done: list[Claim] = []
    try:
        for taken in claim(most=most):
            own = _renewed(taken)
            if own is None:
                continue
            ran += 1
            if _run(own, handlers):
                done.append(own)
            if done and clock.now() - _claimed_at(done[0]) > SETTLE_WITHIN_S * clock.SECOND:
                _settle_done(done)
                done = []
    finally:
        _settle_done(done)
    return ran


def _claimed_at(taken: Claim) -> int:
    return taken.until - CLAIM_S * clock.SECOND


def _settle_done(done: Sequence[Claim]) -> None:
    """Write that claims were done, those of one instant in one statement."""
    for until in sorted({taken.until for taken in done}):
        together = [taken for taken in done if taken.until == until]
        asked = {
            "now": clock.now(),
            "until": until,
            "ids": [taken.fact.id for taken in together],
            "keys": [f"{taken.fact.id} {taken.handler}" for taken in together],
        }
        with db.write() as connection, Batch(connection) as batch:
            settled = batch.fetch(_DONE, asked)()
        if len(settled) < len(together):
            log.warning("claims_lost", count=len(together) - len(settled))
        for taken in together:
            metrics.facts_handled.labels(taken.handler, "done").inc()


def claim(*, most: int) -> list[Claim]:
    """Take up to ``most`` due deliveries; per handler and subject only the earliest."""
    now = clock.now()
    until = now + CLAIM_S * clock.SECOND
    with db.write() as connection, Batch(connection) as batch:
        asked = {"now": now, "until": until, "most": most}
        taken = batch.fetch(_CLAIM.format(lock=_LOCKS[batch.dialect]), asked)()
        facts = _facts(batch, [fact_id for _, fact_id, *_ in taken]) if taken else {}
    return [
        Claim(facts[fact_id], handler, tries, until) for _, fact_id, handler, tries in sorted(taken)
    ]


def _own(taken: Claim) -> ColumnElement[bool]:
    """Return the condition under which the delivery is still this claim's."""
    return and_(
        delivery.c.fact_id == taken.fact.id,
        delivery.c.handler == taken.handler,
        delivery.c.state == "running",
        delivery.c.claimed_until == taken.until,
    )


def _renewed(taken: Claim) -> Claim | None:
    """Return the claim with time enough for its handler; None when it is another's by now."""
    now = clock.now()
    if taken.until - now >= RENEW_S * clock.SECOND:
        return taken
    until = now + CLAIM_S * clock.SECOND
    with db.write() as connection:
        renewed = connection.execute(
            update(delivery).where(_own(taken)).values(claimed_until=until)
        )
    return replace(taken, until=until) if renewed.rowcount == 1 else None


def _facts(batch: Batch, fact_ids: list[int]) -> dict[int, Fact]:
    rows = batch.fetch(_FACTS, {"ids": fact_ids})()
    told = [Fact(*row) for row in rows]
    return {fact.id: replace(fact, payload=json.loads(str(fact.payload))) for fact in told}


def _run(taken: Claim, handlers: Mapping[str, Handler]) -> bool:
    """Run one handler; True when it is done, else what became of it is written at once."""
    with actor.acting(actor.SYSTEM), actor.correlated(taken.fact.correlation):
        try:
            with metrics.fact_handling_seconds.labels(taken.handler).time():
                handlers[taken.handler](taken.fact)
        except Wait as wait:
            _settle(taken, "waiting", after_s=wait.seconds, trouble=wait.reason)
        except Unavailable as gone:
            log.warning("handler_waits", handler=taken.handler, code=gone.code)
            tries = max(taken.tries, min(taken.tries + 1, OUTAGE_TRIES))
            pause_s = _pause_s(taken.tries)
            _settle(taken, "waiting", after_s=pause_s, trouble=gone.code, tries=tries)
        except Problem as problem:
            log.error("handler_parked", handler=taken.handler, code=problem.code)
            trouble = f"{problem.code}: {problem.facts}"
            _settle(taken, "parked", trouble=trouble, tries=taken.tries + 1)
        except Exception as error:  # noqa: BLE001  # whatever it is, the next try may do
            log.exception("handler_failed", handler=taken.handler, fact=taken.fact.name)
            tries = taken.tries + 1
            outcome = "parked" if tries >= MOST_TRIES else "failed"
            pause_s = _pause_s(taken.tries)
            _settle(taken, outcome, after_s=pause_s, trouble=repr(error), tries=tries)
        else:
            return True
    return False


def _pause_s(tries: int) -> float:
    return float(min(10.0, 0.5 * 2 ** min(tries, 6)))


def _settle(
    taken: Claim,
    outcome: str,
    *,
    after_s: float = 0,
    trouble: str | None = None,
    tries: int | None = None,
) -> None:
    """Write what became of a claim; one that passed to another worker is left to that one."""
    now = clock.now()
    with db.write() as connection:
        settled = connection.execute(
            update(delivery)
            .where(_own(taken))
            .values(
                state="waiting" if outcome == "failed" else outcome,
                due_at=now + int(after_s * clock.SECOND),
                claimed_until=0,
                tries=taken.tries if tries is None else tries,
                trouble=str(logs.redact(trouble[:500])) if trouble else None,
            )
        )
    if settled.rowcount == 0:
        log.warning("claim_lost", handler=taken.handler, outcome=outcome)
        return
    metrics.facts_handled.labels(taken.handler, outcome).inc()


def release_parked(fact_id: int, handler: str, *, reason: str) -> None:
    """Let a parked delivery run again; ``DeliveryNotParked`` when it is not parked."""
    with db.write() as connection:
        release_parked_in(connection, fact_id, handler, reason=reason)


def release_parked_in(connection: Connection, fact_id: int, handler: str, *, reason: str) -> None:
    """As ``release_parked``, in the caller's transaction."""
    _decide_parked(connection, fact_id, handler, state="waiting", reason=reason)


def discard_parked(fact_id: int, handler: str, *, reason: str) -> None:
    """Give a parked delivery up, with the reason in the audit; its subject goes on."""
    with db.write() as connection:
        discard_parked_in(connection, fact_id, handler, reason=reason)


def discard_parked_in(connection: Connection, fact_id: int, handler: str, *, reason: str) -> None:
    """As ``discard_parked``, in the transaction that says who decided it."""
    _decide_parked(connection, fact_id, handler, state="discarded", reason=reason)


def _decide_parked(
    connection: Connection, fact_id: int, handler: str, *, state: str, reason: str
) -> None:
    changed = connection.execute(
        update(delivery)
        .where(
            delivery.c.fact_id == fact_id,
            delivery.c.handler == handler,
            delivery.c.state == "parked",
        )
        .values(state=state, due_at=clock.now(), tries=0)
    )
    if changed.rowcount != 1:
        raise DeliveryNotParked(fact_id=str(fact_id), handler=handler)
    detail = {"handler": handler, "state": state, "reason": reason}
    audit.record(connection, "decide_parked", subject=f"fact:{fact_id}", detail=detail)


def count_open() -> dict[str, int]:
    """Return how many deliveries wait, run and are parked, by state."""
    with db.read() as connection:
        rows = connection.execute(
            select(delivery.c.state, func.count())
            .where(delivery.c.state.in_(("waiting", "running", "parked")))
            .group_by(delivery.c.state)
        )
        return {row[0]: row[1] for row in rows}
