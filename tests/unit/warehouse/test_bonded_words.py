"""The operator's room says why it refuses, in both languages."""

import bonded_display.display.errors
import bonded_display.stock.errors
import bonded_display.warehouse.errors
from kernel.errors import every_kind
from kernel.i18n import missing_words

ROOMS = (bonded_display.stock, bonded_display.display, bonded_display.warehouse)


def test_every_refusal_of_the_room_has_its_words():
    """What, why and next in each language, for stock, display and warehouse."""
    ours = tuple(room.__name__ for room in ROOMS)
    kinds = [kind for kind in every_kind() if kind.__module__.startswith(ours)]

    assert len(kinds) > 20
    assert missing_words(kinds) == []
