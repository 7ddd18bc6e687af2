"""Decide which line of a pick list a scanned piece counts for; anything else is refused.

Counting is the verb's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bonded_display.warehouse.errors import CodeAmbiguous, PickedAlready, WrongGoods
from bonded_display.warehouse.scan_code import Scanned


@dataclass(frozen=True, kw_only=True)
class PickLine:
    """One lot to pick for one list line.

    ``goods_alone_decide`` says that the warehouse has the goods under this account-book
    item only, so that their own code proves which one is in the hand.
    """

    id: int
    gnum: int
    account_book_item_id: int
    gtin14: str
    name: str
    lot_no: str
    location: str
    qty: int
    picked_qty: int
    goods_alone_decide: bool


def match_scan(lines: Sequence[PickLine], scanned: Scanned, *, code: str) -> PickLine:
    """Return the line that one scanned piece counts for, the first that still lacks pieces.

    Raises ``WrongGoods`` for a code that is on no line, ``CodeAmbiguous`` when it could be
    another account-book item's, ``PickedAlready`` when its lines have all their pieces.
    Source: rules section 3: only lots of the allocated account-book item.
    """
    meant = [line for line in lines if _names(scanned, line)]
    if not meant:
        wanted = next((ln for ln in lines if ln.picked_qty < ln.qty), lines[0])
        raise WrongGoods(scanned=code, wanted=f"{wanted.name} · {wanted.location}")
    first = meant[0]
    unclear = scanned.lot_no is None and not all(line.goods_alone_decide for line in meant)
    if unclear or len({line.gtin14 for line in meant}) > 1:
        raise CodeAmbiguous(scanned=code, lot_no=first.lot_no, location=first.location)
    open_line = next((line for line in meant if line.picked_qty < line.qty), None)
    if open_line is None:
        raise PickedAlready(scanned=code, qty=sum(line.qty for line in meant))
    return open_line


def _names(scanned: Scanned, line: PickLine) -> bool:
    goods = scanned.gtin14 is None or scanned.gtin14 == line.gtin14
    lot = scanned.lot_no is None or scanned.lot_no.casefold() == line.lot_no.casefold()
    return goods and lot
