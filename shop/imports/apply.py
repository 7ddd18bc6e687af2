"""Decides how staged rows become register, goods, stock, placements or rates: in one transaction.

Each owner writes its own tables; what it is given is a query on the staged rows.
"""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, Table, delete, func, literal, select

from bonded_display.display.staged import put_placements_from
from bonded_display.stock.staged import enter_stock_from, entered_lines, put_book_items_from
from bonded_display.stock.tables import account_book_item
from kernel import clock, jobs, register
from kernel.batch import RowsMissed
from kernel.register.staged import put_enterprises_from, put_items_from, put_roles_from
from settlement.ledger.terms import put_unit_costs_from
from settlement.tax.versions.put import NewVersion, put_version_from
from shop.imports.kinds import Kind
from shop.imports.sites import count_split
from shop.imports.tables import (
    staged_enterprise,
    staged_goods,
    staged_placement,
    staged_positive_code,
    staged_stock,
    staged_tariff,
)

Told = Callable[[int], object]
"""Is told in between how many rows are in; what it raises undoes them all."""


def prepare(conn: Connection, kind: Kind, job_id: int) -> None:
    """Look at the staged rows once more, in a transaction before theirs.

    Raises ``RowsMissed`` when a line entered since it was checked, with other pieces.
    """
    if kind.name == "stock":
        _leave_out_entered(conn, job_id)
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"ANALYZE {kind.staged.name}")


def apply(conn: Connection, kind: Kind, job_id: int, told: Told) -> int:
    """Write the staged rows of a job and return how many changed something."""
    return _APPLY[kind.name](conn, job_id, told)


def _count(conn: Connection, staged: Table, job_id: int) -> int:
    query = select(func.count()).select_from(staged).where(staged.c.job_id == job_id)
    return int(conn.execute(query).scalar_one())


def _register(conn: Connection, job_id: int, told: Told) -> int:
    staged = staged_enterprise.c
    names = [column.name for column in register.enterprise.columns]
    mine = staged.job_id == job_id
    put_enterprises_from(conn, select(*(staged[name] for name in names)).where(mine))
    enterprise = register.enterprise.c
    for word in register.ROLES:
        put_roles_from(
            conn,
            select(
                enterprise.id.label("enterprise_id"),
                literal(word).label("role"),
                staged.filed_from_on,
                staged.filed_to_on,
            )
            .join_from(
                staged_enterprise, register.enterprise, enterprise.credit_code == staged.credit_code
            )
            .where(mine, (literal(";") + staged.roles + ";").contains(f";{word};")),
        )
        told(0)
    return _count(conn, staged_enterprise, job_id)


def _goods(conn: Connection, job_id: int, told: Told) -> int:
    staged = staged_goods.c
    mine = staged.job_id == job_id
    names = [column.name for column in register.item.columns]
    last = select(func.max(staged.line)).where(mine).group_by(staged.sku).scalar_subquery()
    items = select(*(staged[name] for name in names)).where(mine, staged.line.in_(last))
    put_items_from(conn, items)
    told(_count(conn, staged_goods, job_id) // 2)
    copied = [
        staged[column.name]
        for column in account_book_item.columns
        if column.name not in ("id", "item_id", "valid_to_on")
    ]
    put_book_items_from(
        conn,
        select(staged.book_id.label("id"), register.item.c.id.label("item_id"), *copied)
        .join_from(staged_goods, register.item, register.item.c.sku == staged.sku)
        .where(mine),
    )
    return _count(conn, staged_goods, job_id)


def _leave_out_entered(conn: Connection, job_id: int) -> None:
    """A line that has entered already does so once; ``movement_once`` stands behind it."""
    staged = staged_stock.c
    mine = staged.job_id == job_id
    stand = entered_lines().subquery()
    same = stand.c.document_line == staged.document_line
    other = select(func.count()).join_from(staged_stock, stand, same)
    changed = conn.execute(other.where(mine, stand.c.qty != staged.qty)).scalar_one()
    if changed:
        raise RowsMissed(f"{changed} lines entered meanwhile with other pieces")
    conn.execute(delete(staged_stock).where(mine, select(stand).where(same).exists()))


def _stock(conn: Connection, job_id: int, told: Told) -> int:
    """Costs first: what orders wait for comes last."""
    at = clock.now()
    mine = staged_stock.c.job_id == job_id
    _costs(conn, job_id, clock.china_date(at))
    return enter_stock_from(conn, select(staged_stock).where(mine).subquery(), at=at, told=told)


def _costs(conn: Connection, job_id: int, on: date) -> None:
    """The last line of an item that names a cost counts."""
    staged = staged_stock.c
    dear = (staged.job_id == job_id, staged.unit_cost_fen.is_not(None))
    last = (
        select(func.max(staged.line)).where(*dear).group_by(staged.account_book_item_id)
    ).scalar_subquery()
    put_unit_costs_from(
        conn,
        select(
            staged.account_book_item_id,
            literal(on).label("from_on"),
            staged.unit_cost_fen,
            staged.document,
        ).where(*dear, staged.line.in_(last)),
    )


def _placements(conn: Connection, job_id: int, told: Told) -> int:
    names = [column.name for column in staged_placement.columns if column.name not in _STAGING]
    staged = staged_placement.c
    source = select(*(staged[name] for name in names)).where(staged.job_id == job_id)
    put_placements_from(conn, source)
    if split := count_split(conn, job_id):
        raise RowsMissed(f"{split} display sites came to other outlets meanwhile")
    return _count(conn, staged_placement, job_id)


def _version(conn: Connection, kind: str, staged: Table, job_id: int) -> int:
    """Put the staged rows beside the versions that stand, effective from the day all rows say."""
    names = [column.name for column in staged.columns if column.name not in _STAGING]
    mine = staged.c.job_id == job_id
    effective_on = conn.execute(select(func.max(staged.c.effective_on)).where(mine)).scalar_one()
    put_version_from(
        conn,
        NewVersion(kind, effective_on, jobs.get(conn, job_id).name, clock.now()),
        select(*(staged.c[name] for name in names)).where(mine),
    )
    return _count(conn, staged, job_id)


def _tariff(conn: Connection, job_id: int, told: Told) -> int:
    del told  # the whole is one statement
    return _version(conn, "tariff", staged_tariff, job_id)


def _positive_list(conn: Connection, job_id: int, told: Told) -> int:
    del told
    return _version(conn, "positive_list", staged_positive_code, job_id)


_STAGING = ("job_id", "line", "effective_on")
_APPLY: dict[str, Callable[[Connection, int, Told], int]] = {
    "register": _register,
    "goods": _goods,
    "stock": _stock,
    "placements": _placements,
    "tariff": _tariff,
    "positive_list": _positive_list,
}
