"""Each rule beyond the schema has one document that passes and one that fails by it alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bonded_display.customs.messages import rules_1210
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.table import Document, faults
from tests.unit.customs.every_document import good
from tests.unit.customs.examples import ID_NUMBER

Break = Callable[[Document], Document]

WRONG_DIGIT = ID_NUMBER[:-1] + ("0" if ID_NUMBER[-1] != "0" else "1")


def as_it_is(document: Document) -> Document:
    return document


def head(**changes: str) -> Break:
    return lambda document: replace(document, head={**document.head, **changes})


def line(place: int, **changes: str) -> Break:
    def broken(document: Document) -> Document:
        lines: list[Any] = list(document.lines)
        lines[place] = {**lines[place], **changes}
        return replace(document, lines=tuple(lines))

    return broken


def both(*breaks: Break) -> Break:
    def broken(document: Document) -> Document:
        for one in breaks:
            document = one(document)
        return document

    return broken


@dataclass(frozen=True)
class Pair:
    """How a good document is changed to pass a rule narrowly, and to fail it."""

    failing: Break
    passing: Break = as_it_is


REPORTED = {
    "guid_upper_case": Pair(head(guid="4cDE1CFD-EDED-46B1-946C-B8022E42FC94"), head(guid="A" * 36)),
    "report_type": Pair(head(appType="4"), head(appType="3")),
    "report_status": Pair(head(appStatus="3"), head(appStatus="1")),
    "report_time": Pair(head(appTime="20260230100000"), head(appTime="20260228235959")),
}
ID = {"id_check_digit": Pair(head(buyerIdNumber=WRONG_DIGIT))}
ABOUT_LIST = {
    **REPORTED,
    **ID,
    "list_number": Pair(head(invtNo="05012026X000000001"), head(invtNo="99992099I999999999")),
    "present_for_1210": Pair(head(copNo="")),
}
NOT_NEGATIVE = Pair(head(insuredFee="-0.01"), head(insuredFee="0"))

DOCUMENTS: dict[str, dict[str, Pair]] = {
    "CEB311": {
        **REPORTED,
        **ID,
        "order_constants": Pair(head(buyerIdType="2")),
        "district_code": Pair(head(consigneeDistrict="14010A"), head(consigneeDistrict="")),
        "gnum_from_one": Pair(line(1, gnum="3")),
        "item_no_fits_list": Pair(line(0, itemNo="S" * 21), line(0, itemNo="S" * 20)),
        "unit_code": Pair(line(0, unit="999"), line(0, unit="140")),
        "country_code": Pair(line(1, country="999"), line(1, country="116")),
        "quantity_positive": Pair(
            both(
                line(0, qty="0", totalPrice="0"),
                head(goodsValue="298.00", acturalPaid="519.60"),
            ),
            line(0, qty="0.00001", price="78000000"),
        ),
        "price_not_negative": Pair(
            both(
                line(0, price="-1", totalPrice="-2"),
                head(goodsValue="296.00", acturalPaid="517.60"),
            ),
            both(
                line(0, price="0", totalPrice="0"),
                head(goodsValue="298.00", acturalPaid="519.60"),
            ),
        ),
        "line_total": Pair(line(0, price="390.01")),
        "goods_value_is_sum": Pair(head(goodsValue="1078.01", acturalPaid="1299.61")),
        "paid_is_sum": Pair(head(discount="0.00"), head(discount="0", acturalPaid="1309.60")),
        "amounts_not_negative": Pair(
            head(freight="-20.00", acturalPaid="1259.60"), head(freight="0", acturalPaid="1279.60")
        ),
        "payment_company_whole": Pair(
            head(payTransactionId=""), head(payCode="", payName="", payTransactionId="")
        ),
    },
    "CEB411": {
        **REPORTED,
        "payment_constants": Pair(head(payerIdType="2")),
        "id_check_digit": Pair(head(payerIdNumber=WRONG_DIGIT)),
        "event_time": Pair(head(payTime="20261124240000"), head(payTime="20261124235959")),
        "amount_positive": Pair(head(amountPaid="0"), head(amountPaid="0.00001")),
    },
    "CEB511": {
        **REPORTED,
        "present_for_1210": Pair(head(freight=""), head(freight="0")),
        "waybill_constants": Pair(head(packNo="2")),
        "amounts_not_negative": NOT_NEGATIVE,
        "weight_positive": Pair(head(weight="0"), head(weight="0.00001")),
    },
    "CEB513": {
        **REPORTED,
        "status_constants": Pair(head(logisticsStatus="R")),
        "event_time": Pair(head(logisticsTime="20261324100000")),
    },
    "CEB621": {
        **REPORTED,
        **ID,
        "present_for_1210": Pair(line(0, itemRecordNo=""), line(0, barCode="无")),
        "list_constants": Pair(head(tradeMode="9610")),
        "day_exists": Pair(head(ieDate="20260230"), head(ieDate="20280229")),
        "transport_code": Pair(head(trafMode="Q"), head(trafMode="9")),
        "gnum_from_one": Pair(line(0, gnum="2")),
        "unit_code": Pair(line(0, unit1="999"), line(0, unit1="036")),
        "country_code": Pair(line(0, country="999"), line(0, country="304")),
        "tariff_code": Pair(line(0, gcode="33030000AB"), line(0, gcode="0000000000")),
        "quantity_positive": Pair(line(0, qty1="0"), line(0, qty1="0.00001")),
        "second_unit_whole": Pair(line(0, unit2=""), line(0, qty2="", unit2="")),
        "price_not_negative": Pair(
            line(1, price="-1", totalPrice="-1"), line(1, price="0", totalPrice="0")
        ),
        "line_total": Pair(line(1, totalPrice="298.00001"), line(1, totalPrice="298.00000")),
        "weights": Pair(head(netWeight="1.50001"), head(netWeight="1.5")),
        "amounts_not_negative": NOT_NEGATIVE,
    },
    "CEB623": {
        **ABOUT_LIST,
        "report_type": Pair(head(appType="2")),
        "withdrawal_constants": Pair(head(buyerIdType="2")),
    },
    "CEB625": {
        **ABOUT_LIST,
        "goods_return_constants": Pair(head(buyerIdType="2")),
        "gnum_once": Pair(line(1, gnum="1"), line(1, gnum="9")),
        "tariff_code": Pair(line(0, gcode="３３０３００００２０")),
        "unit_code": Pair(line(0, unit="999")),
        "quantity_positive": Pair(line(0, qty="0"), line(0, qty="1")),
    },
    "CEB711": {
        **REPORTED,
        "present_for_1210": Pair(head(copNo="")),
        "warehouse_in_constants": Pair(head(ieFlag="E")),
        "transport_code": Pair(head(trafMode="Q"), head(trafMode="W")),
        "gnum_from_one": Pair(line(1, gnum="3")),
        "waybill_once": Pair(line(1, logisticsNo="JS1")),
    },
}


def cases() -> list[Any]:
    return [
        pytest.param(kind, rule, pair, id=f"{kind}-{rule}")
        for kind, rules in DOCUMENTS.items()
        for rule, pair in rules.items()
    ]


def test_every_rule_has_its_two_documents_and_no_document_is_without_a_rule() -> None:
    """A rule that nothing breaks would be no rule."""
    assert {kind: set(pairs) for kind, pairs in DOCUMENTS.items()} == {
        kind: set(rules) for kind, rules in rules_1210.RULES.items()
    }


def test_every_message_that_a_company_declares_has_rules() -> None:
    """What customs and the port say is not ours to judge."""
    declared = {kind for kind, message in MESSAGES.items() if message.signature is not None}

    assert rules_1210.RULES.keys() == declared


@pytest.mark.parametrize("kind", list(MESSAGES))
def test_good_document_of_each_kind_breaks_no_table_and_no_rule(kind: str) -> None:
    """Or the failing ones would show nothing."""
    assert faults(MESSAGES[kind], good(kind)) == []
    assert rules_1210.document_faults(kind, good(kind)) == []


@pytest.mark.parametrize(("kind", "rule", "pair"), cases())
def test_rule_passes_its_one_document_and_fails_its_other_alone(
    kind: str, rule: str, pair: Pair
) -> None:
    """Both are fit for their tables: only the rule tells them apart."""
    passing, failing = pair.passing(good(kind)), pair.failing(good(kind))

    assert faults(MESSAGES[kind], passing) == faults(MESSAGES[kind], failing) == []
    assert rules_1210.document_faults(kind, passing) == []
    assert {fault.rule for fault in rules_1210.document_faults(kind, failing)} == {rule}


FURTHER: list[tuple[str, str, Break]] = [
    ("CEB311", "order_constants", head(orderType="E")),
    ("CEB311", "id_check_digit", head(buyerIdNumber=ID_NUMBER[:17])),
    ("CEB311", "paid_is_sum", head(acturalPaid="1299.61")),
    ("CEB621", "list_constants", head(ieFlag="E")),
    ("CEB621", "list_constants", head(country="305")),
    ("CEB621", "list_constants", head(buyerIdType="2")),
    ("CEB621", "list_constants", head(packNo="2")),
    ("CEB621", "present_for_1210", head(copNo="")),
    ("CEB621", "present_for_1210", head(emsNo="")),
    ("CEB621", "present_for_1210", head(areaCode="")),
    ("CEB621", "present_for_1210", head(areaName="")),
    ("CEB621", "present_for_1210", line(1, barCode="")),
    ("CEB621", "day_exists", head(declTime="2026112X")),
    ("CEB621", "unit_code", line(0, unit="999")),
    ("CEB621", "unit_code", line(0, unit2="999")),
    ("CEB621", "quantity_positive", line(0, qty2="0")),
    ("CEB621", "second_unit_whole", line(1, unit2="011")),
    ("CEB621", "weights", head(netWeight="0")),
]


@pytest.mark.parametrize(("kind", "rule", "broken"), FURTHER)
def test_further_way_to_break_a_rule_is_found_by_its_name(
    kind: str, rule: str, broken: Break
) -> None:
    """A rule over several elements holds for each of them."""
    found = rules_1210.document_faults(kind, broken(good(kind)))

    assert {fault.rule for fault in found} == {rule}
