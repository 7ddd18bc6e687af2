"""What proves a scan."""

import base64

import pytest

from kernel.clock import MINUTE
from shop.offer.errors import VisitForged, VisitOver
from shop.offer.visit import VISIT_FOR, Visit, read_visit, write_visit

NOW = 1_795_485_600_000_000
VISIT = Visit(outlet_id=7, shelf_code="SH0001-A.3", at=NOW, nonce=991)
TOKEN = write_visit(VISIT, "secret")


def test_a_visit_is_read_as_it_was_written() -> None:
    """The cookie comes back an hour later."""
    assert read_visit(TOKEN, "secret", at=NOW + 60 * MINUTE) == VISIT


def test_a_visit_lasts_two_hours_to_the_microsecond() -> None:
    """The last moment counts, the next does not; nor does a time ahead of our clock."""
    assert read_visit(TOKEN, "secret", at=NOW + VISIT_FOR) == VISIT
    for at in (NOW + VISIT_FOR + 1, NOW - MINUTE - 1):
        with pytest.raises(VisitOver):
            read_visit(TOKEN, "secret", at=at)


def test_another_secret_or_a_changed_sign_is_no_visit() -> None:
    """A shopper moves their scan to another outlet by hand."""
    body, mark = TOKEN.split(".")
    other = base64.urlsafe_b64encode(b"8" + base64.urlsafe_b64decode(body + "==")[1:]).decode()
    forged = [f"{other.rstrip('=')}.{mark}", f"{body}.{body}", body, "", "ä.ö", "..", "a.b.c"]

    for token in forged:
        with pytest.raises(VisitForged):
            read_visit(token, "secret", at=NOW)
    with pytest.raises(VisitForged):
        read_visit(TOKEN, "another", at=NOW)
