"""Decide how payment company, courier and zone stand: last answer, oldest question, connection.

None of them closes an offer: orders are taken, and lists or parcels wait for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from bonded_display.warehouse.tables import exit_batch, waybill_request
from kernel import clock, ids
from kernel.calls import OtherSideDown
from kernel.clock import DAY, MINUTE, Instant
from kernel.config import Config
from kernel.outbox import delivery, fact_table
from settlement.payments.tables import payment_declaration
from shop.operations.alive import REFUSED, SILENT
from shop.operations.queues import OPEN

PAYMENT_COMPANY, COURIER, ZONE = "payment_company", "courier", "zone"
LOOK_BACK = 30 * DAY
NEWEST = 200
"""Orders among which the last answer is looked for."""
_ASKED_BY: Final = {
    PAYMENT_COMPANY: ("check_payer", "submit_order", "declare_payment"),
    COURIER: ("declare_waybill", "hand_to_courier", "void_waybill"),
}
"""Handlers whose work is to ask that company."""
_STOPS: Final = {PAYMENT_COMPANY: "lists", COURIER: "lists", ZONE: "parcels"}


@dataclass(frozen=True, kw_only=True)
class Company:
    """One of them as it stands; ``check`` is a readiness check's values."""

    kind: str
    state: str
    level: str
    facts: Mapping[str, object]

    @property
    def check(self) -> dict[str, Any]:
        """Return it as a check: what it stops while it is red."""
        stops = _STOPS[self.kind] if self.level == "bad" else "nothing"
        return {
            **{"kind": self.kind, "level": self.level, "state": self.state},
            **{"stops": stops, "facts": self.facts},
        }


def urls_of(settings: Config) -> dict[str, str]:
    """Return where each is asked."""
    return {
        PAYMENT_COMPANY: settings.payment_company_url,
        COURIER: settings.courier_url,
        ZONE: settings.zone_url,
    }


def companies(
    conn: Connection, *, at: Instant, silent_minutes: int, alive: Mapping[str, str]
) -> list[Company]:
    """Return how each stands at an instant; one statement.

    ``alive`` says by kind whether it takes a connection.  A question that nobody answered longer
    than ``silent_minutes`` is red, and so is a connection that is not taken.
    """
    seen = conn.execute(_seen(at)).one()._mapping
    since = at - silent_minutes * MINUTE
    return [_company(kind, seen, since, alive.get(kind, "")) for kind in _STOPS]


def _company(kind: str, seen: Mapping[Any, Any], since: Instant, alive: str) -> Company:
    oldest, count = seen[f"{kind}_oldest"], int(seen[f"{kind}_open"] or 0)
    facts = {
        "last": _moment(seen[f"{kind}_last"]),
        "oldest": _moment(oldest),
        "count": count,
    }
    if alive in (REFUSED, SILENT):
        return Company(kind=kind, state=alive, level="bad", facts=facts)
    if oldest is not None and oldest < since:
        return Company(kind=kind, state="unanswered", level="bad", facts=facts)
    if count:
        return Company(kind=kind, state="waiting", level="wait", facts=facts)
    state = "good" if seen[f"{kind}_last"] is not None else "none"
    return Company(kind=kind, state=state, level="good", facts=facts)


def _seen(at: Instant) -> Select[Any]:
    """Everything that is recorded of them, as one row; the zone keeps no clock but the gate's."""
    paid, asked, batch = payment_declaration.c, waybill_request.c, exit_batch.c
    newest = (
        select(paid.at, paid.state)
        .where(paid.order_id >= ids.earliest(at - LOOK_BACK))
        .order_by(paid.order_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    parts = {
        "payment_company_last": select(func.max(newest.c.at)).where(newest.c.state != "causing"),
        "courier_last": select(func.max(asked.answered_at)),
        "zone_last": select(func.max(batch.passed_at)),
        "zone_open": select(func.count()).where(batch.state.in_(("closed", "pass_requested"))),
        "zone_oldest": select(func.min(batch.opened_at)).where(batch.state == "pass_requested"),
    }
    for kind, handlers in _ASKED_BY.items():
        parts[f"{kind}_open"] = _unanswered(handlers, func.count())
        parts[f"{kind}_oldest"] = _unanswered(handlers, func.min(fact_table.c.at))
    return select(*(part.scalar_subquery().label(name) for name, part in parts.items()))


def _unanswered(handlers: tuple[str, ...], what: Any) -> Select[Any]:
    """Work that waits because the other side did not answer its last question."""
    return (
        select(what)
        .select_from(delivery)
        .join(fact_table, fact_table.c.id == delivery.c.fact_id)
        .where(delivery.c.state.in_(OPEN), delivery.c.handler.in_(handlers))
        .where(delivery.c.trouble == OtherSideDown.code)
    )


def _moment(at: Instant | None) -> str:
    return f"{clock.china_time(at):%m-%d %H:%M}" if at is not None else "—"
