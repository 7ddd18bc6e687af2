"""Decide the operator's pages of imports: upload, templates, progress, result.

What an import does is ``shop.imports``'; a large file passes only here, so the limit is raised here.
"""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, render_template, request, url_for

from bonded_display.web.acting import Mishap, acting, done
from bonded_display.web.paging import place
from kernel import clock, db, i18n, jobs, web
from kernel.errors import Malformed
from kernel.sheets import write_csv
from shop.imports import templates
from shop.imports.kinds import KINDS
from shop.imports.reading import iter_blocks
from shop.imports.run import ask_import, bad_cells, kind_of
from shop.imports.standing import stands
from shop.web.back_office.versions import versions_page
from shop.web.login import visitor

PAGE = 25
SHOWN_CELLS = 100
LARGEST = 512 * 1024 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ImportFileMissing(Malformed):
    """The form came without a file; nothing was imported."""

    code = "import_file_missing"


def add_to(pages: Blueprint, guard: Callable[[Any], Any]) -> None:
    """Add the pages under ``/sheets/`` to the operator's."""
    for rule, name, view in (
        ("/sheets/", "sheets", sheets_page),
        ("/sheets/versions", "versions", versions_page),
        ("/sheets/<int:job_id>", "sheet", sheet_page),
        ("/sheets/<int:job_id>/result.csv", "sheet_result", result),
        ("/sheets/template/<kind>.<any(csv, xlsx):form>", "sheet_template", template),
        ("/sheets/export/<kind>.<any(csv, xlsx):form>", "sheet_export", export),
    ):
        pages.add_url_rule(rule, name, guard(view))
    pages.url_value_preprocessor(_let_staff_send_more)
    sending = acting(sheets_page, form="upload")(upload)
    pages.add_url_rule("/sheets/", "upload_sheet", guard(sending), methods=["POST"])
    ending = acting(sheet_page, form="cancel")(cancel)
    pages.add_url_rule(
        "/sheets/<int:job_id>/cancel", "cancel_sheet", guard(ending), methods=["POST"]
    )


def _let_staff_send_more(endpoint: str | None, _: dict[str, Any] | None) -> None:
    """Raise the limit before anything reads the form, the check of its token being the first.

    Who is not signed in as staff keeps the small limit and is refused before the file is read.
    """
    if endpoint == "back_office.upload_sheet" and visitor().staff is not None:
        request.max_content_length = LARGEST


def sheets_page(*, mishap: Mishap | None = None) -> str:
    """Show the upload form, templates, and imports, the newest first."""
    with db.read() as conn:
        rows = jobs.latest(conn, before=place("before") or None, most=PAGE + 1)
    return render_template(
        "back_office/sheets.html",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        kinds=list(KINDS),
        mishap=mishap,
    )


def sheet_page(*, job_id: int, mishap: Mishap | None = None) -> str:
    """Show how far one import is, why it stands, and what was not as expected."""
    now = clock.now()
    with db.read() as conn:
        job = jobs.get(conn, job_id)
        cells = bad_cells(conn, job_id, most=SHOWN_CELLS)
        why = stands(conn, job, now)
    return render_template("back_office/sheet.html", job=job, cells=cells, why=why, mishap=mishap)


def upload() -> str:
    """Take a file in and lead to its import."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise ImportFileMissing
    asked = ask_import(
        request.form.get("kind", ""),
        file.stream,
        name=file.filename,
        skip_bad=request.form.get("skip_bad") == "1",
    )
    done("sheets.asked_done")
    return url_for("back_office.sheet", job_id=asked.id)


def cancel(*, job_id: int) -> str:
    """End an import that is not being written yet."""
    jobs.cancel(job_id)
    done("sheets.cancelled")
    return url_for("back_office.sheet", job_id=job_id)


def result(*, job_id: int) -> Response:
    """Return every cell that was not as expected."""
    with db.read() as conn:
        jobs.get(conn, job_id)
        cells = bad_cells(conn, job_id)
    words = [
        {
            "line": cell.line,
            "column": cell.column,
            "value": cell.value,
            "expects": i18n.text(f"sheet.{cell.expects}", web.lang()),
        }
        for cell in cells
    ]
    content = write_csv(["line", "column", "value", "expects"], words)
    return Response(content, headers=_named(f"result-{job_id}", "csv"))


def template(*, kind: str, form: str) -> Response:
    """Return an empty sheet of a kind."""
    return _sheet(templates.write_template, kind, kind, form)


def export(*, kind: str, form: str) -> Response:
    """Return what stands of a kind, through a file on the disk: it may have a million rows."""
    return _sheet(templates.write_export, kind, f"{kind}-all", form)


def _sheet(write: Callable[..., None], kind: str, name: str, form: str) -> Response:
    kind_of(kind)
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115  # closed when the answer has been sent
    write(kind, content, xlsx=form == "xlsx")
    size = content.tell()
    content.seek(0)
    answer = Response(_blocks(content), headers=_named(name, form))
    answer.content_length = size
    answer.call_on_close(content.close)
    return answer


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        yield from iter_blocks(content)


def _named(name: str, form: str) -> dict[str, str]:
    return {
        "Content-Type": TYPES[form],
        "Content-Disposition": f'attachment; filename="{name}.{form}"',
    }
