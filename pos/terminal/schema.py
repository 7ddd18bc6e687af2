"""Decides the tables of the journal and how one of an older release is brought up to this one.

A step is never changed once released; ``PRAGMA user_version`` says which have been taken.
"""

import sqlite3

STEPS = (
    """
    CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS sale (
        id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, sale_no TEXT NOT NULL UNIQUE,
        content TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS print_job (
        id TEXT PRIMARY KEY, seq INTEGER NOT NULL UNIQUE, request_id TEXT NOT NULL UNIQUE,
        order_no TEXT NOT NULL, content TEXT NOT NULL, state TEXT NOT NULL,
        copy INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
        at INTEGER NOT NULL, moved_at INTEGER NOT NULL, reported INTEGER NOT NULL DEFAULT 0);
    CREATE INDEX IF NOT EXISTS print_job_state ON print_job (state, seq);
    """,
    """
    ALTER TABLE print_job ADD COLUMN kind TEXT NOT NULL DEFAULT 'order_slip';
    ALTER TABLE sale ADD COLUMN basket_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE sale ADD COLUMN shift_id TEXT NOT NULL DEFAULT '';
    ALTER TABLE sale ADD COLUMN total_fen INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sale ADD COLUMN answer TEXT NOT NULL DEFAULT '';
    CREATE UNIQUE INDEX sale_of_basket ON sale (basket_id) WHERE basket_id <> '';
    CREATE INDEX sale_unanswered ON sale (seq) WHERE answer = '';
    CREATE INDEX sale_of_shift ON sale (shift_id, seq);
    CREATE TABLE shift (
        id TEXT PRIMARY KEY, shift_no INTEGER NOT NULL UNIQUE, opened_at INTEGER NOT NULL,
        closed_at INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL, hash TEXT NOT NULL,
        answered TEXT NOT NULL DEFAULT '');
    CREATE UNIQUE INDEX shift_open_once ON shift (closed_at) WHERE closed_at = 0;
    CREATE TABLE goods (
        route TEXT NOT NULL, item_id TEXT NOT NULL, gtin14 TEXT NOT NULL,
        shelf_code TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (route, item_id));
    CREATE INDEX goods_gtin14 ON goods (gtin14);
    CREATE INDEX goods_shelf_code ON goods (shelf_code);
    CREATE TABLE known (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL);
    CREATE TABLE basket_line (
        line_no INTEGER PRIMARY KEY, item_id TEXT NOT NULL UNIQUE, qty INTEGER NOT NULL,
        content TEXT NOT NULL, touched INTEGER NOT NULL);
    CREATE TABLE void_basket (
        id TEXT PRIMARY KEY, shift_id TEXT NOT NULL, content TEXT NOT NULL, at INTEGER NOT NULL);
    """,
    """
    ALTER TABLE sale ADD COLUMN refund_of TEXT NOT NULL DEFAULT '';
    CREATE UNIQUE INDEX sale_given_back_once ON sale (refund_of) WHERE refund_of <> '';
    """,
)


def bring_up(conn: sqlite3.Connection) -> None:
    """Take the steps that this journal lacks, all or none; threads that come together wait."""
    if _version(conn) == len(STEPS):
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        for step in STEPS[_version(conn) :]:
            for statement in step.split(";"):
                conn.execute(statement)
        conn.execute(f"PRAGMA user_version = {len(STEPS)}")
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


def _version(conn: sqlite3.Connection) -> int:
    return int(conn.execute("PRAGMA user_version").fetchone()[0])
