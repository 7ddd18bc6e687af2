"""A message set for reading: every element once, and just what differs is marked."""

import pytest

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.reading.show_xml import LONGEST_TEXT, show_xml

HEAD = b'<m:A xmlns:m="urn:a"><m:guid>%s</m:guid><m:line><m:qty>1</m:qty></m:line>%s</m:A>'


def marks(raw: bytes, before: bytes) -> list[tuple[str, str, str, str]]:
    """Return (tag, how, text, was) of every marked line."""
    return [
        (line.opening, line.differs, line.text, line.was)
        for line in show_xml(raw, before=before)
        if line.differs
    ]


def test_each_element_is_a_line_with_its_depth():
    """An element with children opens and closes; one without is whole; an empty one too."""
    lines = show_xml(HEAD % (b"G1", b"<m:note/>"))

    assert [(line.depth, line.opening, line.text, line.closing) for line in lines] == [
        (0, '<m:A xmlns:m="urn:a">', "", ""),
        (1, "<m:guid>", "G1", "</m:guid>"),
        (1, "<m:line>", "", ""),
        (2, "<m:qty>", "1", "</m:qty>"),
        (1, "", "", "</m:line>"),
        (1, "<m:note/>", "", ""),
        (0, "", "", "</m:A>"),
    ]
    assert not any(line.differs for line in lines)


def test_only_what_differs_is_marked():
    """A changed guid, a second line of the same name, a note that is gone."""
    before = HEAD % (b"G1", b"<m:note>n</m:note>")
    now = HEAD % (b"G2", b"<m:line><m:qty>2</m:qty></m:line>")

    assert marks(now, before) == [
        ("<m:guid>", "changed", "G2", "G1"),
        ("<m:qty>", "new", "2", ""),
        ("<note>", "gone", "n", ""),
    ]
    assert marks(now, now) == []


def test_a_signature_is_no_difference_of_its_own():
    """It follows from the rest and is always another one."""
    signed = b"<d:Signature xmlns:d='urn:d'><d:SignatureValue>%s</d:SignatureValue></d:Signature>"

    assert marks(HEAD % (b"G", signed % b"1"), HEAD % (b"G", signed % b"2")) == []


def test_what_is_no_message_is_not_shown():
    """Bytes that are no XML, and a document type, are refused as they are in the mail."""
    for raw in (b"\xff\x00", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"):
        with pytest.raises(MailMalformed):
            show_xml(raw)


def test_a_long_text_is_cut_with_an_ellipsis():
    """A certificate fills no screen; the file has it whole."""
    (line,) = show_xml(b"<a>" + b"x" * (LONGEST_TEXT + 1) + b"</a>")

    assert line.text == "x" * LONGEST_TEXT + "…"
