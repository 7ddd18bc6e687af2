"""Decides which sheets can be imported, what their cells must be, and which rows they become.

Writing the rows is ``apply``'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

from bonded_display.customs.messages.codes import COUNTRIES, UNITS
from bonded_display.display.placements import ROUTES
from bonded_display.display.shelf_code import normal_shelf_code
from bonded_display.stock.documents import document_line
from kernel import clock, ids, register
from kernel.errors import NotFound
from kernel.sheets import BadCell, Column, Parser, SheetRow
from shop.imports import tables, tariff_rows
from shop.imports.known import Bad, Known, Row, Values
from shop.sheets.columns import SHEETS


def _known(expects: str, words: Mapping[str, str]) -> Parser:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return Parser(expects, read)


def _shelf(value: str) -> str:
    try:
        return normal_shelf_code(value)
    except NotFound as unknown:
        raise ValueError(value) from unknown


_UNIT, _COUNTRY = _known("unit_code", UNITS), _known("country_code", COUNTRIES)
_PARSERS = {
    "unit": _UNIT,
    "unit1": _UNIT,
    "unit2": _UNIT,
    "origin": _COUNTRY,
    "shelf_code": Parser("shelf_code", _shelf),
}


@lru_cache(maxsize=200_000)
def _cached(read: Callable[[str], Any], value: str) -> Any:
    return read(value)


def _columns(*sheets: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns of sheets joined; a value that comes again is read once."""
    found = {column.name: column for sheet in sheets for column in sheet}
    made = []
    for column in found.values():
        parser = _PARSERS.get(column.name, column.parser)
        cached = Parser(parser.expects, _remembering(parser.read))
        made.append(Column(column.name, cached, required=column.required))
    return tuple(made)


