"""Control totals: they agree on an honest trade, and each planted difference is found by name."""

import pytest
from sqlalchemy import text

from kernel import db, ids
from shop.finance.controls import CONTROLS, ControlUnknown, differences, totals
from shop.operations.queues import open_subjects
from tests.support.sample_house import one

ORDER = "WHERE id = :paid"
PLANTED = (
    (
        "an order's goods are a fen dearer than what was paid",
        f"UPDATE customs_order SET goods_fen = goods_fen + 1,"
        f" paid_share_fen = paid_share_fen + 1 {ORDER}",
        {"captured", "advances", "limits"},
    ),
    (
        "an order's quote is a fen off, its goods make up for it",
        f"UPDATE customs_order SET tax_fen = tax_fen + 1, goods_fen = goods_fen - 1 {ORDER}",
        {"tax_collected", "advances", "limits"},
    ),
    (
        "the provider took a fen more than the books know",
        "UPDATE payment SET amount_fen = amount_fen + 1, gross_fen = gross_fen + 1"
        " WHERE id = (SELECT payment_id FROM payment_share WHERE order_id = :paid)",
        {"clearing"},
    ),
    (
        "a fen more went back than was posted",
        "UPDATE refund SET amount_fen = amount_fen + 1 WHERE order_id = :refunded",
        {"clearing"},
    ),
    (
        "money that is owed back is a fen more",
        "UPDATE payment SET gross_fen = gross_fen + 1"
        " WHERE id = (SELECT payment_id FROM payment_share WHERE order_id = :owed)",
        {"clearing", "owed"},
    ),
    (
        "customs' bill is a fen higher than was posted",
        "UPDATE tax_bill SET vat_fen = vat_fen + 1",
        {"tax_payable", "owed"},
    ),
    (
        "a bill that nobody posted",
        "INSERT INTO tax_bill (id, list_id, order_id, invt_no, tax_no, status, customs_fen,"
        " vat_fen, consumption_fen, quoted_fen, return_at)"
        " VALUES (:new, 1, :paid, '1', '1', '1', 0, 1, 0, 1, 0)",
        {"tax_collected", "tax_payable"},
    ),
    (
        "an order uses a fen more of its buyer's year",
        "UPDATE limit_use SET value_fen = value_fen + 1 WHERE order_id = :paid",
        {"limits", "limit_years"},
    ),
    (
        "a year counts a fen that no order uses",
        "UPDATE limit_year SET used_fen = used_fen + 1 WHERE person_lookup ="
        " (SELECT person_lookup FROM customs_order WHERE id = :paid)",
        {"limit_years"},
    ),
    (
        "a guarantee holds a fen without a movement",
        "UPDATE guarantee SET held_fen = held_fen + 1",
        {"guarantees"},
    ),
    (
        "a piece more is allocated than was paid",
        "UPDATE reservation SET qty = qty + 1 WHERE order_id = :paid",
        {"allocated"},
    ),
    (
        "an order moved on, its pieces did not",
        f"UPDATE customs_order SET state = 'left_zone' {ORDER}",
        {"allocated"},
    ),
    (
        "an order is signed for, its revenue is not posted",
        "UPDATE customs_order SET state = 'signed_for' WHERE id = :released",
        {"advances", "allocated"},
    ),
    (
        "a posting stands open with one leg",
        "INSERT INTO posting (id, kind, document, legal_entity_id, at, business_on, correlation)"
        " VALUES (:new, 'x', 'x:1', 1, 0, '2026-11-24', 'c');"
        "INSERT INTO entry (id, posting_id, gnum, account_code, amount_fen, memo)"
        " VALUES (:new, :new, 1, '1405', 1, '')",
        {"balanced", "sealed"},
    ),
)


@pytest.fixture
def known(made) -> dict[str, int]:
    """The orders by name, and a number nobody has."""
    names = ("placed", "paid", "released", "owed", "refunded", "signed")
    return {name: getattr(made, name).order_id for name in names} | {"new": ids.new()}


def differing(conn) -> set[str]:
    return {total.control.key for total in totals(conn) if not total.agrees}


def test_an_honest_trade_agrees_on_every_control(made):
    """Six sales in six states: every control ticks, and most of them over figures."""
    with db.read() as conn:
        told = {total.control.key: total for total in totals(conn)}

    assert {key for key, total in told.items() if not total.agrees} == set()
    assert {key for key, total in told.items() if total.found == 0} <= {
        *("guarantees", "till_sales", "till_shifts")
    }
    assert all(total.expected == total.found for total in told.values())
    assert told["captured"].found == 4 * made.paid.placed.total_fen
    assert told["clearing"].found == 4 * made.paid.placed.total_fen + 500
    assert told["owed"].found == made.owed.placed.total_fen + 500 + 100
    assert told["allocated"].found == 2
    assert told["sealed"].found == one("SELECT COUNT(*) FROM posting")


def test_each_planted_difference_is_found_by_name(made, known):
    """One fault at a time, taken back after it was seen: just its controls differ."""
    for scene, sql, expected in PLANTED:
        with db.write() as conn:
            fault = conn.begin_nested()
            for statement in sql.split(";"):
                named = {n: v for n, v in known.items() if f":{n}" in statement}
                conn.execute(text(statement), named)
            found = differing(conn)
            fault.rollback()
        assert found == expected, scene

    with db.read() as conn:
        assert differing(conn) == set()


def test_differences_that_cancel_out_are_still_found(made, known):
    """One order a fen up, another a fen down: the sums agree, the documents do not."""
    sql = (
        "UPDATE customs_order SET goods_fen = goods_fen + :fen,"
        " paid_share_fen = paid_share_fen + :fen WHERE id = :id"
    )
    with db.write() as conn:
        conn.execute(text(sql), {"id": known["paid"], "fen": 1})
        conn.execute(text(sql), {"id": known["released"], "fen": -1})

    with db.read() as conn:
        captured = next(total for total in totals(conn) if total.control.key == "captured")
        apart = differences(conn, "captured")

    assert (captured.difference, captured.differing, captured.agrees) == (0, 2, False)
    assert {row.document for row in apart} == {
        f"customs_order:{known['paid']}",
        f"customs_order:{known['released']}",
    }
    assert sorted(row.found - row.expected for row in apart) == [-1, 1]


def test_a_document_with_open_work_may_still_move(made, known):
    """Its facts wait for the worker; one that nobody knows does not move."""
    subject = f"customs_order:{known['paid']}"

    with db.read() as conn:
        moving = open_subjects(conn, [subject, "customs_order:1"])

    assert moving == {subject}


def test_an_empty_house_agrees(database):
    """No sale yet: every control is nought against nought."""
    with db.read() as conn:
        told = totals(conn)

    assert len(told) == len(CONTROLS)
    assert all(total.agrees and total.found == total.expected == 0 for total in told)


def test_an_unknown_control_is_not_found(database):
    """A name that somebody made up."""
    with db.read() as conn, pytest.raises(ControlUnknown):
        differences(conn, "petty_cash")
