"""Decide what a payment provider answers in a test without HTTP: as told, and it remembers.

The real simulators stand in for it where bytes matter (``tests/flow``).
"""

from dataclasses import dataclass, field

from kernel import clock
from settlement.payments.provider import (
    Capabilities,
    DeclareAsk,
    Declared,
    OpenAsk,
    OpenedPayment,
    PayerAnswer,
    ProviderPayment,
    RawExchange,
)


@dataclass
class Wallet:
    """A boxed wallet: ``pay`` lets the shopper pay, ``refunds`` holds what went back by key."""

    name: str = "boxed_wallet"
    can_declare: bool = True
    payer: PayerAnswer = "same"
    opened: dict[str, OpenAsk] = field(default_factory=dict)
    taken: dict[str, ProviderPayment] = field(default_factory=dict)
    refunds: dict[str, tuple[str, int]] = field(default_factory=dict)
    redeclared: list[str] = field(default_factory=list)
    customs: Declared | None = None
    """What customs answered to the payment's declaration, once it has."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what it can do."""
        return Capabilities(can_declare=self.can_declare, show_qr=True)

    def open(self, ask: OpenAsk) -> OpenedPayment:
        """Open a page of its own for each checkout."""
        session_id = f"cs_{ask.checkout_id}"
        self.opened[session_id] = ask
        return OpenedPayment(
            session_id,
            f"https://pay.example/{session_id}",
            ask.expires_at,
            RawExchange(f"POST {session_id}", "{}"),
        )

    def pay(self, checkout_id: int, *, delta_fen: int = 0) -> ProviderPayment:
        """Take the money of a checkout's page, or a little more or less."""
        session_id = f"cs_{checkout_id}"
        self.taken[session_id] = ProviderPayment(
            state="paid",
            gross_fen=self.opened[session_id].amount_fen + delta_fen,
            currency="cny",
            payment_id=f"pi_{checkout_id}",
            paid_at=clock.now(),
        )
        return self.taken[session_id]

    def retrieve(self, session_id: str) -> ProviderPayment:
        """Return what became of a page."""
        return self.taken.get(session_id, ProviderPayment(state="open"))

    def refund(self, payment_id: str, amount_fen: int, *, key: str) -> str:
        """Give money back, once a key."""
        self.refunds.setdefault(key, (payment_id, amount_fen))
        return f"re_{key}"

    def declare(self, ask: DeclareAsk) -> Declared:
        """Take a declaration."""
        return Declared("received", f"PT-{ask.request_no}", "1100962003", "盒付支付科技有限公司")

    def query(self, request_no: str) -> Declared:
        """Say that customs has not answered yet, or what it was told to."""
        if self.customs is not None:
            return self.customs
        return Declared("received", f"PT-{request_no}", "1100962003", "盒付支付科技有限公司")

    def redeclare(self, request_no: str) -> Declared:
        """Send a rejected declaration anew, once a request."""
        self.redeclared.append(request_no)
        return self.query(request_no)

    def check_payer(self, provider_payment: str, *, name: str, id_number: str) -> PayerAnswer:
        """Answer as told."""
        del provider_payment, name, id_number
        return self.payer
