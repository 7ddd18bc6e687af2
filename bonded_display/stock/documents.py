"""Decide when a document line was counted before, so that every figure is counted once.

What a line changes is its caller's.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, select

from bonded_display.stock.errors import DocumentChanged


def document_line(document: str, line: str) -> str:
    """Return the key of one line of one document."""
    return f"{document}/{line}"


def already(
    conn: Connection, table: Table, document: str, kind: str, wanted: Mapping[str, int]
) -> frozenset[str]:
    """Return which of the ``wanted`` lines (line → signed quantity) ``table`` has already.

    ``table`` is one of the append-only logs; ``kind`` its kind or figure.  Raises
    ``DocumentChanged`` when a line stands with another quantity.
    """
    column = table.c.get("kind", table.c.get("figure"))
    assert column is not None
    keys = {document_line(document, line): line for line in wanted}
    rows = conn.execute(
        select(table.c.document_line, table.c.qty).where(
            column == kind, table.c.document_line.in_(sorted(keys))
        )
    )
    stored: set[str] = set()
    for key, qty in rows:
        if qty != wanted[keys[key]]:
            raise DocumentChanged(document_line=key, stored=qty, given=wanted[keys[key]])
        stored.add(keys[key])
    return frozenset(stored)
