"""What the tests of archives share: a trade of long ago, its rows counted by table."""

from dataclasses import replace

from sqlalchemy import func, select, text

from kernel import clock as told_clock
from kernel import config, db, ids
from kernel.clock import DAY
from kernel.db import metadata
from shop.archive import units
from shop.archive.file import opened
from shop.archive.terms import cut_at
from shop.expire_checkout import sweep_expired
from tests.db.finance.trade import trade

YEARS = 4


def long_ago(sample, wallet, clock):
    """Let six shoppers buy, one of them never pay; all work is done, and four years pass."""
    made = trade(sample, wallet)
    clock.tick(3_600)
    sweep_expired()
    with db.write() as conn:
        conn.execute(text("UPDATE delivery SET state = 'done'"))
        conn.execute(text("UPDATE tax_bill SET duty_no = 'D1', paid_at = 1"))
        at = clock.now()
        signed = {"id": made.signed.order_id, "at": at}
        conn.execute(
            text(
                "INSERT INTO order_step (order_id, state, at) SELECT :id, 'signed_for', :at"
                " WHERE NOT EXISTS (SELECT 1 FROM order_step WHERE order_id = :id"
                " AND state = 'signed_for')"
            ),
            signed,
        )
        _papers(conn, made.signed.order_id)
    clock.tick(YEARS * 366 * DAY // 1_000_000)
    return made


def _goods(conn, order_id):
    """Return the account-book item of an order's line, and a lot of it."""
    return conn.execute(
        text(
            "SELECT o.account_book_item_id, MIN(l.id) FROM order_line o JOIN lot l"
            " ON l.account_book_item_id = o.account_book_item_id"
            " WHERE o.order_id = :id GROUP BY o.account_book_item_id"
        ),
        {"id": order_id},
    ).one()


def _papers(conn, order_id):
    """Write a row of every further table that an order's way leaves: papers, mail, pick, parcel."""
    order = conn.execute(
        text("SELECT warehouse_id, declaration_list_id FROM customs_order WHERE id = :id"),
        {"id": order_id},
    ).one()
    item, lot = _goods(conn, order_id)
    at, mail, task, batch = told_clock.now(), ids.new(), ids.new(), ids.new()
    listed = {"list_id": order.declaration_list_id, "invt_no": "I1", "order_no": "N1"}
    parcel = {"order_id": order_id, "waybill_no": "W1"}
    for table, row in {
        "document": {"kind": "order", "order_id": order_id, "state": "ACCEPTED", "seq": 1},
        "customs_message": {
            **{"id": ids.new(), "kind": "CEB311", "order_id": order_id, "guid": "g", "sha256": "h"},
            **{"signed_sealed": b"\x00sealed\xff", "built_at": at, "sent_at": at},
        },
        "customs_mail": {
            **{"id": mail, "name": "1.xml", "sha256": "h", "raw_sealed": b"\x01", "taken_at": at}
        },
        "customs_receipt": {
            **{"id": ids.new(), "mail_id": mail, "place": 0, "kind": "CEB622", "doc_key": "k"},
            **{"order_id": order_id, "return_status": 800, "return_time_text": "t"},
            **{"return_at": at, "taken": True, "note": "", "heard_at": at},
        },
        "payment_declaration": {
            **{"order_id": order_id, "request_no": "R1", "share_fen": 1, "state": "accepted"},
            "at": at,
        },
        "waybill_declaration": {
            **{**parcel, "request_no": "R2", "state": "accepted", "caused_at": at}
        },
        "pick_task": {
            **{**parcel, **listed, "id": task, "warehouse_id": order.warehouse_id},
            **{"state": "loaded", "gross_e5": 1, "opened_at": at, "seq": 1},
        },
        "pick_line": {
            **{"id": ids.new(), "task_id": task, "gnum": 1, "account_book_item_id": item},
            **{"lot_id": lot, "lot_no": "L1", "location": "A", "qty": 1, "picked_qty": 1},
        },
        "exit_batch": {
            **{"id": batch, "warehouse_id": order.warehouse_id, "no": "B1", "state": "open"},
            **{"contents": 1, "vehicle_no": "V", "opened_at": at, "seq": 1},
        },
        "exit_parcel": {**parcel, "batch_id": batch, "invt_no": "I1", "gross_e5": 1},
    }.items():
        conn.execute(metadata.tables[table].insert(), row)


def cut(month="2030-06", **changes):
    """Return the cut of a month, with settings changed."""
    return cut_at(month, replace(config.current(), **changes))


def counts():
    """Return the rows by table of everything that may leave."""
    with db.read() as conn:
        return {
            name: conn.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
            for name in units.TABLES
        }


def whole():
    """Return every row of these tables."""
    with db.read() as conn:
        return {
            name: {tuple(row) for row in conn.execute(select(metadata.tables[name]))}
            for name in units.TABLES
        }


def archived(path):
    """Return every row of an archive by table."""
    with opened(path) as file, file.engine.begin() as conn:
        return {
            name: {tuple(row) for row in conn.execute(select(metadata.tables[name]))}
            for name in units.TABLES
        }
