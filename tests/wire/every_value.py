"""Decide documents of every kind at their edges: lengths, characters, lines, optional elements.

A few numbers say what a document looks like, so that the search stays small: how many lines,
which optional elements are there, how long the texts are, where in the alphabet they begin.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from bonded_display.customs.messages.table import Document, Element, Message, Node
from tests.unit.customs.examples import GUID, ID_NUMBER

RARE = "𠮷𣎴𪚥𫞩"
"""Hanzi outside the basic plane: four bytes in UTF-8, one character of a length."""
ALPHABET = f"王&<{RARE}>\"'太aZ9·（Ⅱ]]>é无 淡"
SHORT, LONG = "short", "long"


@dataclass(frozen=True)
class Look:
    """What a document looks like."""

    lines: int
    there: int
    """Bits: which optional elements are there."""
    length: str
    begin: int


LOOKS = st.builds(
    Look,
    lines=st.one_of(st.sampled_from([1, 2, 98, 99]), st.integers(1, 99)),
    there=st.one_of(st.sampled_from([0, 2**64 - 1]), st.integers(0, 2**64 - 1)),
    length=st.sampled_from([SHORT, LONG, "mixed"]),
    begin=st.integers(0, len(ALPHABET) - 1),
)

_TIME, _DAY = "20280229235959", "20280229"
_NUMBER = "05012026I000000001"
_BOUND: dict[str, str] = {
    **{"guid": GUID, "appType": "1", "appStatus": "2", "appTime": _TIME, "payTime": _TIME},
    **{"logisticsTime": _TIME, "declTime": _DAY, "ieDate": _DAY, "orderType": "I", "ieFlag": "I"},
    **{"currency": "142", "buyerIdType": "1", "payerIdType": "1", "logisticsStatus": "S"},
    **{"buyerIdNumber": ID_NUMBER, "payerIdNumber": ID_NUMBER, "packNo": "1", "trafMode": "Y"},
    **{"tradeMode": "1210", "country": "142", "consigneeDistrict": "140105", "invtNo": _NUMBER},
    **{"gcode": "3304990029", "unit": "140", "unit1": "035", "unit2": "011", "status": "1"},
    **{"returnStatus": "-621018", "returnTime": f"{_TIME}999", "freight": "0", "insuredFee": "0"},
    **{"weight": "0.00001", "netWeight": "99999999999999.99999"},
    **{"grossWeight": "99999999999999.99999", "amountPaid": "99999999999999.99999"},
    **{"discount": "0.00001", "taxTotal": "0", "qty1": "99999999999999.99999", "qty2": "0.00001"},
    **{"customsTax": "0", "valueAddedTax": "99999999999999.99", "consumptionTax": "0.01"},
    "taxPrice": "1.00000",
}
"""Elements whose texts a rule or a reader binds; the others may hold anything that fits."""


def document_of(message: Message, look: Look) -> Document:
    """Return a document that fits its table and the rules of 1210, as ``look`` says."""
    head = _values(message.head, look, 0)
    lines: list[dict[str, str]] = []
    if message.lines is not None:
        lines = [_line(message.lines, look, place) for place in range(1, look.lines + 1)]
    return Document(_FINISH.get(message.kind, lambda h, _: h)(head, lines), tuple(lines))


def _line(node: Node, look: Look, place: int) -> dict[str, str]:
    values = _values(node, look, place)
    values["gnum"] = str(place)
    if "logisticsNo" in values:
        values["logisticsNo"] = f"{RARE}{place}"
    price, qty = place * 3_333 + look.begin, place * 7
    known = {"price": f"{price // 100}.{price % 100:02d}", "qty": str(qty)}
    known["totalPrice"] = f"{price * qty // 100}.{price * qty % 100:02d}000"
    values |= {name: text for name, text in known.items() if name in values}
    if "qty2" in values or "unit2" in values:
        values |= {"qty2": _BOUND["qty2"], "unit2": _BOUND["unit2"]}
    return values


def _values(node: Node, look: Look, place: int) -> dict[str, str]:
    values = {}
    for bit, element in enumerate(node.elements):
        if element.presence == "-" and not look.there >> (bit + place) % 64 & 1:
            continue
        values[element.name] = _BOUND.get(element.name) or _text(element, look, bit + place)
    return values


def _text(element: Element, look: Look, shift: int) -> str:
    if element.type in ("N19,5", "int", "N9"):
        return "1"
    fewest, most = element.lengths
    longest = 5_000 if most is None else 20 if element.name == "itemNo" else most
    length = {SHORT: fewest, LONG: longest}.get(look.length, max(fewest, longest // 2))
    begin = look.begin + shift
    text = "".join(ALPHABET[(begin + place) % len(ALPHABET)] for place in range(length))
    return text if text == text.strip() else text.replace(" ", "格")


def _order(head: dict[str, str], lines: list[dict[str, str]]) -> dict[str, str]:
    """Let the sums hold and the payment be whole."""
    goods = sum(int(line["totalPrice"].replace(".", "")) for line in lines)
    head |= {"goodsValue": _yuan(goods), "acturalPaid": _yuan(goods - 1)}
    trio = {"payCode", "payName", "payTransactionId"}
    if not trio <= head.keys():
        for name in trio & head.keys():
            del head[name]
    return head


def _yuan(e5: int) -> str:
    return f"{e5 // 100_000}.{e5 % 100_000:05d}"


_FINISH: dict[str, Callable[[dict[str, str], Any], dict[str, str]]] = {"CEB311": _order}
