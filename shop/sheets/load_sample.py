"""Decides how a folder of sheets becomes the register, goods, stock, offers and shelves.

All sheets are read and checked first; then all are applied in one transaction, or none.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.display.placements import NewPlacement, put_placement, standing_placement
from bonded_display.stock.book_items import BookItemFacts, put_account_book_item
from bonded_display.stock.enter import EnteredLine, enter_stock
from bonded_display.stock.tables import account_book_item
from kernel import clock, db, ids, register
from kernel.register import Enterprise, Item, Outlet, Warehouse
from kernel.sheets import SheetRejected, SheetRow, read_csv
from settlement.ledger.terms import Agreement, put_agreement, put_unit_cost
from settlement.payments.providers import provider_can_declare
from settlement.tax.guarantees import Guarantee, put_guarantee
from settlement.tax.rates import ConsumptionRule, Tariff
from settlement.tax.tariff import put_tariff
from shop.imports.sites import sheet_elsewhere
from shop.offer.put_offer import OfferFacts, put_offer
from shop.sheets import standing
from shop.sheets.columns import SHEETS

Values = Mapping[str, Any]


def load_sample(folder: Path) -> dict[str, int]:
    """Return how many rows each sheet of ``folder`` brought.

    The sheet that was loaded last is not applied again: what a person changed since stands.  A
    changed one is, but never opens a closed offer or shelf code, nor changes days it does not
    tell of: those of an account-book item's end and of roles with days of their own.
    Raises ``SheetRejected`` naming every bad cell of the first bad sheet, ``FileNotFoundError``
    for a sheet that is not there, ``NotRegistered`` for a code that no sheet brought.
    """
    contents = {name: (folder / f"{name}.csv").read_bytes() for name in SHEETS}
    sheets = {
        name: read_csv(contents[name], columns, name=name) for name, columns in SHEETS.items()
    }
    with db.write() as connection:
        for name, rows in sheets.items():
            if standing.is_new(connection, name, contents[name]):
                if name == "placements" and (bad := sheet_elsewhere(connection, rows)):
                    raise SheetRejected(name=name, cells=bad)
                _apply(connection, _APPLY[name], rows)
    return {name: len(rows) for name, rows in sheets.items()}


def _apply(
    connection: Connection, apply: Callable[[Connection, Values], object], rows: list[SheetRow]
) -> None:
    for row in rows:
        apply(connection, row.values)


def _enterprise_id(connection: Connection, customs_code: str) -> int:
    return register.get_enterprise_by_code(connection, customs_code).id


def _enterprise(connection: Connection, values: Values) -> None:
    days = values["filed_from"], values["filed_to"]
    facts = {name: values[name] for name in ("credit_code", "customs_code", "name", "dxp_id")}
    firm = Enterprise(filed_from_on=days[0], filed_to_on=days[1], **facts)
    own = standing.own_roles(connection, firm)
    entry = register.put_enterprise(connection, firm)
    for role in values["roles"] or ():
        if role not in own:
            register.put_role(connection, entry.id, role, from_on=days[0], to_on=days[1])


def _warehouse(connection: Connection, values: Values) -> None:
    area = _enterprise_id(connection, values["area_customs_code"])
    copied = {name: values[name] for name in SHEET_WAREHOUSE}
    register.put_warehouse(connection, Warehouse(area_enterprise_id=area, **copied))


SHEET_WAREHOUSE = (
    "code",
    "name",
    "customs_code",
    "port_code",
    "account_book_no",
    "traf_mode",
    "address",
    "phone",
)


def _outlet(connection: Connection, values: Values) -> None:
    operator = _enterprise_id(connection, values["operator_customs_code"])
    copied = {
        name: values[name]
        for name in ("code", "name", "name_en", "district_code", "address", "phone")
    }
    register.put_outlet(connection, Outlet(enterprise_id=operator, **copied))


def _item(connection: Connection, values: Values) -> None:
    copied = {name: values[name] for name in ("sku", "name", "name_en", "brand", "model")}
    image = values["image"] or ""
    register.put_item(connection, Item(gtin14=values["gtin"], image=image, **copied))


def _tariff(connection: Connection, values: Values) -> None:
    put_tariff(
        connection,
        Tariff(
            hs_code=values["hs_code"],
            vat_bp=values["vat_bp"],
            duty_bp=values["duty_bp"],
            consumption_rule=ConsumptionRule(values["consumption_rule"]),
            consumption_bp=values["consumption_bp"],
            line_per_measure_fen=values["line_per_measure"],
            line_per_piece_fen=values["line_per_piece"],
            specific_fen=values["specific"],
            specific_per_e5=values["specific_per"],
            on_positive_list=bool(values["on_positive_list"]),
            unit1=values["unit1"],
            unit2=values["unit2"],
            weight_limit=values["weight_limit"],
        ),
        valid_from_on=values["valid_from"],
        valid_to_on=values["valid_to"],
    )


def _book_item(connection: Connection, values: Values) -> None:
    warehouse = register.get_warehouse_by_code(connection, values["warehouse"])
    put_account_book_item(
        connection,
        BookItemFacts(
            warehouse_id=warehouse.id,
            item_id=register.get_item_by_sku(connection, values["sku"]).id,
            account_book_no=warehouse.account_book_no,
            item_record_no=values["item_record_no"],
            hs_code=values["hs_code"],
            gname=values["gname"],
            gmodel=values["gmodel"],
            origin_code=values["origin"],
            unit_code=values["unit"],
            unit1_code=values["unit1"],
            qty1_e5_per_piece=values["qty1"],
            unit2_code=values["unit2"],
            qty2_e5_per_piece=values["qty2"],
            net_e5_per_piece=values["net_kg"],
            gross_e5_per_piece=values["gross_kg"],
            measure_kind=values["measure_kind"],
            measure_e5=values["measure"],
            expires_on=values["expires_on"],
            owner_enterprise_id=_enterprise_id(connection, values["owner_customs_code"]),
            valid_from_on=values["valid_from"],
            valid_to_on=standing.last_day(
                connection, warehouse.account_book_no, values["item_record_no"]
            ),
        ),
    )


def _stock(connection: Connection, values: Values) -> None:
    at = clock.now()
    warehouse = register.get_warehouse_by_code(connection, values["warehouse"])
    table = account_book_item
    book_item_id = connection.execute(
        select(table.c.id).where(
            table.c.account_book_no == warehouse.account_book_no,
            table.c.item_record_no == values["item_record_no"],
        )
    ).scalar_one()
    new = enter_stock(
        connection,
        values["document"],
        [
            EnteredLine(
                line=values["line"],
                warehouse_id=warehouse.id,
                account_book_item_id=book_item_id,
                lot_no=values["lot_no"],
                location=values["location"],
                qty=values["qty"],
                expires_on=values["expires_on"],
            )
        ],
        at=at,
    )
    if new and values["unit_cost"] is not None:
        put_unit_cost(
            connection,
            book_item_id,
            unit_cost_fen=values["unit_cost"],
            from_on=clock.china_date(at),
            document=values["document"],
        )


def _agreement(connection: Connection, values: Values) -> None:
    agreement = Agreement(
        platform_enterprise_id=_enterprise_id(connection, values["platform_customs_code"]),
        merchant_enterprise_id=_enterprise_id(connection, values["merchant_customs_code"]),
        basis=values["basis"],
        settlement_mode=values["settlement_mode"],
        commission_bp=values["commission_bp"],
        valid_from_on=values["valid_from"],
        valid_to_on=values["valid_to"],
    )
    if not standing.agreed(connection, agreement):
        put_agreement(connection, agreement)


def _guarantee(connection: Connection, values: Values) -> None:
    filed = Guarantee(
        id=ids.new(),
        purpose=values["purpose"],
        guarantor_enterprise_id=_enterprise_id(connection, values["guarantor_customs_code"]),
        assure_code=values["assure_code"],
        customs_office=values["office"],
        limit_fen=values["limit"],
        valid_from_on=values["valid_from"],
        valid_to_on=values["valid_to"],
    )
    if not standing.is_filed(connection, filed):
        put_guarantee(connection, filed)


def _offer(connection: Connection, values: Values) -> None:
    key = {
        "item_id": register.get_item_by_sku(connection, values["sku"]).id,
        "warehouse_id": register.get_warehouse_by_code(connection, values["warehouse"]).id,
        "route": values["route"],
    }
    put_offer(
        connection,
        OfferFacts(
            **key,
            open=standing.takes_orders(connection, **key),
            merchant_enterprise_id=_enterprise_id(connection, values["merchant_customs_code"]),
            agent_enterprise_id=_enterprise_id(connection, values["agent_customs_code"]),
            complaint=values["complaint"],
            title=values["title"],
            title_en=values["title_en"],
            price_fen=values["price"],
            freight_fen=values["freight"],
            freight_free_from_fen=values["freight_free_from"],
            deliver_within_days=values["deliver_within_days"],
            provider=values["provider"],
        ),
        can_declare=provider_can_declare,
    )


def _placement(connection: Connection, values: Values) -> None:
    """What stands under the code keeps its days and its closing: no sheet tells of them."""
    stands = standing_placement(connection, values["shelf_code"])
    put_placement(
        connection,
        NewPlacement(
            shelf_code=values["shelf_code"],
            outlet_id=register.get_outlet_by_code(connection, values["outlet"]).id,
            item_id=register.get_item_by_sku(connection, values["sku"]).id,
            warehouse_id=register.get_warehouse_by_code(connection, values["warehouse"]).id,
            routes=values["routes"],
            piece=values["piece"],
            display_site_no=values["display_site"],
            valid_from_on=stands.valid_from_on if stands else clock.china_date(clock.now()),
            valid_to_on=stands.valid_to_on if stands else None,
            state=stands.state if stands else "open",
        ),
    )


_APPLY: dict[str, Callable[[Connection, Values], object]] = {
    "enterprises": _enterprise,
    "warehouses": _warehouse,
    "outlets": _outlet,
    "items": _item,
    "tariff": _tariff,
    "account_book": _book_item,
    "stock": _stock,
    "agreements": _agreement,
    "guarantees": _guarantee,
    "offers": _offer,
    "placements": _placement,
}
