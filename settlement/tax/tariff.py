"""Decide which rates of a tariff code are in force on a day, from the dated table.

What is due at those rates is decided by ``retail_import``.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from settlement.tax import tables
from settlement.tax.errors import TariffMissing
from settlement.tax.rates import ConsumptionRule, Tariff

OPEN_END = date(9999, 12, 31)

_VALUES = (
    "hs_code",
    "vat_bp",
    "duty_bp",
    "consumption_rule",
    "consumption_bp",
    "line_per_measure_fen",
    "line_per_piece_fen",
    "specific_fen",
    "specific_per_e5",
    "on_positive_list",
    "unit1",
    "unit2",
    "weight_limit",
)


def rates_on(conn: Connection, hs_codes: Sequence[str], on: date) -> dict[str, Tariff]:
    """Return the tariff in force on ``on`` for each of ``hs_codes``.

    Raises ``TariffMissing`` when a code has none; of two, the one that began later is meant.
    """
    table = tables.tariff
    rows = conn.execute(
        select(*(table.c[name] for name in _VALUES))
        .where(table.c.hs_code.in_(set(hs_codes)))
        .where(table.c.valid_from_on <= on, table.c.valid_to_on >= on)
        .order_by(table.c.valid_from_on)
    )
    found = {row.hs_code: _tariff(row._asdict()) for row in rows}
    for hs_code in hs_codes:
        if hs_code not in found:
            raise TariffMissing(hs_code=hs_code, on=on)
    return found


def put_tariff(
    conn: Connection,
    tariff: Tariff,
    *,
    valid_from_on: date,
    valid_to_on: date = OPEN_END,
    note: str = "",
) -> None:
    """Write the rates of one code from ``valid_from_on`` on, replacing those of that same day."""
    table = tables.tariff
    values = {name: getattr(tariff, name) for name in _VALUES}
    conn.execute(
        table.delete().where(
            table.c.hs_code == tariff.hs_code, table.c.valid_from_on == valid_from_on
        )
    )
    conn.execute(
        table.insert().values(
            **values, valid_from_on=valid_from_on, valid_to_on=valid_to_on, note=note
        )
    )


def _tariff(values: dict[str, object]) -> Tariff:
    rule = ConsumptionRule(str(values.pop("consumption_rule")))
    return Tariff(consumption_rule=rule, **values)  # type: ignore[arg-type]
