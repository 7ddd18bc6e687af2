"""Decide on which terms a merchant's goods are sold, and what a piece of ours cost, by day.

What the terms do to the books is decided in ``postings``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, select

from kernel import ids
from kernel.batch import upsert_from
from settlement.ledger import tables
from settlement.ledger.errors import AgreementMissing


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms with a merchant; ``commission_bp`` counts for an agent only (500 is 5 %)."""

    platform_enterprise_id: int
    merchant_enterprise_id: int
    basis: str
    settlement_mode: str
    commission_bp: int
    valid_from_on: date
    valid_to_on: date

    @property
    def agent(self) -> bool:
        """Return whether the goods are sold for another's account."""
        return self.basis == "agent"


def put_agreement(conn: Connection, agreement: Agreement) -> int:
    """Return the id of a new agreement."""
    agreement_id = ids.new()
    values = {name: getattr(agreement, name) for name in Agreement.__slots__}
    conn.execute(tables.agreement.insert(), {"id": agreement_id, **values})
    return agreement_id


def agreement_on(conn: Connection, merchant_enterprise_id: int, on: date) -> Agreement:
    """Return the agreement with a merchant in force on a day, the one begun last.

    Raises ``AgreementMissing``.
    """
    table = tables.agreement
    row = conn.execute(
        select(*(table.c[name] for name in Agreement.__slots__))
        .where(table.c.merchant_enterprise_id == merchant_enterprise_id)
        .where(table.c.valid_from_on <= on, table.c.valid_to_on >= on)
        .order_by(table.c.valid_from_on.desc())
    ).first()
    if row is None:
        raise AgreementMissing(merchant_enterprise_id=merchant_enterprise_id, on=on)
    return Agreement(**row._asdict())


def put_unit_cost(
    conn: Connection, account_book_item_id: int, *, unit_cost_fen: int, from_on: date, document: str
) -> None:
    """Write the landed cost of a piece of an account-book item, in fen, from a day on."""
    conn.execute(
        tables.unit_cost.insert(),
        {
            "account_book_item_id": account_book_item_id,
            "from_on": from_on,
            "unit_cost_fen": unit_cost_fen,
            "document": document,
        },
    )


def cost_of(conn: Connection, pieces: Iterable[tuple[int, int]], on: date) -> int:
    """Return the landed cost in fen of (account-book item, pieces); items of others cost nought."""
    table = tables.unit_cost
    wanted = list(pieces)
    rows = conn.execute(
        select(table.c.account_book_item_id, table.c.unit_cost_fen)
        .where(table.c.account_book_item_id.in_({item for item, _ in wanted}))
        .where(table.c.from_on <= on)
        .order_by(table.c.from_on)
    )
    costs = {row.account_book_item_id: row.unit_cost_fen for row in rows}
    return sum(costs.get(item, 0) * count for item, count in wanted)


def put_unit_costs_from(conn: Connection, source: Select[Any]) -> None:
    """Write landed costs that were staged; a cost of the same item and day is replaced."""
    upsert_from(conn, tables.unit_cost, source, key=("account_book_item_id", "from_on"))
