"""Each rule beyond the schema is kept: one document passes, one fails by that rule alone."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bonded_display.customs.messages import rules_1210
from bonded_display.customs.messages.table import Document
from tests.unit.customs.examples import ID_NUMBER, list_document, order_document

Break = Callable[[Document], Document]


def head(**changes: str) -> Break:
    return lambda document: replace(document, head={**document.head, **changes})


def line(place: int, **changes: str) -> Break:
    def broken(document: Document) -> Document:
        lines: list[Any] = list(document.lines)
        lines[place] = {**lines[place], **changes}
        return replace(document, lines=tuple(lines))

    return broken


WRONG_DIGIT = ID_NUMBER[:-1] + ("0" if ID_NUMBER[-1] != "0" else "1")

ORDER_BREAKS: dict[str, list[Break]] = {
    "order_constants": [head(orderType="E"), head(currency="502"), head(buyerIdType="2")],
    "id_check_digit": [head(buyerIdNumber=WRONG_DIGIT), head(buyerIdNumber=ID_NUMBER[:17])],
    "line_currency": [line(0, currency="502")],
    "gnum_from_one": [line(1, gnum="3"), line(0, gnum="2")],
    "unit_code": [line(0, unit="999")],
    "country_code": [line(1, country="999")],
    "quantity_positive": [line(0, qty="-2", totalPrice="-780.00"), line(0, qty="0")],
    "line_total": [line(0, price="390.01")],
    "goods_value_is_sum": [head(goodsValue="1078.01", acturalPaid="1299.61")],
    "paid_is_sum": [head(acturalPaid="1299.61"), head(discount="0.00")],
    "amounts_not_negative": [head(freight="-20.00", acturalPaid="1259.60")],
    "payment_company_whole": [head(payTransactionId="")],
}

LIST_BREAKS: dict[str, list[Break]] = {
    "list_constants": [
        head(ieFlag="E"),
        head(tradeMode="9610"),
        head(country="305"),
        head(currency="502"),
        head(buyerIdType="2"),
        head(packNo="2"),
    ],
    "id_check_digit": [head(buyerIdNumber=WRONG_DIGIT)],
    "transport_code": [head(trafMode="Q")],
    "line_currency": [line(1, currency="502")],
    "gnum_from_one": [line(0, gnum="2")],
    "unit_code": [line(0, unit="999"), line(0, unit1="999"), line(0, unit2="999")],
    "country_code": [line(0, country="999")],
    "tariff_code": [line(0, gcode="33030000AB"), line(0, gcode="３３０３００００２０")],
    "quantity_positive": [line(0, qty1="0"), line(0, qty2="0")],
    "second_unit_whole": [line(0, unit2=""), line(1, unit2="011")],
    "line_total": [line(1, totalPrice="298.01")],
    "weights": [head(netWeight="1.50001"), head(netWeight="0")],
    "amounts_not_negative": [head(insuredFee="-0.01")],
}

PAIR_BREAKS: dict[str, list[Break]] = {
    "same_order": [head(orderNo="QZ1")],
    "same_parties": [head(ebpCode="1401960009"), head(ebcName="别的公司")],
    "same_buyer": [head(buyerName="王试"), head(buyerTelephone="13800000002")],
    "same_address": [head(consigneeAddress="山西省太原市小店区长风街1号2单元301")],
    "same_lines": [
        line(0, qty="1"),
        line(0, price="390.01"),
        line(0, gname="香水"),
        line(0, unit="011"),
        line(0, country="304"),
        lambda document: replace(document, lines=document.lines[:1]),
    ],
    "same_freight": [head(freight="40.00")],
}


def cases(breaks: dict[str, list[Break]]) -> list[Any]:
    return [
        pytest.param(rule, how, id=f"{rule}-{place}")
        for rule, hows in breaks.items()
        for place, how in enumerate(hows)
    ]


def test_good_documents_break_no_rule() -> None:
    """The passing document of every rule."""
    order, listed = order_document(), list_document()

    assert rules_1210.order_faults(order) == []
    assert rules_1210.list_faults(listed) == []
    assert rules_1210.pair_faults(order, listed) == []


def test_every_rule_has_a_failing_document() -> None:
    """A rule that nothing breaks would be no rule."""
    assert ORDER_BREAKS.keys() == rules_1210.ORDER_RULES.keys()
    assert LIST_BREAKS.keys() == rules_1210.LIST_RULES.keys()
    assert PAIR_BREAKS.keys() == rules_1210.PAIR_RULES.keys()


@pytest.mark.parametrize(("rule", "broken"), cases(ORDER_BREAKS))
def test_order_that_breaks_a_rule_is_found_by_its_name(rule: str, broken: Break) -> None:
    """One value of a good order is changed."""
    found = rules_1210.order_faults(broken(order_document()))

    assert rule in {fault.rule for fault in found}


@pytest.mark.parametrize(("rule", "broken"), cases(LIST_BREAKS))
def test_list_that_breaks_a_rule_is_found_by_its_name(rule: str, broken: Break) -> None:
    """One value of a good list is changed."""
    found = rules_1210.list_faults(broken(list_document()))

    assert rule in {fault.rule for fault in found}


@pytest.mark.parametrize(("rule", "broken"), cases(PAIR_BREAKS))
def test_list_that_differs_from_its_order_is_found_by_the_rule_alone(
    rule: str, broken: Break
) -> None:
    """Good by itself, but not what the accepted order said."""
    found = rules_1210.pair_faults(order_document(), broken(list_document()))

    assert {fault.rule for fault in found} == {rule}
