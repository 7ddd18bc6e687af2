"""What stands behind a shelf code, on both databases."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bonded_display.display.errors import NotADisplaySite, ShelfCodeClosed, UnknownShelfCode
from bonded_display.display.placements import NewPlacement, Placement, put_placement
from bonded_display.display.scan import find_shelf
from kernel.db import Database
from kernel.register import (
    Enterprise,
    Item,
    Outlet,
    Warehouse,
    put_enterprise,
    put_item,
    put_outlet,
    put_warehouse,
)

GTIN = "04901234567894"


@pytest.fixture
def cream(database: Database) -> NewPlacement:
    """An empty pack of cream that is ordered from the bonded warehouse, from today on."""
    with database.write() as conn:
        firm = put_enterprise(
            conn, Enterprise("91310000MA1FL00X1A", "3122480001", "前展", None, date(2020, 1, 1))
        )
        outlet = put_outlet(
            conn,
            Outlet(
                "SH0001", "世纪大道店", "Century Ave", firm.id, "310115", "世纪大道 1 号", "021"
            ),
        )
        house = put_warehouse(
            conn, Warehouse("YS1", "仓", firm.id, "2248", "2249", "T2249W000001", "路1号", "021")
        )
        goods = put_item(conn, Item("SKU1", GTIN, "保湿面霜", "Cream", "M", "50ml"))
    return NewPlacement(
        outlet_id=outlet.id,
        shelf_code="s000123",
        item_id=goods.id,
        routes=("retail_import",),
        piece="empty_pack",
        warehouse_id=house.id,
        valid_from_on=date(2026, 11, 24),
        valid_to_on=date(2026, 12, 31),
    )


def put(database: Database, new: NewPlacement) -> int:
    with database.write() as conn:
        return put_placement(conn, new)


def find(database: Database, code: str, *, gtin14: str | None = None) -> Placement:
    with database.read() as conn:
        return find_shelf(conn, code, gtin14=gtin14)


def test_a_scanned_code_leads_to_its_placement(database: Database, cream: NewPlacement):
    """Typed in small letters, scanned with its goods: the same placement."""
    placed = put(database, replace(cream, routes=("domestic", "retail_import")))

    typed = find(database, " s000123 ")
    scanned = find(database, "S000123", gtin14=GTIN)

    assert typed == scanned
    assert (typed.id, typed.shelf_code) == (placed, "S000123")
    assert typed.routes == ("retail_import", "domestic")
    assert typed.warehouse_id == cream.warehouse_id


@pytest.mark.parametrize("code", ["S999999", "", "S 1", "../../etc", "Ｓ000123", "x" * 200])
def test_an_unknown_code_is_not_found(database: Database, cream: NewPlacement, code: str):
    """Never printed, empty, with blanks, a path, in full-width letters, without end."""
    put(database, cream)

    with pytest.raises(UnknownShelfCode):
        find(database, code)


def test_a_code_with_other_goods_is_not_found(database: Database, cream: NewPlacement):
    """Somebody prints our code under other goods' number."""
    put(database, cream)

    with pytest.raises(UnknownShelfCode):
        find(database, "S000123", gtin14="03400930485125")


def test_a_code_sells_on_its_last_day_and_stops_at_midnight_in_china(
    database: Database, cream: NewPlacement, clock
):
    """Valid to the last of the year: 23:59:59 still sells, a second later it does not."""
    put(database, cream)
    clock.set(1_798_732_799_000_000)
    assert find(database, "S000123").state == "open"

    clock.tick(1)

    with pytest.raises(ShelfCodeClosed):
        find(database, "S000123")


def test_a_code_that_is_not_yet_or_no_longer_open_is_closed(
    database: Database, cream: NewPlacement
):
    """It begins tomorrow; then it is open; then it is taken down."""
    put(database, replace(cream, valid_from_on=date(2026, 11, 25)))
    with pytest.raises(ShelfCodeClosed):
        find(database, "S000123")

    put(database, replace(cream, state="closed"))
    with pytest.raises(ShelfCodeClosed):
        find(database, "S000123")


def test_a_placement_keeps_its_id(database: Database, cream: NewPlacement):
    """The same sheet is loaded twice."""
    assert put(database, cream) == put(database, replace(cream, shelf_code="S000123 "))


@pytest.mark.parametrize(
    "bonded",
    [{"piece": "bonded_sample"}, {"routes": ("ordinary_display",)}],
)
def test_bonded_goods_stand_at_filed_display_sites_only(
    database: Database, cream: NewPlacement, bonded: dict[str, object]
):
    """Without a filing number: refused with words. With it: placed. Behind our back: by the database."""
    with pytest.raises(NotADisplaySite):
        put(database, replace(cream, **bonded))

    put(database, replace(cream, **bonded, display_site_no="2248ZS2026001"))

    with (
        pytest.raises(IntegrityError, match="bonded_goods_at_display_sites_only"),
        database.write() as conn,
    ):
        conn.execute(text("UPDATE placement SET display_site_no = NULL"))


@pytest.mark.parametrize(
    "wrong", [{"routes": ("carried_out",)}, {"routes": ()}, {"piece": "real_thing"}]
)
def test_routes_and_pieces_are_the_known_ones(
    database: Database, cream: NewPlacement, wrong: dict[str, object]
):
    """A typing error in a sheet does not open a way of selling."""
    with pytest.raises(ValueError, match="unknown route or piece"):
        put(database, replace(cream, **wrong))
