"""Decide how placings that arrive together are judged under one lock and written in one commit.

Each request is judged by the pure ``judge``; what is written is its owners' statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bonded_display.stock.levels import read_levels
from bonded_display.stock.reserve import NewReservation, release_expired_many, reserve_many
from kernel import clock, config, db, idempotency, ids, locks, outbox
from kernel.batch import Batch, Later
from kernel.clock import MINUTE, Instant, china_date
from kernel.errors import Problem, Refusal
from kernel.idempotency import FirstAnswer
from kernel.outbox import Fact
from settlement.tax.take_limit import LimitUse, read_limits, take_limit_many
from settlement.tax.take_weight import WeightUse, read_weights, take_weights_many
from shop.accounts.buyers import Buyer, read_buyers, read_signed_in
from shop.accounts.errors import SignInRequired
from shop.checkout.holds import hold_limits, read_holds
from shop.checkout.judge import Books, Frozen, PlaceRequest, judge
from shop.checkout.plan import OrderPlan
from shop.checkout.prepare import Asking, prepare
from shop.checkout.rows import checkout_row, line_rows, order_row
from shop.tables import checkout, customs_order, order_line

RESERVED_FOR = 30 * MINUTE
"""How long a placed and unpaid order keeps its pieces; an open payment extends it."""

Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What one request of an account is answered: a new result, or the first one again."""

    account_id: int
    result: Result
    replayed: bool


def commit_placings(asks: Sequence[Asking]) -> list[Answered | Problem]:
    """Judge and write ``asks`` of one warehouse in one transaction; an answer for each.

    The database is that of the warehouse's shard.  The same key twice in one group gets one
    judgement and its answer twice.
    """
    at = clock.now()
    shard = asks[0].facts.house.shard
    with db.of_shard(shard), db.write() as connection, Batch(connection) as batch:
        buyers = _read_buyers(batch, asks, at)
        asked = [
            prepare(asking, buyer, on=china_date(at)) if buyer is not None else None
            for asking, buyer in zip(asks, buyers, strict=True)
        ]
        requests = [request for request in asked if request is not None]
        if not requests:
            return [SignInRequired() for _ in asks]
        answers, books = _read(batch, requests, at)
        sitting = _Sitting(answers, books, at)
        told = [sitting.hear(request) if request else SignInRequired() for request in asked]
        _write(batch, sitting.placed, at)
        idempotency.record_answers_many(batch, sitting.answer_rows)
    return told


def _read_buyers(batch: Batch, asks: Sequence[Asking], at: Instant) -> list[Buyer | None]:
    """Return who asks, in the order of ``asks``; None for a session that is over."""
    account_ids = [asking.asker for asking in asks if isinstance(asking.asker, int)]
    token_hashes = [asking.asker for asking in asks if isinstance(asking.asker, str)]
    by_account = read_buyers(batch, account_ids)
    by_token = read_signed_in(batch, token_hashes, at=at)
    return [
        by_account().get(asking.asker)
        if isinstance(asking.asker, int)
        else by_token().get(asking.asker)
        for asking in asks
    ]


class _Sitting:
    """One group's judging: first answers by key, and what was placed in it."""

    def __init__(
        self, answers: dict[tuple[str, str], FirstAnswer], books: Books, at: Instant
    ) -> None:
        self.placed: list[tuple[PlaceRequest, Frozen, OrderPlan]] = []
        self.answer_rows: list[Result] = []
        self._answers = answers
        self._books = books
        self._at = at

    def hear(self, request: PlaceRequest) -> Answered | Problem:
        """Return the first answer to the request's key, or judge it and keep the answer.

        Only judged refusals are kept: what cannot be understood or told now may be sent again.
        """
        sent = request.sent
        first = self._answers.get((sent.owner, sent.key))
        if first is not None:
            again = first.again(sent)
            return again if isinstance(again, Problem) else _answered(request, again, replayed=True)
        if request.unready is not None:
            return request.unready
        plan = judge(request, self._books)
        if isinstance(plan, Problem) and not isinstance(plan, Refusal):
            return plan
        if isinstance(plan, OrderPlan) and request.frozen is not None:
            self.placed.append((request, request.frozen, plan))
        answer = plan if isinstance(plan, Problem) else self._result(request, plan)
        home_shard = ids.shard_of(request.checkout_id)
        row = idempotency.answer_row(sent, answer, at=self._at, home_shard=home_shard)
        self.answer_rows.append(row)
        self._answers[sent.owner, sent.key] = FirstAnswer.of(row)
        return answer if isinstance(answer, Problem) else _answered(request, answer)

    def _result(self, request: PlaceRequest, plan: OrderPlan) -> Result:
        return {
            "checkout_id": str(request.checkout_id),
            "order_ids": [str(request.order_id)],
            "total_fen": plan.total_fen,
            "expires_at": self._at + RESERVED_FOR,
        }


