"""A withdrawal and a goods return say what the accepted list said, and fit the official schema."""

from pathlib import Path

import pytest
from lxml import etree

from bonded_display.customs.errors import MessageFaulty
from bonded_display.customs.messages import business
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.ceb623 import CEB623
from bonded_display.customs.messages.ceb625 import CEB625
from bonded_display.customs.messages.fill_623 import (
    Against,
    goods_return_message,
    withdrawal_message,
)
from bonded_display.customs.messages.table import Document, Message
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign import xmldsig
from tests.support.seams import START
from tests.unit.customs.examples import GUID, PARTIES, list_document, signer

AGAINST = Against(
    cop_no="7001", invt_no="05012026I000000001", reason="消费者取消订单", guid=GUID, at=START
)


def goods_return(returned: dict[int, int]) -> Document:
    return goods_return_message(list_document(), AGAINST, returned=returned)


CASES = [
    pytest.param(CEB623, lambda: withdrawal_message(list_document(), AGAINST), id="CEB623"),
    pytest.param(CEB625, lambda: goods_return({2: 1, 1: 2}), id="CEB625"),
]


@pytest.mark.parametrize(("message", "document"), CASES)
def test_signed_message_is_valid_by_the_official_schema(
    message: Message, document: object, official: Path
) -> None:
    """Built from the texts of a list, nothing else."""
    assert callable(document)
    root = business.build(
        message, document(), transfer=transfer_of(PARTIES.transmitter, "DXPQZ"), rules=list
    )
    raw = xmldsig.signed(root, signer(), xmldsig.Methods(), at=START)

    etree.XMLSchema(etree.parse(official / "xsd" / "ceb-import-202205.xsd")).assertValid(
        read_xml(raw)
    )


@pytest.mark.parametrize(("message", "document"), CASES)
def test_parties_and_buyer_are_those_of_the_list(message: Message, document: object) -> None:
    """Customs compares them with what it accepted."""
    assert callable(document)
    head, listed = document().head, list_document().head

    for name in ("orderNo", "ebcCode", "logisticsNo", "buyerIdNumber", "agentCode"):
        assert head[name] == listed[name], message.kind
    assert head["invtNo"] == "05012026I000000001"


def test_part_of_a_list_comes_back_under_its_own_line_numbers() -> None:
    """Line 2 alone keeps the number 2, its tariff code and its name."""
    (line,) = goods_return({2: 1}).lines

    listed = list_document().lines[1]
    assert line == {
        "gnum": "2",
        "gcode": listed["gcode"],
        "gname": listed["gname"],
        "qty": "1",
        "unit": listed["unit"],
    }


def test_line_that_the_list_lacks_is_refused_by_its_number() -> None:
    """Customs would answer -625209."""
    with pytest.raises(MessageFaulty) as refused:
        goods_return({3: 1})

    assert refused.value.faults == ["gnum 3: not_in_list"]
