"""Decides which slip is printed where, and that each is printed by one terminal.

A request is *queued*, *taken* once it stands in one terminal's journal, *confirmed* once that
terminal's printer has said so.  How the slip looks is left to the terminal.
"""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kernel import clock, ids
from pos.errors import PrintRequestTaken, PrintRequestUnknown
from pos.protocol import (
    ORDER_SLIP,
    OrderSlip,
    PrintRequest,
    check_slip,
    slip_from_json,
    slip_to_json,
)
from pos.server.tables import print_request
from pos.server.terminals import Terminal

BATCH = 50


@dataclass(frozen=True, slots=True)
class SlipRequest:
    """The slip of an order, to be printed in the outlet where it was ordered."""

    order_id: int
    outlet_id: int
    slip: OrderSlip
    kind: str = ORDER_SLIP


def request_slip(conn: Connection, asked: SlipRequest) -> int:
    """Queue a slip and return the print request's id; asked again, return the first one's.

    Raises ``SlipMalformed`` or ``SlipUnbalanced``; then nothing is stored.
    """
    check_slip(asked.slip)
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    content = json.dumps(slip_to_json(asked.slip), ensure_ascii=False, separators=(",", ":"))
    row = {
        "id": ids.new(),
        "outlet_id": asked.outlet_id,
        "order_id": asked.order_id,
        "kind": asked.kind,
        "content": content,
        "state": "queued",
        "at": clock.now(),
    }
    conn.execute(
        insert(print_request)
        .values(row)
        .on_conflict_do_nothing(index_elements=["order_id", "kind"])
    )
    first = select(print_request.c.id).where(
        print_request.c.order_id == asked.order_id, print_request.c.kind == asked.kind
    )
    request_id: int = conn.execute(first).scalar_one()
    return request_id


def waiting(conn: Connection, terminal: Terminal) -> list[PrintRequest]:
    """Return what waits to be printed in the terminal's outlet, oldest first, at most 50."""
    found = conn.execute(
        select(print_request)
        .where(print_request.c.outlet_id == terminal.outlet_id, print_request.c.state == "queued")
        .order_by(print_request.c.id)
        .limit(BATCH)
    )
    return [
        PrintRequest(str(row.id), row.kind, row.at, slip_from_json(json.loads(row.content)))
        for row in found
    ]


def acknowledge(conn: Connection, terminal: Terminal, request_id: int, *, state: str) -> None:
    """Note that the terminal has ``taken`` a request into its journal, or ``confirmed`` it.

    Saying it again changes nothing.  Raises ``PrintRequestTaken`` when another terminal has it,
    ``PrintRequestUnknown`` when the outlet has no such request.
    """
    now = clock.now()
    if state == "taken":
        allowed = print_request.c.state == "queued"
        values = {"state": "taken", "terminal_id": terminal.id, "taken_at": now}
    else:
        mine = print_request.c.terminal_id == terminal.id
        allowed = mine & (print_request.c.state == "taken")
        values = {"state": "confirmed", "confirmed_at": now}
    here = (print_request.c.id == request_id) & (print_request.c.outlet_id == terminal.outlet_id)
    if conn.execute(update(print_request).where(here, allowed).values(values)).rowcount == 0:
        holder = conn.execute(select(print_request.c.terminal_id).where(here)).scalar_one_or_none()
        _refuse_unless_mine(holder, terminal, request_id)


def _refuse_unless_mine(holder: int | None, terminal: Terminal, request_id: int) -> None:
    if holder is None:
        raise PrintRequestUnknown(request_id=str(request_id))
    if holder != terminal.id:
        raise PrintRequestTaken(request_id=str(request_id))