def _answered(request: PlaceRequest, result: Result, *, replayed: bool = False) -> Answered:
    return Answered(request.account_id, result, replayed)


def _read(
    batch: Batch, requests: Sequence[PlaceRequest], at: Instant
) -> tuple[dict[tuple[str, str], FirstAnswer], Books]:
    warehouse_id = requests[0].warehouse_id
    locks.take_batched(batch, locks.Rank.PLACING, warehouse_id)
    locks.take_batched(batch, locks.Rank.WAREHOUSE, warehouse_id)
    items = {
        book_item_id
        for request in requests
        for want in request.wanted
        for book_item_id in want.book_items
    }
    item_ids = {want.item_id for request in requests for want in request.wanted}
    if items:
        release_expired_many(batch, warehouse_id, sorted(items), at)
    levels = read_levels(batch, warehouse_id, sorted(item_ids), on=china_date(at))
    people = {
        (request.frozen.person_lookup, request.year) for request in requests if request.frozen
    }
    used: Later[dict[tuple[str, int], int]] = read_limits(batch, sorted(people))
    weighed = {
        (request.frozen.person_lookup, request.year)
        for request in requests
        if request.frozen and request.plan and request.plan.limited_e5
    }
    weights = read_weights(batch, sorted(weighed)) if weighed else dict
    holders = [request.frozen for request in requests if request.frozen]
    limits = hold_limits(config.current())
    holds = read_holds(batch, warehouse_id, holders, limits=limits, at=at)
    answers = idempotency.read_answers(batch, [request.sent for request in requests])
    batch.sync()
    on = china_date(at)
    return answers(), Books(levels(), used(), weights(), on=on, holds=holds())


def _write(
    batch: Batch, placed: Sequence[tuple[PlaceRequest, Frozen, OrderPlan]], at: Instant
) -> None:
    expires_at = at + RESERVED_FOR
    lines = {request.order_id: line_rows(request.order_id, plan) for request, _, plan in placed}
    batch.insert(checkout, [checkout_row(*each, at=at, expires_at=expires_at) for each in placed])
    batch.insert(customs_order, [order_row(*each, at=at, expires_at=expires_at) for each in placed])
    batch.insert(order_line, [row for rows in lines.values() for row in rows])
    take_limit_many(batch, [_limit_use(*each, at=at) for each in placed])
    take_weights_many(batch, [use for each in placed for use in _weight_uses(*each, at=at)])
    reserve_many(
        batch,
        [
            NewReservation(
                id=ids.new(),
                order_id=request.order_id,
                line_id=row["id"],
                warehouse_id=request.warehouse_id,
                account_book_item_id=row["account_book_item_id"],
                qty=row["qty"],
                expires_at=expires_at,
            )
            for request, _, _ in placed
            for row in lines[request.order_id]
        ],
    )
    outbox.record_many(batch, [_placed_fact(*each, at=at) for each in placed])


def _limit_use(request: PlaceRequest, frozen: Frozen, plan: OrderPlan, *, at: Instant) -> LimitUse:
    return LimitUse(
        person_lookup=frozen.person_lookup,
        year=request.year,
        order_id=request.order_id,
        value_fen=plan.value_fen,
        at=at,
    )


def _weight_uses(
    request: PlaceRequest, frozen: Frozen, plan: OrderPlan, *, at: Instant
) -> list[WeightUse]:
    return [
        WeightUse(frozen.person_lookup, request.year, kind, request.order_id, net_e5, at)
        for kind, net_e5 in plan.limited_e5.items()
    ]


def _placed_fact(request: PlaceRequest, frozen: Frozen, plan: OrderPlan, *, at: Instant) -> Fact:
    return Fact(
        id=ids.new(),
        name="order.placed",
        subject=f"customs_order:{request.order_id}",
        subject_seq=1,
        at=at,
        shard=ids.shard_of(request.order_id),
        actor=frozen.owner,
        correlation=frozen.correlation,
        payload={
            "checkout_id": str(request.checkout_id),
            "order_id": str(request.order_id),
            "outlet_id": str(frozen.outlet_id) if frozen.outlet_id else None,
            "offer_id": str(frozen.offer_id),
            "gtins": [line.wanted.gtin14 for line in plan.lines],
            "total_fen": plan.total_fen,
        },
    )
