"""Sum both sides, and what the rules give on our lines: expected, ours, other side."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from demo.compare.findings import Total, Value, whole
from demo.compare.sides import CANCELLED, REFUSED, RELEASED, TAXES, ListSide, Side
from demo.compare.tax import Tariff, due

_HEAD = ("freight_fen", "insurance_fen", "gross_e5", "net_e5")
_LINE = ("qty_e5", "qty1_e5", "qty2_e5", "total_fen")
_ORDER = ("goods_fen", "freight_fen", "discount_fen", "tax_fen", "paid_fen")
Sums = dict[str, int]


def totals(
    ours: Side, other: Side, tariff: Tariff | None, expected: Mapping[str, int]
) -> list[Total]:
    """Return every total; ``expected`` names those known before, the rest is computed if it can."""
    here, there = _sums(ours), _sums(other)
    known = {**_expected(ours, other, tariff), **expected}
    names = dict.fromkeys([*here, *there, *expected])
    return [Total(name, known.get(name), here.get(name, 0), there.get(name, 0)) for name in names]


def _expected(ours: Side, other: Side, tariff: Tariff | None) -> Sums:
    """Return what baskets and formulas give: what must be listed, billed, paid and given back."""
    found: Sums = dict(ours.expected) if ours.expected.get("charges.count") else {}
    of_basket = replace(ours, lists=ours.basket)
    for name, number in _of_lists(of_basket):
        found[name] = found.get(name, 0) + number
    found.pop("lists.", None)
    if tariff is not None:
        found |= _expected_taxes(ours, other, tariff)
    return found


def _expected_taxes(ours: Side, other: Side, tariff: Tariff) -> Sums:
    """Return the tax on what was ordered, of every list that either side bills."""
    sums = {f"bills.{name}": 0 for name in TAXES}
    for cop_no, one in ours.lists.items():
        two = other.lists.get(cop_no)
        if one.bill or (two and two.bill):
            wanted = due(tariff, ours.basket.get(cop_no, one))
            for name, fen in (wanted or {}).items():
                sums[f"bills.{name}"] += fen
    sums["bills.due_fen"] = sum(sums.values())
    sums["bills.count"] = sum(1 for one in ours.lists.values() if one.state == RELEASED)
    return sums


def _sums(side: Side) -> Sums:
    found: Sums = {}
    for part in (_of_lists, _of_bills, _of_heard, _of_the_rest):
        for name, number in part(side):
            found[name] = found.get(name, 0) + number
    return found


def _taken(side: Side) -> list[ListSide]:
    return [one for one in side.lists.values() if one.lines and one.state != REFUSED]


def _of_lists(side: Side) -> Iterator[tuple[str, int]]:
    for state, count in Counter(one.state for one in side.lists.values()).items():
        if state not in (REFUSED, CANCELLED):  # a refused list that is taken back counts as either
            yield f"lists.{state}", count
    for one in _taken(side):
        if one.state == CANCELLED:
            continue
        yield "lists.count", 1
        for name in _HEAD:
            yield f"lists.{name}", whole(one.head.get(name))
        value = sum(whole(line["total_fen"]) for line in one.lines.values())
        value += sum(whole(one.head.get(name)) for name in ("freight_fen", "insurance_fen"))
        yield "lists.value_fen", value
        for line in one.lines.values():
            yield "lines.count", 1
            for name in _LINE:
                yield f"lines.{name}", whole(line.get(name))
            chapter, origin = str(line["hs_code"])[:2], line["origin_code"]
            yield f"chapter {chapter}.qty_e5", whole(line["qty_e5"])
            yield f"chapter {chapter}.total_fen", whole(line["total_fen"])
            yield f"origin {origin}.total_fen", whole(line["total_fen"])


def _of_bills(side: Side) -> Iterator[tuple[str, int]]:
    for one in side.lists.values():
        if one.bill is not None:
            yield "bills.count", 1
            yield f"bills.status {one.bill['status']}", 1
            for name in TAXES:
                yield f"bills.{name}", whole(one.bill[name])
                yield "bills.due_fen", whole(one.bill[name])


def _of_heard(side: Side) -> Iterator[tuple[str, int]]:
    for name, count in sorted(Counter(f"{one.kind} {one.status}" for one in side.heard).items()):
        yield f"heard.{name}", count


def _of_the_rest(side: Side) -> Iterator[tuple[str, int]]:
    yield from _summed("orders", side.orders.values(), _ORDER)
    yield from _summed("payments", side.payments.values(), ("amount_fen", "accepted"))
    yield from _summed("waybills", side.waybills.values(), ("accepted", "delivered"))
    yield from _summed("charges", side.charges.values(), ("gross_fen",))
    yield from _summed("refunds", side.refunds.values(), ("amount_fen",))
    yield from _summed("papers", side.papers.values(), ())
    yield from _summed("passes", side.passes.values(), ())
    yield from _summed("account book", side.book.values(), ("deducted_e5",))
    yield from _summed("order lines", side.order_lines.values(), ("qty_e5", "total_fen"))
    for key, row in side.declared.items():
        kind = key.split(" ")[0]
        names = ("amount_fen", "gross_e5", "pieces")
        yield from _summed(kind, [row], tuple(name for name in names if name in row))


def _summed(
    what: str, rows: Iterable[Mapping[str, Value]], names: tuple[str, ...]
) -> Iterator[tuple[str, int]]:
    for row in rows:
        yield f"{what}.count", 1
        for name in names:
            yield f"{what}.{name}", whole(row[name])
