"""Decides where the files of imports lie, and which of them nobody will ask for any more.

A file is written whole, to the disk, before its job is asked for.  Its name is an id, which tells
since when it is there.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kernel import clock, config, db, ids, jobs
from kernel.clock import MINUTE, Instant
from kernel.jobs import Job
from kernel.logs import log

FORGOTTEN = 60 * MINUTE
"""A file that no job names after so long was cut off while it was taken in."""

_SUFFIX = ".sheet"


def folder() -> Path:
    """Return where files lie until their job has ended."""
    place = Path(config.current().home) / "imports"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def path(job: Job) -> Path:
    """Return where a job's file lies."""
    return folder() / str(job.file)


@contextmanager
def kept(content: IO[bytes]) -> Iterator[str]:
    """Copy ``content`` and give its name; what fails in the block, or in copying, leaves no file."""
    place = folder() / f"{ids.new()}{_SUFFIX}"
    try:
        with place.open("wb") as copy:
            shutil.copyfileobj(content, copy, 1 << 20)
            copy.flush()
            os.fsync(copy.fileno())
        yield place.name
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def remove(job: Job) -> None:
    """Remove the file of a job that has ended."""
    if job.file:
        path(job).unlink(missing_ok=True)


def sweep(prefix: str) -> None:
    """Remove old files that no job names: their process was killed while it took them in."""
    old = [place for place in folder().glob(f"[0-9]*{_SUFFIX}") if _age(place) > FORGOTTEN]
    if not old:
        return
    with db.read() as conn:
        named = jobs.files(conn, prefix)
    for place in old:
        if place.name not in named:
            place.unlink(missing_ok=True)
            log.warning("import_file_forgotten", file=place.name)


def _age(place: Path) -> Instant:
    return clock.now() - ids.instant_of(int(place.stem))
