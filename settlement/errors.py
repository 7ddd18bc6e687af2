"""Decide which refusals finance's pages answer with, beside those of its desks.

The words for people are in ``templates/messages/finance.*.txt``.
"""

from kernel.errors import Refusal


class TooManyRows(Refusal):
    """An export would be longer than a sheet is read; nothing was written."""

    code = "too_many_rows"

    def __init__(self, *, most: int) -> None:
        super().__init__(most=most)
