"""Two documents of one sale say the same, or the rule between them says where they do not."""

from typing import Any

import pytest

from bonded_display.customs.messages import rules_1210
from tests.unit.customs.every_document import good
from tests.unit.customs.test_customs_rules_1210 import Break, Pair, head, line

Kinds = tuple[str, str]

SAME_ORDER = Pair(head(orderNo="QZ1"))
SAME_WAYBILL = Pair(head(logisticsNo="JS9"))
SAME_ADDRESS = Pair(head(consigneeAddress="山西省太原市小店区长风街1号2单元301"))
AS_LISTED = {
    "same_order": SAME_ORDER,
    "same_office": Pair(head(customsCode="0502")),
    "same_parties": Pair(head(ebcName="别的公司")),
    "same_agent": Pair(head(agentName="别的公司")),
    "same_waybill": SAME_WAYBILL,
    "same_buyer": Pair(head(buyerTelephone="13800000002")),
}

LATER: dict[Kinds, dict[str, Pair]] = {
    ("CEB311", "CEB411"): {
        "same_order": SAME_ORDER,
        "same_paid": Pair(head(amountPaid="1299.61"), head(amountPaid="1299.60000")),
        "same_payment": Pair(head(payTransactionId="PAY2")),
    },
    ("CEB311", "CEB511"): {
        "same_order": SAME_ORDER,
        "same_consignee": Pair(head(consigneeTelephone="13800000002")),
    },
    ("CEB311", "CEB621"): {
        "same_order": SAME_ORDER,
        "same_parties": Pair(head(ebpCode="1401960009")),
        "same_buyer": Pair(head(buyerName="王试")),
        "same_address": SAME_ADDRESS,
        "same_lines": Pair(line(0, gname="香水"), line(0, price="390", totalPrice="780.0")),
        "same_freight": Pair(head(freight="40.00"), head(freight="20")),
    },
    ("CEB511", "CEB513"): {"same_waybill": SAME_WAYBILL},
    ("CEB511", "CEB621"): {
        "same_order": SAME_ORDER,
        "same_waybill": Pair(head(logisticsName="别的公司")),
        "same_address": SAME_ADDRESS,
    },
    ("CEB621", "CEB623"): AS_LISTED,
    ("CEB621", "CEB625"): {
        **AS_LISTED,
        "returned_lines": Pair(line(0, qty="2.00001"), line(0, qty="2")),
    },
}


def cases() -> list[Any]:
    return [
        pytest.param(kinds, rule, pair, id=f"{'-'.join(kinds)}-{rule}")
        for kinds, rules in LATER.items()
        for rule, pair in rules.items()
    ]


def test_every_rule_between_two_has_its_two_documents() -> None:
    """And no documents are without their rule."""
    assert {kinds: set(pairs) for kinds, pairs in LATER.items()} == {
        kinds: set(rules) for kinds, rules in rules_1210.PAIRS.items()
    }


@pytest.mark.parametrize(("kinds", "rule", "pair"), cases())
def test_rule_between_two_passes_one_document_and_fails_the_other_alone(
    kinds: Kinds, rule: str, pair: Pair
) -> None:
    """The earlier document stands; the later one is changed."""
    earlier, later = (good(kind) for kind in kinds)

    assert rules_1210.faults_between(kinds, earlier, pair.passing(later)) == []
    found = rules_1210.faults_between(kinds, earlier, pair.failing(later))
    assert {fault.rule for fault in found} == {rule}


def without_last_line(document: Any) -> Any:
    return type(document)(document.head, document.lines[:1])


FURTHER: list[tuple[Kinds, str, Break]] = [
    (("CEB311", "CEB411"), "same_order", head(ebpName="别的平台")),
    (("CEB311", "CEB511"), "same_consignee", head(consignee="王试")),
    (("CEB311", "CEB511"), "same_consignee", head(consigneeAddress="太原")),
    (("CEB311", "CEB621"), "same_parties", head(ebcName="别的公司")),
    (("CEB311", "CEB621"), "same_buyer", head(buyerIdNumber="1")),
    (("CEB311", "CEB621"), "same_lines", line(0, qty="1")),
    (("CEB311", "CEB621"), "same_lines", line(0, price="390.01")),
    (("CEB311", "CEB621"), "same_lines", line(0, unit="011")),
    (("CEB311", "CEB621"), "same_lines", line(0, country="304")),
    (("CEB311", "CEB621"), "same_lines", without_last_line),
    (("CEB621", "CEB625"), "returned_lines", line(0, gnum="3")),
    (("CEB621", "CEB625"), "returned_lines", line(0, gcode="0000000000")),
    (("CEB621", "CEB625"), "returned_lines", line(0, gname="香水")),
    (("CEB621", "CEB625"), "returned_lines", line(0, unit="011")),
]


@pytest.mark.parametrize(("kinds", "rule", "broken"), FURTHER)
def test_further_difference_is_found_by_the_rule_alone(
    kinds: Kinds, rule: str, broken: Break
) -> None:
    """A rule over several elements holds for each of them."""
    earlier, later = (good(kind) for kind in kinds)
    found = rules_1210.faults_between(kinds, earlier, broken(later))

    assert {fault.rule for fault in found} == {rule}


def test_order_that_names_no_payment_yet_goes_with_any_payment() -> None:
    """The payment company's number may come later than the order is sent."""
    unnamed = head(payCode="", payName="", payTransactionId="")(good("CEB311"))

    assert rules_1210.faults_between(("CEB311", "CEB411"), unnamed, good("CEB411")) == []
