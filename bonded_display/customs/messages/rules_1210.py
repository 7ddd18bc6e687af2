"""Decide what a document must hold for 1210 beyond the schema: constants, sums, equal texts.

Each rule has a name, and each is shown by one passing and one failing document.  Lengths and
presence are the tables' (``table.faults``), which have run before: values here are well formed.
"""

from collections.abc import Callable, Iterator, Mapping

from stdnum.iso7064 import mod_11_2

from bonded_display.customs.messages import codes
from bonded_display.customs.messages.table import Document, Fault, Values
from kernel.money import E5, parse_e5

Rule = Callable[[Document], Iterator[str]]
"""Yields the place of each breach."""

PairRule = Callable[[Document, Document], Iterator[str]]
"""The same between an order and its list."""


def order_faults(order: Document) -> list[Fault]:
    """Return each breach of the rules of CEB311 in ``order``."""
    return _faults(ORDER_RULES, order)


def list_faults(declaration_list: Document) -> list[Fault]:
    """Return each breach of the rules of CEB621 in ``declaration_list``."""
    return _faults(LIST_RULES, declaration_list)


def pair_faults(order: Document, declaration_list: Document) -> list[Fault]:
    """Return each place where the list does not say what its accepted order said."""
    return [
        Fault(place, name)
        for name, rule in PAIR_RULES.items()
        for place in rule(order, declaration_list)
    ]


def _faults(rules: Mapping[str, Rule], document: Document) -> list[Fault]:
    return [Fault(place, name) for name, rule in rules.items() for place in rule(document)]


def _number(values: Values, name: str) -> int:
    return parse_e5(values[name])


def _constants(wanted: Mapping[str, str]) -> Rule:
    def rule(document: Document) -> Iterator[str]:
        for name, constant in wanted.items():
            if document.head[name] != constant:
                yield name

    return rule


def _line_codes(table: Mapping[str, str], *names: str) -> Rule:
    def rule(document: Document) -> Iterator[str]:
        for place, line in enumerate(document.lines, start=1):
            for name in names:
                if line.get(name) and line[name] not in table:
                    yield f"line {place} {name}"

    return rule


def _not_negative(*names: str) -> Rule:
    def rule(document: Document) -> Iterator[str]:
        for name in names:
            if _number(document.head, name) < 0:
                yield name

    return rule


def _id_number(document: Document) -> Iterator[str]:
    number = document.head["buyerIdNumber"]
    if len(number) != 18 or not mod_11_2.is_valid(number):
        yield "buyerIdNumber"


def _line_currency(document: Document) -> Iterator[str]:
    for place, line in enumerate(document.lines, start=1):
        if line["currency"] != codes.CURRENCY_CNY:
            yield f"line {place} currency"


def _gnum(document: Document) -> Iterator[str]:
    for place, line in enumerate(document.lines, start=1):
        if line["gnum"] != str(place):
            yield f"line {place} gnum"


def _line_total(document: Document) -> Iterator[str]:
    for place, line in enumerate(document.lines, start=1):
        if _number(line, "price") * _number(line, "qty") != _number(line, "totalPrice") * E5:
            yield f"line {place} totalPrice"


def _quantities(*names: str) -> Rule:
    def rule(document: Document) -> Iterator[str]:
        for place, line in enumerate(document.lines, start=1):
            for name in names:
                if line.get(name) and _number(line, name) <= 0:
                    yield f"line {place} {name}"

    return rule


def _goods_value(document: Document) -> Iterator[str]:
    total = sum(_number(line, "totalPrice") for line in document.lines)
    if total != _number(document.head, "goodsValue"):
        yield "goodsValue"


def _paid(document: Document) -> Iterator[str]:
    head = document.head
    due = sum(_number(head, name) for name in ("goodsValue", "freight", "taxTotal"))
    if due - _number(head, "discount") != _number(head, "acturalPaid"):
        yield "acturalPaid"


def _payment_whole(document: Document) -> Iterator[str]:
    given = [bool(document.head.get(n)) for n in ("payCode", "payName", "payTransactionId")]
    if any(given) and not all(given):
        yield "payTransactionId"


