"""Whatever stands in a row has words on the page, in both languages."""

import pytest

from bonded_display.customs.heard.history import OTHER_PARTY
from bonded_display.customs.heard.receipts import UNMATCHED
from bonded_display.customs.lists import FOR_A_PERSON
from bonded_display.customs.messages.every import SHAPES
from bonded_display.customs.states import STATE_OF_STATUS, STATES
from bonded_display.display.placements import PIECES, ROUTES
from bonded_display.stock.book import FIGURES
from bonded_display.stock.controls import _CONTROLS
from kernel.i18n import LANGS, messages
from kernel.register import ROLES
from shop.order.states import MOVES

CONTROLS = [name.replace(" = ", "_is_").replace(" ", "_") for name in _CONTROLS]
MESSAGES = [shape.kind for shape in SHAPES.values()] + ["CEB311", "CEB411", "CEB511", "CEB621"]
NOTES = [*FOR_A_PERSON, UNMATCHED, OTHER_PARTY, "older", "earlier_sending"]
TERMS = ("filing", "role", "mandate", "guarantee", "key", "lot", "shelf_code")


@pytest.mark.parametrize(
    ("prefix", "values"),
    [
        ("operator.order", MOVES),
        ("operator.order_text", MOVES),
        ("operator.list", STATES),
        ("operator.status", STATE_OF_STATUS),
        ("operator.message", MESSAGES),
        ("operator.note", NOTES),
        ("operator.role", ROLES),
        ("operator.route", ROUTES),
        ("operator.piece", PIECES),
        ("operator.control", CONTROLS),
        ("operator.term", TERMS),
        ("operator", FIGURES),
    ],
)
def test_every_value_has_its_words(prefix, values):
    """A state, status, note or role that a row may hold never breaks the page that shows it."""
    needed = {f"{prefix}.{value}" for value in values}

    assert {lang: needed - messages(lang).keys() for lang in LANGS} == {
        lang: set() for lang in LANGS
    }
