"""What a sheet of placements, and any sheet, leaves as it stands."""

import pytest
from sqlalchemy import text

from kernel import db
from shop.imports import run
from tests.db.imports.sheets import KINDS, as_csv, cells, export, imported
from tests.support.sample_house import rows

TABLES = ("enterprise", "enterprise_role", "item", "account_book_item", "placement")


@pytest.mark.parametrize("kind", KINDS)
def test_a_round_trip_touches_no_row(kind, sample):
    """One shelf is closed, another sold in summer only: after the round trip both still are."""
    with db.write() as conn:
        conn.execute(text("UPDATE placement SET state = 'closed', valid_from_on = '2026-06-01'"
                          " WHERE shelf_code = :s"), {"s": sample.shelf})  # fmt: skip
        conn.execute(text("UPDATE placement SET valid_to_on = '2027-08-31', piece = 'bonded_sample',"
                          " display_site_no = '2248ZS1' WHERE shelf_code <> :s"), {"s": sample.shelf})  # fmt: skip
    before = [rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]

    assert imported(kind, export(kind, xlsx=False)).state == "done"

    assert [rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES] == before


@pytest.mark.parametrize(("site", "bad"), [("2248ZS2026001", []), ("", ["piece", "routes"])])
def test_bonded_goods_come_to_display_sites_only(site, bad, sample):
    """With the filing's number they stand there; without it the sheet says what to mend."""
    heads = [column.name for column in run.kind_of("placements").columns]
    row = dict.fromkeys(heads, "") | {
        "shelf_code": "ZS0001",
        "outlet": "TY0001",
        "sku": sample.goods.sku,
        "warehouse": "WUSU-1",
        "routes": "retail_import;ordinary_display",
        "piece": "bonded_sample",
        "display_site": site,
    }

    done = imported("placements", as_csv(heads, list(row.values())).encode())

    assert [(column, expects) for _, column, _, expects in cells(done)] == [
        (column, "display_site") for column in bad
    ]
    stands = rows("SELECT display_site_no FROM placement WHERE shelf_code = 'ZS0001'")
    assert stands == ([(site,)] if site else [])
