"""Decide which refusals the ledger can answer with.

Refusal  PostingUnbalanced  debits and credits differ, or there are fewer than two entries
         AccountUnknown     an entry names an account that the chart does not have
         PostingChanged     the document was posted before with other entries
         SaleNotPosted      a part comes back of a sale that is not posted yet
         AgreementMissing   no agreement with the merchant is in force

The words for people are in ``templates/messages/ledger.*.txt``.
"""

from datetime import date

from kernel.errors import Refusal


class PostingUnbalanced(Refusal):
    """The entries do not sum to nought; nothing was posted."""

    code = "posting_unbalanced"

    def __init__(self, *, document: str, sum_fen: int) -> None:
        super().__init__(document=document, sum_fen=sum_fen)


class AccountUnknown(Refusal):
    """An entry names an account outside the chart; nothing was posted."""

    code = "account_unknown"

    def __init__(self, *, account_code: str) -> None:
        super().__init__(account_code=account_code)


class PostingChanged(Refusal):
    """The document stands in the books with other entries; the first posting stays."""

    code = "posting_changed"

    def __init__(self, *, kind: str, document: str) -> None:
        super().__init__(kind=kind, document=document)


class SaleNotPosted(Refusal):
    """The signature of the order is not posted yet, so that no part of it can be taken back."""

    code = "sale_not_posted"

    def __init__(self, *, order_id: int) -> None:
        super().__init__(order_id=order_id)


class AgreementMissing(Refusal):
    """No agreement says whether we sell the merchant's goods as principal or as agent."""

    code = "agreement_missing"

    def __init__(self, *, merchant_enterprise_id: int, on: date) -> None:
        super().__init__(merchant_enterprise_id=merchant_enterprise_id, on=on.isoformat())
