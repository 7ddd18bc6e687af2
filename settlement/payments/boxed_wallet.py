"""Decide how the wallet of the box works: Stripe holds the money, a payment company declares it.

The payment company fetches gross and payer from the provider itself: we tell it neither.
"""

from typing import Any
from urllib.parse import quote

from kernel.calls import get_json, post_json
from settlement.payments.provider import (
    Capabilities,
    DeclareAsk,
    Declared,
    OpenAsk,
    OpenedPayment,
    PayerAnswer,
    PaymentProvider,
    ProviderPayment,
)

_ANSWERS: dict[str, PayerAnswer] = {"same": "same", "different": "different"}


class BoxedWallet:
    """A provider of money joined with a licensed payment company that can declare."""

    name = "boxed_wallet"
    capabilities = Capabilities(can_declare=True, show_qr=True)

    def __init__(self, *, money: PaymentProvider, company_url: str) -> None:
        self._money = money
        self._company_url = company_url.rstrip("/")

    def open(self, ask: OpenAsk) -> OpenedPayment:
        """Return the money provider's page."""
        return self._money.open(ask)

    def retrieve(self, session_id: str) -> ProviderPayment:
        """Return what the money provider says about a page."""
        return self._money.retrieve(session_id)

    def refund(self, payment_id: str, amount_fen: int, *, key: str) -> str:
        """Give money back through the money provider."""
        return self._money.refund(payment_id, amount_fen, key=key)

    def declare(self, ask: DeclareAsk) -> Declared:
        """Cause the 411 of one order: its number, the platform, our share, the provider's number.

        Raises ``kernel.calls.Answered`` and ``Unavailable``.  Source: rules.md section 1.
        """
        answer = post_json(
            f"{self._company_url}/declarations",
            {
                "request_no": ask.request_no,
                "order_no": ask.order_no,
                "ebp_code": ask.ebp_code,
                "ebp_name": ask.ebp_name,
                "amount_fen": ask.amount_fen,
                "provider_payment": ask.provider_payment,
            },
        )
        return _declared(answer)

    def query(self, request_no: str) -> Declared:
        """Return what customs answered the company about a declaration.

        Raises ``kernel.calls.Answered`` and ``Unavailable``.
        """
        path = quote(request_no, safe="")
        return _declared(get_json(f"{self._company_url}/declarations/{path}"))

    def redeclare(self, request_no: str) -> Declared:
        """Cause a rejected declaration to be sent anew and return it.

        Raises ``kernel.calls.Answered`` and ``Unavailable``.
        """
        path = quote(request_no, safe="")
        return _declared(post_json(f"{self._company_url}/declarations/{path}/redeclare", {}))

    def check_payer(self, provider_payment: str, *, name: str, id_number: str) -> PayerAnswer:
        """Return whether the payer is the person named, by the company's own knowledge.

        Raises ``kernel.calls.Answered`` and ``Unavailable``.
        """
        answer = post_json(
            f"{self._company_url}/payer-checks",
            {"provider_payment": provider_payment, "name": name, "id_number": id_number},
        )
        return _ANSWERS.get(str(answer.get("answer")), "unchecked")


def _declared(answer: dict[str, Any]) -> Declared:
    return Declared(
        state=str(answer.get("state") or ""),
        pay_transaction_id=str(answer.get("pay_transaction_id") or ""),
        pay_code=str(answer.get("pay_code") or ""),
        pay_name=str(answer.get("pay_name") or ""),
        return_status=str(answer.get("return_status") or ""),
        return_time_text=str(answer.get("return_time") or ""),
    )
