"""Decides which sheets a sample has and what each of their cells must be.

Money is written in yuan, weights and quantities as decimals; applying is ``load_sample``'s.
"""

from kernel import register
from kernel.sheets import (
    Column,
    Parser,
    code3,
    credit_code,
    day,
    e5,
    fen,
    gtin,
    hs_code,
    integer,
    one_of,
    text,
)

ROLES = frozenset(register.ROLES)
ROUTES = frozenset({"retail_import", "ordinary_display", "domestic"})


def _words(known: frozenset[str]) -> Parser:
    def read(value: str) -> tuple[str, ...]:
        words = tuple(value.split(";"))
        if not set(words) <= known:
            raise ValueError(value)
        return words

    return Parser("words", read)


def _maybe(name: str, parser: Parser) -> Column:
    return Column(name, parser, required=False)


SHEETS: dict[str, tuple[Column, ...]] = {
    "enterprises": (
        Column("credit_code", credit_code),
        _maybe("customs_code", text(10)),
        Column("name", text(100)),
        _maybe("dxp_id", text(30)),
        _maybe("roles", _words(ROLES)),
        Column("filed_from", day),
        _maybe("filed_to", day),
    ),
    "warehouses": (
        Column("code", text(20)),
        Column("name", text(100)),
        Column("area_customs_code", text(10)),
        Column("customs_code", text(4)),
        Column("port_code", text(4)),
        Column("account_book_no", text(30)),
        Column("traf_mode", text(1)),
        Column("address", text(200)),
        Column("phone", text(30)),
    ),
    "outlets": (
        Column("code", text(20)),
        Column("name", text(100)),
        Column("name_en", text(100)),
        Column("operator_customs_code", text(10)),
        Column("district_code", text(6)),
        Column("address", text(200)),
        Column("phone", text(30)),
    ),
    "items": (
        Column("sku", text(20)),
        Column("gtin", gtin),
        Column("name", text(250)),
        Column("name_en", text(250)),
        Column("brand", text(100)),
        Column("model", text(510)),
        _maybe("image", text(200)),
    ),
    "tariff": (
        Column("hs_code", hs_code),
        Column("valid_from", day),
        Column("valid_to", day),
        Column("duty_bp", integer(0, 10_000)),
        Column("vat_bp", integer(0, 10_000)),
        Column("consumption_rule", one_of("none", "ad_valorem", "cosmetics_measure", "specific")),
        Column("consumption_bp", integer(0, 9_999)),
        _maybe("line_per_measure", fen),
        _maybe("line_per_piece", fen),
        Column("specific", fen),
        Column("specific_per", e5),
        Column("on_positive_list", integer(0, 1)),
        Column("unit1", code3),
        _maybe("unit2", code3),
        _maybe("weight_limit", one_of("sugar", "rice")),
    ),
    "account_book": (
        Column("warehouse", text(20)),
        Column("item_record_no", text(30)),
        Column("sku", text(20)),
        Column("hs_code", hs_code),
        Column("gname", text(250)),
        Column("gmodel", text(510)),
        Column("origin", code3),
        Column("unit", code3),
        Column("unit1", code3),
        Column("qty1", e5),
        _maybe("unit2", code3),
        _maybe("qty2", e5),
        Column("net_kg", e5),
        Column("gross_kg", e5),
        _maybe("measure", e5),
        _maybe("measure_kind", one_of("ml", "g", "piece")),
        _maybe("expires_on", day),
        Column("owner_customs_code", text(10)),
        Column("valid_from", day),
    ),
    "stock": (
        Column("document", text(40)),
        Column("line", text(20)),
        Column("warehouse", text(20)),
        Column("item_record_no", text(30)),
        Column("lot_no", text(40)),
        Column("location", text(20)),
        Column("qty", integer(1)),
        _maybe("expires_on", day),
        _maybe("unit_cost", fen),
    ),
    "agreements": (
        Column("platform_customs_code", text(10)),
        Column("merchant_customs_code", text(10)),
        Column("basis", one_of("principal", "agent")),
        Column("settlement_mode", one_of("own_sale", "licensed_split")),
        Column("commission_bp", integer(0, 10_000)),
        Column("valid_from", day),
        Column("valid_to", day),
    ),
    "guarantees": (
        Column("purpose", one_of("retail_tax", "display")),
        Column("guarantor_customs_code", text(10)),
        Column("assure_code", text(30)),
        Column("office", text(4)),
        Column("limit", fen),
        Column("valid_from", day),
        Column("valid_to", day),
    ),
    "offers": (
        Column("sku", text(20)),
        Column("warehouse", text(20)),
        Column("route", one_of(*sorted(ROUTES))),
        Column("merchant_customs_code", text(10)),
        Column("agent_customs_code", text(10)),
        Column("complaint", text(40)),
        Column("title", text(250)),
        Column("title_en", text(250)),
        Column("price", fen),
        Column("freight", fen),
        _maybe("freight_free_from", fen),
        Column("deliver_within_days", integer(1, 60)),
        Column("provider", text(30)),
    ),
    "placements": (
        Column("shelf_code", text(30)),
        Column("outlet", text(20)),
        Column("sku", text(20)),
        Column("warehouse", text(20)),
        Column("routes", _words(ROUTES)),
        Column("piece", one_of("none", "empty_pack", "duty_paid_sample", "bonded_sample")),
        _maybe("display_site", text(40)),
    ),
}
"""Columns by sheet; the sheets are applied in this order, each may name rows of those above."""
