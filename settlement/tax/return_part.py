"""Decide what a part of a list's goods that came back takes off its tax: bill, guarantee, years.

Customs has granted it (626).  That all of a list came back makes its bill void: ``change_tax_bill``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.bills import VOID
from settlement.tax.cover.lessen import lessen
from settlement.tax.errors import BillNotHeard
from settlement.tax.portions import Portion
from settlement.tax.rates import WeightLimit
from settlement.tax.take_limit import give_back_limit_part
from settlement.tax.take_weight import give_back_weight_part


@dataclass(frozen=True, kw_only=True)
class PartAsk:
    """Which pieces of whose list came back, and what of their tax the shopper was quoted, in fen.

    ``weights`` are net 1/100,000 kg by yearly limit.
    """

    return_id: int
    order_id: int
    list_id: int
    quoted_fen: int
    portions: Sequence[Portion]
    weights: Mapping[WeightLimit, int]


@dataclass(frozen=True, slots=True)
class Part:
    """What came off, in fen: the dutiable value, and the tax as quoted and as billed."""

    value_fen: int
    quoted_fen: int
    billed_fen: int


def return_part(conn: Connection, ask: PartAsk, *, at: Instant) -> Part:
    """Take the part off in the caller's transaction and return what came off.

    Value and taxes are shared by pieces, each tax of each line by itself; the last piece takes
    what is left.  The bill is locked: an 818 of this moment comes before or after, whole.
    Raises ``BillNotHeard`` while no bill stands: none was kept, or it is void and another follows.
    Source: customs.md section 6; rules.md section 5.
    """
    bill = conn.execute(
        select(tables.tax_bill.c.id)
        .where(tables.tax_bill.c.list_id == ask.list_id)
        .where(tables.tax_bill.c.status != VOID)
        .with_for_update()
    ).one_or_none()
    if bill is None:
        raise BillNotHeard(list_id=ask.list_id)
    part = _part(conn, bill.id, ask)
    conn.execute(
        tables.tax_part.insert(),
        {
            "return_id": ask.return_id,
            "bill_id": bill.id,
            "order_id": ask.order_id,
            "value_fen": part.value_fen,
            "quoted_fen": part.quoted_fen,
            "billed_fen": part.billed_fen,
            "at": at,
        },
    )
    give_back_limit_part(conn, ask.order_id, part.value_fen, at=at)
    for kind, net_e5 in sorted(ask.weights.items()):
        give_back_weight_part(conn, ask.order_id, kind, net_e5, at=at)
    document = f"declaration_list:{ask.list_id}"
    lessen(conn, document=document, amount_fen=part.billed_fen, at=at)
    return part


def _part(conn: Connection, bill_id: int, ask: PartAsk) -> Part:
    table = tables.tax_bill_line
    lines = {row.gnum: row for row in conn.execute(select(table).where(table.c.bill_id == bill_id))}
    value_fen = billed_fen = 0
    for portion in ask.portions:
        line = lines[portion.gnum]
        value_fen += portion.of(line.value_fen)
        taxes = (line.customs_fen, line.vat_fen, line.consumption_fen)
        billed_fen += sum(portion.of(tax) for tax in taxes)
    return Part(value_fen, ask.quoted_fen, billed_fen)


def quoted_of_parts(conn: Connection, order_id: int) -> int:
    """Return the fen of the quoted tax of an order that went back with its parts so far."""
    part = tables.tax_part.c
    fen = select(func.coalesce(func.sum(part.quoted_fen), 0)).where(part.order_id == order_id)
    return int(conn.execute(fen).scalar_one())
