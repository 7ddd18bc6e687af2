"""Decide how a payment's declaration (CEB411) is caused and how customs' answer is learnt.

The payment company builds, signs and sends it; what the acceptance opens is decided elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, select

from kernel import clock, db
from kernel.calls import Answered
from settlement.payments import tables
from settlement.payments.errors import DeclarationRefused, PaymentMissing, PaymentNotOpen
from settlement.payments.provider import DeclareAsk, Declared
from settlement.payments.providers import declaring

_STATES = {"received": "received", "sent": "received", "accepted": "accepted"}
_STATES |= {"rejected": "rejected"}


@dataclass(frozen=True, slots=True)
class Declaration:
    """A payment declaration as it stands; ``state``: causing, received, accepted, rejected.

    ``return_status`` and ``return_time_text`` are customs' own, as the company tells them.
    """

    order_id: int
    request_no: str
    share_fen: int
    state: str
    pay_transaction_id: str
    pay_code: str
    pay_name: str
    return_status: str
    return_time_text: str
    just_caused: bool = field(default=False, compare=False)
    """True for whoever caused it: customs' answer is not worth asking for yet."""


def cause_declaration(order_id: int, *, ebp_code: str, ebp_name: str) -> Declaration:
    """Ask the payment company to declare the order's share, and return what it answered.

    The request number is kept before the call, so asking again causes one declaration.
    Raises ``PaymentMissing``, ``PaymentNotOpen`` (state) when the money is not captured,
    ``ProviderCannotDeclare``, ``DeclarationRefused``, ``Unavailable``.
    Source: rules.md section 1.
    """
    paid = _paid_order(order_id)
    company = declaring(paid.provider)
    known = _declaration(order_id)
    if known is not None and known.state != "causing":
        return known
    ask = DeclareAsk(
        request_no=known.request_no if known else f"P{order_id}",
        order_no=paid.order_no,
        ebp_code=ebp_code,
        ebp_name=ebp_name,
        amount_fen=paid.share_fen,
        provider_payment=paid.provider_payment,
    )
    if known is None:
        _begin(order_id, ask)
    try:
        answer = company.declare(ask)
    except Answered as refused:
        reason = str(refused.facts["error"] or refused.status)
        raise DeclarationRefused(order_id=order_id, reason=reason) from refused
    return replace(_keep(order_id, answer), just_caused=True)


def learn_declaration(order_id: int) -> Declaration:
    """Ask the payment company what became of the declaration, keep it and return it.

    A final answer is not asked for again, and nothing is asked while the company may not have
    the request yet.  Raises ``PaymentMissing`` when none was caused, ``Answered``,
    ``Unavailable``.
    """
    known = _declaration(order_id)
    if known is None:
        raise PaymentMissing(of=f"customs_order:{order_id}")
    if known.state in ("causing", "accepted", "rejected"):
        return known
    company = declaring(_paid_order(order_id).provider)
    return _keep(order_id, company.query(known.request_no))


def redeclare_payment(order_id: int) -> Declaration:
    """Make the payment company send a rejected declaration anew, and return how it stands.

    One that is not rejected is returned as it is.  A company that says it is on its way already,
    for the answer to an earlier request was lost, is asked how it stands.  Raises
    ``PaymentMissing``, ``DeclarationRefused`` (it stays rejected there), ``Unavailable``.
    """
    known = declaration_of(order_id)
    if known.state != "rejected":
        return known
    company = declaring(_paid_order(order_id).provider)
    try:
        answer = company.redeclare(known.request_no)
    except Answered as refused:
        answer = company.query(known.request_no)
        if _STATES.get(answer.state) in (None, "rejected"):
            reason = str(refused.facts["error"] or refused.status)
            raise DeclarationRefused(order_id=order_id, reason=reason) from refused
    return _keep(order_id, answer, over=("rejected",))


def declaration_of(order_id: int) -> Declaration:
    """Return the declaration as we know it; raises ``PaymentMissing`` when none was caused."""
    known = _declaration(order_id)
    if known is None:
        raise PaymentMissing(of=f"customs_order:{order_id}")
    return known


_PAYMENT, _SHARE = tables.payment.c, tables.payment_share.c
_PAID = (
    select(
        _PAYMENT.provider,
        _PAYMENT.provider_payment,
        _PAYMENT.checkout_id,
        _PAYMENT.state,
        _SHARE.order_no,
        _SHARE.share_fen,
    )
    .join_from(tables.payment_share, tables.payment, _PAYMENT.id == _SHARE.payment_id)
    .where(_SHARE.order_id == bindparam("order_id"))
)
_DECLARED = select(tables.payment_declaration).where(
    tables.payment_declaration.c.order_id == bindparam("of_order")
)
_STATE = tables.payment_declaration.c.state
_ANSWER = (
    tables.payment_declaration.update()
    .where(tables.payment_declaration.c.order_id == bindparam("of_order"))
    .returning(tables.payment_declaration)
)


@dataclass(frozen=True, slots=True)
class _PaidOrder:
    provider: str
    provider_payment: str
    order_no: str
    share_fen: int


def _paid_order(order_id: int) -> _PaidOrder:
    with db.read() as conn:
        row = conn.execute(_PAID, {"order_id": order_id}).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"customs_order:{order_id}")
    if row.state != "captured":
        raise PaymentNotOpen(checkout_id=row.checkout_id, state=row.state)
    return _PaidOrder(row.provider, row.provider_payment, row.order_no, row.share_fen)


def _declaration(order_id: int) -> Declaration | None:
    with db.read() as conn:
        row = conn.execute(_DECLARED, {"of_order": order_id}).one_or_none()
    return None if row is None else _shown(row)


def _shown(row: Any) -> Declaration:
    return Declaration(
        order_id=row.order_id,
        request_no=row.request_no,
        share_fen=row.share_fen,
        state=row.state,
        pay_transaction_id=row.pay_transaction_id or "",
        pay_code=row.pay_code or "",
        pay_name=row.pay_name or "",
        return_status=row.return_status or "",
        return_time_text=row.return_time_text or "",
    )


def _begin(order_id: int, ask: DeclareAsk) -> None:
    with db.write() as conn:
        conn.execute(
            tables.payment_declaration.insert(),
            {
                "order_id": order_id,
                "request_no": ask.request_no,
                "share_fen": ask.amount_fen,
                "state": "causing",
                "at": clock.now(),
            },
        )


def _keep(order_id: int, answer: Declared, *, over: Sequence[str] = ()) -> Declaration:
    """Keep an answer; one that the company has not understood as yet changes no state.

    A final state is overwritten only when ``over`` names it.
    """
    values: dict[str, object] = {"at": clock.now()}
    if answer.state in _STATES:
        values["state"] = _STATES[answer.state]
    for name in ("pay_transaction_id", "pay_code", "pay_name", "return_status", "return_time_text"):
        if getattr(answer, name):
            values[name] = getattr(answer, name)
    with db.write() as conn:
        known = _ANSWER.where(_STATE.in_(("causing", "received", *over)))
        row = conn.execute(known, {"of_order": order_id, **values}).one_or_none()
    return declaration_of(order_id) if row is None else _shown(row)
