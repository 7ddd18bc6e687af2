"""Decides how what cannot be taken in is kept: whole, once, for a person to look at."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PgInsert
from sqlalchemy.dialects.sqlite import Insert as LiteInsert

from kernel import ids
from kernel.clock import Instant
from pos.sale import content_hash, content_text
from pos.server.tables import terminal_conflict
from pos.server.terminals import Terminal


def keep_conflict(
    conn: Connection, terminal: Terminal, body: object, *, about: tuple[str, str], at: Instant
) -> None:
    """Keep what came; ``about`` is its kind and the id it claims.  The same content is kept once."""
    kind, subject = about
    row = {
        "id": ids.new(),
        "terminal_id": terminal.id,
        "outlet_id": terminal.outlet_id,
        "kind": kind,
        "subject_uuid": subject,
        "content": content_text(body),
        "content_hash": content_hash(body),
        "at": at,
    }
    columns = ["terminal_id", "content_hash"]
    conn.execute(
        insert_into(conn, terminal_conflict)
        .values(row)
        .on_conflict_do_nothing(index_elements=columns)
    )


def insert_into(conn: Connection, table: Table) -> LiteInsert | PgInsert:
    """Return the insert of this database that knows ``ON CONFLICT``."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)
