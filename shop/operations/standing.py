"""Decide whether the house can sell and declare today: filings, keys, guarantee, numbers, rates, ways.

Each check says how it stands, what it stops and what to do; that a machine lives is ``readiness``'.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from bonded_display.customs.lists import RETAIL_TAX
from kernel import clock
from kernel.clock import DAY, HOUR, Instant
from kernel.register.tables import enterprise, enterprise_role, signing_key
from settlement.tax.cover.forecast import Forecast, roomiest
from settlement.tax.tables import tariff_version
from settlement.tax.tariff import in_force
from shop.operations.closed_offers import (
    NO_RATES,
    NOT_FILED,
    OFF_THE_LIST,
    PROVIDER,
    ClosedOffer,
    Offers,
    closed_offers,
)
from shop.operations.companies import companies
from shop.operations.ways import ways

GOOD, WAIT, BAD = "good", "wait", "bad"
SOON = timedelta(days=30)
"""Source: rules.md section 1: warnings begin 30 days ahead."""
NEEDED = ("platform", "declarant", "courier", "transmitter")
"""Roles of which placing takes the only one that is filed; without it no order is taken."""
NOTHING, LISTS, OFFERS, ALL_OFFERS = "nothing", "lists", "offers", "all_offers"


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that must be right: ``state`` completes the message ids of its words.

    ``stops`` says what stands still: nothing, ``lists`` (they wait, none is lost), some
    ``offers`` (named), or ``all_offers``.
    """

    kind: str
    level: str
    state: str
    stops: str = NOTHING
    facts: Mapping[str, object] = field(default_factory=dict)
    offers: Sequence[ClosedOffer] = ()


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What is not in the database: whether companies take a connection, and mail set aside.

    ``alive`` is ``ask_alive``'s answer; ``parked`` and ``parked_at`` how many mails lie aside and
    since when the oldest does.
    """

    alive: Mapping[str, str] = field(default_factory=dict)
    parked: int = 0
    parked_at: Instant | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Every check, the worst first, and how many retail-import offers are open in all."""

    checks: tuple[Check, ...]
    offers: Offers

    @property
    def level(self) -> str:
        """The worst level."""
        return self.checks[0].level


def standing(
    conn: Connection,
    outside: Outside,
    *,
    at: Instant,
    silent_minutes: int,
    can_declare: Callable[[str], bool],
) -> Standing:
    """Return how everything stands at an instant."""
    on = clock.china_date(at)
    offers = closed_offers(conn, on, can_declare=can_declare)
    checks = [
        *_filings(conn, on),
        _key(conn, at),
        _guarantee(roomiest(conn, purpose=RETAIL_TAX, at=at)),
        *_rates(conn, on, offers),
        _provider(offers),
        *(Check(**way) for way in ways(conn, at=at, silent_minutes=silent_minutes)),
        *_companies(conn, outside, at=at, silent_minutes=silent_minutes),
        _parked(outside, at),
    ]
    rank = (BAD, WAIT, GOOD).index
    return Standing(
        checks=tuple(sorted(checks, key=lambda check: rank(check.level))), offers=offers
    )


def _filings(conn: Connection, on: date) -> list[Check]:
    """Both the enterprise's own filing and that of the role must hold; the earlier end counts."""
    role, who = enterprise_role.c, enterprise.c
    rows = conn.execute(
        select(role.role, who.name, role.filed_to_on.label("role_to"), who.filed_to_on)
        .join(enterprise, who.id == role.enterprise_id)
        .where(role.role.in_(NEEDED), role.filed_from_on <= on, who.filed_from_on <= on)
        .where(or_(role.filed_to_on.is_(None), role.filed_to_on >= on))
        .where(or_(who.filed_to_on.is_(None), who.filed_to_on >= on))
    ).all()
    return [_filing(name, [row for row in rows if row.role == name], on) for name in NEEDED]


def _filing(role: str, filed: Sequence[Any], on: date) -> Check:
    said = {"role": role, "who": filed[0].name if filed else "", "count": len(filed)}
    if len(filed) != 1:
        state = "ambiguous" if filed else "missing"
        return Check(kind="filing", level=BAD, state=state, stops=ALL_OFFERS, facts=said)
    ends = min((day for day in (filed[0].role_to, filed[0].filed_to_on) if day), default=None)
    if ends is None or ends - on > SOON:
        return Check(kind="filing", level=GOOD, state=GOOD, facts=said)
    facts = said | {"on": ends, "days": (ends - on).days}
    return Check(kind="filing", level=WAIT, state="ends", facts=facts)


