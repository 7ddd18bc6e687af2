"""Refusals of bonded stock; their words are in templates/messages/stock.*."""

from kernel.errors import Refusal


class StockShort(Refusal):
    """The warehouse cannot cover one line; nothing was reserved for the checkout."""

    code = "stock_short"

    def __init__(self, *, item_id: int, wanted: int, free: int) -> None:
        super().__init__(item_id=item_id, wanted=wanted, free=free)


class LotsShort(Refusal):
    """Good, unexpired lots of one account-book item do not cover a pick line."""

    code = "lots_short"

    def __init__(self, *, account_book_item_id: int, wanted: int, free: int) -> None:
        super().__init__(account_book_item_id=account_book_item_id, wanted=wanted, free=free)


class AllocationMissing(Refusal):
    """The gate was passed by goods that no firm allocation of the order names."""

    code = "allocation_missing"

    def __init__(self, *, order_id: int, document: str) -> None:
        super().__init__(order_id=order_id, document=document)


class DocumentChanged(Refusal):
    """A document line came again with another quantity; the first one stands."""

    code = "document_changed"

    def __init__(self, *, document_line: str, stored: int, given: int) -> None:
        super().__init__(document_line=document_line, stored=stored, given=given)


class AccountBookShort(Refusal):
    """A bonded inventory list names more than the account book has left."""

    code = "account_book_short"

    def __init__(self, *, account_book_item_id: int, wanted: int, left: int) -> None:
        super().__init__(account_book_item_id=account_book_item_id, wanted=wanted, left=left)
