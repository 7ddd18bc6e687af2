"""Decides what one till sells in a trade: shifts, cash sales, a refund, by the terminal's own verbs.

The till's journal is the one it goes on with afterwards; its slips come out of its printer.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kernel import clock, config, db, register
from load.trade.world import Till
from pos.server import register_terminal
from pos.terminal.journal import Journal, owning
from pos.terminal.printer.address import way_to
from pos.terminal.printer.worker import Printer, work_off
from pos.terminal.push import push, refresh
from pos.terminal.sync import Server
from pos.terminal.till import basket, refund, sell, shelf, shifts

FLOAT_FEN = 50_000
CLERKS = ("1007", "1012")
SHORT_FEN = (0, 0, 0, 0, -200, 0, 100)
"""What is missing or too much at the end of each seventh shift."""


class Counter:
    """One outlet's till, whose day begins with the first sale and ends when the next day does."""

    def __init__(self, journal: Journal, server: Server, printer: Printer) -> None:
        self._journal, self._server, self._printer = journal, server, printer
        self._dice = random.Random("counter")  # a sample, not a secret
        self._opened_on = ""
        self.sold = 0

    def sell(self, most: int = 1) -> None:
        """Sell what a few people want now; a new day ends the shift of the day before."""
        today = f"{clock.china_date(clock.now())}"
        if today != self._opened_on:
            self.end_shift()
            refresh(self._server, self._journal)
            shifts.open_shift(self._journal, self._dice.choice(CLERKS), FLOAT_FEN)
            self._opened_on = today
        for _ in range(self._dice.randint(0, most)):
            self._sell_one()
        self._print_and_send()

    def _sell_one(self) -> None:
        journal = self._journal
        for (gtin14,) in self._dice.sample(_goods(journal), self._dice.choice((1, 1, 2, 3))):
            goods = shelf.find(journal, gtin14).domestic
            if goods is not None:
                basket.add(journal, goods)
        lying = basket.read(journal)
        paid_fen = self._dice.choice((lying.total_fen, *sell.notes_for(lying.total_fen)))
        sell.sell_for_cash(journal, lying.id, paid_fen, lang="zh-CN")
        self.sold += 1

    def give_one_back(self) -> None:
        """Somebody brings back what was sold last."""
        last = sell.last_sales(self._journal, 1)[0].sale
        refund.give_back(self._journal, last.sale_no, "changed_mind")
        self._print_and_send()

    def _print_and_send(self) -> None:
        work_off(self._printer, self._journal, lambda _job, _outcome: None)
        push(self._server, self._journal)

    def end_shift(self) -> None:
        """Count and close, now and then a little short; send it."""
        running = shifts.current(self._journal)
        if running is None:
            return
        _, sold_fen = sell.of_shift(self._journal, running)
        off_fen = SHORT_FEN[running.shift_no % len(SHORT_FEN)]
        shifts.close_shift(self._journal, FLOAT_FEN + sold_fen + off_fen)
        push(self._server, self._journal)


def _goods(journal: Journal) -> list[tuple[str]]:
    return journal.rows("SELECT gtin14 FROM goods WHERE route = 'domestic' ORDER BY gtin14")


@contextmanager
def counter_of(till: Till) -> Iterator[Counter]:
    """Put a till into its outlet, with a key of its own, and work with its journal."""
    with db.write() as connection:
        outlet = register.get_outlet_by_code(connection, till.outlet)
        key = register_terminal(connection, outlet.id, name=till.name)[1]
    Path(till.key_file).touch(mode=0o600)
    Path(till.key_file).write_text(key, encoding="utf-8")
    with owning(Path(till.journal)):
        journal = Journal(Path(till.journal))
        basket.begin(journal)
        try:
            printer = Printer(way_to(till.printer))
            yield Counter(journal, Server(config.current().public_url, key), printer)
        finally:
            journal.close()
