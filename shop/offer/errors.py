"""Decides which answers a shelf, an offer and a quantity give instead of a result.

Leaves their words to templates/messages/offer.*.txt and order.*.txt.

    Malformed  QuantityInvalid, NoticesNotAccepted, ConsigneeNameInvalid, DistrictUnknown,
               AddressTooShort, FormTampered, QuantityChanged
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


class QuantityChanged(Malformed):
    """The quantity is not the one whose total was shown; nothing was placed."""

    code = "quantity_changed"

    def __init__(self, *, shown: int, qty: int) -> None:
        super().__init__(shown=shown, qty=qty)


class NoticesNotAccepted(Malformed):
    """The three notices are not ticked in the wording shown now; nothing was placed."""

    code = "notices_not_accepted"


class ConsigneeNameInvalid(Malformed):
    """The receiver's name is empty, too long or no name; nothing was placed."""

    code = "consignee_name_invalid"


class DistrictUnknown(Malformed):
    """Province, city and district were not recognised; nothing was placed."""

    code = "district_unknown"


class AddressTooShort(Malformed):
    """The street address is too short or too long for a waybill; nothing was placed."""

    code = "address_too_short"


class FormTampered(Malformed):
    """A field that the page wrote itself came back as something else; nothing was placed."""

    code = "form_tampered"


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
