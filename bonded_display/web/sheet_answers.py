"""Decide how rows become a sheet that the browser keeps: through a file, in pieces.

Any number of rows takes the memory of one block; what a sheet says is its page's.
"""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import IO

from flask import Response

BLOCK = 65_536
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sheet_answer(write: Callable[[IO[bytes]], None], *, name: str, form: str) -> Response:
    """Return what ``write`` writes as a download ``name.form``; form is csv or xlsx."""
    content: IO[bytes] = TemporaryFile()  # noqa: SIM115  # closed when the answer has been sent
    try:
        write(content)
    except BaseException:
        content.close()
        raise
    size = content.tell()
    content.seek(0)
    answer = Response(
        _blocks(content),
        headers={
            "Content-Type": TYPES[form],
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
        },
    )
    answer.content_length = size
    answer.call_on_close(content.close)
    return answer


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    with content:
        while block := content.read(BLOCK):
            yield block
