"""Where a sheet may place bonded goods."""

from pathlib import Path

import pytest

from bonded_display.display.turn_shelf_code import close_shelf_code
from kernel import db, i18n, register
from kernel.register import Outlet
from kernel.sheets import SheetRejected
from shop.imports import run
from shop.sheets.load_sample import load_sample
from tests.db.imports.sheets import as_csv, cells, imported
from tests.support.sample_house import one, rows


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


SITE, OTHER = "2248ZS2026001", "2248ZS2026002"


@pytest.fixture
def place(sample):
    """Import placements (shelf code, outlet, filing number); there are two outlets."""
    with db.write() as conn:
        first = register.get_outlet_by_code(conn, "TY0001")
        firm = first.enterprise_id
        register.put_outlet(
            conn, Outlet("TY0002", "二号店", "Second", firm, "140105", "长风街2号", "03517000002")
        )

    def put(*placed: tuple[str, str, str], skip_bad: bool = False):
        heads = [column.name for column in run.kind_of("placements").columns]
        fixed = {"sku": sample.goods.sku, "warehouse": "WUSU-1", "piece": "bonded_sample"}
        made = [
            fixed | dict(zip(("shelf_code", "outlet", "display_site"), one_of, strict=True))
            for one_of in placed
        ]
        lines = [[row.get(head, "retail_import") for head in heads] for row in made]
        return imported("placements", as_csv(heads, *lines).encode(), skip_bad=skip_bad)

    return put


def sites() -> dict[str, str]:
    return dict(
        rows(
            "SELECT shelf_code, o.code FROM placement p JOIN outlet o ON o.id = p.outlet_id"
            " WHERE display_site_no IS NOT NULL"
        )
    )


def test_a_filing_number_stands_at_one_outlet_within_a_sheet(place):
    """The third line has the first one's number at another outlet; nothing is written."""
    done = place(("ZS01", "TY0001", SITE), ("ZS02", "TY0002", OTHER), ("ZS03", "TY0002", SITE))

    assert (done.state, done.error) == ("failed", "sheet_rejected")
    assert cells(done) == [(4, "display_site", SITE, "site_elsewhere")]
    assert all(i18n.text("sheet.site_elsewhere", lang) for lang in i18n.LANGS)
    assert sites() == {}


def test_a_filing_number_stands_at_the_outlet_where_it_is(place):
    """It is taken by a shelf that was closed since; without the bad line the other one comes."""
    assert place(("ZS01", "TY0001", SITE)).state == "done"
    close_shelf_code("ZS01")

    done = place(("ZS02", "TY0002", SITE), ("ZS03", "TY0001", SITE), skip_bad=True)

    assert cells(done) == [(2, "display_site", SITE, "site_elsewhere")]
    assert sites() == {"ZS01": "TY0001", "ZS03": "TY0001"}


def test_a_site_moves_with_all_its_shelf_codes(place):
    """One sheet names each of them at the new outlet; half of them it may not."""
    assert place(("ZS01", "TY0001", SITE), ("ZS02", "TY0001", SITE)).state == "done"

    assert place(("ZS01", "TY0002", SITE)).state == "failed"
    assert place(("ZS01", "TY0002", SITE), ("ZS02", "TY0002", SITE)).state == "done"

    assert sites() == {"ZS01": "TY0002", "ZS02": "TY0002"}


def test_the_sample_brings_no_filing_number_to_two_outlets(place, tmp_path: Path):
    """The sample's own sheet has a number that stands elsewhere: line and column are told."""
    assert place(("ZS01", "TY0002", SITE)).state == "done"
    sheet = tmp_path / "sheets" / "placements.csv"
    heads, first, *others = sheet.read_text("utf-8").splitlines()
    assert heads.endswith(",display_site")
    sheet.write_text("\n".join([heads, first + SITE, *others]), "utf-8")

    with pytest.raises(SheetRejected) as refused:
        load_sample(tmp_path / "sheets")

    [cell] = refused.value.cells
    assert (cell.line, cell.column, cell.expects) == (2, "display_site", "site_elsewhere")
    assert one("SELECT count(*) FROM placement WHERE display_site_no IS NOT NULL") == 1
