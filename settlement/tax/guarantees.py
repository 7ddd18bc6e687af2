"""Decide what stands under a tax guarantee: held, used, restored or voided, by document.

What is held is the sum of the movements; when to hold, and how much, is the caller's business.
Whoever waits for room keeps a place in ``cover.queue``; when it runs out ``cover.forecast`` says.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, func, select

from kernel import ids, locks
from kernel.clock import Instant, china_date
from kernel.logs import log
from settlement.tax import tables
from settlement.tax.cover import forecast, queue
from settlement.tax.errors import GuaranteeExhausted, HoldMissing

FREED = frozenset({"restore", "void"})


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee as filed with customs; amounts in fen, dates in China."""

    id: int
    purpose: str
    guarantor_enterprise_id: int
    assure_code: str
    customs_office: str
    limit_fen: int
    valid_from_on: date
    valid_to_on: date


@dataclass(frozen=True, slots=True)
class Held:
    """Which guarantee covers a document, and what it still holds for it in fen.

    ``above_fen`` is by how much a bill was above what had been held for it.
    """

    guarantee_id: int
    assure_code: str
    amount_fen: int
    above_fen: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """By how many fen what a document holds changes, within which of its holds, and why."""

    kind: str
    document: str
    turn: int
    amount_fen: int
    at: Instant


_GUARANTEE, _MOVEMENT = tables.guarantee.c, tables.guarantee_movement.c
_IN_FORCE = (
    select(_GUARANTEE.id, _GUARANTEE.assure_code)
    .where(_GUARANTEE.purpose == bindparam("of_purpose"), _GUARANTEE.id >= bindparam("least_id"))
    .where(_GUARANTEE.valid_from_on <= bindparam("on_day"))
    .where(_GUARANTEE.valid_to_on >= bindparam("on_day"))
    .order_by(_GUARANTEE.id)
)
_HELD = (
    select(_GUARANTEE.id, _GUARANTEE.assure_code, func.sum(_MOVEMENT.amount_fen).label("fen"))
    .join_from(tables.guarantee_movement, tables.guarantee, _MOVEMENT.guarantee_id == _GUARANTEE.id)
    .where(_MOVEMENT.document == bindparam("of_document"))
    .group_by(_GUARANTEE.id, _GUARANTEE.assure_code)
    .order_by(func.max(_MOVEMENT.turn).desc())
)
_TURNS = select(_MOVEMENT.turn, _MOVEMENT.kind).where(
    _MOVEMENT.document == bindparam("of_document")
)
_CHANGE = (
    tables.guarantee.update()
    .where(_GUARANTEE.id == bindparam("of_id"))
    .values(held_fen=_GUARANTEE.held_fen + bindparam("more_fen"))
)
_HOLD = _CHANGE.where(_GUARANTEE.held_fen + bindparam("room_fen") <= _GUARANTEE.limit_fen)


def put_guarantee(conn: Connection, filed: Guarantee) -> None:
    """File a guarantee that holds nothing yet."""
    values = {name: getattr(filed, name) for name in Guarantee.__slots__}
    conn.execute(tables.guarantee.insert(), {**values, "held_fen": 0})


def lock(conn: Connection, guarantee_ids: Iterable[int]) -> None:
    """Lock these guarantees, ascending: what they hold is changed by one at a time."""
    table, asked = tables.guarantee.c, sorted(guarantee_ids)
    locks.note(conn, locks.Rank.GUARANTEE, asked)
    conn.execute(select(table.id).where(table.id.in_(asked)).order_by(table.id).with_for_update())


def lock_all(conn: Connection, *, purpose: str) -> None:
    """Lock every guarantee of ``purpose``, for whoever changes what several hold."""
    table = tables.guarantee.c
    lock(conn, conn.execute(select(table.id).where(table.purpose == purpose)).scalars())


def hold(  # noqa: PLR0913  # what is held, for whom, when, and from which guarantee on
    conn: Connection,
    *,
    purpose: str,
    document: str,
    amount_fen: int,
    at: Instant,
    least_id: int = 0,
) -> Held:
    """Hold ``amount_fen`` for ``document`` under a guarantee in force, the oldest first.

    Asked again while it holds, it answers with the first hold; after a void or restore it
    holds anew.  Room that older documents wait for is not taken before them.  Whoever holds for
    several names the last guarantee as ``least_id``: locks are taken upwards.
    Raises ``GuaranteeExhausted`` when none has room; then nothing is held.
    Source: rules.md section 5.
    """
    turn, kinds = turn_of(conn, document)
    if turn and not kinds & FREED:
        return _standing(conn, document)
    asked = {"of_purpose": purpose, "least_id": least_id, "on_day": china_date(at)}
    candidates = conn.execute(_IN_FORCE, asked).all()
    ahead_fen = 0  # what needs no room takes none from those who wait
    if amount_fen:
        ahead_fen = queue.ahead_of(conn, document, purpose=purpose, at=at).amount_fen
    for candidate in candidates:
        if _raise_held(conn, candidate.id, amount_fen, ahead_fen=ahead_fen):
            queue.leave(conn, document)
            held = Held(candidate.id, candidate.assure_code, amount_fen)
            _move(conn, held.guarantee_id, Movement("hold", document, turn + 1, amount_fen, at))
            forecast.tell_when_low(conn, held.guarantee_id, by_fen=amount_fen, at=at)
            return held
    raise GuaranteeExhausted(purpose=purpose, amount_fen=amount_fen, document=document)


