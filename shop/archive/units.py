"""Decides what leaves together, in which order it is deleted, and what must be over before.

A unit is found by its roots: a checkout with its orders, a fact with its deliveries, a key, a mail.
What the law wants for thirty years stays: postings, payments, refunds, bills, uses of a limit,
movements of stock, book and guarantee.  So does an order with a case: a refund, a withdrawal, a
return, an inspection.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from kernel import ids
from kernel.db import metadata
from shop import migrate
from shop.archive.terms import Cut

migrate.import_tables()
_T = metadata.tables

Root = Any
"""An id, or (owner, key)."""
Keys = Mapping[str, Sequence[Any]]

OPEN_WORK = ("waiting", "running", "parked")
ENDED_ORDERS = ("signed_for", "returned", "refused", "expired", "cancelled")
UNPAID = ("expired", "cancelled")
VOID_BILL = "3"
_CASES_OF_ORDER = ("refund", "part_refund", "return_case", "inspection_case", "payment_question")
_CASES_OF_LIST = ("list_withdrawal", "goods_return")
"""Tables of which no row may name an order that leaves, or a list of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table, by columns that are among the keys of a name."""

    table: str
    columns: tuple[str, ...]
    key: str

    def rows(self, keys: Keys) -> ColumnElement[bool]:
        """Return the condition that these rows fulfil."""
        columns = [_T[self.table].c[name] for name in self.columns]
        if len(columns) == 1:
            return columns[0].in_(keys[self.key])
        return tuple_(*columns).in_([tuple(root) for root in keys[self.key]])


@dataclass(frozen=True, slots=True)
class Unit:
    """What leaves together: roots of ``root``, their keys, and the parts in order of deletion."""

    name: str
    root: Part
    over: Callable[[Cut], ColumnElement[bool]]
    parts: tuple[Part, ...]
    further: Mapping[str, Callable[[Sequence[Root]], Select[Any]]]

    @property
    def table(self) -> Table:
        """Return the table of the roots."""
        return _T[self.root.table]

    def next(self, cut: Cut, *, after: Root | None, most: int) -> Select[Any]:
        """Select the next roots that are over, in order, behind ``after``."""
        columns = [self.table.c[name] for name in self.root.columns]
        query = select(*columns).where(self.over(cut)).order_by(*columns).limit(most)
        if after is None:
            return query
        if len(columns) == 1:
            return query.where(columns[0] > after)
        return query.where(tuple_(*columns) > tuple_(*(literal(part) for part in after)))

    def keys(self, conn: Connection, roots: Sequence[Root]) -> dict[str, Sequence[Any]]:
        """Return every key by which rows of these roots are found."""
        found: dict[str, Sequence[Any]] = {"root": roots}
        for name, query in self.further.items():
            found[name] = list(conn.execute(query(found["root"])).scalars())
        return found


def _orders_of(roots: Sequence[Root]) -> Select[Any]:
    order = _T["customs_order"].c
    return select(order.id).where(order.checkout_id.in_(roots)).order_by(order.id)


def _lists_of(roots: Sequence[Root]) -> Select[Any]:
    of = _T["declaration_list"].c
    return select(of.id).where(of.order_id.in_(_orders_of(roots).order_by(None)))


def _tasks_of(roots: Sequence[Root]) -> Select[Any]:
    task = _T["pick_task"].c
    return select(task.id).where(task.order_id.in_(_orders_of(roots).order_by(None)))


def _named(table: str, column: ColumnElement[Any]) -> ColumnElement[str]:
    return literal(f"{table}:") + cast(column, String)


def _checkout_over(cut: Cut) -> ColumnElement[bool]:
    """A checkout leaves whole: all its orders unpaid and ended, or delivered, billed and old."""
    checkout, order = _T["checkout"].c, _T["customs_order"].c
    mine = order.checkout_id == checkout.id
    unpaid = and_(order.state.in_(UNPAID), order.paid_at.is_(None), order.placed_at < cut.work)
    stays = exists().where(mine, ~or_(unpaid, _delivered_long_ago(cut)))
    return and_(
        checkout.id < ids.earliest(cut.before),
        checkout.state.in_(("paid", *UNPAID)),
        exists().where(mine),
        ~stays,
        ~_works_on(_named("checkout", checkout.id)),
        ~exists().where(mine, _works_on(_named("customs_order", order.id))),
        ~exists().where(
            _T["payment"].c.checkout_id == checkout.id, _T["payment"].c.state.in_(("open", "owed"))
        ),
    )


def _delivered_long_ago(cut: Cut) -> ColumnElement[bool]:
    order, step, bill = _T["customs_order"].c, _T["order_step"].c, _T["tax_bill"].c
    message, trouble = _T["customs_message"].c, _T["message_trouble"].c
    billed = and_(bill.order_id == order.id, bill.status != VOID_BILL)
    signed = and_(step.order_id == order.id, step.state == "signed_for")
    return and_(
        order.state == "signed_for",
        exists().where(signed, step.at < cut.customs),
        exists().where(billed),
        ~exists().where(billed, bill.paid_at.is_(None)),
        ~exists().where(message.order_id == order.id, trouble.message_id == message.id),
        *(~case for case in _cases()),
    )


def _cases() -> list[ColumnElement[bool]]:
    """Return, for each kind of case, the condition that the order has one."""
    order_id, of_order = _T["customs_order"].c.id, _T["declaration_list"].c
    lists = [_T[name].c.list_id for name in _CASES_OF_LIST]
    return [
        *(exists().where(_T[name].c.order_id == order_id) for name in _CASES_OF_ORDER),
        *(exists().where(of_order.order_id == order_id, of_order.id == one) for one in lists),
    ]


def _works_on(subject: ColumnElement[str]) -> ColumnElement[bool]:
    open_one = _T["delivery"].alias("open_one").c
    return exists().where(open_one.subject == subject, open_one.state.in_(OPEN_WORK))


def _fact_over(cut: Cut) -> ColumnElement[bool]:
    """A fact leaves when nothing is open of its subject and the subject, if an order, has ended."""
    fact, order = _T["fact"].c, _T["customs_order"].c
    of_order = fact.subject.like("customs_order:%")
    number = cast(func.substr(fact.subject, len("customs_order:") + 1), BigInteger)
    goes_on = exists().where(
        order.id == case((of_order, number), else_=-1), order.state.not_in(ENDED_ORDERS)
    )
    asked = _T["parked_decision"].c
    return and_(
        fact.id < ids.earliest(cut.work),
        fact.at < cut.work,
        ~_works_on(fact.subject),
        ~goes_on,
        ~exists().where(asked.fact_id == fact.id, asked.state == "asked"),
    )


def _key_over(cut: Cut) -> ColumnElement[bool]:
    return _T["idempotency"].c.at < cut.work


def _mail_over(cut: Cut) -> ColumnElement[bool]:
    """A mail leaves after every receipt that was read in it."""
    mail = _T["customs_mail"].c
    read = exists().where(_T["customs_receipt"].c.mail_id == mail.id)
    return and_(mail.id < ids.earliest(cut.customs), mail.taken_at < cut.customs, ~read)


UNITS: tuple[Unit, ...] = (
    Unit(
        "orders",
        Part("checkout", ("id",), "root"),
        _checkout_over,
        (
            Part("order_step", ("order_id",), "order"),
            Part("reservation", ("order_id",), "order"),
            Part("order_line", ("order_id",), "order"),
            Part("customs_receipt", ("order_id",), "order"),
            Part("customs_message", ("order_id",), "order"),
            Part("document", ("order_id",), "order"),
            Part("payment_declaration", ("order_id",), "order"),
            Part("waybill_declaration", ("order_id",), "order"),
            Part("exit_parcel", ("order_id",), "order"),
            Part("pick_line", ("task_id",), "task"),
            Part("pick_task", ("order_id",), "order"),
            Part("list_line", ("list_id",), "list"),
            Part("customs_order", ("checkout_id",), "root"),
            Part("declaration_list", ("id",), "list"),
            Part("checkout", ("id",), "root"),
        ),
        {"order": _orders_of, "list": _lists_of, "task": _tasks_of},
    ),
    Unit(
        "facts",
        Part("fact", ("id",), "root"),
        _fact_over,
        (
            Part("parked_decision", ("fact_id",), "root"),
            Part("delivery", ("fact_id",), "root"),
            Part("fact", ("id",), "root"),
        ),
        {},
    ),
    Unit(
        "keys",
        Part("idempotency", ("owner", "key"), "root"),
        _key_over,
        (Part("idempotency", ("owner", "key"), "root"),),
        {},
    ),
    Unit(
        "mail",
        Part("customs_mail", ("id",), "root"),
        _mail_over,
        (Part("customs_mail", ("id",), "root"),),
        {},
    ),
)
"""In this order: receipts leave before the mail in which they came."""

TABLES: tuple[str, ...] = tuple(dict.fromkeys(part.table for unit in UNITS for part in unit.parts))
"""Every table of which rows leave."""
