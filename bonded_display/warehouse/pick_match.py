"""Decide what a scanned code says and which line of a pick list the piece counts for.

Anything else is refused; counting is the verb's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bonded_display.warehouse.errors import CodeAmbiguous, PickedAlready, WrongGoods

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_GS1 = re.compile(r"\(?01\)?([0-9]{14})\(?10\)?([!-~]{1,20})")


@dataclass(frozen=True, slots=True)
class Scanned:
    """A GTIN of 14 digits, a maker's lot number, or both."""

    gtin14: str | None
    lot_no: str | None


def read_code(text: str) -> Scanned:
    """Return what ``text`` names; whatever is no GTIN is taken for a lot number.

    GTIN-8, -12, -13 and -14 with a right check digit, and GS1 ``(01)GTIN(10)lot``.
    """
    code = text.strip().removeprefix("]C1").removeprefix("]d2")
    both = _GS1.fullmatch(code)
    if both and _check_digit_right(both[1]):
        return Scanned(both[1], both[2])
    if _GTIN.fullmatch(code) and _check_digit_right(code.zfill(14)):
        return Scanned(code.zfill(14), None)
    return Scanned(None, code)


def _check_digit_right(gtin14: str) -> bool:
    weighted = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(gtin14))
    return weighted % 10 == 0


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
