"""Where a sheet may place bonded goods."""

import pytest

from shop.imports import run
from tests.db.imports.sheets import as_csv, cells, imported
from tests.support.sample_house import rows


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
