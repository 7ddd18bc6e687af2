"""Lay out customs' own books; what enters them is judged elsewhere.

Money and quantities are decimal texts as declared; who a buyer is stands only in sealed blobs
and keyed hashes.
"""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS delivery (     -- every letter once, however often it is carried
    dxp_id     TEXT NOT NULL,
    message_id TEXT NOT NULL,             -- CopMsgId
    digest     TEXT NOT NULL,             -- keyed hash of the business message
    PRIMARY KEY (dxp_id, message_id, digest)
);
CREATE TABLE IF NOT EXISTS document (
    id          INTEGER PRIMARY KEY,
    kind        TEXT NOT NULL,            -- CEB311, CEB411, CEB511, CEB513, CEB621, CEB623, CEB625, CEB711
    doc_key     TEXT NOT NULL,            -- the numbers that make it unique
    order_no    TEXT NOT NULL,
    ebp_code    TEXT NOT NULL,            -- empty in waybills
    guid        TEXT NOT NULL,            -- of this sending
    state       TEXT NOT NULL,            -- accepted, rejected, replaced
    code        TEXT NOT NULL,            -- why it was rejected
    amounts     TEXT NOT NULL,            -- JSON: element -> decimal text
    said_sealed BLOB NOT NULL,            -- JSON: head, lines
    at          TEXT NOT NULL,
    plain       TEXT NOT NULL DEFAULT '{}'  -- JSON: head, lines, without what names a person
);
CREATE UNIQUE INDEX IF NOT EXISTS document_once
    ON document (kind, doc_key) WHERE state = 'accepted';
CREATE INDEX IF NOT EXISTS document_order ON document (order_no, kind);
CREATE TABLE IF NOT EXISTS declaration_list (
    id           INTEGER PRIMARY KEY,
    document_id  INTEGER NOT NULL REFERENCES document (id),
    dxp_id       TEXT NOT NULL,           -- who sent it and gets its tax bill
    cop_no       TEXT NOT NULL,
    order_no     TEXT NOT NULL,
    logistics_no TEXT NOT NULL,
    ems_no       TEXT NOT NULL,
    area_code    TEXT NOT NULL,
    pre_no       TEXT NOT NULL,
    invt_no      TEXT NOT NULL UNIQUE,
    state        TEXT NOT NULL,           -- accepted, ..., released, cancelled
    codes        TEXT NOT NULL,           -- JSON: company and office codes for the tax bill
    value        TEXT NOT NULL,           -- dutiable value: goods + freight + insurance
    full_rate    INTEGER NOT NULL,        -- 1: taxed in full
    released_ms  INTEGER,                 -- ms since epoch, from the release on
    exit_pass_no TEXT                     -- of the zone, once the goods left by the gate
);
CREATE INDEX IF NOT EXISTS declaration_list_released ON declaration_list (released_ms);
CREATE INDEX IF NOT EXISTS declaration_list_waybill ON declaration_list (logistics_no);
CREATE INDEX IF NOT EXISTS declaration_list_order ON declaration_list (order_no);
CREATE TABLE IF NOT EXISTS list_line (
    list_id        INTEGER NOT NULL REFERENCES declaration_list (id),
    gnum           INTEGER NOT NULL,
    item_record_no TEXT NOT NULL,
    gcode          TEXT NOT NULL,
    qty            TEXT NOT NULL,
    total_price    TEXT NOT NULL,
    PRIMARY KEY (list_id, gnum)
);
CREATE TABLE IF NOT EXISTS limit_use (
    list_id      INTEGER PRIMARY KEY REFERENCES declaration_list (id),
    buyer_lookup TEXT NOT NULL,           -- keyed hash of the ID number
    year         INTEGER NOT NULL,        -- in China
    value        TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS limit_use_buyer ON limit_use (buyer_lookup, year);
CREATE TABLE IF NOT EXISTS tax_bill (
    list_id         INTEGER PRIMARY KEY REFERENCES declaration_list (id),
    tax_no          TEXT NOT NULL UNIQUE,
    customs_tax     TEXT NOT NULL,
    value_added_tax TEXT NOT NULL,
    consumption_tax TEXT NOT NULL,
    return_time     TEXT,                 -- null until the bill is sent
    status          TEXT NOT NULL DEFAULT '1',  -- 1 made, 2 summarised, 3 void
    slip_no         TEXT                  -- entDutyNo, once summarised
);
CREATE INDEX IF NOT EXISTS tax_bill_to_come ON tax_bill (list_id) WHERE return_time IS NULL;
CREATE TABLE IF NOT EXISTS tax_line (
    list_id         INTEGER NOT NULL REFERENCES tax_bill (list_id),
    gnum            INTEGER NOT NULL,
    gcode           TEXT NOT NULL,
    tax_price       TEXT NOT NULL,
    customs_tax     TEXT NOT NULL,
    value_added_tax TEXT NOT NULL,
    consumption_tax TEXT NOT NULL,
    PRIMARY KEY (list_id, gnum)
);
CREATE TABLE IF NOT EXISTS receipt (
    id            INTEGER PRIMARY KEY,
    dxp_id        TEXT NOT NULL,          -- who gets it
    kind          TEXT NOT NULL,
    label         TEXT NOT NULL,          -- order or own number, for logs and exports
    status        TEXT NOT NULL,
    list_id       INTEGER,                -- the list whose state it tells
    trouble       TEXT NOT NULL,          -- JSON: what the script does to it
    said_sealed   BLOB NOT NULL,          -- JSON: head, lines; without guid and returnTime
    due_at        INTEGER NOT NULL,       -- ms since epoch
    letter_sealed BLOB,                   -- the message, once it has its returnTime
    write_at      INTEGER,                -- ms since epoch
    written_at    INTEGER,
    return_time   TEXT NOT NULL DEFAULT ''  -- 17 digits, once it has one
);
CREATE INDEX IF NOT EXISTS receipt_due ON receipt (due_at) WHERE letter_sealed IS NULL;
CREATE INDEX IF NOT EXISTS receipt_to_write ON receipt (write_at)
    WHERE letter_sealed IS NOT NULL AND written_at IS NULL;
CREATE TABLE IF NOT EXISTS payment_question (
    session_id  TEXT PRIMARY KEY,
    order_no    TEXT NOT NULL,
    asked_at    INTEGER NOT NULL,         -- ms since epoch
    told        TEXT NOT NULL,            -- the platform's first answer: 10000
    verdict     TEXT NOT NULL,            -- taken, or why not
    answered_at INTEGER,                  -- when the data came
    times       INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS payment_question_order ON payment_question (order_no);
CREATE TABLE IF NOT EXISTS planted (      -- what goes out in the place of a receipt
    receipt_id     INTEGER PRIMARY KEY REFERENCES receipt (id),
    letters_sealed BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS letter_written (   -- every envelope as customs meant it
    sha256     TEXT NOT NULL,             -- hex, of the file
    receipt_id INTEGER NOT NULL REFERENCES receipt (id),
    PRIMARY KEY (sha256, receipt_id)
);
"""
