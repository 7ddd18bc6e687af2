"""Decides what a row of a tariff or positive list must be, and which row of a version it becomes.

A sheet is a whole version: all its rows name the day from which it is in force.
"""

import re
from collections.abc import Mapping
from typing import Any

from kernel.money import e5_text, yuan_text
from kernel.sheets import Column, Parser, day, text
from settlement.tax.tariff import OPEN_END
from shop.imports.known import Bad, Known, Row, Values
from shop.sheets.columns import SHEETS


def _code(value: str) -> str:
    if re.fullmatch(r"[0-9]{8}|[0-9]{10}", value) is None:
        raise ValueError(value)
    return value


_DATED = (Column("effective", day), Column("valid_to", day, required=False))
_REMARK = Column("remark", text(500), required=False)
_OTHERS = ("valid_to", "on_positive_list")

TARIFF = (
    *(column for column in SHEETS["tariff"] if column.name not in _OTHERS),
    *_DATED,
    _REMARK,
)
POSITIVE_LIST = (
    Column("hs_code", Parser("hs_code_8_10", _code)),
    Column("valid_from", day),
    *_DATED,
    _REMARK,
)
"""Customs prints the list by eight digits: such a code stands for all below it (K)."""

SAME = (("effective", "effective_on"),)

_MONEY = {
    "line_per_measure": "line_per_measure_fen",
    "line_per_piece": "line_per_piece_fen",
    "specific": "specific_fen",
}
_COPIED = ("duty_bp", "vat_bp", "consumption_rule", "consumption_bp")
_UNITS = ("unit1", "unit2", "weight_limit")


def tariff_row(values: Values, known: Known, bad: Bad) -> Row:
    """Return a row of the tariff; what the consumption rule asks or bars is told by column."""
    del known
    _check_rule(values, bad)
    if values["specific_per"] <= 0:
        bad("specific_per", "above_nought")
    if values["unit1"] == values["unit2"]:
        bad("unit2", "other_unit")
    return {
        **_dated(values, bad),
        **{name: values[name] for name in (*_COPIED, *_UNITS)},
        **{name: values[column] for column, name in _MONEY.items()},
        "specific_per_e5": values["specific_per"],
        "on_positive_list": False,
    }


def positive_row(values: Values, known: Known, bad: Bad) -> Row:
    """Return a row of the positive list."""
    del known
    return _dated(values, bad)


def _dated(values: Values, bad: Bad) -> Row:
    last = values["valid_to"] or OPEN_END
    if last < values["valid_from"]:
        bad("valid_to", "day_after")
    return {
        "effective_on": values["effective"],
        "hs_code": values["hs_code"],
        "valid_from_on": values["valid_from"],
        "valid_to_on": last,
        "note": values["remark"] or "",
    }


def _check_rule(values: Values, bad: Bad) -> None:
    rule = values["consumption_rule"]
    lines = [name for name in ("line_per_measure", "line_per_piece") if values[name] is not None]
    if rule == "cosmetics_measure" and not lines:
        bad("line_per_measure", "for_this_rule")
    if rule != "cosmetics_measure":
        for name in lines:
            bad(name, "not_for_this_rule")
    if (rule == "specific") != (values["specific"] > 0):
        bad("specific", "for_this_rule" if rule == "specific" else "not_for_this_rule")
    if rule == "none" and values["consumption_bp"]:
        bad("consumption_bp", "not_for_this_rule")
    if rule in ("ad_valorem", "cosmetics_measure") and not values["consumption_bp"]:
        bad("consumption_bp", "for_this_rule")


def sheet_row(row: Mapping[str, Any], *, effective_on: object) -> Mapping[str, object]:
    """Return a row of a version in the columns in which it is imported."""
    return {"effective": effective_on} | dict(sheet_cell(*cell) for cell in row.items())


def sheet_cell(name: str, value: Any) -> tuple[str, str]:
    """Return a column of a version as that of its sheet, and a value as it is written there."""
    column = _SHEET.get(name, name)
    if value is None or value == OPEN_END:
        return column, ""
    if name.endswith("_fen"):
        return column, yuan_text(value)
    return column, e5_text(value) if name.endswith("_e5") else str(value)


_SHEET = {name: column for column, name in _MONEY.items()} | {
    "specific_per_e5": "specific_per",
    "valid_from_on": "valid_from",
    "valid_to_on": "valid_to",
    "note": "remark",
}
