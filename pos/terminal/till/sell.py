"""Decides how a basket becomes a finished sale: in one commit with its slip and its drawer pulse.

A basket is sold once: paid again under the same id it answers with the sale that was made.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from kernel import clock
from pos.catalogue import OutletFacts
from pos.sale import Sale, SaleLine, sale_from_json, sale_to_json
from pos.shift import Shift
from pos.terminal.errors import BasketEmpty, CashShort, CashTooMuch, ShiftNotOpen
from pos.terminal.journal import DRAWER, SALE_SLIP, Journal
from pos.terminal.till import basket as baskets
from pos.terminal.till import shelf, shifts
from pos.terminal.till.basket import BasketLine
from pos.terminal.uuid7 import uuid7

MOST_ABOVE_FEN = 200_000
NOTES_FEN = (1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True, slots=True)
class Made:
    """A sale as the till shows it afterwards."""

    sale: Sale
    answer: str
    job_id: str
    print_state: str


def sell_for_cash(journal: Journal, basket_id: str, paid_fen: int, *, lang: str) -> Sale:
    """Make the sale of this basket for cash and return it; made before, return that one.

    Raises ``BasketEmpty``, ``CashShort``, ``CashTooMuch``, ``ShiftNotOpen``; then no sale is made.
    """
    with journal.commit():
        made = _made_of(journal, basket_id)
        if made is not None:
            return made
        basket, shift, known = baskets.read(journal), shifts.current(journal), shelf.known(journal)
        if basket.id != basket_id or not basket.lines or known.outlet is None:
            raise BasketEmpty
        if shift is None:
            raise ShiftNotOpen
        _check_cash(paid_fen, basket.total_fen)
        numbered = numbers(journal, known.outlet)
        sale = Sale(
            **numbered,
            lang=lang,
            lines=tuple(_line(no, line, lang) for no, line in enumerate(basket.lines, 1)),
            total_fen=basket.total_fen,
            paid_fen=paid_fen,
            change_fen=paid_fen - basket.total_fen,
            catalogue_version=known.version,
            shift_id=shift.id,
            clock_offset_ms=shelf.clock_offset_ms(journal),
        )
        write(journal, sale, basket_id=basket.id)
        baskets.renew(journal)
        ask_printer(journal, sale, known.outlet, shift)
    return sale


def numbers(journal: Journal, outlet: OutletFacts) -> dict[str, Any]:
    """Within a commit, return id, sequence, printed number and instant of the next sale."""
    seq = journal.next_number("sale")
    sale_no = f"{outlet.code}-{outlet.terminal_no}-{seq:06d}"
    return {"id": uuid7(), "seq": seq, "sale_no": sale_no, "at": clock.now()}


def ask_printer(journal: Journal, sale: Sale, outlet: OutletFacts, shift: Shift) -> None:
    """Queue the drawer's pulse first: the change is taken out while the slip prints."""
    head = asdict(outlet) | {"shift_no": shift.shift_no, "clerk_no": shift.clerk_no}
    slip = {"sale": sale_to_json(sale), "head": head}
    journal.add_job(DRAWER, sale.id, number=sale.sale_no, content={})
    journal.add_job(SALE_SLIP, sale.id, number=sale.sale_no, content=slip)


def _check_cash(paid_fen: int, total_fen: int) -> None:
    if paid_fen < total_fen:
        raise CashShort(paid_fen=paid_fen, total_fen=total_fen)
    if paid_fen - total_fen > MOST_ABOVE_FEN:
        raise CashTooMuch(paid_fen=paid_fen, total_fen=total_fen)


def _line(number: int, line: BasketLine, lang: str) -> SaleLine:
    goods = line.goods
    return SaleLine(
        gnum=number,
        item_id=goods.item_id,
        gtin14=goods.gtin14,
        name=goods.name if lang == "zh-CN" else goods.name_en,
        qty=line.qty,
        price_fen=goods.price_fen,
        total_fen=line.total_fen,
        price_version=goods.price_version,
    )


def write(journal: Journal, sale: Sale, *, basket_id: str = "") -> None:
    """Within a commit, write a finished sale; a refund comes of no basket."""
    row = (sale.id, sale.seq, sale.sale_no, json.dumps(sale_to_json(sale)), sale.at)
    journal.rows(
        "INSERT INTO sale (id, seq, sale_no, content, at, basket_id, shift_id, total_fen,"
        " refund_of) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        *row,
        basket_id,
        sale.shift_id,
        sale.total_fen,
        sale.refund_of,
    )


def _made_of(journal: Journal, basket_id: str) -> Sale | None:
    if not basket_id:
        return None
    found = journal.rows("SELECT content FROM sale WHERE basket_id = ?", basket_id)
    return sale_from_json(json.loads(found[0][0])) if found else None


def notes_for(total_fen: int) -> list[int]:
    """Return three amounts a shopper is likely to give above the total, rising."""
    above = sorted({-(-total_fen // note) * note for note in NOTES_FEN} - {total_fen})
    while len(above) < 3:
        above.append((above[-1] if above else total_fen) + NOTES_FEN[-1])
    return above[:3]


def last_sales(journal: Journal, most: int) -> list[Made]:
    """Return the sales made last, newest first, with what became of their slips."""
    rows = journal.rows(
        "SELECT sale.content, sale.answer, print_job.id, print_job.state FROM sale"
        " JOIN print_job ON print_job.request_id = 'sale_slip:' || sale.id"
        " ORDER BY sale.seq DESC LIMIT ?",
        most,
    )
    return [Made(_sale(text), answer, job, state) for text, answer, job, state in rows]


def _sale(text: str) -> Sale:
    return sale_from_json(json.loads(text))


def unsynced(journal: Journal) -> int:
    """Return how many sales and shifts the server has not answered yet."""
    sales = journal.rows("SELECT count(*) FROM sale WHERE answer = ''")[0][0]
    return int(sales) + shifts.unsent(journal)


def waiting_bodies(journal: Journal, most: int) -> list[Any]:
    """Return the oldest sales that the server has not answered, as they stand in the journal."""
    sql = "SELECT content FROM sale WHERE answer = '' ORDER BY seq LIMIT ?"
    return [json.loads(row[0]) for row in journal.rows(sql, most)]


def answered(journal: Journal, sale_id: str, outcome: str) -> None:
    """Note what the server said about a sale; it never goes again."""
    with journal.commit() as conn:
        conn.execute("UPDATE sale SET answer = ? WHERE id = ?", (outcome, sale_id))


def of_shift(journal: Journal, shift: Shift) -> tuple[int, int]:
    """Return how many sales a shift has made by now, and their sum in fen."""
    sql = "SELECT count(*), coalesce(sum(total_fen), 0) FROM sale WHERE shift_id = ?"
    count, total_fen = journal.rows(sql, shift.id)[0]
    return int(count), int(total_fen)
