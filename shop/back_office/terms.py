"""Decide which terms end soon: filings, roles, mandates, guarantees, keys, lots, shelf codes.

What is to be done about one is a person's: a new filing, a new key, goods taken off a shelf.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, cast, literal, null, select, union_all

from bonded_display.display.queries import shelf_codes_ending
from bonded_display.stock.queries import lots_ending
from kernel import clock
from kernel.clock import Instant
from kernel.register.tables import enterprise, enterprise_role, mandate, signing_key
from settlement.tax.queries import guarantees_ending

SOON = timedelta(days=30)
"""Source: rules section 1: warnings begin 30 days ahead."""
MOST = 500


@dataclass(frozen=True)
class Term:
    """Something that counts until the end of ``on_day``; ``ref_id`` leads to its page."""

    kind: str
    who: str
    what: str
    ref_id: int | None
    on_day: date

    def left(self, today: date) -> int:
        """Return the days left after today; below nought it is over."""
        return (self.on_day - today).days


def terms_ending(conn: Connection, *, at: Instant) -> list[Term]:
    """Return what ends within 30 days or has ended, earliest first, at most 500; two statements."""
    until = clock.china_date(at) + SOON
    questions = union_all(
        *_filings(until),
        guarantees_ending(until),
        lots_ending(until),
        shelf_codes_ending(until),
    ).subquery()
    rows = conn.execute(select(questions).order_by(questions.c.on_day).limit(MOST))
    found = [Term(*row) for row in rows] + _keys(conn, until)
    return sorted(found, key=lambda term: (term.on_day, term.kind, term.who))


def _filings(until: date) -> Sequence[Select[Any]]:
    principal = enterprise.alias("principal")
    return (
        _term(
            "filing", enterprise.c.name, enterprise.c.customs_code, enterprise.c.filed_to_on
        ).where(enterprise.c.filed_to_on <= until),
        _term("role", enterprise.c.name, enterprise_role.c.role, enterprise_role.c.filed_to_on)
        .join(enterprise_role, enterprise_role.c.enterprise_id == enterprise.c.id)
        .where(enterprise_role.c.filed_to_on <= until),
        _term("mandate", principal.c.name, mandate.c.purpose, mandate.c.valid_to_on)
        .join(mandate, mandate.c.principal_id == principal.c.id)
        .where(mandate.c.valid_to_on <= until),
    )


def _term(kind: str, who: Any, what: Any, on_day: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        who.label("who"),
        what.label("what"),
        cast(null(), BigInteger).label("ref_id"),
        on_day.label("on_day"),
    ).select_from(who.table)


def _keys(conn: Connection, until: date) -> list[Term]:
    """The newest key of each enterprise: an old one that was replaced needs nobody."""
    rows = conn.execute(
        select(enterprise.c.name, signing_key.c.key_no, signing_key.c.not_after_at)
        .join(enterprise, enterprise.c.id == signing_key.c.enterprise_id)
        .order_by(signing_key.c.not_after_at)
    )
    newest = {row.name: (row.key_no, clock.china_date(row.not_after_at)) for row in rows}
    return [
        Term("key", name, key_no, None, on_day)
        for name, (key_no, on_day) in newest.items()
        if on_day <= until
    ]
