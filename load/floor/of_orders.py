"""Decides the floors of placing and capturing: made from what one request of each sent just now.

Each is proven to be the same work: one run of it writes as many rows in each table as the product.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from load import books, payments
from load.books import Connection
from load.floor.floors import Example, copy_database
from load.floor.pgbench import CLIENTS, Floor, Ran
from load.floor.script import Names, Script, make
from load.order_rig import PRODUCT, Logged, Rig, listen
from load.payments import Paid

FLOOR = "floor"
KEYS = tuple(f"bench-once-{number:010d}" for number in range(2))


class FloorDiffers(Exception):
    """The floor's script does not write what the product writes; the message shows both."""


@dataclass(frozen=True)
class Compared:
    """Statements and rows of one request and of one run of its floor, by table."""

    name: str
    product_statements: Counter[tuple[str, str]]
    floor_statements: Counter[tuple[str, str]]
    product_rows: Mapping[str, int]
    floor_rows: Mapping[str, int]

    def lines(self) -> list[str]:
        """Return them side by side, for a person."""
        keys = sorted(self.product_statements | self.floor_statements)
        told = [f"{self.name}: statements of one request", f"{'':44}product  floor"]
        for verb, table in keys:
            ours, theirs = self.product_statements[verb, table], self.floor_statements[verb, table]
            told.append(f"  {verb + ' ' + table:42}{ours:7}{theirs:7}")
        sums = (self.product_statements.total(), self.floor_statements.total())
        told.append(f"  {'all':42}{sums[0]:7}{sums[1]:7}")
        told.append(f"{self.name}: rows written by one request")
        for table in sorted(self.product_rows.keys() | self.floor_rows.keys()):
            ours, theirs = self.product_rows.get(table, 0), self.floor_rows.get(table, 0)
            told.append(f"  {table:42}{ours:7}{theirs:7}")
        return told

    def check(self) -> None:
        """Raise ``FloorDiffers`` unless both write as many rows in each table."""
        if dict(self.product_rows) != dict(self.floor_rows):
            raise FloorDiffers("\n".join(self.lines()))


@dataclass
class Floors:
    """Both floors, ready to run, and the proof of each."""

    place: Floor
    capture: Floor
    example: Example
    compared: list[Compared] = field(default_factory=list)
    used: int = 0

    def run_place(self, seconds: int) -> Ran:
        """Run the floor of placing; its books must be right afterwards."""
        return self._checked(self.place, books.PLACING, lambda: self.place.run(seconds=seconds))

    def run_capture(self, seconds: int, *, most_a_second: int) -> Ran:
        """Run the floor of capturing on fresh objects; as many must be captured as were run."""
        with self.place.server.connect(FLOOR) as connection:
            first = self.prepare(connection, seconds * most_a_second // CLIENTS)
        return self._checked(
            self.capture, books.CAPTURING, lambda: self.capture.run(seconds=seconds, first=first)
        )

    def prepare(self, connection: Connection, each: int) -> int:
        """Make each client ``each`` placed orders with an open payment, and waybill numbers.

        Returns the counter after which they begin; no two preparations make the same order.
        """
        first, self.used = self.used, self.used + each + 1
        self.example.multiply(connection, (each + 1) * CLIENTS, first=first * CLIENTS)
        payments.fill_pool(connection, each * CLIENTS)
        return first

    def _checked(self, floor: Floor, names: Sequence[str], run: Callable[[], Ran]) -> Ran:
        with floor.server.connect(FLOOR) as connection:
            connection.execute("CHECKPOINT")
            before = books.read(connection)
            ran = run()
            grown = before.grown(books.read(connection))
            books.check_grown(grown, names, by=ran.runs)
        return ran


def make_floors(rig: Rig, *, people: int) -> Floors:
    """Let the product place twice and capture twice; make a floor of each second time."""
    placed = listen(rig, lambda: rig.place_once(KEYS[0]), lambda: rig.place_once(KEYS[1]))
    with rig.connect() as connection:
        paid = payments.open_payments(connection, 2)
        goods = _goods(connection)
        example = Example.read(connection, paid[1].checkout_id)
        lookup = _person_lookup(connection, paid[1])
    copy_database(rig.server, PRODUCT, FLOOR)
    captured = listen(rig, lambda: rig.capture_once(paid[0]), lambda: rig.capture_once(paid[1]))
    floors = Floors(
        Floor(rig.server, FLOOR, rig.folder / "floor-place.sql"),
        Floor(rig.server, FLOOR, rig.folder / "floor-capture.sql"),
        example,
    )
    place = _place_script(placed, goods, lookup, people=people)
    capture = _capture_script(captured, example)
    floors.place.script.write_text(place.text, encoding="utf-8")
    floors.capture.script.write_text(capture.text, encoding="utf-8")
    floors.compared += [
        _compare("place", placed, place, floors, floors.place),
        _compare("capture", captured, capture, floors, floors.capture),
    ]
    return floors


Goods = Sequence[tuple[int, int]]


def _goods(connection: Connection) -> Goods:
    """Return (register item, account-book item) of each article, the hot one first."""
    return connection.execute(
        "SELECT item_id, id FROM account_book_item ORDER BY item_record_no::int"
    ).fetchall()


def _person_lookup(connection: Connection, paid: Paid) -> str:
    row = connection.execute(
        "SELECT person_lookup FROM customs_order WHERE checkout_id = %s", (paid.checkout_id,)
    ).fetchone()
    assert row is not None
    return str(row[0])


def _place_script(placed: Logged, goods: Goods, lookup: str, *, people: int) -> Script:
    names = Names(
        known={
            KEYS[1]: "('bench-floor-' || :n::text || '-' || :client_id::text)",
            lookup: f"('1' || chr(58) || lpad(:shopper::text, {len(lookup) - 2}, '0'))",
            str(goods[0][0]): ":item",
            str(goods[0][1]): ":book_item",
        },
        first_new_id=placed.first_id,
    )
    head = [
        f"\\set shopper random(1, {people})",
        "\\set dice random(1, 100)",
        f"\\set other random(1, {len(goods) - 1})",
        f"\\set item {_choice([item for item, _ in goods])}",
        f"\\set book_item {_choice([book_item for _, book_item in goods])}",
    ]
    return make(placed.transactions, names, head=head, hot="availability", clients=CLIENTS)


def _choice(of: Sequence[int]) -> str:
    """Four of five take the first; the others share the rest."""
    rest = " ".join(f"when :other = {number} then {id_}" for number, id_ in enumerate(of[1:], 1))
    return f"case when :dice <= 80 then {of[0]} {rest} end"


def _capture_script(captured: Logged, example: Example) -> Script:
    head, known = example.variables()
    names = Names(known=known, first_new_id=captured.first_id)
    return make(captured.transactions, names, head=head, hot="", clients=CLIENTS)


def _compare(name: str, logged: Logged, script: Script, floors: Floors, floor: Floor) -> Compared:
    with floor.server.connect(FLOOR) as connection:
        first = floors.prepare(connection, 1)
        since = books.next_transaction(connection)
        floor.once(first=first)
        rows = books.rows_written(connection, since)
    sent = Counter(
        (one.verb, one.table) for whole in logged.transactions for one in whole.statements
    )
    kept = Counter((one.verb, one.table) for one in script.statements)
    return Compared(name, sent, kept, logged.rows, rows)
