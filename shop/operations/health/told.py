"""Decides what the operations page and the command ``shop operations`` tell, and how bad it is.

Each figure's threshold is ``shape``'s, its measuring ``work``'s and the database's own file's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection

from kernel import clock
from kernel.clock import Instant
from kernel.i18n import LANGS, text
from shop.operations.groups import GroupSize, group_sizes
from shop.operations.health import postgresql, sqlite
from shop.operations.health.shape import BAD, GOOD, WAIT, Figure, Machine
from shop.operations.health.work import Lag, lags
from shop.operations.queues import HandlerQueue, Overview, overview

STATEMENTS = 8
"""A look takes at most so many, however much lies in the house."""
_LOOKS = {"postgresql": postgresql.look, "sqlite": sqlite.look}
_RANK = (BAD, WAIT, GOOD).index


@dataclass(frozen=True, slots=True)
class HandlerWork:
    """One handler: what is open (None: nothing), and how long its latest work took."""

    name: str
    queue: HandlerQueue | None
    lag: Lag | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Every figure, the worst first, and what stands behind them.

    ``groups`` are those of the process that looks; everything else is the same from anywhere.
    """

    at: Instant
    database: str
    figures: Sequence[Figure]
    overview: Overview
    handlers: Sequence[HandlerWork]
    groups: Sequence[GroupSize]
    machine: Machine

    @property
    def level(self) -> str:
        """Return the worst level."""
        return self.figures[0].level

    @property
    def warnings(self) -> list[Figure]:
        """Return the figures past a threshold."""
        return [figure for figure in self.figures if figure.level != GOOD]


def look(conn: Connection, *, mail_aside: int) -> Health:
    """Return how everything stands; ``mail_aside`` is how many mails of customs lie aside."""
    at = clock.now()
    told, took, groups = overview(conn), lags(conn), group_sizes()
    machine = _LOOKS[conn.dialect.name](conn)
    queues = {queue.handler: queue for queue in told.queues}
    figures = (*_of_queues(told, at, mail_aside), _line(groups), *machine.figures)
    return Health(
        at=at,
        database=conn.dialect.name,
        figures=sorted(figures, key=lambda figure: _RANK(figure.level)),
        overview=told,
        handlers=[
            HandlerWork(name, queues.get(name), took.get(name))
            for name in sorted(queues.keys() | took.keys())
        ],
        groups=groups,
        machine=machine,
    )


def as_json(health: Health) -> dict[str, Any]:
    """Return what is told as plain values: times in microseconds, sizes in bytes, words in both."""
    plain = asdict(health)
    plain["level"] = health.level
    plain["figures"] = [_figure(figure) for figure in health.figures]
    return plain


def _figure(figure: Figure) -> dict[str, Any]:
    told: dict[str, Any] = asdict(figure) | {
        "level": figure.level,
        "unit": figure.limit.unit,
        "wait_from": figure.limit.wait,
        "bad_from": figure.limit.bad,
    }
    said: Mapping[str, Any] = {lang: text(f"health.kind.{figure.kind}", lang) for lang in LANGS}
    told["words"] = said
    if figure.level != GOOD:
        told["next"] = {lang: text(f"health.next.{figure.kind}", lang) for lang in LANGS}
    return told


def _of_queues(told: Overview, at: Instant, mail_aside: int) -> list[Figure]:
    late = min(
        (queue for queue in told.queues if queue.late_at is not None),
        key=lambda queue: queue.late_at or at,
        default=None,
    )
    oldest = min(told.queues, key=lambda queue: queue.oldest_at, default=None)
    parked = max(told.queues, key=lambda queue: queue.parked, default=None)
    beat_at = max((worker.at for worker in told.workers), default=None)
    return [
        Figure("late", _age(at, late.late_at if late else None), late.handler if late else ""),
        Figure("oldest", _age(at, told.oldest_at), oldest.handler if oldest else ""),
        Figure("parked", told.parked, parked.handler if parked and parked.parked else ""),
        Figure("unsent", _age(at, told.unsent_at)),
        Figure("stuck", told.unsent),
        Figure("aside", mail_aside),
        Figure("silent", None if beat_at is None else _age(at, beat_at)),
    ]


def _age(at: Instant, since: Instant | None) -> int:
    return 0 if since is None else max(0, at - since)


def _line(groups: Sequence[GroupSize]) -> Figure:
    fullest = max(groups, key=lambda group: group.waiting_percent, default=None)
    share = fullest.waiting_percent if fullest else 0
    return Figure("line", share, fullest.name if fullest and share else "")
