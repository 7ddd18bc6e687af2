"""A small sample is made as ``make run`` makes the large one, and its books are compared."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

import pytest
import requests

from demo.programs import Programs
from demo.run.home import CLOCK, PORTS, FixedPorts, Home
from demo.run.prepare import Size, prepare
from kernel import db
from kernel.db import Database
from load.trade import invariants

ORDERS = 24


class Made:
    """What the sample left: our database, and customs' books as they were told at the end."""

    def __init__(self, home: Home, lists: list[dict[str, object]]) -> None:
        self.home, self.lists = home, lists
        self.file = home.folder / "ours" / "qianzhan.db"

    def states(self) -> dict[str, int]:
        """Return how many orders are in each state."""
        with sqlite3.connect(self.file) as books:
            return dict(books.execute("SELECT state, COUNT(*) FROM customs_order GROUP BY state"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """One sample for all tests of this file; its programs have ended."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patched, Programs(folder / "logs") as programs:
        patched.delenv("QIANZHAN_DATABASE_URL", raising=False)
        home = Home(folder / "out", folder)
        home.ports = _free_ports()
        prepare(home, Size(days=2, orders=ORDERS, people=8), programs, Event())
        answer = requests.get(f"{home.url('customs')}/books/lists", timeout=20)
        yield Made(home, answer.json()["lists"])


def _free_ports() -> FixedPorts:
    with ExitStack() as stack:
        probes = {name: stack.enter_context(socket.socket()) for name in PORTS}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return FixedPorts({name: probe.getsockname()[1] for name, probe in probes.items()})


@contextmanager
def _opened(file: Path) -> Iterator[None]:
    database = Database(f"sqlite:///{file}")
    db.use(database)
    try:
        yield
    finally:
        database.close()
        db.use(None)


def test_a_sample_is_made_by_the_verbs_and_its_books_agree(made):
    """Orders went the whole way, and customs tells the same of every list."""
    states = made.states()

    assert sum(states.values()) == ORDERS
    assert states["signed_for"] > 0
    assert states["left_zone"] > 0
    assert made.home.is_ready()
    assert made.home.is_migrated()
    with _opened(made.file), db.read() as connection:
        assert invariants.differences(connection) == []
        assert invariants.differences_with_customs(connection, made.lists) == []
    assert len(made.lists) >= states["signed_for"] + states["left_zone"]


def test_the_other_side_goes_on_at_our_time(made):
    """However long the making took: what customs says next is not said before we asked."""
    assert Path(made.home.environment[CLOCK]).read_text(encoding="ascii") == "0"


def test_the_days_of_the_sample_lie_behind_us(made):
    """Each order's steps go on in time, and the first lies days before the last."""
    with sqlite3.connect(made.file) as books:
        placed = [at for (at,) in books.execute("SELECT placed_at FROM customs_order")]
        wrong = books.execute(
            "SELECT COUNT(*) FROM order_step s JOIN customs_order o ON o.id = s.order_id"
            " WHERE s.at < o.placed_at"
        ).fetchone()

    assert max(placed) - min(placed) > 24 * 3600 * 1_000_000
    assert wrong == (0,)


def test_passwords_of_the_staff_are_kept_for_their_owner_only(made):
    """The same at every start, and readable by nobody else."""
    file = made.home.folder / "secrets" / "staff.json"

    assert file.stat().st_mode & 0o077 == 0
    assert json.loads(file.read_text()) == made.home.staff
    assert not (made.home.folder / "secrets" / "world.json").exists()


PLANTED = {
    "pieces of a line are where its order is": """
        UPDATE reservation SET state = 'released' WHERE id =
          (SELECT MIN(id) FROM reservation WHERE state = 'consumed')""",
    "what is paid is listed, piece by piece": """
        UPDATE list_line SET qty = qty + 1 WHERE list_id = (SELECT MIN(list_id) FROM list_line)""",
    "a checkout is the sum of its orders": """
        UPDATE checkout SET total_fen = total_fen + 1 WHERE id = (SELECT MIN(id) FROM checkout)""",
    "a paid checkout has its money": """
        UPDATE payment SET gross_fen = gross_fen - 1, amount_fen = amount_fen - 1 WHERE id =
          (SELECT MIN(id) FROM payment WHERE state = 'captured')""",
    "an unpaid order has no list": """
        UPDATE customs_order SET paid_at = NULL WHERE id =
          (SELECT MIN(id) FROM customs_order WHERE state = 'signed_for')""",
    "a refused or returned order's money went back": """
        UPDATE customs_order SET state = 'refused' WHERE id =
          (SELECT MIN(id) FROM customs_order WHERE state = 'signed_for')""",
    "every posting is sealed": """
        UPDATE posting SET sealed_at = NULL WHERE id = (SELECT MIN(id) FROM posting)""",
    "every posting balances": """
        UPDATE entry SET amount_fen = amount_fen + 1 WHERE id = (SELECT MIN(id) FROM entry)""",
    "what happened to an order is posted once": """
        UPDATE customs_order SET state = 'signed_for' WHERE id =
          (SELECT MIN(id) FROM customs_order WHERE state = 'left_zone')""",
    "a year is the sum of its uses": "UPDATE limit_year SET used_fen = used_fen + 1",
    "a living order uses its buyer's limit, an ended one does not": """
        UPDATE limit_use SET state = 'returned', returned_at = at WHERE order_id =
          (SELECT MIN(id) FROM customs_order WHERE state = 'signed_for')""",
    "a guarantee is the sum of its movements": "UPDATE guarantee SET held_fen = held_fen + 1",
    "a till sale is posted once, with its cash": """
        UPDATE terminal_sale SET total_fen = total_fen + 1 WHERE id =
          (SELECT MIN(id) FROM terminal_sale WHERE readable = 1)""",
    "no fact is parked": """
        UPDATE delivery SET state = 'parked' WHERE fact_id = (SELECT MIN(fact_id) FROM delivery)""",
    "lots = on hand": """
        UPDATE lot SET qty = qty + 1 WHERE id = (SELECT MIN(id) FROM lot)""",
    "reservations = held": """
        UPDATE availability SET held = held + 1 WHERE account_book_item_id =
          (SELECT MIN(account_book_item_id) FROM availability WHERE held < on_hand)""",
    "customs tells the same goods": """
        UPDATE declaration_list SET goods_fen = goods_fen + 1 WHERE id =
          (SELECT MIN(id) FROM declaration_list WHERE state = 'RELEASED')""",
    "customs tells the same tax": """
        UPDATE tax_bill SET vat_fen = vat_fen + 1 WHERE id = (SELECT MIN(id) FROM tax_bill)""",
    "customs knows each list": """
        UPDATE declaration_list SET invt_no = '05012026I999999999' WHERE id =
          (SELECT MIN(id) FROM declaration_list WHERE state = 'RELEASED')""",
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_difference_is_found(made, tmp_path, rule):
    """One row is changed behind the product's back, in a copy of the books without triggers."""
    copy = tmp_path / "planted.db"
    with sqlite3.connect(made.file) as books, sqlite3.connect(copy) as target:
        books.backup(target)
        for (trigger,) in target.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            target.execute(f"DROP TRIGGER {trigger}")
        assert target.execute(PLANTED[rule]).rowcount > 0
        target.commit()

    with _opened(copy), db.read() as connection:
        found = invariants.differences(connection)
        found += invariants.differences_with_customs(connection, made.lists)

    assert rule in {difference.rule for difference in found}


def test_every_comparison_has_its_planted_difference():
    """A comparison that cannot find anything is none."""
    assert invariants.RULES.keys() <= PLANTED.keys()
