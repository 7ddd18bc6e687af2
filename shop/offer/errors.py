"""Decides which answers a shelf, an offer and a quantity give instead of a result.

Leaves their words to templates/messages/offer.*.txt and order.*.txt.

    Malformed  QuantityInvalid
    NotFound   OfferMissing, ShelfLabelMismatch
    Denied     VisitForged
    Refusal    OfferClosed, PriceChanged, VisitOver
"""

from kernel.errors import Denied, Malformed, NotFound, Refusal


class QuantityInvalid(Malformed):
    """The quantity is no whole number between the bounds; nothing was computed."""

    code = "quantity_invalid"

    def __init__(self, *, given: str, least: int, most: int) -> None:
        super().__init__(given=given[:20], least=least, most=most)


class OfferMissing(NotFound):
    """No offer by mail from the bonded warehouse stands behind this shelf code."""

    code = "offer_missing"

    def __init__(self, *, shelf_code: str) -> None:
        super().__init__(shelf_code=shelf_code)


class ShelfLabelMismatch(NotFound):
    """The label names another product than the one now on its shelf."""

    code = "shelf_label_mismatch"

    def __init__(self, *, shelf_code: str) -> None:
        super().__init__(shelf_code=shelf_code)


class OfferClosed(Refusal):
    """The offer is not open for orders; nothing was placed."""

    code = "offer_closed"


class PriceChanged(Refusal):
    """The total differs from the one the shopper was shown; nothing was placed."""

    code = "price_changed"

    def __init__(self, *, shown_fen: int, now_fen: int) -> None:
        super().__init__(shown_fen=shown_fen, now_fen=now_fen)


class VisitForged(Denied):
    """A shelf visit's token was not signed by us."""

    code = "visit_forged"


class VisitOver(Refusal):
    """The shelf was scanned too long ago, or its time lies ahead of our clock."""

    code = "visit_over"
