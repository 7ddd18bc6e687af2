"""Decide which rates of a tariff code are in force on a day, from the version in force then.

A version is a whole tariff or a whole positive list: a code that it does not hold has no rates,
or may not be sold.  What stands as version 0 was entered before the first one; its rows say
themselves whether they may be sold, until a positive list is in force.  How a version comes in
is ``versions``', what is due at those rates ``retail_import``'s.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, case, func, or_, select

from kernel.clock import Instant
from settlement.tax import tables
from settlement.tax.errors import TariffMissing
from settlement.tax.rates import ConsumptionRule, Tariff

OPEN_END = date(9999, 12, 31)
BEFORE_VERSIONS = 0

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


def rates_on(
    conn: Connection, hs_codes: Sequence[str], on: date, *, known_at: Instant | None = None
) -> dict[str, Tariff]:
    """Return the tariff in force on ``on`` for each of ``hs_codes``.

    ``known_at`` leaves out versions that came later: a past order's tax is computed again as it
    was then.  Raises ``TariffMissing`` when a code has none; of two rows of a code, the one that
    began later is meant.  Source: rules.md sections 7 and 9.
    """
    found = rates_known(conn, hs_codes, on, known_at=known_at)
    for hs_code in hs_codes:
        if hs_code not in found:
            raise TariffMissing(hs_code=hs_code, on=on)
    return found


def rates_known(
    conn: Connection, hs_codes: Sequence[str], on: date, *, known_at: Instant | None = None
) -> dict[str, Tariff]:
    """Return the same, leaving out the codes that have none; one statement."""
    table = tables.tariff
    version_no = func.coalesce(in_force("tariff", on, known_at), BEFORE_VERSIONS)
    values = [table.c[name] for name in _VALUES if name != "on_positive_list"]
    rows = conn.execute(
        select(*values, _listed(on, known_at).label("on_positive_list"))
        .where(table.c.hs_code.in_(set(hs_codes)), table.c.version_no == version_no)
        .where(table.c.valid_from_on <= on, table.c.valid_to_on >= on)
        .order_by(table.c.valid_from_on)
    )
    return {row.hs_code: _tariff(row._asdict()) for row in rows}


def in_force(kind: str, on: date, known_at: Instant | None = None) -> ScalarSelect[int]:
    """Return the question for the number of the version in force; null before the first one.

    Of versions that have begun, the one that began last; of those, the one that came last.
    """
    table = tables.tariff_version
    begun = select(table.c.version_no).where(table.c.kind == kind, table.c.effective_on <= on)
    if known_at is not None:
        begun = begun.where(table.c.at <= known_at)
    last = begun.order_by(table.c.effective_on.desc(), table.c.version_no.desc()).limit(1)
    return last.scalar_subquery()


def _listed(on: date, known_at: Instant | None) -> ColumnElement[bool]:
    """Return the condition that the list in force names the code, or the eight digits above it."""
    code, hs_code = tables.positive_code, tables.tariff.c.hs_code
    version_no = in_force("positive_list", on, known_at)
    named = (
        select(code.c.hs_code)
        .where(
            and_(
                code.c.version_no == version_no,
                or_(code.c.hs_code == hs_code, code.c.hs_code == func.substr(hs_code, 1, 8)),
                code.c.valid_from_on <= on,
                code.c.valid_to_on >= on,
            )
        )
        .exists()
    )
    return case((version_no.is_not(None), named), else_=tables.tariff.c.on_positive_list)


def put_tariff(
    conn: Connection,
    tariff: Tariff,
    *,
    valid_from_on: date,
    valid_to_on: date = OPEN_END,
    note: str = "",
) -> None:
    """Write the rates of one code before the first version, replacing those of that same day."""
    table = tables.tariff
    values = {name: getattr(tariff, name) for name in _VALUES}
    conn.execute(
        table.delete().where(
            table.c.version_no == BEFORE_VERSIONS,
            table.c.hs_code == tariff.hs_code,
            table.c.valid_from_on == valid_from_on,
        )
    )
    conn.execute(
        table.insert(),
        {
            **values,
            "version_no": BEFORE_VERSIONS,
            "valid_from_on": valid_from_on,
            "valid_to_on": valid_to_on,
            "note": note,
        },
    )


def _tariff(values: dict[str, object]) -> Tariff:
    rule = ConsumptionRule(str(values.pop("consumption_rule")))
    return Tariff(consumption_rule=rule, **values)  # type: ignore[arg-type]
