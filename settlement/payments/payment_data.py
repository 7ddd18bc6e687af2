"""Decide how the data of one payment are written for customs, to the byte, and what is signed.

Form: Announcement 2018-179; names, order and the signed text from customs.md section 4, where
they were checked against a published signature.  ``initalRequest``, ``acturalPaid`` and their
like are spelt as customs spells them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from kernel import clock
from kernel.clock import Instant
from kernel.money import yuan_text
from settlement.payments.provider import RawExchange

CURRENCY = "142"
VERIFIED_BY_OTHERS = "3"
"""``verDept``: 1 UnionPay, 2 NetsUnion, 3 other."""
PAID_BY_SCAN = "3"
"""``payType`` (K, 2026-11; the code list was not found): 1 app, 2 PC, 3 scan, 4 other."""


@dataclass(frozen=True, slots=True)
class SoldGoods:
    """One line of the order: its name, and the page it was bought from."""

    gname: str
    item_link: str


@dataclass(frozen=True, slots=True)
class Payee:
    """Who was paid: account, unified social credit code, registered name."""

    account: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PaymentFigures:
    """What stands in our books about the payment of one customs order."""

    guid: str
    ebp_code: str
    pay_code: str
    pay_transaction_id: str
    order_no: str
    share_fen: int
    paid_at: Instant
    exchange: RawExchange = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The parts of the answer, each written once: the same letters are signed and sent."""

    session_id: str
    head: str = field(repr=False)
    lists: str = field(repr=False)
    service_time: str

    def signed_text(self) -> bytes:
        """Return what the signature is over."""
        parts = (
            ("sessionID", self.session_id),
            ("payExchangeInfoHead", self.head),
            ("payExchangeInfoLists", self.lists),
            ("serviceTime", self.service_time),
        )
        return "||".join(f'"{name}":"{said}"' for name, said in parts).encode()

    def said(self, *, cert_no: str, sign_value: str) -> str:
        """Return ``payExInfoStr``: the parts as they were signed, with the signature."""
        return _object(
            sessionID=_text(self.session_id),
            payExchangeInfoHead=self.head,
            payExchangeInfoLists=self.lists,
            serviceTime=_text(self.service_time),
            certNo=_text(cert_no),
            signValue=_text(sign_value),
        )


def payment_data(
    session_id: str,
    figures: PaymentFigures,
    *,
    goods: Sequence[SoldGoods],
    payee: Payee,
    at: Instant,
) -> Unsigned:
    """Return the answer to one question of customs, not signed yet."""
    head = _object(
        guid=_text(figures.guid),
        initalRequest=_text(figures.exchange.request),
        initalResponse=_text(figures.exchange.response),
        ebpCode=_text(figures.ebp_code),
        payCode=_text(figures.pay_code),
        payTransactionId=_text(figures.pay_transaction_id),
        totalAmount=yuan_text(figures.share_fen),
        currency=_text(CURRENCY),
        verDept=_text(VERIFIED_BY_OTHERS),
        payType=_text(PAID_BY_SCAN),
        tradingTime=_text(clock.china_text(figures.paid_at)),
        note=_text(""),
    )
    sold = ",".join(_object(gname=_text(one.gname), itemLink=_text(one.item_link)) for one in goods)
    order = _object(
        orderNo=_text(figures.order_no),
        goodsInfo=f"[{sold}]",
        recpAccount=_text(payee.account),
        recpCode=_text(payee.code),
        recpName=_text(payee.name),
    )
    return Unsigned(session_id, head, f"[{order}]", str(at // 1_000))


def _text(said: str) -> str:
    return json.dumps(said, ensure_ascii=False)


def _object(**members: str) -> str:
    """Return a compact JSON object of members that are JSON already, in the order given."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"
