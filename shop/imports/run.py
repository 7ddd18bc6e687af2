"""Decides how an import goes on, slice by slice: check all, stage in chunks, apply all or nothing.

A slice and how far it came are one transaction, so whoever takes a job over goes on behind it.
What the rows mean is ``kinds``', how they are written ``apply``'s, where files lie ``files``'.
"""

import os
import socket
import time
from collections.abc import Sequence
from typing import IO

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from kernel import clock, db, jobs
from kernel.batch import Batch, RowsMissed
from kernel.errors import NotFound, Problem, Refusal, Unavailable
from kernel.jobs import Job, JobLost
from kernel.logs import log
from kernel.sheets import BadCell, SheetRejected, SheetRow, read_row
from shop.imports import files
from shop.imports.apply import apply, prepare
from shop.imports.kinds import KINDS, Kind, shape_rows
from shop.imports.reading import Line, Lines, count_rows
from shop.imports.repeated import find_repeated, move_repeated
from shop.imports.tables import import_bad

PREFIX = "import."
CHUNK = 2_000
SLICE_S = 2.0
WAIT_S = 1.0
CLEARED = 20_000
APPLY_TRIES = 3
"""Others may enter what this job is about to insert: it is looked at anew, so often."""
MOST_BAD = 10_000
"""Bad cells kept for their person; further ones are counted only."""

_open: dict[tuple[int, str], Lines] = {}


class ImportKindUnknown(NotFound):
    """Nothing of this kind can be imported."""

    code = "import_kind_unknown"


class ImportOnlyWhole(Refusal):
    """A sheet stands for all that was before it: a row left out would take goods off."""

    code = "import_only_whole"


def worker() -> str:
    """Return this process's name, as it stands in its beat."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def kind_of(name: str) -> Kind:
    """Return a kind by name; raises ``ImportKindUnknown`` (NotFound)."""
    if name not in KINDS:
        raise ImportKindUnknown(kind=name, kinds=", ".join(KINDS))
    return KINDS[name]


def ask_import(
    kind: str, content: IO[bytes], *, name: str, skip_bad: bool, own: bool = False
) -> Job:
    """Keep a copy of the file and ask for its import; ``own``: this process does it itself.

    The copy is whole before the job is there: no job waits for a file that will never come.
    Raises ``ImportOnlyWhole`` when rows of a version are to be left out.
    """
    if kind_of(kind).whole and skip_bad:
        raise ImportOnlyWhole(kind=kind)
    with files.kept(content) as file, db.write() as conn:
        return jobs.ask(
            conn,
            jobs.Asked(PREFIX + kind, name=name, file=file, skip_bad=skip_bad),
            worker=worker() if own else None,
        )


def go_on() -> None:
    """The worker's duty: take the next import a slice further, and clear what has ended."""
    taken = jobs.claim(worker(), prefix=PREFIX)
    if taken is not None:
        run_slice(taken)
    for ended in jobs.to_clear(PREFIX):
        clear(ended)
    files.sweep(PREFIX)


def run_to_the_end(asked: Job) -> Job:
    """Work on one job until it has ended, and clear it; when another took it over, only wait."""
    taken = asked
    while not taken.ended:
        if taken.claimed_by == asked.claimed_by:
            taken = run_slice(taken)
        else:
            time.sleep(WAIT_S)
            taken = _look(taken)
    clear(taken)
    return taken


def _look(taken: Job) -> Job:
    with db.read() as conn:
        return jobs.get(conn, taken.id)


def run_slice(taken: Job) -> Job:
    """Take a claimed job one slice further and return it as it stands then."""
    try:
        return _step(taken, KINDS[taken.kind.removeprefix(PREFIX)])
    except JobLost:
        log.warning("job_lost", job_id=str(taken.id))
    except SheetRejected as rejected:
        with db.write() as conn:
            _keep_bad(conn, taken.id, rejected.cells)
            return jobs.advance(conn, taken, state="failed", error=rejected.code, rows_bad=1)
    except Unavailable:  # another time, by this worker or another: nothing is amiss with the file
        raise
    except (Problem, OSError, IntegrityError, DataError, RowsMissed) as problem:
        log.exception("job_failed", job_id=str(taken.id))
        error = problem.code if isinstance(problem, Problem) else type(problem).__name__
        with db.write() as conn:
            return jobs.advance(conn, taken, state="failed", error=error)
    return _look(taken)


def _step(taken: Job, kind: Kind) -> Job:
    if taken.state == "waiting":
        total = count_rows(files.path(taken), name=taken.name)
        with db.write() as conn:
            return jobs.advance(conn, taken, state="checking", rows_total=total)
    if taken.state == "applying":
        return _write(taken, kind)
    ends = time.monotonic() + SLICE_S
    taken = _chunk(taken, kind)
    while taken.state in ("checking", "staging") and time.monotonic() < ends:
        taken = _chunk(taken, kind)
    return taken


