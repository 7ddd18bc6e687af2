"""Amend a list that customs refused and send it again: same copNo, a new guid.

Only what the list alone declares may be amended.  What order, payment, waybill or account
book say as well (parties, buyer, address, pieces, prices, freight, goods' names, account-book
items) needs a withdrawal and a new list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bonded_display.customs import lists, sendings
from bonded_display.customs.errors import NotAmendable, NotResendable
from bonded_display.customs.handed import Consignee, Person
from bonded_display.customs.messages import business
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import Submitted
from bonded_display.customs.states import REFUSED
from bonded_display.customs.submit_list import store
from bonded_display.customs.tables import list_line
from kernel import audit, clock, db, locks

HEAD: frozenset[str] = frozenset({"customs_code", "port_code", "traf_mode", "gross_e5", "net_e5"})

LINE: frozenset[str] = frozenset(
    {
        "hs_code",
        "gmodel",
        "gtin14",
        "qty1_e5",
        "unit1_code",
        "qty2_e5",
        "unit2_code",
    }
)
"""The names are those of the tables: weights and legal quantities in 1/100,000."""


@dataclass(frozen=True)
class Corrections:
    """New values for a refused list: of its head, and of its lines by ``gnum``."""

    head: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[int, Mapping[str, object]] = field(default_factory=dict)


def amend_list(list_id: int, corrections: Corrections) -> Submitted:
    """Write the corrections onto a refused list and send it again; without any, as it stands.

    One that customs refused goes as a change (``appType`` 2), one that never reached customs
    as new.  Buyer and address are those of the first sending.

    Raises ``ListNotFound``, ``NotResendable`` unless it was refused, ``NotAmendable`` with each
    name that may not be amended; else as ``submit_list``.  Nothing was changed then.
    """
    at = clock.now()
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, lists.order_of(conn, list_id))
        row = lists.row_of(conn, list_id)
        if row.state not in REFUSED:
            raise NotResendable(kind="CEB621", state=row.state)
        buyer = _buyer(conn, row)
        _write(conn, row, corrections)
        submitted = store(conn, lists.row_of(conn, list_id), buyer, at)
        detail = {"guid": submitted.guid, "amended": _names(corrections)}
        audit.record(conn, "amend_list", subject=f"declaration_list:{list_id}", detail=detail)
    sendings.send(submitted.message_id)
    return submitted


def _names(corrections: Corrections) -> list[str]:
    lines = corrections.lines.items()
    return sorted(corrections.head) + [
        f"{gnum}.{name}" for gnum, of in lines for name in sorted(of)
    ]


def _write(conn: Connection, row: Any, corrections: Corrections) -> None:
    there = {line.gnum for line in lists.lines_of(conn, row.id)}
    wrong = sorted(corrections.head.keys() - HEAD)
    for gnum, values in corrections.lines.items():
        known = LINE if gnum in there else frozenset()
        wrong += [f"{gnum}.{name}" for name in sorted(values.keys() - known)]
    if wrong:
        raise NotAmendable(list_id=row.id, names=wrong)
    if corrections.head:
        lists.change(conn, row.id, **corrections.head)
    for gnum, values in corrections.lines.items():
        conn.execute(
            list_line.update()
            .where(list_line.c.list_id == row.id, list_line.c.gnum == gnum)
            .values(**values)
        )


def _buyer(conn: Connection, row: Any) -> tuple[Person, Consignee]:
    """Return buyer and address as the list's last sending named them."""
    raw = sendings.signed_bytes(conn, row.latest_guid)
    (declared,) = business.read(CEB621, read_xml(raw))
    head = declared.head
    person = Person(head["buyerName"], head["buyerIdNumber"], head["buyerTelephone"])
    return person, Consignee("", "", head["consigneeAddress"])
