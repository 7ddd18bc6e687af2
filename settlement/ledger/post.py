"""Decide how postings get into the books: opened, filled, sealed, in one commit, once a document.

Whether they balance is checked here first and by the seal's trigger last.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, select

from kernel import ids
from kernel.actor import correlation
from kernel.batch import Batch
from kernel.clock import china_date
from settlement.ledger import tables
from settlement.ledger.errors import PostingChanged
from settlement.ledger.posting import Entry, Posting, check_posting


def post(conn: Connection, posting: Posting) -> bool:
    """Return whether the posting is new to the books; the same one again changes nothing.

    Raises ``PostingUnbalanced``, ``AccountUnknown``, and ``PostingChanged`` when its document
    was posted before with other entries.
    """
    check_posting(posting)
    known = _posted(conn, posting.kind, posting.document)
    if known is None:
        with Batch(conn) as batch:
            post_many(batch, [posting])
        return True
    if _entries_of(conn, known) != posting.entries:
        raise PostingChanged(kind=posting.kind, document=posting.document)
    return False


def post_many(batch: Batch, postings: Sequence[Posting]) -> None:
    """Write new ``postings`` and seal them, set-based.

    Raises ``PostingUnbalanced`` and ``AccountUnknown`` before anything is written; a document
    that was posted before breaks its unique constraint.
    """
    for posting in postings:
        check_posting(posting)
    posting_ids = [ids.new() for _ in postings]
    batch.insert(
        tables.posting,
        [_row(id_, posting) for id_, posting in zip(posting_ids, postings, strict=True)],
    )
    batch.insert(
        tables.entry,
        [
            _entry_row(id_, gnum, entry)
            for id_, posting in zip(posting_ids, postings, strict=True)
            for gnum, entry in enumerate(posting.entries, start=1)
        ],
    )
    batch.update(
        tables.posting,
        [
            {"id": id_, "sealed_at": posting.at}
            for id_, posting in zip(posting_ids, postings, strict=True)
        ],
        key=("id",),
        set_={"sealed_at": ":sealed_at"},
    )


def posted_for(conn: Connection, order_id: int) -> list[Entry]:
    """Return every entry in the books that belongs to an order, in order of writing."""
    table = tables.entry
    rows = conn.execute(
        select(table.c.account_code, table.c.amount_fen, table.c.order_id, table.c.memo)
        .where(table.c.order_id == order_id)
        .order_by(table.c.posting_id, table.c.gnum)
    )
    return [Entry(*row) for row in rows]


def posted_as(conn: Connection, order_id: int, kinds: Collection[str]) -> list[Entry]:
    """Return the entries of an order that postings of ``kinds`` made, in order of writing."""
    table, of = tables.entry, tables.posting
    rows = conn.execute(
        select(table.c.account_code, table.c.amount_fen, table.c.order_id, table.c.memo)
        .join(of, of.c.id == table.c.posting_id)
        .where(table.c.order_id == order_id, of.c.kind.in_(sorted(kinds)))
        .order_by(table.c.posting_id, table.c.gnum)
    )
    return [Entry(*row) for row in rows]


def posted_by(conn: Connection, kind: str, document: str) -> list[Entry]:
    """Return the entries that a document made by one kind of posting; none when it made none."""
    posting_id = _posted(conn, kind, document)
    return [] if posting_id is None else list(_entries_of(conn, posting_id))


_POSTED = select(tables.posting.c.id).where(
    tables.posting.c.kind == bindparam("kind"), tables.posting.c.document == bindparam("document")
)


def _posted(conn: Connection, kind: str, document: str) -> int | None:
    found: int | None = conn.execute(
        _POSTED, {"kind": kind, "document": document}
    ).scalar_one_or_none()
    return found


def _entries_of(conn: Connection, posting_id: int) -> tuple[Entry, ...]:
    table = tables.entry
    rows = conn.execute(
        select(table.c.account_code, table.c.amount_fen, table.c.order_id, table.c.memo)
        .where(table.c.posting_id == posting_id)
        .order_by(table.c.gnum)
    )
    return tuple(Entry(*row) for row in rows)


def _row(posting_id: int, posting: Posting) -> dict[str, object]:
    return {
        "id": posting_id,
        "kind": posting.kind,
        "document": posting.document,
        "legal_entity_id": posting.legal_entity_id,
        "at": posting.at,
        "business_on": china_date(posting.at),
        "correlation": posting.correlation or correlation(),
    }


def _entry_row(posting_id: int, gnum: int, entry: Entry) -> dict[str, object]:
    return {
        "id": ids.new(),
        "posting_id": posting_id,
        "gnum": gnum,
        "account_code": entry.account,
        "amount_fen": entry.amount_fen,
        "order_id": entry.order_id,
        "memo": entry.memo,
    }
