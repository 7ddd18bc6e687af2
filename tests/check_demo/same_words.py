"""Check that the documents say the same of one sale: order, parties, buyer, parcel, goods.

Figures of money between documents are ``amounts``'s.
"""

from collections.abc import Iterator, Mapping

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo
from tests.check_demo.readers.documents import Values

CONSIGNEE = ("consignee", "consigneeTelephone", "consigneeAddress")
PAYER = {
    "buyerIdType": "payerIdType",
    "buyerIdNumber": "payerIdNumber",
    "buyerName": "payerName",
}
BUYER = (*PAYER, "buyerTelephone")
SECRET = ("buyerIdNumber",)
NUMBERS = ("qty", "price", "totalPrice")
TEXTS = {"unit": "unit", "country": "country", "itemName": "gname", "currency": "currency"}
OPTIONAL = {"barCode": "barCode", "itemNo": "itemNo", "itemName": "itemName"}


def _same(demo: Demo, one: str, other: str, names: Mapping[str, str]) -> Iterator[Difference]:
    """Compare elements of two documents; an ID number is not shown."""
    ours, theirs = demo.document(one).head, demo.document(other).head
    for name, name_there in names.items():
        if ours[name] != theirs[name_there] or not ours[name]:
            shown = ("***", "***") if name in SECRET else (ours[name], theirs[name_there])
            yield Difference(f"{one} {name} = {other} {name_there}", "equal", *shown)


def _alike(*names: str) -> dict[str, str]:
    return {name: name for name in names}


@check("order_no_equal")
def order_no_equal(demo: Demo) -> Iterator[Difference]:
    """One order number everywhere."""
    for other in ("CEB411", "CEB511", "CEB621"):
        yield from _same(demo, "CEB311", other, _alike("orderNo"))


@check("waybill_equal")
def waybill_equal(demo: Demo) -> Iterator[Difference]:
    """List and waybill name the same waybill of the same courier."""
    yield from _same(
        demo, "CEB511", "CEB621", _alike("logisticsNo", "logisticsCode", "logisticsName")
    )


@check("parties_equal")
def parties_equal(demo: Demo) -> Iterator[Difference]:
    """Platform, merchant and payment company are the same in every document."""
    platform, merchant = ("ebpCode", "ebpName"), ("ebcCode", "ebcName")
    yield from _same(demo, "CEB311", "CEB411", _alike(*platform))
    yield from _same(demo, "CEB311", "CEB621", _alike(*platform, *merchant))
    head = demo.document("CEB311").head
    given = [name for name in ("payCode", "payName", "payTransactionId") if name in head]
    yield from _same(demo, "CEB311", "CEB411", _alike(*given))


@check("consignee_equal")
def consignee_equal(demo: Demo) -> Iterator[Difference]:
    """Who receives, where and by which phone, to the letter."""
    yield from _same(demo, "CEB311", "CEB511", _alike(*CONSIGNEE))
    yield from _same(demo, "CEB311", "CEB621", _alike("consigneeAddress"))
    yield from _same(demo, "CEB511", "CEB621", _alike("consigneeAddress"))


@check("buyer_equal")
def buyer_equal(demo: Demo) -> Iterator[Difference]:
    """Buyer of order and list, and payer, are one person."""
    yield from _same(demo, "CEB311", "CEB621", _alike(*BUYER))
    yield from _same(demo, "CEB311", "CEB411", PAYER)


@check("goods_equal")
def goods_equal(demo: Demo) -> Iterator[Difference]:
    """The list's lines are the order's, one to one by gnum."""
    ours = demo.document("CEB311").lines
    theirs = demo.document("CEB621").lines
    numbers = [[line["gnum"] for line in lines] for lines in (ours, theirs)]
    if numbers[0] != numbers[1] or len(set(numbers[0])) != len(numbers[0]):
        yield Difference("gnum", "one to one", *numbers)
        return
    for order_line, list_line in zip(ours, theirs, strict=True):
        yield from _goods_line(order_line, list_line)


def _goods_line(ours: Values, theirs: Values) -> Iterator[Difference]:
    place = f"gnum {ours['gnum']}"
    for name in NUMBERS:
        if ours.number(name) != theirs.number(name):
            yield Difference(f"{place} {name}", "equal", ours[name], theirs[name])
    for name, name_there in TEXTS.items():
        if ours[name] != theirs[name_there]:
            yield Difference(f"{place} {name_there}", "equal", ours[name], theirs[name_there])
    for name, name_there in OPTIONAL.items():
        both = name in ours and name_there in theirs and theirs[name_there] != "无"
        if both and ours[name] != theirs[name_there]:
            yield Difference(f"{place} {name_there}", "equal", ours[name], theirs[name_there])
