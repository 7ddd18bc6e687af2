"""Decide the figures of the account book: each stands on a document and is counted once.

Balance = entered − pre-deducted − deducted + returned.  When a figure is due is the exit
batch's and the inbound document's business.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bonded_display.stock.documents import already, document_line
from bonded_display.stock.errors import AccountBookShort
from bonded_display.stock.tables import account_book_balance, book_deduction
from kernel import ids
from kernel.batch import Batch
from kernel.clock import Instant

FIGURES = ("entered", "pre_deducted", "deducted", "returned")


@dataclass(frozen=True, slots=True)
class BookFigure:
    """What one document line adds to one figure of one account-book item, in deal units."""

    line: str
    account_book_item_id: int
    figure: str
    qty: int


@dataclass(frozen=True, slots=True)
class BookBalance:
    """The account book's figures for one account-book item, in deal units."""

    entered: int
    pre_deducted: int
    deducted: int
    returned: int

    @property
    def balance(self) -> int:
        """What may still be put on a bonded inventory list."""
        return self.entered - self.pre_deducted - self.deducted + self.returned


def pre_deduct(
    conn: Connection, list_no: str, lines: Sequence[tuple[str, int, int]], *, at: Instant
) -> int:
    """Pre-deduct an approved bonded inventory list; return how many lines were new.

    ``lines`` are (line, account-book item id, deal units).  Raises ``AccountBookShort``
    when the book has less left, ``DocumentChanged`` when a line came with other units.
    Source: rules section 3; design section 3.
    """
    figures = [BookFigure(line, item, "pre_deducted", qty) for line, item, qty in lines]
    wanted = {figure.line: figure.qty for figure in figures}
    stored = already(conn, book_deduction, list_no, "pre_deducted", wanted)
    new = [figure for figure in figures if figure.line not in stored]
    require_left(conn, [(figure.account_book_item_id, figure.qty) for figure in new])
    record_figures(conn, list_no, new, at=at)
    return len(new)


def require_left(conn: Connection, lines: Sequence[tuple[int, int]]) -> None:
    """Pass when the book has what ``lines`` (account-book item id, deal units) take together.

    Raises ``AccountBookShort`` with what is wanted and what is left of the first that has not.
    """
    wanted: dict[int, int] = defaultdict(int)
    for item, qty in lines:
        wanted[item] += qty
    for item, qty in sorted(wanted.items()):
        left = book_balance(conn, item).balance
        if left < qty:
            raise AccountBookShort(account_book_item_id=item, wanted=qty, left=left)


def record_figures(
    conn: Connection, document: str, figures: Sequence[BookFigure], *, at: Instant
) -> None:
    """Add new ``figures`` of ``document`` to the log and to the balances they belong to."""
    if not figures:
        return
    sums: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    for figure in figures:
        sums[figure.account_book_item_id][figure.figure] += figure.qty
    standing = _standing(conn, sums)
    fresh = [item for item in sorted(sums) if item not in standing]
    with Batch(conn) as batch:
        batch.insert(
            account_book_balance,
            [{"account_book_item_id": item, **dict.fromkeys(FIGURES, 0)} for item in fresh],
        )
        batch.update(
            account_book_balance,
            [{"account_book_item_id": item, **_plus(sums[item])} for item in sorted(sums)],
            key=("account_book_item_id",),
            set_={name: f"{name} + :plus_{name}" for name in FIGURES},
        )
        batch.insert(
            book_deduction,
            [
                {
                    "id": ids.new(),
                    "account_book_item_id": figure.account_book_item_id,
                    "figure": figure.figure,
                    "document": document,
                    "document_line": document_line(document, figure.line),
                    "qty": figure.qty,
                    "at": at,
                }
                for figure in figures
            ],
        )


def _standing(conn: Connection, items: dict[int, dict[str, int]]) -> frozenset[int]:
    column = account_book_balance.c.account_book_item_id
    return frozenset(conn.execute(select(column).where(column.in_(sorted(items)))).scalars())


def _plus(figures: dict[str, int]) -> dict[str, int]:
    return {f"plus_{name}": qty for name, qty in figures.items()}


def book_balance(conn: Connection, account_book_item_id: int) -> BookBalance:
    """Return the figures of one account-book item; all nil when nothing entered."""
    row = conn.execute(
        select(*(account_book_balance.c[name] for name in FIGURES)).where(
            account_book_balance.c.account_book_item_id == account_book_item_id
        )
    ).one_or_none()
    return BookBalance(*row) if row else BookBalance(0, 0, 0, 0)
