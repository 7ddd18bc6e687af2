"""An oddity is shown on the element it is about, with what was expected and what was read."""

import pytest

from bonded_display.customs.reading.oddities import by_path, find_oddities, parse_odd
from bonded_display.customs.reading.show_xml import show_xml
from bonded_display.customs.transport.mail import open_message
from tests.unit.customs.receipts import bill, list_receipt, message

TIME = "20261124100100123"
RECEIPT = list_receipt("7001", status=120, time=TIME).replace('guid="PORT"', f'guid="{"G" * 36}"')


@pytest.mark.parametrize(
    ("old", "new", "where", "rule", "wanted", "read"),
    [
        ("<preNo>B2", "<preNo>B20", "/InventoryReturn[1]/preNo[1]", "length", "C18", "B20"),
        ("</preNo>", "</preNo><preNo>BB</preNo>", "[1]/preNo[2]", "repeated_element", "C18", "BB"),
        ("</copNo>", "</copNo><odd>7</odd>", "[1]/odd[1]", "unknown_element", "", "7"),
        ("<preNo>B20261124000000001</preNo>", "", "/InventoryReturn[1]", "missing", "C18", ""),
    ],
)
def test_an_oddity_names_the_line_it_is_on(  # one row of the table above
    old: str, new: str, where: str, rule: str, wanted: str, read: str
) -> None:
    """One thing wrong each: the path is that of the line a person sees, the value what it holds."""
    raw = message(RECEIPT.replace(old, new, 1))

    (found,) = find_oddities(raw)

    assert found.path.endswith(where)
    assert (found.rule, found.wanted) == (rule, wanted)
    assert found.read.startswith(read)
    assert found.path in {line.path for line in show_xml(raw)}


def test_oddities_of_lines_and_frame_have_their_places() -> None:
    """The second line of a bill, the head's strange element, and the message's own guid."""
    text = bill(order_no="QZ1").replace("1901101010", "19011010101")
    raw = message(text)

    places = by_path(find_oddities(raw))

    assert set(places) == {
        "/CEB816Message",
        "/CEB816Message/Tax[1]/TaxHeadRd[1]/orderNo[1]",
        "/CEB816Message/Tax[1]/TaxListRd[2]/gcode[1]",
    }
    assert set(places) <= {line.path for line in show_xml(raw)}


def test_a_node_that_nobody_understood_is_told_with_the_others() -> None:
    """Two nodes, one without its time: what is kept beside the good one says so, without values."""
    node = RECEIPT[RECEIPT.index("<InventoryReturn>") : RECEIPT.index("</CEB622Message>")]
    timeless = node.replace(f"<returnTime>{TIME}</returnTime>", "")
    raw = message(RECEIPT.replace(node, node + timeless))

    (receipt,) = open_message(raw).receipts
    kept = parse_odd("\n".join(receipt.odd))

    assert [(one.where, one.rule) for one in kept] == [("InventoryReturn[2]", "unread")]
    assert ("unread", "receipt_time") in {(one.rule, one.detail) for one in find_oddities(raw)}


def test_an_answer_that_fits_has_none() -> None:
    """Nothing to mark."""
    assert find_oddities(message(RECEIPT)) == ()
