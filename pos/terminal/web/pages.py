"""Decides which page or key of the till leads to what; each view parses, acts, shows."""

from flask import Flask, Response, render_template, request
from werkzeug import Response as AnyResponse

from kernel.money import parse_yuan
from pos.terminal.journal import Journal
from pos.terminal.till import basket, refund, sell, shelf, shifts
from pos.terminal.till.scan import SALE, read_scan
from pos.terminal.web import view
from pos.terminal.web.answers import acted, desk, opened, page

PATHS = ("/", "/slips", "/shift")


def till_page() -> Response:
    """The till: what lies on the counter, what it comes to, what was sold last."""
    with opened() as journal:
        return page("till", _counter(journal, request.query_string.decode()))


def slips_page() -> Response:
    """Slips that wait or are doubtful, and those printed last."""
    with opened() as journal:
        return page("slips", _slips(journal))


def shift_page() -> Response:
    """The shift: begin it, end it, and the figures of those before."""
    with opened() as journal:
        return page("shift", _shift(journal))


def bar() -> str:
    """The top bar alone, which the page asks for every second."""
    with opened() as journal:
        return render_template("till/_bar.html", **view.bar(journal, desk().board))


def scan() -> AnyResponse:
    """What was scanned: goods go into the basket, a retail import is shown to the shopper."""

    def do(journal: Journal) -> str:
        scanned = read_scan(request.form.get("code", ""))
        if scanned.kind == SALE:
            return f"refund={refund.find(journal, scanned.sale_no).sale.sale_no}"
        found = shelf.find(journal, request.form.get("code", ""))
        if found.domestic is None:
            return _assist(found)
        basket.add(journal, found.domestic)
        return ""

    return acted("till", _counter, do)


def assist() -> AnyResponse:
    """Show the retail-import offer of goods that are sold here too."""
    code = request.form.get("code", "")
    return acted("till", _counter, lambda journal: _assist(shelf.find(journal, code)))


def _assist(found: shelf.Found) -> str:
    return f"assist={found.retail_import.shelf_code}" if found.retail_import else ""


def change(line_no: int, by: str) -> AnyResponse:
    """One piece more or less of a line."""
    step = {"more": 1, "less": -1}[by]

    def do(journal: Journal) -> str:
        basket.change(journal, line_no, by=step)
        return ""

    return acted("till", _counter, do)


def void() -> AnyResponse:
    """Give the basket up before payment."""

    def do(journal: Journal) -> str:
        running = shifts.current(journal)
        shift_id = running.id if running else ""
        basket.give_up(journal, request.form.get("basket", ""), shift_id=shift_id)
        return ""

    return acted("till", _counter, do)


def pay() -> AnyResponse:
    """Make the sale for cash: the amount of a key, or typed."""

    def do(journal: Journal) -> str:
        paid_fen = parse_yuan(request.form.get("cash", "").strip())
        board, lang = desk().board, desk().slip_lang
        board.drawer = ""
        sell.sell_for_cash(journal, request.form.get("basket", ""), paid_fen, lang=lang)
        board.sold()
        return ""

    return acted("till", _counter, do)


def give_back() -> AnyResponse:
    """Give a sale back whole, for cash."""

    def do(journal: Journal) -> str:
        form = request.form
        refund.give_back(journal, form.get("sale_no", ""), form.get("reason", ""))
        desk().board.sold()
        return ""

    return acted("till", _counter, do)


def came_out(job_id: str) -> AnyResponse:
    """A clerk has looked: the slip came out."""
    return _move(job_id, "confirmed")


def reprint(job_id: str) -> AnyResponse:
    """Print a slip again; it says so itself."""
    return _move(job_id, "queued")


def _move(job_id: str, to: str) -> AnyResponse:
    name, show = ("till", _counter) if request.form.get("from") == "till" else ("slips", _slips)

    def do(journal: Journal) -> str:
        journal.move(job_id, to)
        desk().board.sold()
        return ""

    return acted(name, show, do)


def open_shift() -> AnyResponse:
    """Begin a shift with the cash counted."""

    def do(journal: Journal) -> str:
        cash_fen = parse_yuan(request.form.get("cash", "").strip())
        shifts.open_shift(journal, request.form.get("clerk_no", "").strip(), cash_fen)
        desk().board.sold()
        return ""

    return acted("till" if request.form.get("from") == "till" else "shift", _either, do)


def close_shift() -> AnyResponse:
    """End the shift with the cash counted."""

    def do(journal: Journal) -> str:
        shifts.close_shift(journal, parse_yuan(request.form.get("cash", "").strip()))
        desk().board.sold()
        return ""

    return acted("shift", _shift, do)


def _either(journal: Journal, query: str = "") -> dict[str, object]:
    return _counter(journal, query) if request.form.get("from") == "till" else _shift(journal)


def _counter(journal: Journal, query: str = "") -> dict[str, object]:
    name, _, asked = query.partition("=")
    back = view.refundable(journal, asked if name == "refund" else "")
    shown = view.counter(journal, desk().board, asked if name == "assist" else "")
    return {**shown, "back": back}


def _slips(journal: Journal, _query: str = "") -> dict[str, object]:
    return view.slips(journal, desk().board)


def _shift(journal: Journal, _query: str = "") -> dict[str, object]:
    return view.shift(journal, desk().board)


def add_to(app: Flask) -> None:
    """Route the pages and keys."""
    app.get("/")(till_page)
    app.get("/slips")(slips_page)
    app.get("/shift")(shift_page)
    app.get("/bar")(bar)
    app.post("/scan")(scan)
    app.post("/assist")(assist)
    app.post("/lines/<int:line_no>/<any(more, less):by>")(change)
    app.post("/void")(void)
    app.post("/pay")(pay)
    app.post("/refund")(give_back)
    app.post("/slips/<job_id>/came-out")(came_out)
    app.post("/slips/<job_id>/reprint")(reprint)
    app.post("/shift/open")(open_shift)
    app.post("/shift/close")(close_shift)