def use(
    conn: Connection, *, document: str, amount_fen: int, at: Instant, anew: bool = False
) -> Held:
    """Let the bill stand in place of the estimate: what is held becomes ``amount_fen``.

    Asked again it changes nothing.  A bill above what was held is used whole, even past the
    limit, for customs has used it; ``above_fen`` and the log tell it.  ``anew``: what was set
    free, by a void bill or a withdrawal, is held again under the guarantee the list was declared
    with, in force or full or not.  Raises ``HoldMissing`` when nothing is held.
    """
    held = locked(conn, document)
    turn, kinds = turn_of(conn, document)
    if kinds & FREED:
        if not anew:
            raise HoldMissing(document=document)
        turn, kinds = turn + 1, set()
        _move(conn, held.guarantee_id, Movement("hold", document, turn, 0, at))
        held = replace(held, amount_fen=0)
    if "use" in kinds:
        return held
    more_fen = amount_fen - held.amount_fen
    change(conn, held.guarantee_id, Movement("use", document, turn, more_fen, at))
    if more_fen > 0:
        log.warning("bill_above_hold", document=document, above_fen=more_fen)
        forecast.tell_when_low(conn, held.guarantee_id, by_fen=more_fen, at=at)
    return Held(held.guarantee_id, held.assure_code, amount_fen, above_fen=max(0, more_fen))


def restore_many(conn: Connection, documents: Sequence[str], *, at: Instant) -> int:
    """Return the fen set free because the period's tax was paid; nought the second time.

    A few statements for each thousand of ``documents``.
    """
    movement, table = tables.guarantee_movement, tables.guarantee
    parts = [documents[at_ : at_ + 1_000] for at_ in range(0, len(documents), 1_000)]
    under: set[int] = set()
    for part in parts:
        query = select(movement.c.guarantee_id).where(movement.c.document.in_(part)).distinct()
        under.update(conn.execute(query).scalars())
    lock(conn, under)
    freed: Counter[int] = Counter()
    for part in parts:
        rows = []
        for guarantee_id, document, turn, fen in conn.execute(_open_turns(part)).all():
            freed[guarantee_id] += int(fen)
            moved = Movement("restore", document, turn, -int(fen), at)
            rows.append({"id": ids.new(), "guarantee_id": guarantee_id, **asdict(moved)})
        if rows:
            conn.execute(movement.insert(), rows)
    for guarantee_id, fen in sorted(freed.items()):
        less = table.update().where(table.c.id == guarantee_id)
        conn.execute(less.values(held_fen=table.c.held_fen - fen))
    return freed.total()


def _open_turns(documents: Sequence[str]) -> Select[Any]:
    """Return what each document's last turn holds, unless it was set free."""
    movement = tables.guarantee_movement
    last = (
        select(movement.c.document, func.max(movement.c.turn).label("turn"))
        .where(movement.c.document.in_(documents))
        .group_by(movement.c.document)
        .subquery()
    )
    key = (movement.c.guarantee_id, movement.c.document, movement.c.turn)
    free = func.sum(case((movement.c.kind.in_(FREED), 1), else_=0))
    return (
        select(*key, func.sum(movement.c.amount_fen).label("fen"))
        .join(last, (last.c.document == movement.c.document) & (last.c.turn == movement.c.turn))
        .group_by(*key)
        .having(free == 0)
    )


def void(conn: Connection, *, document: str, at: Instant) -> int:
    """Return the fen set free because the document was refused or withdrawn.

    Nought the second time; its place in the queue is given up in any case.
    Raises ``HoldMissing`` when nothing was ever held.
    """
    queue.leave(conn, document)
    held = locked(conn, document)
    turn, kinds = turn_of(conn, document)
    if kinds & FREED:
        return 0
    change(conn, held.guarantee_id, Movement("void", document, turn, -held.amount_fen, at))
    return held.amount_fen


def held_for(conn: Connection, document: str) -> Held | None:
    """Return what stands for ``document``, or None when nothing was ever held for it."""
    row = conn.execute(_HELD, {"of_document": document}).first()
    return Held(row.id, row.assure_code, int(row.fen)) if row is not None else None


def _standing(conn: Connection, document: str) -> Held:
    held = held_for(conn, document)
    if held is None:
        raise HoldMissing(document=document)
    return held


def locked(conn: Connection, document: str) -> Held:
    """Return what stands for ``document`` once nobody else can change it.

    The row of its guarantee is locked first and the movements read after: two that use or set
    free in the same moment see each other.
    """
    held = _standing(conn, document)
    while True:
        lock(conn, [held.guarantee_id])
        seen = _standing(conn, document)
        if seen.guarantee_id == held.guarantee_id:
            return seen
        held = seen


def turn_of(conn: Connection, document: str) -> tuple[int, set[str]]:
    """Return how many times the document was held, and what happened since the last one."""
    rows = conn.execute(_TURNS, {"of_document": document}).all()
    turn = max((row.turn for row in rows), default=0)
    return turn, {row.kind for row in rows if row.turn == turn}


def _raise_held(conn: Connection, guarantee_id: int, amount_fen: int, *, ahead_fen: int) -> bool:
    """Hold the amount if it fits, at the moment of the update, beside what older ones wait for."""
    locks.note(conn, locks.Rank.GUARANTEE, [guarantee_id])
    more = {"of_id": guarantee_id, "more_fen": amount_fen, "room_fen": amount_fen + ahead_fen}
    done = conn.execute(_HOLD, more)
    return done.rowcount == 1


def change(conn: Connection, guarantee_id: int, movement: Movement) -> None:
    """Write a movement of a guarantee that is locked, and what it holds then."""
    conn.execute(_CHANGE, {"of_id": guarantee_id, "more_fen": movement.amount_fen})
    _move(conn, guarantee_id, movement)


def _move(conn: Connection, guarantee_id: int, movement: Movement) -> None:
    conn.execute(
        tables.guarantee_movement.insert(),
        {
            "id": ids.new(),
            "guarantee_id": guarantee_id,
            **asdict(movement),
        },
    )
