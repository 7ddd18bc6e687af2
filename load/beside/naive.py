"""Decides what the naive way of placing is: one session an order, objects flushed, the row locked.

It writes the rows that placing writes, as most shops write them: read the level for update, add
objects, commit.  It serves its own little application on a copy of the database.
"""

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from flask import Flask, Response, jsonify
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session, sessionmaker

from load.beside.empty import wait_until_it_answers
from load.harness import ROOT
from load.site import STOP_S, free_port

THREADS = 8
FIRST_ID = 400_000_000_000_000_000
_URL, _CHECKOUT = "NAIVE_DATABASE_URL", "NAIVE_CHECKOUT"
app = Flask(__name__, static_folder=None)
_ids = itertools.count(FIRST_ID + os.getpid() * 10_000_000_000)


class _Shop:
    """The mapped classes, the goods, and the order whose values every other one has."""

    def __init__(self) -> None:
        engine = create_engine(os.environ[_URL], pool_size=THREADS)
        metadata = MetaData()
        metadata.reflect(engine)
        base: Any = automap_base(metadata=metadata)
        base.prepare(generate_relationship=lambda *_, **__: None)
        self.of = base.classes
        self.session = sessionmaker(engine)
        with self.session() as session:
            checkout_id = int(os.environ[_CHECKOUT])
            order = session.scalars(_where(self.of.customs_order, checkout_id=checkout_id)).one()
            of_order = {"order_id": order.id}
            self.like = {
                "checkout": _values(session.get_one(self.of.checkout, checkout_id)),
                "customs_order": _values(order),
                **{
                    table: _values(session.scalars(_where(self.of[table], **of_order)).one())
                    for table in ("order_line", "reservation", "limit_use")
                },
                "fact": _values(
                    session.scalars(_where(self.of.fact, subject=f"customs_order:{order.id}")).one()
                ),
                "idempotency": _values(session.scalars(select(self.of.idempotency)).first()),
            }
            items = select(self.of.account_book_item).order_by(self.of.account_book_item.id)
            self.goods = [one.id for one in session.scalars(items)]

    def add(self, session: Session, table: str, **changed: object) -> Any:
        """Add an object like the example and return it."""
        made = self.of[table](**{**self.like[table], **changed})
        session.add(made)
        return made


def _where(mapped: Any, **equal: object) -> Any:
    return select(mapped).filter_by(**equal)


def _values(one: Any) -> dict[str, Any]:
    return {column.key: getattr(one, column.key) for column in one.__mapper__.columns}


@cache
def _shop() -> _Shop:
    return _Shop()


@app.post("/")
def place() -> Response:
    """Place one order of one piece."""
    shop, hot = _shop(), random.randrange(100) < 80
    book_item = shop.goods[0] if hot else random.choice(shop.goods[1:])
    with shop.session() as session:
        number = _place(shop, session, book_item)
        session.commit()
    return jsonify(order_no=number)


def _place(shop: _Shop, session: Session, book_item_id: int) -> str:
    of = shop.of
    level = session.scalars(
        _where(of.availability, account_book_item_id=book_item_id).with_for_update()
    ).one()
    item = session.get_one(of.account_book_item, book_item_id)
    account = session.get_one(of.account, shop.like["checkout"]["account_id"])
    person = session.scalars(_where(of.identity, account_id=account.id)).one()
    if level.held >= level.on_hand:
        raise RuntimeError("sold out")
    key = {"person_lookup": person.person_lookup, "year": shop.like["limit_use"]["year"]}
    year = session.scalars(_where(of.limit_year, **key).with_for_update()).one()
    checkout = shop.add(session, "checkout", id=next(_ids))
    order_id = next(_ids)
    number = f"QZ{order_id}"
    shop.add(session, "customs_order", id=order_id, checkout_id=checkout.id, order_no=number)
    line = shop.add(
        session,
        "order_line",
        **{"id": next(_ids), "order_id": order_id, "item_id": item.item_id},
        account_book_item_id=item.id,
    )
    session.flush()
    reserved = {"order_id": order_id, "line_id": line.id, "account_book_item_id": item.id}
    shop.add(session, "reservation", id=next(_ids), **reserved)
    use = shop.add(session, "limit_use", id=next(_ids), order_id=order_id)
    shop.add(session, "fact", id=next(_ids), subject=f"customs_order:{order_id}")
    shop.add(session, "idempotency", key=f"naive-{order_id}")
    year.used_fen += use.value_fen
    level.held += 1
    return number


@contextmanager
def serving(url: str, checkout_id: int, *, processes: int) -> Iterator[str]:
    """Serve it on the database at ``url``, orders like ``checkout_id``, and give its address."""
    port = free_port()
    words = ["--interface", "wsgi", "--port", str(port), "--workers", str(processes)]
    words += ["--blocking-threads", str(THREADS), "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *words, "load.beside.naive:app"],
        cwd=ROOT,
        env=os.environ | {_URL: url, _CHECKOUT: str(checkout_id)},
        stdin=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(address)
        yield address
    finally:
        process.terminate()
        process.wait(STOP_S)
