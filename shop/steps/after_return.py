"""Decide what follows goods that came back: declared once they were checked, undone once granted.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from kernel.outbox import Fact
from shop.endings import declare_return as ask
from shop.endings.end_return import end_return


def declare_return(fact: Fact) -> None:
    """Send 625 for the pieces that were checked, under the number of their case."""
    ask.declare_return(int(fact.payload["case_id"]))


def take_back(fact: Fact) -> None:
    """Customs granted a return: goods, book, year and order follow.

    One in place of a withdrawal is not meant: its goods never left (``list.cancelled``).
    """
    if not fact.payload.get("before_gate", True):
        end_return(int(fact.payload["request_id"]))
