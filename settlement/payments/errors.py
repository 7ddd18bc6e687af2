"""Decide which refusals payments can answer with.

Malformed    WebhookUnsigned WebhookForged WebhookStale WebhookFuture WebhookUnreadable
             SharesDiffer             the orders' shares do not make up the payment
NotFound     PaymentMissing           no payment belongs to that order or checkout
             ProviderUnknown          no provider of that name
Refusal      ProviderCannotDeclare    the provider cannot declare a payment to customs
             ProviderRefused          the provider understood and said no
             PaymentNotOpen           it was captured, refunded or has expired
             CheckoutExpired          the time to pay is over
             NothingToRefund          the order's payment was not taken
             RefundNeedsReturn        tax or goods are booked: a goods return comes first
             RefundUnderWay           a part of the order's money is on its way back
             DeclarationRefused       the payment company would not declare
Unavailable  ProviderDown             nobody knows what the provider did

The words for people are in ``templates/messages/payments.*.txt``.
"""

from kernel.errors import Malformed, NotFound, Refusal, Unavailable


class WebhookUnsigned(Malformed):
    """A delivery carries no signature; nothing was stored."""

    code = "webhook_unsigned"


class WebhookForged(Malformed):
    """A delivery's signature was not made with our secret over these bytes."""

    code = "webhook_forged"


class WebhookStale(Malformed):
    """A delivery was signed more than the tolerance ago."""

    code = "webhook_stale"

    def __init__(self, *, age_s: int) -> None:
        super().__init__(age_s=age_s)


class WebhookFuture(Malformed):
    """A delivery claims to be signed later than now."""

    code = "webhook_future"

    def __init__(self, *, ahead_s: int) -> None:
        super().__init__(ahead_s=ahead_s)


class WebhookUnreadable(Malformed):
    """A signed delivery is no event; nothing was stored."""

    code = "webhook_unreadable"


class SharesDiffer(Malformed):
    """The orders' shares do not sum to the payment to the fen."""

    code = "shares_differ"

    def __init__(self, *, total_fen: int, shares_fen: int) -> None:
        super().__init__(total_fen=total_fen, shares_fen=shares_fen)


class PaymentMissing(NotFound):
    """No payment belongs to what was named."""

    code = "payment_missing"

    def __init__(self, *, of: str) -> None:
        super().__init__(of=of)


class ProviderUnknown(NotFound):
    """No payment provider of that name is set up."""

    code = "provider_unknown"

    def __init__(self, *, provider: str) -> None:
        super().__init__(provider=provider)


class ProviderCannotDeclare(Refusal):
    """The provider cannot declare payments to customs, so retail import stays closed."""

    code = "provider_cannot_declare"

    def __init__(self, *, provider: str) -> None:
        super().__init__(provider=provider)


class ProviderRefused(Refusal):
    """The payment provider understood and refused; no money moved."""

    code = "provider_refused"

    def __init__(self, *, provider: str, reason: str) -> None:
        super().__init__(provider=provider, reason=reason)


class PaymentNotOpen(Refusal):
    """The checkout's payment was taken, given back or has expired."""

    code = "payment_not_open"

    def __init__(self, *, checkout_id: int, state: str) -> None:
        super().__init__(checkout_id=str(checkout_id), state=state)


class CheckoutExpired(Refusal):
    """The time to pay for the checkout is over; no payment was opened."""

    code = "checkout_expired"

    def __init__(self, *, checkout_id: int) -> None:
        super().__init__(checkout_id=str(checkout_id))


class NothingToRefund(Refusal):
    """The order's payment was never taken, so nothing can be given back."""

    code = "nothing_to_refund"

    def __init__(self, *, order_id: int, state: str) -> None:
        super().__init__(order_id=str(order_id), state=state)


class RefundNeedsReturn(Refusal):
    """The order's tax or goods are in the books already: its money follows a goods return."""

    code = "refund_needs_return"

    def __init__(self, *, order_id: int) -> None:
        super().__init__(order_id=str(order_id))


class RefundUnderWay(Refusal):
    """A part of the order's money is on its way back: the rest goes when that is told."""

    code = "refund_under_way"

    def __init__(self, *, order_id: int) -> None:
        super().__init__(order_id=order_id)


class DeclarationRefused(Refusal):
    """The payment company refused to declare the payment of an order."""

    code = "declaration_refused"

    def __init__(self, *, order_id: int, reason: str) -> None:
        super().__init__(order_id=str(order_id), reason=reason)


class QuestionUnreadable(Malformed):
    """What customs asked about a payment cannot be read; nothing was taken."""

    code = "question_unreadable"

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason)


class PaymentDataRefused(Refusal):
    """Customs did not take the payment data it asked for."""

    code = "payment_data_refused"

    def __init__(self, *, order_no: str, answer: str) -> None:
        super().__init__(order_no=order_no, answer=answer)


class ProviderDown(Unavailable):
    """The payment provider did not answer; the same key is worth sending again."""

    code = "provider_down"

    def __init__(self, *, provider: str) -> None:
        super().__init__(provider=provider, retry_after_s=5)
