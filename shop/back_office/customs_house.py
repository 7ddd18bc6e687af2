"""Decide what the customs desk learns from other rooms: whose number it is, and what is amiss.

Lists themselves are the desk's; what an alarm leads to is the page it names.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from sqlalchemy import Connection, select, union

from bonded_display.customs.documents import KIND_OF
from bonded_display.customs.errors import NotResendable
from bonded_display.customs.handed import OrderDocument
from bonded_display.customs.lists import RETAIL_TAX
from bonded_display.customs.reading.worklist import count_silent
from bonded_display.web.ports import Alarm
from kernel import clock, config, db
from kernel.clock import DAY, MINUTE, Instant
from settlement.payments.tables import payment, payment_declaration, payment_share
from settlement.tax.cover.forecast import roomiest
from settlement.tax.queries import bills_that_differ
from shop.back_office import worklists
from shop.back_office.declare_again import declare_again
from shop.back_office.terms import terms_ending
from shop.handovers.customs_desk import order_document, paid_by
from shop.imports.templates import write_sheet
from shop.queries import read_order
from shop.tables import customs_order

OF_THE_DESK = frozenset({"filing", "role", "mandate", "guarantee", "key"})
MOST = 200


class House:
    """The rooms as the customs desk asks them."""

    def find_orders(self, conn: Connection, number: str) -> Sequence[int]:
        """Return the orders that an order, waybill or payment number names; one statement.

        Payment numbers are the payment company's (``payTransactionId``), ours of the request,
        and the provider's.
        """
        spelled = sorted({number, number.upper(), number.lower()})
        order, declared, share = customs_order.c, payment_declaration.c, payment_share.c
        found = union(
            select(order.id).where(order.order_no.in_(spelled)),
            select(order.id).where(order.waybill_no.in_(spelled), order.waybill_no.is_not(None)),
            select(declared.order_id).where(
                declared.pay_transaction_id.in_(spelled), declared.pay_transaction_id.is_not(None)
            ),
            select(declared.order_id).where(declared.request_no.in_(spelled)),
            select(share.order_id)
            .join_from(payment, payment_share, share.payment_id == payment.c.id)
            .where(
                payment.c.provider_payment.in_(spelled), payment.c.provider_payment.is_not(None)
            ),
        ).subquery()
        return list(conn.execute(select(found.c[0]).limit(MOST)).scalars())

    def alarms(self, conn: Connection, *, at: Instant) -> Sequence[Alarm]:
        """Return what needs a person: refused, silent, tax apart, guarantee, ending; eight statements."""
        return (
            _refused(conn),
            _silent(conn, at),
            _tax(conn, at),
            _guarantee(conn, at),
            _terms(conn, at),
        )

    def order_document(self, order_id: int) -> OrderDocument:
        """Return what the order's CEB311 says as the order stands; ``NotResendable`` when it ended."""
        with db.read() as conn:
            order = read_order(conn, order_id)
        if order.state not in worklists.ON_THE_WAY:
            raise NotResendable(kind="CEB311", state=order.state)
        return order_document(order, paid_by=paid_by(order_id))

    def declare_again(self, order_id: int, kind: str) -> None:
        """Make the company send its refused CEB411 or 511 anew; ``NotResendable`` when the order ended."""
        with db.read() as conn:
            state = read_order(conn, order_id).state
        if state not in worklists.ON_THE_WAY:
            raise NotResendable(kind=KIND_OF[kind], state=state)
        declare_again(order_id, kind)

    def write_sheet(
        self,
        heads: Sequence[str],
        rows: Iterable[Mapping[str, object]],
        out: IO[bytes],
        *,
        xlsx: bool,
    ) -> None:
        """Write rows as CSV or XLSX."""
        write_sheet(heads, rows, out, xlsx=xlsx)


def _refused(conn: Connection) -> Alarm:
    count = worklists.count_refused(conn)
    return Alarm(
        kind="refused",
        level="bad" if count else "",
        figure=str(count),
        path="/back-office/refused",
    )


def _silent(conn: Connection, at: Instant) -> Alarm:
    minutes = config.current().customs_silent_minutes
    count, since = count_silent(conn, before=at - minutes * MINUTE)
    longest = (at - since) // MINUTE if since is not None else 0
    return Alarm(
        kind="silent",
        level="wait" if count else "",
        figure=str(count),
        path="/back-office/customs/?view=silent",
        facts={"minutes": minutes, "longest": longest},
    )


def _tax(conn: Connection, at: Instant) -> Alarm:
    count = len(bills_that_differ(conn, since=at - 30 * DAY, most=MOST))
    return Alarm(
        kind="tax",
        level="bad" if count else "",
        figure=str(count) if count < MOST else f"{MOST}+",
        path="/back-office/differences",
    )


def _guarantee(conn: Connection, at: Instant) -> Alarm:
    """The roomiest guarantee of retail tax, under which lists are held; none is the worst of all."""
    path = "/back-office/readiness#guarantee"
    roomy = roomiest(conn, purpose=RETAIL_TAX, at=at)
    if roomy is None:
        facts = {"ends": "—"}
        return Alarm(kind="guarantee", level="bad", figure="—", path=path, facts=facts)
    return Alarm(
        kind="guarantee",
        level="bad" if roomy.full else "wait" if roomy.warns else "",
        figure=f"{roomy.share_bp // 100} %",
        path=path,
        facts={"ends": roomy.full_hour},
    )


def _terms(conn: Connection, at: Instant) -> Alarm:
    ending = [term for term in terms_ending(conn, at=at) if term.kind in OF_THE_DESK]
    today = clock.china_date(at)
    left = ending[0].left(today) if ending else 0
    return Alarm(
        kind="terms",
        level="bad" if ending and left < 0 else "wait" if ending else "",
        figure=str(len(ending)),
        path="/back-office/terms",
        facts={"days": left},
    )
