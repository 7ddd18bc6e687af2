"""Decide what must agree, document by document; each check yields what does not.

No check knows what may have gone wrong: it reads two books and says where they differ.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from demo.compare.findings import Difference, Rows, by_key, by_name
from demo.compare.sides import (
    CANCELLED,
    ON_THE_WAY,
    REFUSED,
    RELEASED,
    TAXES,
    ListSide,
    Side,
)
from demo.compare.tax import Tariff, due

CONSTANTS = {
    "ieFlag": "I",
    "tradeMode": "1210",
    "country": "142",
    "currency": "142",
    "packNo": "1",
}
Check = Callable[[Side, Side], Iterator[Difference]]


def lists(ours: Side, other: Side) -> Iterator[Difference]:
    """Each list is on both sides, in the same state, and its head and lines say the same."""
    for cop_no in sorted({*ours.lists, *other.lists}):
        one, two = ours.lists.get(cop_no), other.lists.get(cop_no)
        if two is None and one is not None and one.head["guid"] is None:
            continue  # taken back before it was ever sent
        if one is None:
            yield Difference("lists", cop_no, "list", "missing", two.state if two else None)
        elif two is None:
            if one.state != ON_THE_WAY and one.code != "-1":
                yield Difference("lists", cop_no, "list", one.state, "missing")
            elif one.state == ON_THE_WAY:
                yield Difference("lists", cop_no, "unanswered", one.state, "missing")
        else:
            yield from _one_list(cop_no, one, two)


def _one_list(cop_no: str, one: ListSide, two: ListSide) -> Iterator[Difference]:
    taken_back = one.state == CANCELLED and two.state == REFUSED
    if not taken_back:
        yield from by_name("state", cop_no, {"state": one.state}, {"state": two.state})
    if REFUSED in (one.state, two.state):
        yield from by_name("state", cop_no, {"code": one.code}, {"code": two.code})
        return
    yield from by_name("head", cop_no, one.head, two.head)
    for name, wanted in CONSTANTS.items():
        if name in two.constants and two.constants[name] != wanted:
            yield Difference("head", cop_no, name, "-", two.constants[name], wanted)
    yield from by_key(
        "lines",
        {f"{cop_no} line {gnum}": line for gnum, line in one.lines.items()},
        {f"{cop_no} line {gnum}": line for gnum, line in two.lines.items()},
    )


def bills(ours: Side, other: Side) -> Iterator[Difference]:
    """Each released list has one bill, of one number, state and time, with the same taxes."""
    for cop_no in sorted({*ours.lists} & {*other.lists}):
        one, two = ours.lists[cop_no], other.lists[cop_no]
        if one.bill is None and two.bill is None:
            if one.state == two.state == RELEASED:
                yield Difference("bills", cop_no, "bill", "missing", "missing", "there")
        elif one.bill is None or two.bill is None:
            said = ["missing" if side.bill is None else "there" for side in (one, two)]
            yield Difference("bills", cop_no, "bill", *said)
        else:
            yield from by_name("bills", cop_no, one.bill, two.bill)


def taxes(ours: Side, other: Side, tariff: Tariff) -> Iterator[Difference]:
    """Each bill is what the formulas give on our lines, to the fen and by kind of tax."""
    for cop_no, one in sorted(ours.lists.items()):
        two = other.lists.get(cop_no)
        wanted = due(tariff, one) if one.bill or (two and two.bill) else None
        for name in TAXES if wanted else ():
            here = one.bill[name] if one.bill else None
            there = two.bill[name] if two and two.bill else None
            if not here == there == (wanted or {})[name]:
                yield Difference("taxes", cop_no, name, here, there, (wanted or {})[name])


def heard(ours: Side, other: Side) -> Iterator[Difference]:
    """What customs told us we heard, once each, and nothing that it never said."""
    here = {one.key: one for one in ours.heard}
    there = {one.key: one for one in other.heard}
    for key in sorted({*here} - {*there}):
        yield Difference("heard", here[key].number, key, "heard", "never said")
    for key in sorted({*there} - {*here}):
        yield Difference("heard", there[key].number, key, "never heard", "said")
    for key, times in sorted(Counter(one.key for one in ours.heard).items()):
        if times > 1:
            yield Difference("heard", here[key].number, key, f"{times} times", "once")


def letters(ours: Side, other: Side) -> Iterator[Difference]:
    """Every envelope we keep is, byte by byte, one that customs wrote."""
    for digest, name in sorted(ours.letters.items()):
        if digest not in other.letters:
            yield Difference("letters", name, f"envelope {digest[:16]}", "kept", "never written")


def histories(ours: Side, other: Side) -> Iterator[Difference]:
    """A list's state is the last that customs told of it, by the time of telling, on both sides."""
    last: dict[str, str] = {}
    for one in sorted(other.heard, key=lambda each: each.time):
        if one.kind == "CEB622" and one.status in _TOLD:
            last[one.number] = _TOLD[one.status]
    for cop_no, state in sorted(last.items()):
        two = other.lists.get(cop_no)
        if two is not None and two.state not in (state, CANCELLED):
            yield Difference("histories", cop_no, "state", state, two.state, state)


_TOLD = {
    "120": "ACCEPTED",
    "300": "MANUAL_REVIEW",
    "399": "REVIEWED",
    "500": "INSPECTION",
    "501": "DETAINED",
    "502": "DETAINED",
    "503": "DETAINED",
    "599": "DETAINED",
    "700": "RETURNED_OUT",
    "800": RELEASED,
}


def same(name: str, rows_of: Callable[[Side], Rows]) -> Check:
    """Return the check that each of these stands on both sides or on none, and says the same."""
    return lambda ours, other: by_key(name, rows_of(ours), rows_of(other))


OF_CUSTOMS: tuple[Check, ...] = (
    lists,
    bills,
    same("papers", lambda side: side.papers),
    heard,
    letters,
    histories,
    same("account book", lambda side: side.book),
)
OF_ORDERS: tuple[Check, ...] = (
    same("orders", lambda side: side.orders),
    same("order lines", lambda side: side.order_lines),
    same("declared", lambda side: side.declared),
)
OF_BOOK: dict[str, tuple[Check, ...]] = {
    "customs": OF_CUSTOMS + OF_ORDERS,
    "stripe": (
        same("charges", lambda side: side.charges),
        same("refunds", lambda side: side.refunds),
    ),
    "payment_company": (same("payments", lambda side: side.payments),),
    "courier": (same("waybills", lambda side: side.waybills),),
    "zone": (same("passes", lambda side: side.passes),),
}
"""Which checks need whose book."""
