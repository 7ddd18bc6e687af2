"""Decide how money that came is settled: to paid orders with their lists, or to what is owed.

Everything of one payment stands in one commit: payment, posting, firm allocation, waybill
number, draft declaration list, paid order.  Whether a page may be opened is ``pay_checkout``'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bonded_display.customs.drafts import draft_many
from bonded_display.stock.allocate import (
    allocate_many,
    is_whole,
    read_reservations,
    release_orders_many,
)
from bonded_display.warehouse.waybills import take_waybills_many
from kernel import clock, db, ids, locks, outbox
from kernel.batch import Batch, Later
from kernel.clock import Instant
from kernel.errors import Problem
from settlement.ledger.post import post_many
from settlement.payments.capture import TakenPayment, capture_many, read_payments
from settlement.payments.ports import HeardPayment
from shop.checkout.draft import draft_list
from shop.checkout.money import Money, captured_posting, owed_fact, owed_posting, paid_fact
from shop.order.states import move
from shop.queries import Order, read_checkouts, read_orders
from shop.tables import checkout as checkout_table
from shop.tables import customs_order


@dataclass(frozen=True, slots=True)
class CaptureRequest:
    """Money heard of, with the warehouse and the orders it is for."""

    heard: HeardPayment
    warehouse_id: int
    order_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the money: captured | owed | settled_before | second.

    ``reason`` when it is owed; ``second`` is other money for a checkout that is settled: the
    group writes nothing of it.
    """

    outcome: str
    reason: str = ""


def commit_captures(requests: Sequence[CaptureRequest]) -> list[Settled | Problem]:
    """Judge and settle the money of ``requests``, all of one warehouse, in one transaction.

    The database is that in which their checkouts were born.
    """
    at = clock.now()
    shard = ids.shard_of(requests[0].heard.checkout_id)
    with db.of_shard(shard), db.write() as connection, Batch(connection) as batch:
        found, filed = _read(batch, requests)
        told: list[Settled | Problem] = []
        honoured: list[Money] = []
        owed: list[Money] = []
        for request in requests:
            money = replace(found[request.heard.checkout_id], heard=request.heard)
            verdict = _judge(money, at)
            told.append(verdict)
            if verdict.outcome not in ("captured", "owed"):
                continue
            (honoured if verdict.outcome == "captured" else owed).append(money)
            found[money.checkout.id] = _after(money, verdict)
        capture_many(batch, [*_taken(honoured, "captured"), *_taken(owed, "owed")])
        _write_owed(batch, owed, at)
        _write_honoured(batch, honoured, filed, at)
    return told


def _read(
    batch: Batch, requests: Sequence[CaptureRequest]
) -> tuple[dict[int, Money], dict[str, Any]]:
    locks.take_batched(batch, locks.Rank.WAREHOUSE, requests[0].warehouse_id)
    checkout_ids = [request.heard.checkout_id for request in requests]
    order_ids = [order_id for request in requests for order_id in request.order_ids]
    payments = read_payments(batch, checkout_ids)
    checkouts = read_checkouts(batch, checkout_ids)
    orders = read_orders(batch, order_ids)
    reserved = read_reservations(batch, order_ids)
    filed = _read_filed(batch, requests[0].warehouse_id)
    batch.sync()
    found = {
        request.heard.checkout_id: Money(
            heard=request.heard,
            payment=payments()[request.heard.checkout_id],
            checkout=checkouts()[request.heard.checkout_id],
            orders=tuple(orders()[order_id] for order_id in request.order_ids),
            reserved=tuple(
                line for order_id in request.order_ids for line in reserved().get(order_id, ())
            ),
        )
        for request in requests
    }
    return found, filed()


def _read_filed(batch: Batch, warehouse_id: int) -> Later[dict[str, Any]]:
    names = ("account_book_no", "customs_code", "port_code", "traf_mode")
    rows = batch.fetch(
        "SELECT account_book_no, customs_code, port_code, traf_mode FROM warehouse WHERE id = :id",
        {"id": warehouse_id},
    )
    return rows.then(lambda found: dict(zip(names, found[0], strict=True)))


def _after(money: Money, verdict: Settled) -> Money:
    """Return what the next money for the same checkout is judged on."""
    payment = replace(
        money.payment,
        state=verdict.outcome,
        provider_payment=money.heard.provider_payment,
    )
    return replace(money, payment=payment)


