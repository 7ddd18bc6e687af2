"""Decides which refusals placing, paying and following an order can answer with.

NotFound   OrderUnknown
Denied     IdentityRequired
Refusal    AddressIsOutlet, CheckoutNotPayable, GoodsWithoutRate
           HoldsOfPerson, HoldsOfVisit, HoldsOfDevice, HoldsOfOutlet

Prices, offers and quantities refuse in ``shop.offer.errors``, people in ``shop.accounts.errors``.

The words are in ``templates/messages/order.*.txt``.
"""

from typing import ClassVar

from kernel.errors import Denied, NotFound, Refusal


class IdentityRequired(Denied):
    """The shopper's name and ID number are not verified yet; nothing was placed."""

    code = "identity_required"


class AddressIsOutlet(Refusal):
    """A delivery address or phone that belongs to an outlet or a warehouse; nothing was placed."""

    code = "address_is_outlet"

    def __init__(self, *, outlet: str) -> None:
        super().__init__(outlet=outlet)


class OrderUnknown(NotFound):
    """No such order for this shopper."""

    code = "order_unknown"

    def __init__(self, *, number: str) -> None:
        super().__init__(number=number)


class CheckoutNotPayable(Refusal):
    """The checkout is paid, expired or cancelled; no payment was opened."""

    code = "checkout_not_payable"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class GoodsWithoutRate(Refusal):
    """Goods sold at a till have no tariff code, so nobody knows their VAT; nothing was posted."""

    code = "goods_without_rate"

    def __init__(self, *, item_id: str, sale_no: str) -> None:
        super().__init__(item_id=item_id, sale_no=sale_no)


class TooManyHolds(Refusal):
    """So many unpaid orders are held already; nothing was placed."""

    code = "too_many_holds"
    of: ClassVar[str] = ""

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)


class HoldsOfPerson(TooManyHolds):
    """One person holds as many unpaid orders as a person may."""

    code = "holds_of_person"
    of = "person"


class HoldsOfVisit(TooManyHolds):
    """One scan of a shelf led to as many unpaid orders as it may."""

    code = "holds_of_visit"
    of = "visit"


class HoldsOfDevice(TooManyHolds):
    """One browser holds as many unpaid orders as a device may, whoever is signed in."""

    code = "holds_of_device"
    of = "device"


class HoldsOfOutlet(TooManyHolds):
    """The shoppers of one outlet hold as many unpaid orders as an outlet may."""

    code = "holds_of_outlet"
    of = "outlet"
