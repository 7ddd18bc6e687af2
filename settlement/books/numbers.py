"""Decide which number people know a document of the books by: an order's, for it and its payment.

Documents of other rooms are theirs to number.
"""

from collections.abc import Iterable

from sqlalchemy import Column, Connection, func, select

from settlement.books.asks import BIGGEST_ID
from settlement.payments.tables import payment_share

AT_ONCE = 500
"""Numbers asked for in one statement."""

_BY = {"customs_order": payment_share.c.order_id, "payment": payment_share.c.payment_id}


def ids_of(kind: str, documents: Iterable[str]) -> list[int]:
    """Return the ids of the documents of a kind, e.g. 4711 of ``payment:4711``; each once."""
    found = set()
    for document in documents:
        name, _, number = document.partition(":")
        if name == kind and number.isascii() and number.isdigit() and int(number) <= BIGGEST_ID:
            found.add(int(number))
    return sorted(found)


def order_numbers(conn: Connection, documents: Iterable[str]) -> dict[str, str]:
    """Return the order's number by document, for orders and payments; a payment's first order."""
    named = list(documents)
    found: dict[str, str] = {}
    for kind, by in _BY.items():
        ids = ids_of(kind, named)
        for at in range(0, len(ids), AT_ONCE):
            found |= _numbers(conn, kind, by, ids[at : at + AT_ONCE])
    return found


def _numbers(conn: Connection, kind: str, by: Column[int], ids: list[int]) -> dict[str, str]:
    first = func.min(payment_share.c.order_no)
    rows = conn.execute(select(by, first).where(by.in_(ids)).group_by(by))
    return {f"{kind}:{one}": number for one, number in rows}
