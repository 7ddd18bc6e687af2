"""Lay out what customs keeps of a list's later life and of bonded display.

Amounts are decimal texts in CNY, quantities decimal texts in the deal unit; no person stands here.
"""

from __future__ import annotations

from simulators.customs.after import sums

SCHEMA = (
    sums.SCHEMA
    + """
CREATE TABLE IF NOT EXISTS weight_use (   -- sugar and rice, by person and year
    list_id      INTEGER NOT NULL REFERENCES declaration_list (id),
    kind         TEXT NOT NULL,           -- sugar, rice
    buyer_lookup TEXT NOT NULL,           -- keyed hash of the ID number
    year         INTEGER NOT NULL,
    kg           TEXT NOT NULL,
    PRIMARY KEY (list_id, kind)
);
CREATE INDEX IF NOT EXISTS weight_use_buyer ON weight_use (buyer_lookup, year);
CREATE TABLE IF NOT EXISTS withdrawal (   -- 623 that customs granted
    list_id INTEGER PRIMARY KEY REFERENCES declaration_list (id),
    cop_no  TEXT NOT NULL,
    pre_no  TEXT NOT NULL,
    at_ms   INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS goods_return ( -- 625 that customs granted
    id       INTEGER PRIMARY KEY,
    list_id  INTEGER NOT NULL REFERENCES declaration_list (id),
    cop_no   TEXT NOT NULL,
    pre_no   TEXT NOT NULL,
    value    TEXT NOT NULL,               -- dutiable value given back to the buyer's year
    is_whole INTEGER NOT NULL,            -- 1: nothing of the list is left
    at_ms    INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS goods_return_line (
    return_id       INTEGER NOT NULL REFERENCES goods_return (id),
    gnum            INTEGER NOT NULL,
    qty             TEXT NOT NULL,
    customs_tax     TEXT NOT NULL,        -- tax not collected for what came back
    value_added_tax TEXT NOT NULL,
    consumption_tax TEXT NOT NULL,
    PRIMARY KEY (return_id, gnum)
);
CREATE TABLE IF NOT EXISTS warehouse_in ( -- 711: each waybill comes in once
    logistics_code TEXT NOT NULL,
    logistics_no   TEXT NOT NULL,
    rkd_no         TEXT NOT NULL,         -- customs' number of the whole list
    document_id    INTEGER NOT NULL REFERENCES document (id),
    PRIMARY KEY (logistics_code, logistics_no)
);
CREATE TABLE IF NOT EXISTS book_movement (  -- append-only; a document moves an item once a kind
    account_book_no TEXT NOT NULL,
    item_record_no  TEXT NOT NULL,
    kind            TEXT NOT NULL,        -- pre_deducted, deducted, returned
    document        TEXT NOT NULL,        -- invtNo, exit pass or return it comes from
    qty             TEXT NOT NULL,        -- change; a withdrawn or gate-passed pre-deduction is -
    PRIMARY KEY (account_book_no, item_record_no, kind, document)
);
CREATE TABLE IF NOT EXISTS guarantee_movement (
    assure_code TEXT NOT NULL,
    kind        TEXT NOT NULL,            -- use, restore, void; hold for display
    document    TEXT NOT NULL,            -- taxNo, slip or display document
    amount      TEXT NOT NULL,            -- change of what stands against the guarantee
    PRIMARY KEY (assure_code, kind, document)
);
CREATE TABLE IF NOT EXISTS duty_slip (    -- one tax period of one guarantee
    slip_no         TEXT PRIMARY KEY,     -- entDutyNo
    assure_code     TEXT NOT NULL,
    customs_tax     TEXT NOT NULL,
    value_added_tax TEXT NOT NULL,
    consumption_tax TEXT NOT NULL,
    due_ms          INTEGER NOT NULL,     -- ms since epoch
    paid_ms         INTEGER
);
CREATE TABLE IF NOT EXISTS display_application (
    application_no TEXT PRIMARY KEY,
    request_no     TEXT NOT NULL UNIQUE,
    body_hash      TEXT NOT NULL,
    assure_code    TEXT NOT NULL,
    site_no        TEXT NOT NULL,         -- filing number of the display site
    valid_until    TEXT NOT NULL          -- ISO date in China: the first day it no longer holds
);
CREATE TABLE IF NOT EXISTS display_line (
    application_no  TEXT NOT NULL REFERENCES display_application,
    gnum            INTEGER NOT NULL,
    account_book_no TEXT NOT NULL,
    item_record_no  TEXT NOT NULL,
    qty             INTEGER NOT NULL,
    levy            TEXT NOT NULL,        -- tax guaranteed for one piece
    PRIMARY KEY (application_no, gnum)
);
CREATE TABLE IF NOT EXISTS display_document (  -- what discharges pieces: return, sale declared
    document_no    TEXT PRIMARY KEY,
    request_no     TEXT NOT NULL UNIQUE,
    body_hash      TEXT NOT NULL,
    application_no TEXT NOT NULL REFERENCES display_application,
    kind           TEXT NOT NULL,         -- returned, sold, force_majeure
    state          TEXT NOT NULL,         -- accepted, paid
    lines          TEXT NOT NULL,         -- JSON list: gnum, qty, sold_on, tax
    tax            TEXT NOT NULL          -- of a summary declaration; 0 otherwise
);
"""
)
