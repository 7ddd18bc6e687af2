"""Decides what is measured of the order path: orders placed and payments captured in a second.

After each round the answers are held against the books; a round that does not add up is an error.
"""

from dataclasses import dataclass, field

from load import books, payments
from load.figures import Figures, GroupSizes
from load.floor.of_orders import Floors
from load.floor.pgbench import Ran
from load.order_rig import CHECKOUT, HOT, WEBHOOK, Rig, figures_at_rest
from load.overdue import end_unpaid
from load.wrk import Load, Sent

MOST_A_SECOND = 1_500
"""So many captures a second are prepared for."""


class AnswersWrong(Exception):
    """Something else than success was answered, or the connection broke."""


@dataclass
class Seen:
    """What the rounds of one case saw beside their pace."""

    latencies_ms: list[tuple[float, float]] = field(default_factory=list)
    groups: list[GroupSizes] = field(default_factory=list)


@dataclass
class Order:
    """Both cases on one rig, with their floors."""

    rig: Rig
    floors: Floors
    load: Load
    seen: dict[str, Seen] = field(default_factory=dict)
    ended: list[float] = field(default_factory=list)
    """Unpaid orders a second that the product's sweep ended between rounds."""
    _runs: int = 0

    def place(self) -> float:
        """Return orders a second, placed over HTTP."""
        self.end_unpaid()
        return self._place(self.load, note=self._seen("place")).per_second

    def warm_up(self) -> None:
        """Place and capture for a while, uncounted."""
        self._place(Load(self.load.connections, 2, self.load.threads), note=Seen())
        self._capture(Load(self.load.connections, 1, self.load.threads), note=Seen())

    def capture(self) -> float:
        """Return payments a second, captured by the provider's events over HTTP."""
        return self._capture(self.load, note=self._seen("capture")).per_second

    def place_floor(self) -> float:
        """Return runs a second of placing's floor."""
        return self._ran("place_floor", self.floors.run_place(self.load.seconds))

    def capture_floor(self) -> float:
        """Return runs a second of capturing's floor."""
        ran = self.floors.run_capture(self.load.seconds, most_a_second=MOST_A_SECOND)
        return self._ran("capture_floor", ran)

    def place_with(self, connections: int, *, hot: str = HOT) -> float:
        """Return orders a second, placed over so many connections."""
        self.end_unpaid()
        load = Load(connections, self.load.seconds, self.load.threads)
        return self._place(load, note=Seen(), hot=hot).per_second

    def end_unpaid(self) -> None:
        """End what the rounds before left unpaid: in a house few hold many orders."""
        pace = end_unpaid(self.rig)
        if pace is not None:
            self.ended.append(pace)

    def _place(self, load: Load, *, note: Seen, hot: str = HOT) -> Sent:
        self._runs += 1
        with self.rig.connect() as connection:
            connection.execute("CHECKPOINT")
            counts, before = books.read(connection), figures_at_rest(self.rig)
            sent = self.rig.place(load, run=f"{self.rig.database}{self._runs:03d}", hot=hot)
            grown = figures_at_rest(self.rig).since(before)
            acknowledged = _acknowledged(grown, CHECKOUT, "303", sent)
            books.check_grown(counts.grown(books.read(connection)), books.PLACING, by=acknowledged)
        note.latencies_ms.append((sent.p50_ms, sent.p99_ms))
        note.groups.append(grown.group_sizes("place"))
        return sent

    def _capture(self, load: Load, *, note: Seen) -> Sent:
        need = load.seconds * MOST_A_SECOND
        with self.rig.connect() as connection:
            while books.placed(connection) < need:
                self._place(load, note=Seen())
            self.rig.write_events(payments.open_payments(connection, need))
            connection.execute("CHECKPOINT")
            counts, before = books.read(connection), figures_at_rest(self.rig)
            sent = self.rig.capture(load)
            grown = figures_at_rest(self.rig).since(before)
            acknowledged = _acknowledged(grown, WEBHOOK, "200", sent)
            books.check_grown(
                counts.grown(books.read(connection)), books.CAPTURING, by=acknowledged
            )
        note.latencies_ms.append((sent.p50_ms, sent.p99_ms))
        note.groups.append(grown.group_sizes("capture"))
        return sent

    def _ran(self, name: str, ran: Ran) -> float:
        self._seen(name).latencies_ms.append((ran.p50_ms, ran.p99_ms))
        return ran.per_second

    def _seen(self, name: str) -> Seen:
        return self.seen.setdefault(name, Seen())


def _acknowledged(grown: Figures, route: str, status: str, sent: Sent) -> int:
    """Return how many were answered with success; raises ``AnswersWrong`` for anything else.

    The server counts what it answered; wrk misses the few that were under way at its end.
    """
    answers = grown.answers(route)
    acknowledged = answers.pop(status, 0)
    if answers or sent.wrong or sent.socket_errors or not acknowledged >= sent.answers > 0:
        raise AnswersWrong(f"{route}: {acknowledged} x {status}, others {answers}, wrk saw {sent}")
    return acknowledged
