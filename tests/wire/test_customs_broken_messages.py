"""A broken message is judged by our schema as by the official one, element by element."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from bonded_display.customs.messages.derived.schema import schema_faults
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.table import CEB
from tests.unit.customs.every_document import good
from tests.wire.test_customs_every_value import message_of, schema

Break = Callable[[etree._Element], None]


def removed(part: etree._Element) -> None:
    _parent(part).remove(part)


def twice(part: etree._Element) -> None:
    part.addnext(deepcopy(part))


def later(part: etree._Element) -> None:
    following = part.getnext()
    if following is not None:
        following.addnext(part)


def renamed(part: etree._Element) -> None:
    part.tag = f"{{{CEB}}}surprise"


def foreign(part: etree._Element) -> None:
    part.tag = f"{{urn:x}}{etree.QName(part).localname}"


def longer(part: etree._Element) -> None:
    part.text = (part.text or "") + "𠮷" * 1_001


def no_number(part: etree._Element) -> None:
    part.text = "1e3"


def many_places(part: etree._Element) -> None:
    part.text = "0.123456"


def nested(part: etree._Element) -> None:
    etree.SubElement(part, part.tag)


BREAKS: list[Break] = [
    *(removed, twice, later, renamed, foreign, longer, no_number, many_places, nested),
]


def _parent(part: etree._Element) -> etree._Element:
    parent = part.getparent()
    assert parent is not None
    return parent


def _parts(root: etree._Element) -> list[etree._Element]:
    """Return every element below the root outside the signature."""
    return [part for part in root.iter(f"{{{CEB}}}*") if part is not root]


@pytest.mark.parametrize("kind", list(MESSAGES))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 200), how=st.sampled_from(BREAKS))
def test_our_schema_says_of_a_broken_message_what_the_official_one_says(
    kind: str, place: int, how: Break, official: Path
) -> None:
    """One element is removed, doubled, moved, renamed, too long, no number, or not flat."""
    message = MESSAGES[kind]
    root = message_of(message, [good(kind)])
    parts = _parts(root)

    how(parts[place % len(parts)])

    assert bool(schema_faults(message, root)) != schema(official).validate(root)


@pytest.mark.parametrize("kind", list(MESSAGES))
def test_message_without_its_attributes_breaks_both(kind: str, official: Path) -> None:
    """Guid and version are of the root."""
    for name in ("guid", "version"):
        root = message_of(MESSAGES[kind], [good(kind)])
        del root.attrib[name]
        assert not schema(official).validate(root)
        (fault,) = schema_faults(MESSAGES[kind], root)
        assert fault.where == MESSAGES[kind].root


def test_fault_of_the_schema_names_the_place_and_no_value() -> None:
    """The third line of two lists: the way down to it, and the rule by its own name."""
    root = message_of(MESSAGES["CEB621"], [good("CEB621")] * 2)
    gcode = root[1].findall(f"{{{CEB}}}InventoryList")[1].find(f"{{{CEB}}}gcode")
    assert gcode is not None
    gcode.text = "12345"

    (fault,) = schema_faults(MESSAGES["CEB621"], root)

    assert str(fault) == "Inventory[2].InventoryList[2].gcode: schema (cvc_minlength_valid)"