def _key(conn: Connection, at: Instant) -> Check:
    """The newest key of the transmitter, with which every list is signed."""
    row = conn.execute(
        select(signing_key.c.key_no, signing_key.c.not_after_at, enterprise.c.name)
        .join(enterprise, enterprise.c.id == signing_key.c.enterprise_id)
        .join(enterprise_role, enterprise_role.c.enterprise_id == enterprise.c.id)
        .where(enterprise_role.c.role == "transmitter", signing_key.c.not_before_at <= at)
        .order_by(signing_key.c.not_after_at.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return Check(kind="key", level=BAD, state="missing", stops=LISTS)
    ends = clock.china_date(row.not_after_at)
    facts = {"key_no": row.key_no, "who": row.name, "on": ends}
    if row.not_after_at <= at:
        return Check(kind="key", level=BAD, state="over", stops=LISTS, facts=facts)
    if row.not_after_at <= at + SOON.days * DAY:
        facts["days"] = (row.not_after_at - at) // DAY
        return Check(kind="key", level=WAIT, state="ends", facts=facts)
    return Check(kind="key", level=GOOD, state=GOOD, facts=facts)


def _guarantee(roomy: Forecast | None) -> Check:
    """The one with most room: lists are held under any that is in force."""
    if roomy is None:
        return Check(kind="guarantee", level=BAD, state="missing", stops=LISTS)
    facts = {
        "code": roomy.assure_code,
        "percent": roomy.share_bp // 100,
        "left_fen": roomy.left_fen,
        "waiting": roomy.waiting,
        "full_at": roomy.full_hour,
    }
    if roomy.full:
        return Check(kind="guarantee", level=BAD, state="full", stops=LISTS, facts=facts)
    if roomy.warns:
        return Check(kind="guarantee", level=WAIT, state="low", facts=facts)
    return Check(kind="guarantee", level=GOOD, state=GOOD, facts=facts)


def _rates(conn: Connection, on: date, offers: Offers) -> list[Check]:
    """The versions in force; what has no rate, or is not on the list, closes its offers."""
    version, found = tariff_version.c, []
    rows = conn.execute(
        select(version.kind, version.effective_on, version.row_count).where(
            version.version_no.in_([in_force("tariff", on), in_force("positive_list", on)])
        )
    )
    stands = {row.kind: row for row in rows}
    for kind, reasons in (
        ("tariff", (NO_RATES, NOT_FILED)),
        ("positive_list", (OFF_THE_LIST,)),
    ):
        closed, row = offers.by(*reasons), stands.get(kind)
        facts = {
            "since": row.effective_on if row else "—",
            "count": row.row_count if row else "—",
            "closed": len(closed),
        }
        state = BAD if closed else GOOD if row else "first"
        found.append(
            Check(
                kind=kind,
                level=BAD if closed else GOOD,
                state=state,
                stops=OFFERS if closed else NOTHING,
                facts=facts,
                offers=closed,
            )
        )
    return found


def _provider(offers: Offers) -> Check:
    closed = offers.by(PROVIDER)
    level = BAD if closed else GOOD
    return Check(
        kind="provider",
        level=level,
        state=level,
        stops=OFFERS if closed else NOTHING,
        facts={"closed": len(closed), "open": offers.open},
        offers=closed,
    )


def _companies(
    conn: Connection, outside: Outside, *, at: Instant, silent_minutes: int
) -> list[Check]:
    found = companies(conn, at=at, silent_minutes=silent_minutes, alive=outside.alive)
    return [Check(**one.check) for one in found]


def _parked(outside: Outside, at: Instant) -> Check:
    """Mail set aside: an answer that nobody took in may be the one a list waits for."""
    if not outside.parked:
        return Check(kind="parked_mail", level=GOOD, state="none")
    hours = (at - (outside.parked_at or at)) // HOUR
    facts = {"count": outside.parked, "hours": hours}
    return Check(kind="parked_mail", level=WAIT, state="some" if hours > 0 else "new", facts=facts)
