"""Decides whether what the server said is what is stored: every order, payment and sale by its number.

Both ways: what was acknowledged is there once, as it was said; what is there was acknowledged, or
asked for by a request that got no answer.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from sqlalchemy import Connection, text

from load.crowd.noted import ASKED, MONEY, PLACED, REFUSED, SALE, SENT, SHIFT
from load.trade.invariants import Difference

Notes = Sequence[Mapping[str, Any]]
_ORDERS = """
SELECT c.id, o.order_no, c.total_fen, c.state,
       (SELECT SUM(l.qty) FROM order_line l WHERE l.order_id = o.id) AS qty
  FROM checkout c JOIN customs_order o ON o.checkout_id = c.id
"""
_KEYS = "SELECT key, status, result FROM idempotency"
_SALES = "SELECT sale_uuid, total_fen FROM terminal_sale"
_SHIFTS = "SELECT shift_uuid, sales_fen FROM shift WHERE closed_at > 0"


def differences(connection: Connection, notes: Notes) -> list[Difference]:
    """Return where notes and rows tell different things."""
    by_kind: dict[str, list[Mapping[str, Any]]] = {
        kind: [one for one in notes if one["kind"] == kind]
        for kind in (ASKED, PLACED, REFUSED, MONEY, SENT, SALE, SHIFT)
    }
    orders = {row.id: row for row in connection.execute(text(_ORDERS))}
    found = list(_orders(orders, by_kind[PLACED]))
    found += _keys(connection, by_kind)
    found += _money(orders, by_kind[MONEY])
    sent = {named for one in by_kind[SENT] for named in one["ids"]}
    sales = {row.sale_uuid: row.total_fen for row in connection.execute(text(_SALES))}
    found += _tills("each accepted sale is stored", by_kind[SALE], sales, sent)
    shifts = {row.shift_uuid: row.sales_fen for row in connection.execute(text(_SHIFTS))}
    closed = [one for one in by_kind[SHIFT] if one["closed"]]
    return found + list(_tills("each closed shift is stored", closed, shifts, sent))


def _orders(stored: Mapping[int, Any], placed: Notes) -> Iterator[Difference]:
    rule = "each acknowledged order is stored once"
    twice = [
        key for key, times in Counter(one["checkout_id"] for one in placed).items() if times > 1
    ]
    for checkout_id in twice:
        yield Difference(rule, str(checkout_id), "one key", "several keys")
    for one in placed:
        row = stored.get(one["checkout_id"])
        said = (one["order_no"], one["total_fen"], one["qty"])
        if row is None:
            yield Difference(rule, one["order_no"], "stored", "nothing")
        elif (row.order_no, row.total_fen, row.qty) != said:
            told = f"{row.order_no} {row.total_fen} {row.qty}"
            yield Difference(rule, one["order_no"], " ".join(map(str, said)), told)


def _keys(connection: Connection, notes: Mapping[str, Notes]) -> Iterator[Difference]:
    """Tell what stands under another key than was said, and what nobody of the crowd asked for."""
    asked = {one["key"] for one in notes[ASKED]}
    placed = {one["key"]: one["checkout_id"] for one in notes[PLACED]}
    refused = {one["key"] for one in notes[REFUSED]}
    rule = "each order stands under the key that asked for it"
    kept: dict[str, Any] = {}
    for key, status, result in connection.execute(text(_KEYS)):
        kept[key] = int(json.loads(result)["checkout_id"]) if status == "done" else None
    for key, checkout_id in placed.items():
        if kept.get(key) != checkout_id:
            yield Difference(rule, key, str(checkout_id), str(kept.get(key)))
    for key in refused & {key for key, checkout_id in kept.items() if checkout_id}:
        yield Difference(rule, key, "refused", str(kept[key]))
    for key in {key for key, checkout_id in kept.items() if checkout_id} - asked:
        yield Difference("nothing is stored that nobody asked for", key, "nothing", str(kept[key]))


def _money(stored: Mapping[int, Any], money: Notes) -> Iterator[Difference]:
    for one in money:
        row = stored.get(one["checkout_id"])
        state = "nothing" if row is None else str(row.state)
        if state != "paid":
            rule = "each payment the provider took is captured"
            yield Difference(rule, str(one["checkout_id"]), "paid", state)


def _tills(
    rule: str, said: Notes, stored: Mapping[str, int], sent: Set[str]
) -> Iterator[Difference]:
    """Compare by UUID; a sale said twice is one sale, and only what was sent is stored."""
    for named, total_fen in {one["id"]: one["total_fen"] for one in said}.items():
        if stored.get(named) != total_fen:
            yield Difference(rule, named, str(total_fen), str(stored.get(named)))
    for named in stored.keys() - sent:
        yield Difference(f"{rule}, no other", named, "nothing", str(stored[named]))
