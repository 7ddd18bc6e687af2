"""Decides what the till's pages show, gathered from journal and board; how, the templates."""

from kernel import clock
from pos.catalogue import Goods
from pos.sale import REASONS
from pos.terminal.board import Board
from pos.terminal.errors import GoodsNotKnown, SaleNotHere
from pos.terminal.journal import DRAWER, Journal
from pos.terminal.till import basket, refund, sell, shelf, shifts
from pos.terminal.web.symbol import Symbol, symbol_of

STALE = clock.DAY
MOST_JOBS, MOST_SHIFTS = 60, 10
PENDING = ("pulled", "queued", "sending", "sent", "unsure", "failed")


def bar(journal: Journal, board: Board) -> dict[str, object]:
    """Return what stands in the top bar of every page."""
    known = shelf.known(journal)
    waiting = [job for job in journal.jobs("queued", "unsure", "failed") if job.kind != DRAWER]
    return {
        "known": known,
        "stale": known.at > 0 and clock.now() - known.at > STALE,
        "open_shift": shifts.current(journal),
        "unsynced": sell.unsynced(journal),
        "unsure": sum(job.state == "unsure" for job in waiting),
        "waiting": len(waiting),
        "board": board,
        "line": _line(board),
    }


def _line(board: Board) -> str:
    """Return which of the line's words is said: up, down, unknown, or refused by the server."""
    if not board.line:
        return "up"
    known = {"line_unknown": "unknown", "till_device_key_refused": "refused"}
    return known.get(board.line, "down")


def counter(journal: Journal, board: Board, assist: str = "") -> dict[str, object]:
    """Return what the till page shows; ``assist`` is the shelf code shown to a shopper."""
    lying = basket.read(journal)
    offered = _assisted(journal, assist)
    return {
        **bar(journal, board),
        "basket": lying,
        "notes": sell.notes_for(lying.total_fen),
        "last": next(iter(sell.last_sales(journal, 1)), None),
        "offered": offered,
        "symbol": _symbol(offered),
        "too": _offered_too(journal, lying),
        "reasons": REASONS,
    }


def refundable(journal: Journal, sale_no: str) -> refund.Refundable | None:
    """Return the sale that is shown to be given back, if one is."""
    try:
        return refund.find(journal, sale_no) if sale_no else None
    except SaleNotHere:
        return None


def _offered_too(journal: Journal, lying: basket.Basket) -> Goods | None:
    """Return the retail-import offer of the goods on the lit line, sold here as well."""
    if lying.lit is None:
        return None
    return shelf.retail_import_of(journal, lying.lit.goods.gtin14)


def _assisted(journal: Journal, shelf_code: str) -> Goods | None:
    if not shelf_code:
        return None
    try:
        return shelf.find(journal, shelf_code).retail_import
    except GoodsNotKnown:
        return None


def _symbol(offered: Goods | None) -> Symbol | None:
    return symbol_of(offered.page_url) if offered else None


def slips(journal: Journal, board: Board) -> dict[str, object]:
    """Return what waits or is doubtful at the printer, then what was printed last."""
    doubtful = [job for job in journal.jobs(*PENDING) if job.kind != DRAWER]
    return {
        **bar(journal, board),
        "doubtful": doubtful[:MOST_JOBS],
        "done": journal.last_printed(MOST_JOBS),
    }


def shift(journal: Journal, board: Board) -> dict[str, object]:
    """Return the open shift with its figures so far, and those before it."""
    running = shifts.current(journal)
    count, total_fen = sell.of_shift(journal, running) if running else (0, 0)
    return {
        **bar(journal, board),
        "count": count,
        "total_fen": total_fen,
        "ended": shifts.last_shifts(journal, MOST_SHIFTS),
    }