def _judge(money: Money, at: Instant) -> Settled:
    """Return what becomes of the money; owed when the order can no longer be honoured whole."""
    if money.payment.state not in ("open", "expired"):
        same = money.payment.provider_payment == money.heard.provider_payment
        return Settled("settled_before" if same else "second")
    if not money.payment.honours(money.heard.gross_fen, money.heard.currency):
        return Settled("owed", "amount_differs")
    if money.checkout.state != "placed":
        return Settled("owed", "checkout_over")
    if not is_whole(money.reserved, at):
        return Settled("owed", "reservation_over")
    return Settled("captured")


def _taken(settled: Sequence[Money], state: Any) -> list[TakenPayment]:
    return [
        TakenPayment(
            payment_id=money.payment.payment_id,
            state=state,
            provider_payment=money.heard.provider_payment,
            gross_fen=money.heard.gross_fen,
            captured_at=money.heard.paid_at,
        )
        for money in settled
    ]


def _write_honoured(
    batch: Batch, honoured: Sequence[Money], filed: Mapping[str, Any], at: Instant
) -> None:
    if not honoured:
        return
    post_many(batch, [captured_posting(money, at) for money in honoured])
    orders = [order for money in honoured for order in money.orders]
    allocate_many(batch, [line for money in honoured for line in money.reserved], at)
    taken = _take_waybills(batch, orders, at)
    batch.sync()
    waybills = {order_id: number for later in taken for order_id, number in later().items()}
    paid = [replace(order, waybill_no=waybills[order.id]) for order in orders]
    lists = {order.id: ids.new() for order in paid}
    draft_many(
        batch,
        [
            draft_list(
                order,
                list_id=lists[order.id],
                filed=filed,
                waybill_no=order.waybill_no,
                at=at,
            )
            for order in paid
        ],
    )
    _move_orders(batch, paid, "paid", paid_at=at, lists=lists)
    _move_checkouts(batch, honoured, "paid")
    outbox.record_many(
        batch,
        [paid_fact(money, order, at) for money in honoured for order in money.orders],
    )


def _take_waybills(
    batch: Batch, orders: Sequence[Order], at: Instant
) -> list[Later[Mapping[int, str | None]]]:
    """Take each courier's numbers: on the day it changes, a group has orders of both."""
    by_courier: dict[int, list[int]] = {}
    for order in orders:
        by_courier.setdefault(order.courier_enterprise_id, []).append(order.id)
    return [
        take_waybills_many(batch, order_ids, courier_enterprise_id=courier, at=at)
        for courier, order_ids in sorted(by_courier.items())
    ]


def _write_owed(batch: Batch, owed: Sequence[Money], at: Instant) -> None:
    """Post what is owed and free what is still held; the refund is the fact's handler's."""
    if not owed:
        return
    post_many(batch, [owed_posting(money, at) for money in owed])
    orders = [order for money in owed for order in money.orders]
    release_orders_many(batch, [order.id for order in orders])
    _move_orders(batch, orders, "owed")
    _move_checkouts(batch, owed, "owed")
    outbox.record_many(
        batch, [owed_fact(money, at, reason=_judge(money, at).reason) for money in owed]
    )


def _move_orders(
    batch: Batch,
    orders: Sequence[Order],
    state: str,
    *,
    paid_at: Instant | None = None,
    lists: Mapping[int, int] | None = None,
) -> None:
    batch.update(
        customs_order,
        [
            {
                "id": order.id,
                "state": move(order.state, state),
                "seq": order.seq + 1,
                "paid_at": paid_at,
                "declaration_list_id": lists[order.id] if lists else None,
                "waybill_no": order.waybill_no,
            }
            for order in orders
        ],
        key=("id",),
        set_={
            name: f":{name}"
            for name in ("state", "seq", "paid_at", "declaration_list_id", "waybill_no")
        },
    )


def _move_checkouts(batch: Batch, settled: Sequence[Money], state: str) -> None:
    batch.update(
        checkout_table,
        [
            {"id": money.checkout.id, "state": state, "seq": money.checkout.seq + 1}
            for money in settled
        ],
        key=("id",),
        set_={"state": ":state", "seq": ":seq"},
    )
