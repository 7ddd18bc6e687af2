"""Lets tests export and import sheets, and read what was told of them."""

import csv
import io

from kernel import db, jobs
from shop.imports import run
from shop.imports.templates import write_export

KINDS = ("register", "goods", "stock", "placements")


def export(kind: str, *, xlsx: bool) -> bytes:
    out = io.BytesIO()
    write_export(kind, out, xlsx=xlsx)
    return out.getvalue()


def ask(kind: str, content: bytes, *, skip_bad: bool = False):
    return run.ask_import(
        kind, io.BytesIO(content), name=f"{kind}.csv", skip_bad=skip_bad, own=True
    )


def imported(kind: str, content: bytes, *, skip_bad: bool = False):
    return run.run_to_the_end(ask(kind, content, skip_bad=skip_bad))


def jobs_get(job_id: int) -> jobs.Job:
    with db.read() as conn:
        return jobs.get(conn, job_id)


def cells(done):
    with db.read() as conn:
        return [(c.line, c.column, c.value, c.expects) for c in run.bad_cells(conn, done.id)]


def first_row(kind: str, **changes: str) -> tuple[list[str], list[str]]:
    """Return heads and first row of what stands of a kind, with other cells."""
    sheet = io.StringIO(export(kind, xlsx=False).decode("utf-8-sig"))
    names, first = [row for row, _ in zip(csv.reader(sheet), range(2), strict=False)]
    row = dict(zip(names, first, strict=True)) | changes
    return names, [row[name] for name in names]


def goods(**changes: str) -> tuple[list[str], list[str]]:
    """Return heads and the first row of the goods that stand, with other cells."""
    return first_row("goods", **changes)


def as_csv(*rows: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
