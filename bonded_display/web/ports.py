"""Decide what the operator's pages need from above: who may open them.

Signing staff in is the shop's; ``shop.app`` passes its guard in.
"""

from collections.abc import Callable
from typing import Any, Protocol

View = Callable[..., Any]


class RequireRole(Protocol):
    """Opens a view to staff of the named roles and makes them the current actor."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        """Return the decorator; who is not signed in or not of the role does not pass it."""