def _weights(document: Document) -> Iterator[str]:
    if not 0 < _number(document.head, "netWeight") <= _number(document.head, "grossWeight"):
        yield "netWeight"


def _second_unit(document: Document) -> Iterator[str]:
    for place, line in enumerate(document.lines, start=1):
        if bool(line.get("qty2")) != bool(line.get("unit2")):
            yield f"line {place} unit2"


def _tariff_code(document: Document) -> Iterator[str]:
    for place, line in enumerate(document.lines, start=1):
        if not (line["gcode"].isascii() and line["gcode"].isdigit()):
            yield f"line {place} gcode"


def _transport(document: Document) -> Iterator[str]:
    if document.head["trafMode"] not in codes.TRANSPORT:
        yield "trafMode"


def _same_heads(*names: str) -> PairRule:
    def rule(order: Document, declaration_list: Document) -> Iterator[str]:
        for name in names:
            if order.head.get(name) != declaration_list.head.get(name):
                yield name

    return rule


def _same_lines(order: Document, declaration_list: Document) -> Iterator[str]:
    ours = {line["gnum"]: line for line in order.lines}
    theirs = {line["gnum"]: line for line in declaration_list.lines}
    for gnum in sorted(ours.keys() ^ theirs.keys(), key=int):
        yield f"gnum {gnum}"
    for gnum in sorted(ours.keys() & theirs.keys(), key=int):
        for name in ("qty", "price", "totalPrice"):
            if _number(ours[gnum], name) != _number(theirs[gnum], name):
                yield f"gnum {gnum} {name}"
        for name, other in (("unit", "unit"), ("country", "country"), ("itemName", "gname")):
            if ours[gnum][name] != theirs[gnum][other]:
                yield f"gnum {gnum} {other}"


def _same_freight(order: Document, declaration_list: Document) -> Iterator[str]:
    if _number(order.head, "freight") != _number(declaration_list.head, "freight"):
        yield "freight"


ORDER_RULES: dict[str, Rule] = {
    "order_constants": _constants(
        {"orderType": "I", "currency": codes.CURRENCY_CNY, "buyerIdType": codes.ID_CARD}
    ),
    "id_check_digit": _id_number,
    "line_currency": _line_currency,
    "gnum_from_one": _gnum,
    "unit_code": _line_codes(codes.UNITS, "unit"),
    "country_code": _line_codes(codes.COUNTRIES, "country"),
    "quantity_positive": _quantities("qty"),
    "line_total": _line_total,
    "goods_value_is_sum": _goods_value,
    "paid_is_sum": _paid,
    "amounts_not_negative": _not_negative(
        "goodsValue", "freight", "discount", "taxTotal", "acturalPaid"
    ),
    "payment_company_whole": _payment_whole,
}

LIST_RULES: dict[str, Rule] = {
    "list_constants": _constants(
        {
            "ieFlag": "I",
            "tradeMode": codes.TRADE_MODE_BONDED,
            "country": codes.COUNTRY_CHINA,
            "currency": codes.CURRENCY_CNY,
            "buyerIdType": codes.ID_CARD,
            "packNo": "1",
        }
    ),
    "id_check_digit": _id_number,
    "transport_code": _transport,
    "line_currency": _line_currency,
    "gnum_from_one": _gnum,
    "unit_code": _line_codes(codes.UNITS, "unit", "unit1", "unit2"),
    "country_code": _line_codes(codes.COUNTRIES, "country"),
    "tariff_code": _tariff_code,
    "quantity_positive": _quantities("qty", "qty1", "qty2"),
    "second_unit_whole": _second_unit,
    "line_total": _line_total,
    "weights": _weights,
    "amounts_not_negative": _not_negative("freight", "insuredFee"),
}

PAIR_RULES: dict[str, PairRule] = {
    "same_order": _same_heads("orderNo"),
    "same_parties": _same_heads("ebpCode", "ebpName", "ebcCode", "ebcName"),
    "same_buyer": _same_heads("buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone"),
    "same_address": _same_heads("consigneeAddress"),
    "same_lines": _same_lines,
    "same_freight": _same_freight,
}
