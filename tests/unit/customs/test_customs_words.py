"""Each refusal of the customs desk has words in both languages."""

import inspect

from bonded_display.customs import errors
from kernel.errors import Problem
from kernel.i18n import missing_words


def test_every_refusal_has_words() -> None:
    """What, why and next, in Chinese and in English."""
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, Problem) and kind.__module__ == errors.__name__
    ]

    assert len(kinds) == 14
    assert missing_words(kinds) == []