def _write(taken: Job, kind: Kind) -> Job:
    """Write all rows or none.

    The job's own row is not touched by this transaction before its end: from a connection beside
    it is told how far it came, and whoever cancels or takes over the job undoes the whole.
    """
    for tries_left in reversed(range(APPLY_TRIES)):
        with db.write() as conn:
            jobs.advance(conn, taken, rows_done=0)
            prepare(conn, kind, taken.id)
        try:
            with db.write() as conn:
                applied = apply(conn, kind, taken.id, lambda done: _tell(taken, done))
                return jobs.advance(conn, taken, state="done", rows_applied=applied)
        except (IntegrityError, RowsMissed):
            if not tries_left:
                raise
            log.warning("job_tried_again", job_id=str(taken.id))
    raise AssertionError("the last try returns or raises")


def _tell(taken: Job, done: int) -> None:
    """SQLite has one writer, and that one is busy with the rows."""
    if db.current().dialect != "sqlite":
        with db.write() as beside:
            jobs.advance(beside, taken, rows_done=min(done, taken.rows_total))


def _chunk(taken: Job, kind: Kind) -> Job:
    lines = _lines(taken, kind)
    part = lines.take(CHUNK)
    if not part:
        return _turn(taken, kind)
    bad: list[BadCell] = []
    rows = _read(lines, part, bad)
    with db.write() as conn:
        shaped = shape_rows(conn, kind, rows, bad)
        if taken.state == "staging":
            with Batch(conn) as batch:
                batch.insert(kind.staged, [{"job_id": taken.id, **row} for row in shaped])
            return jobs.advance(conn, taken, rows_done=lines.at)
        found = taken.rows_bad + len({cell.line for cell in bad})
        if taken.rows_bad < MOST_BAD:
            _keep_bad(conn, taken.id, bad)
        return jobs.advance(conn, taken, rows_done=lines.at, rows_bad=found)


def _read(lines: Lines, part: Sequence[Line], bad: list[BadCell]) -> list[SheetRow]:
    rows = []
    for line, cells in part:
        before = len(bad)
        row = read_row(line, lines.heads, cells, bad)
        if len(bad) == before:
            rows.append(row)
    return rows


def _turn(taken: Job, kind: Kind) -> Job:
    """The file has been gone through: on to staging, to applying, or to the end."""
    _open.pop((taken.id, taken.state), None)
    refused = {"state": "failed", "error": SheetRejected.code, "rows_done": taken.rows_done}
    if taken.state == "checking":
        on = {"state": "staging", "rows_done": 0}
        with db.write() as conn:
            return jobs.advance(
                conn, taken, **refused if taken.rows_bad and not taken.skip_bad else on
            )
    with db.read() as conn:
        repeated = find_repeated(conn, kind, taken.id)
    on = refused if repeated and not taken.skip_bad else {"state": "applying", "rows_done": 0}
    with db.write() as conn:
        move_repeated(conn, kind, taken.id, repeated, keep=MOST_BAD - taken.rows_bad)
        return jobs.advance(conn, taken, **on, rows_bad=taken.rows_bad + len(repeated))


def _lines(taken: Job, kind: Kind) -> Lines:
    """Return the open file where the job stands, opened anew when another had it."""
    key = (taken.id, taken.state)
    lines = _open.get(key)
    if lines is None or lines.at != taken.rows_done:
        lines = Lines(files.path(taken), kind.columns, name=taken.name)
        lines.skip_to(taken.rows_done)
        _open[key] = lines
    return lines


def _keep_bad(conn: Connection, job_id: int, cells: Sequence[BadCell]) -> None:
    rows = [
        {
            "job_id": job_id,
            "line": cell.line,
            "place": place,
            "column_name": cell.column[:60],
            "value": cell.value[:250],
            "expects": cell.expects,
        }
        for place, cell in enumerate(cells[:MOST_BAD], start=1)
    ]
    if rows:
        conn.execute(insert(import_bad), rows)


def bad_cells(conn: Connection, job_id: int, *, most: int = MOST_BAD) -> list[BadCell]:
    """Return the cells that were not as expected, by line."""
    table = import_bad.c
    rows = conn.execute(
        select(table.line, table.column_name, table.value, table.expects)
        .where(table.job_id == job_id)
        .order_by(table.line, table.place)
        .limit(most)
    )
    return [BadCell(*row) for row in rows]


def clear(ended: Job) -> None:
    """Remove the file and the staged rows of a job that has ended."""
    kind = KINDS[ended.kind.removeprefix(PREFIX)]
    for state in ("checking", "staging"):
        _open.pop((ended.id, state), None)
    files.remove(ended)
    mine = kind.staged.c.job_id == ended.id
    some = select(kind.staged.c.line).where(mine).limit(CLEARED).scalar_subquery()
    removed = CLEARED
    while removed == CLEARED:
        with db.write() as conn:
            removed = conn.execute(
                delete(kind.staged).where(mine, kind.staged.c.line.in_(some))
            ).rowcount
    with db.write() as conn:
        jobs.set_file(conn, ended.id, None)
    log.info("job_cleared", job_id=str(ended.id), state=ended.state, at=clock.now())
