"""Decides what of a loaded sheet stands already: the sheet itself, or what no sheet tells of.

Writing is ``load_sample``'s.
"""

import hashlib
import json
from datetime import date

from sqlalchemy import Connection, select

from bonded_display.stock.tables import account_book_item
from kernel import audit, register
from kernel.audit import audit_line
from kernel.register import Enterprise
from settlement.ledger.errors import AgreementMissing
from settlement.ledger.terms import Agreement, agreement_on
from settlement.tax.guarantees import Guarantee
from settlement.tax.tables import guarantee
from shop.offer.tables import offer

_VERB = "load_sheet"
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def is_new(conn: Connection, name: str, content: bytes) -> bool:
    """Say whether a sheet is another than the last one loaded of its name, and note it then.

    What was changed since by a person stands against the same sheet loaded again.
    """
    digest = hashlib.sha256(content).hexdigest()
    told = {"sheet": digest.translate(_LETTERS)}  # digits in a row would be taken for a person's
    table, subject = audit_line.c, f"sheet:{name}"
    last = conn.execute(
        select(table.detail)
        .where(table.subject == subject, table.verb == _VERB)
        .order_by(table.at.desc(), table.id.desc())
        .limit(1)
    ).scalar()
    if last is not None and json.loads(last) == told:
        return False
    audit.record(conn, _VERB, subject=subject, detail=told)
    return True


def own_roles(conn: Connection, entry: Enterprise) -> frozenset[str]:
    """Return the roles of an enterprise that are filed with days of their own."""
    firm, role = register.enterprise.c, register.enterprise_role.c
    rows = conn.execute(
        select(
            role.role, role.filed_from_on, role.filed_to_on, firm.filed_from_on, firm.filed_to_on
        )
        .join_from(register.enterprise_role, register.enterprise, firm.id == role.enterprise_id)
        .where(firm.credit_code == entry.credit_code)
    )
    return frozenset(row[0] for row in rows if row[1:3] != row[3:5])


def last_day(conn: Connection, account_book_no: str, item_record_no: str) -> date | None:
    """Return the last day of an account-book item that stands."""
    table = account_book_item.c
    return conn.execute(
        select(table.valid_to_on).where(
            table.account_book_no == account_book_no, table.item_record_no == item_record_no
        )
    ).scalar()


def takes_orders(conn: Connection, *, item_id: int, warehouse_id: int, route: str) -> bool:
    """Say whether an offer is open: a new one is, one that was closed stays so."""
    table = offer.c
    stands = conn.execute(
        select(table.open).where(
            table.item_id == item_id, table.warehouse_id == warehouse_id, table.route == route
        )
    ).scalar()
    return True if stands is None else bool(stands)


def agreed(conn: Connection, agreement: Agreement) -> bool:
    """Say whether the very same terms are in force on their first day."""
    try:
        first = agreement.valid_from_on
        return agreement_on(conn, agreement.merchant_enterprise_id, first) == agreement
    except AgreementMissing:
        return False


def is_filed(conn: Connection, filed: Guarantee) -> bool:
    """Say whether the guarantee stands: what it holds and its limit are no sheet's any more."""
    table = guarantee.c
    same = select(table.id).where(
        table.purpose == filed.purpose,
        table.assure_code == filed.assure_code,
        table.valid_from_on == filed.valid_from_on,
    )
    return conn.execute(same).first() is not None