def _remembering(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda value: _cached(read, value)


@dataclass(frozen=True, slots=True)
class Kind:
    """A sheet that can be imported: its columns, where rows are staged, what makes one unique.

    ``same`` must be the same in all rows.  A ``whole`` one stands for everything that was before:
    no row of it is left out.
    """

    name: str
    columns: tuple[Column, ...]
    staged: Table
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    shape: Callable[[Values, Known, Bad], Row]
    same: tuple[tuple[str, str], ...] = ()
    whole: bool = False


def shape_rows(
    conn: Connection, kind: Kind, rows: Sequence[SheetRow], bad: list[BadCell]
) -> list[Row]:
    """Return read rows as rows to stage; what nobody knows is added to ``bad``."""
    known = Known(conn, [row.values for row in rows])
    shaped = []
    for row in rows:
        before = len(bad)

        def tell(column: str, expects: str, row: SheetRow = row) -> None:
            bad.append(BadCell(row.line, column, str(row.values[column] or ""), expects))

        made = kind.shape(row.values, known, tell)
        if len(bad) == before:
            shaped.append({"line": row.line, **made})
    return shaped


def _register(values: Values, known: Known, bad: Bad) -> Row:
    if values["filed_to"] is not None and values["filed_to"] < values["filed_from"]:
        bad("filed_to", "day_after")
    if values["customs_code"] is None and values["credit_code"] in known.coded():
        bad("customs_code", "customs_code_stands")
    elif values["customs_code"] is not None and len(values["customs_code"]) != 10:
        bad("customs_code", "customs_code")
    holder = known.ids(register.enterprise, "customs_code", of="customs_code")
    same = known.ids(register.enterprise, "credit_code", of="credit_code")
    if holder.get(values["customs_code"], 0) != same.get(values["credit_code"], 0) and (
        values["customs_code"] in holder
    ):
        bad("customs_code", "own_customs_code")
    copied = {name: values[name] for name in ("credit_code", "customs_code", "name", "dxp_id")}
    return {
        "id": ids.new(),
        **copied,
        "filed_from_on": values["filed_from"],
        "filed_to_on": values["filed_to"],
        "roles": ";".join(values["roles"] or ()),
    }


_GOODS = {
    "gtin14": "gtin",
    "origin_code": "origin",
    "unit_code": "unit",
    "unit1_code": "unit1",
    "unit2_code": "unit2",
    "qty1_e5_per_piece": "qty1",
    "qty2_e5_per_piece": "qty2",
    "net_e5_per_piece": "net_kg",
    "gross_e5_per_piece": "gross_kg",
    "measure_e5": "measure",
    "valid_from_on": "valid_from",
}
_SAME = (
    *("sku", "name", "name_en", "brand", "model", "item_record_no", "hs_code", "gname", "gmodel"),
    *("measure_kind", "expires_on"),
)


def _goods(values: Values, known: Known, bad: Bad) -> Row:
    owners = known.ids(register.enterprise, "customs_code", of="owner_customs_code")
    warehouse_id, account_book_no = known.books().get(values["warehouse"], (0, ""))
    if not warehouse_id:
        bad("warehouse", "known_warehouse")
    if values["owner_customs_code"] not in owners:
        bad("owner_customs_code", "known_enterprise")
    for column in ("qty1", "net_kg"):
        if values[column] <= 0:
            bad(column, "above_nought")
    if values["gross_kg"] < values["net_kg"]:
        bad("gross_kg", "gross")
    for one, other in (("unit2", "qty2"), ("measure_kind", "measure")):
        if (values[one] is None) != (values[other] is None):
            bad(other if values[other] is None else one, "both_or_none")
    if len(values["model"]) > 250:
        bad("model", "text")
    return {
        "id": ids.new(),
        "book_id": ids.new(),
        **{name: values[name] for name in _SAME},
        **{name: values[column] for name, column in _GOODS.items()},
        "image": values["image"] or "",
        "warehouse_id": warehouse_id,
        "account_book_no": account_book_no,
        "owner_enterprise_id": owners.get(values["owner_customs_code"], 0),
    }


def _stock(values: Values, known: Known, bad: Bad) -> Row:
    warehouse_id, _ = known.books().get(values["warehouse"], (0, ""))
    book_item = known.book_items().get((warehouse_id, values["item_record_no"]), 0)
    key = document_line(values["document"], values["line"])
    if not warehouse_id:
        bad("warehouse", "known_warehouse")
    elif not book_item:
        bad("item_record_no", "known_record")
    if known.entered().get(key, values["qty"]) != values["qty"]:
        bad("qty", "same_pieces")
    copied = {name: values[name] for name in ("document", "lot_no", "location", "qty")}
    return {
        **copied,
        "document_line": key,
        "warehouse_id": warehouse_id,
        "account_book_item_id": book_item,
        "expires_on": values["expires_on"],
        "unit_cost_fen": values["unit_cost"],
        "lot_id": ids.new(),
        "movement_id": ids.new(),
        "figure_id": ids.new(),
    }


def _placement(values: Values, known: Known, bad: Bad) -> Row:
    outlets = known.ids(register.outlet, "code", of="outlet")
    items = known.ids(register.item, "sku", of="sku")
    warehouse_id, _ = known.books().get(values["warehouse"], (0, ""))
    if values["outlet"] not in outlets:
        bad("outlet", "known_outlet")
    if values["sku"] not in items:
        bad("sku", "known_sku")
    if not warehouse_id:
        bad("warehouse", "known_warehouse")
    if not values["display_site"]:
        if values["piece"] == "bonded_sample":
            bad("piece", "display_site")
        if "ordinary_display" in values["routes"]:
            bad("routes", "display_site")
    return {
        "id": ids.new(),
        "outlet_id": outlets.get(values["outlet"], 0),
        "shelf_code": values["shelf_code"],
        "item_id": items.get(values["sku"], 0),
        "routes": ",".join(route for route in ROUTES if route in values["routes"]),
        "piece": values["piece"],
        "warehouse_id": warehouse_id,
        "display_site_no": values["display_site"],
        "valid_from_on": clock.china_date(clock.now()),
        "valid_to_on": None,
        "state": "open",
    }


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "register",
            _columns(SHEETS["enterprises"]),
            tables.staged_enterprise,
            (("credit_code", ("credit_code",)), ("customs_code", ("customs_code",))),
            _register,
        ),
        Kind(
            "goods",
            _columns(SHEETS["items"], SHEETS["account_book"]),
            tables.staged_goods,
            (("item_record_no", ("account_book_no", "item_record_no")),),
            _goods,
        ),
        Kind(
            "stock",
            _columns(SHEETS["stock"]),
            tables.staged_stock,
            (("line", ("document_line",)),),
            _stock,
        ),
        Kind(
            "placements",
            _columns(SHEETS["placements"]),
            tables.staged_placement,
            (("shelf_code", ("shelf_code",)),),
            _placement,
        ),
        Kind(
            "tariff",
            _columns(tariff_rows.TARIFF),
            tables.staged_tariff,
            (("hs_code", ("valid_from_on", "hs_code")),),
            tariff_rows.tariff_row,
            same=tariff_rows.SAME,
            whole=True,
        ),
        Kind(
            "positive_list",
            _columns(tariff_rows.POSITIVE_LIST),
            tables.staged_positive_code,
            (("hs_code", ("valid_from_on", "hs_code")),),
            tariff_rows.positive_row,
            same=tariff_rows.SAME,
            whole=True,
        ),
    )
}
