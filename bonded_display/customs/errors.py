"""Decide what can go wrong at the customs desk.

    Malformed      MailMalformed        what came in cannot be read; it is set aside
    NotFound       ListNotFound         no such list
                   MessageNotFound      no such stored message
    Refusal        MessageFaulty        a document of ours breaks a rule; nothing was signed
                   ThreeDocumentsFirst  order, payment and waybill are not all accepted
                   WaybillMissing       the list has no waybill number yet
                   NotResendable        the document is not in a state that may be sent again
                   NotWithdrawable      customs keeps the list, or its parcel is gone
                   NotReturnable        the goods are not released, or not so many
                   NotAmendable         a value that other documents share, or no such line
                   SigningKeyUnfit      the key is damaged, expired or not the sender's
                   GatewayRefused       the gateway will not take one message of ours
    Unavailable    SignerBusy           the device that signs does not answer now
                   MailboxUnavailable   the transport cannot be written or read now

The words for people are in ``templates/messages/customs.*``.
"""

from kernel.errors import Malformed, NotFound, Refusal, Unavailable


class MailMalformed(Malformed):
    """Bytes from the other side are no message we know; nothing of them was taken."""

    code = "customs_mail_malformed"

    def __init__(self, *, reason: str, detail: str = "") -> None:
        super().__init__(reason=reason, detail=detail)
        self.reason = reason
        self.detail = detail


class ListNotFound(NotFound):
    """No declaration list has this id."""

    code = "declaration_list_not_found"

    def __init__(self, *, list_id: int) -> None:
        super().__init__(list_id=list_id)


class MessageNotFound(NotFound):
    """No stored message has this id."""

    code = "customs_message_not_found"

    def __init__(self, *, message_id: int) -> None:
        super().__init__(message_id=message_id)


class MessageFaulty(Refusal):
    """A document of ours breaks its tables or rules; nothing was signed, stored or sent."""

    code = "customs_message_faulty"

    def __init__(self, *, kind: str, faults: list[str]) -> None:
        super().__init__(kind=kind, faults="; ".join(faults))
        self.faults = faults


class ThreeDocumentsFirst(Refusal):
    """Customs has not accepted order, payment and waybill yet; the list was not sent."""

    code = "three_documents_first"

    def __init__(self, *, list_id: int, missing: list[str]) -> None:
        super().__init__(list_id=list_id, missing=", ".join(missing))
        self.missing = missing


class WaybillMissing(Refusal):
    """The list waits for a waybill number from the courier's pool; it was not sent."""

    code = "list_waybill_missing"

    def __init__(self, *, list_id: int) -> None:
        super().__init__(list_id=list_id)


class NotResendable(Refusal):
    """Only a refused document may be corrected and sent under a new guid."""

    code = "customs_document_not_resendable"

    def __init__(self, *, kind: str, state: str) -> None:
        super().__init__(kind=kind, state=state)


class NotWithdrawable(Refusal):
    """The list cannot be withdrawn where it stands; nothing was changed."""

    code = "list_not_withdrawable"

    def __init__(self, *, list_id: int, state: str) -> None:
        super().__init__(list_id=list_id, state=state)


class NotReturnable(Refusal):
    """The goods cannot come back by a goods return; nothing was changed."""

    code = "goods_not_returnable"

    def __init__(self, *, list_id: int, reason: str) -> None:
        super().__init__(list_id=list_id, reason=reason)


class NotAmendable(Refusal):
    """The list may not be changed so; nothing was changed."""

    code = "list_not_amendable"

    def __init__(self, *, list_id: int, names: list[str]) -> None:
        super().__init__(list_id=list_id, names=", ".join(names))
        self.names = names


class SigningKeyUnfit(Refusal):
    """The signing key cannot be used; nothing was signed."""

    code = "signing_key_unfit"

    def __init__(self, *, key_no: str, reason: str) -> None:
        super().__init__(key_no=key_no, reason=reason)
        self.reason = reason


class GatewayRefused(Refusal):
    """The gateway says that it will never take this one message; it was not sent."""

    code = "customs_gateway_refused"

    def __init__(self, *, status: int) -> None:
        super().__init__(status=status)


class SignerBusy(Unavailable):
    """The device that signs is not there, is too slow or has too much waiting; try again."""

    code = "customs_signer_busy"

    def __init__(self, *, key_no: str, cause: str, retry_after_s: int = 10) -> None:
        super().__init__(retry_after_s=retry_after_s, key_no=key_no, cause=cause)
        self.cause = cause


class MailboxUnavailable(Unavailable):
    """The mailbox to customs cannot be written or read now; what is stored goes later."""

    code = "customs_mailbox_unavailable"

    def __init__(self, *, doing: str, cause: str = "") -> None:
        super().__init__(retry_after_s=10, doing=doing, cause=cause)
        self.cause = cause
