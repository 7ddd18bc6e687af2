"""Check the money of the sale: the order's sums, and that four witnesses saw one amount.

Tax is ``tax_checks``'s, the rest of the ledger is ``ledger``'s.
"""

from collections.abc import Iterator
from decimal import Decimal

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo

CLEARING = "1012.01"
FEN = Decimal(100)


def paid(demo: Demo) -> Decimal:
    """Return what the order says was paid, in yuan."""
    return demo.document("CEB311").head.number("acturalPaid")


@check("order_sum")
def order_sum(demo: Demo) -> Iterator[Difference]:
    """Paid = goods + freight + tax - discount; no figure below nought or finer than a fen."""
    head = demo.document("CEB311").head
    names = ("goodsValue", "freight", "taxTotal", "discount", "acturalPaid")
    goods, freight, tax, discount, total = (head.number(name) for name in names)
    if goods + freight + tax - discount != total:
        yield Difference("acturalPaid", goods + freight + tax - discount, total)
    for name in names:
        if head.number(name) < 0 or head.number(name) * FEN % 1:
            yield Difference(name, "whole fen, 0 or more", head[name])


@check("goods_sum")
def goods_sum(demo: Demo) -> Iterator[Difference]:
    """The lines' totals sum to the goods' value."""
    order = demo.document("CEB311")
    total = sum((line.number("totalPrice") for line in order.lines), Decimal(0))
    if total != order.head.number("goodsValue"):
        yield Difference("goodsValue", total, order.head["goodsValue"])


@check("line_price")
def line_price(demo: Demo) -> Iterator[Difference]:
    """Price x quantity is each line's total, in order and list."""
    for kind in ("CEB311", "CEB621"):
        for line in demo.document(kind).lines:
            total = line.number("price") * line.number("qty")
            if total != line.number("totalPrice"):
                yield Difference(f"{kind} gnum {line['gnum']}", total, line["totalPrice"])


@check("freight_equal")
def freight_equal(demo: Demo) -> Iterator[Difference]:
    """The list declares the freight that the order charged."""
    ours = demo.document("CEB311").head.number("freight")
    declared = demo.document("CEB621").head.number("freight")
    if ours != declared:
        yield Difference("freight", ours, declared)


@check("paid_declared")
def paid_declared(demo: Demo) -> Iterator[Difference]:
    """The payment company declared what the order says."""
    declared = demo.document("CEB411").head.number("amountPaid")
    if declared != paid(demo):
        yield Difference("acturalPaid = amountPaid", "equal", paid(demo), declared)


@check("paid_provider")
def paid_provider(demo: Demo) -> Iterator[Difference]:
    """The provider took that gross, once; what is left is gross less fee."""
    if len(demo.payments) != 1:
        yield Difference("provider.json", "one payment", "-", len(demo.payments))
        return
    taken = demo.payments[0]["balance_transaction"]
    if taken["gross_fen"] != paid(demo) * FEN:
        yield Difference("gross in fen", "equal", paid(demo) * FEN, taken["gross_fen"])
    if taken["currency"] != "cny":
        yield Difference("currency", "cny", "-", taken["currency"])
    if taken["gross_fen"] - taken["fee_fen"] != taken["net_fen"] or taken["fee_fen"] < 0:
        yield Difference("net", taken["gross_fen"] - taken["fee_fen"], "-", taken["net_fen"])


@check("paid_ledger")
def paid_ledger(demo: Demo) -> Iterator[Difference]:
    """The capture's leg on the provider's clearing account is that amount."""
    legs = [
        row for row in demo.ledger if row["kind"] == "captured" and row["account_code"] == CLEARING
    ]
    if len({row["posting_id"] for row in legs}) != 1:
        yield Difference("captured", "one posting", f"{len(legs)} legs on {CLEARING}")
        return
    total = sum(int(row["amount_fen"]) for row in legs)
    if total != paid(demo) * FEN:
        yield Difference(f"captured on {CLEARING} in fen", paid(demo) * FEN, total)
