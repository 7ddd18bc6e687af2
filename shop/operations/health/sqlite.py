"""Decides what SQLite is asked about itself: how large its file is, how much of it is free.

It keeps no word of who waits, of dead rows or of which index was used: ``Machine.missing``.
"""

from pathlib import Path

from sqlalchemy import Connection, text

from shop.operations.health.shape import Figure, Machine

_PAGES = text("""
SELECT p.page_count, s.page_size, f.freelist_count, d.file
FROM pragma_page_count AS p, pragma_page_size AS s, pragma_freelist_count AS f,
  pragma_database_list AS d WHERE d.name = 'main'
""")


def look(conn: Connection) -> Machine:
    """Return the figures of the file and of the log beside it."""
    pages, page_bytes, free, file = conn.execute(_PAGES).one()
    log = Path(f"{file}-wal")
    wal_bytes = log.stat().st_size if file and log.exists() else 0
    return Machine(
        figures=(
            Figure("file", pages * page_bytes),
            Figure("free", 100 * free // max(1, pages)),
            Figure("wal", wal_bytes),
        ),
        missing=True,
        sizes={"pages": pages, "free_pages": free, "page_bytes": page_bytes},
    )
