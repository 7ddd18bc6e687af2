"""Bills that came before parts could come back get their lines from the facts that told them."""

import json

import pytest
from sqlalchemy import text

from kernel.db import Database
from shop import migrate

TOLD = {
    "invt_no": "050120261000000001",
    "tax_no": "T1",
    "lines": [
        {"gnum": 1, "hs_code": "1901101010", "value_fen": 29_500, "customs_fen": 0}
        | {"vat_fen": 2_684, "consumption_fen": 7}
    ],
}
BILL = """
INSERT INTO tax_bill (id, list_id, order_id, invt_no, tax_no, status, customs_fen, vat_fen,
 consumption_fen, quoted_fen, return_at) VALUES (5, 7, 1, '050120261000000001', :tax_no, '1', 0,
 2684, 7, 2691, 1)
"""
FACT = """
INSERT INTO fact (id, name, version, subject, subject_seq, at, actor, correlation, shard, payload)
 VALUES (:id, 'tax.billed', 1, 'declaration_list:7', :id, 1, 'system:0', 'x', 0, :payload)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, databases, tmp_path):
    """The address of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    with databases.empty_postgresql() as url:
        yield url


def test_a_bill_that_stands_gets_its_lines_once(empty):
    """Told twice, and once of a bill that nobody kept: one line, as it was told."""
    migrate.upgrade(empty, "0023_desk_indexes")
    database = Database(empty)
    with database.write() as conn:
        conn.execute(text(BILL), {"tax_no": "T1"})
        for number, told in enumerate((TOLD, TOLD, TOLD | {"tax_no": "T2"}), start=1):
            conn.execute(text(FACT), {"id": number, "payload": json.dumps(told)})

    migrate.upgrade(empty)

    with database.read() as conn:
        rows = conn.execute(text("SELECT * FROM tax_bill_line")).all()
    database.close()
    assert [tuple(row) for row in rows] == [(5, 1, 29_500, 0, 2_684, 7)]
