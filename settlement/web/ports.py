"""Decide what finance's pages need from above: who may open them, and what order a number names.

Signing staff in and numbering orders are the shop's; ``shop`` passes both in.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

View = Callable[..., Any]
FindOrder = Callable[[str], int | None]
"""Return the id of the order a person means by its printed number, or None."""
FindDocument = Callable[[str], str | None]
"""Return the document a person means by the number of a till's slip, till_sale:4711, or None."""
NumberDocuments = Callable[[Iterable[str]], Mapping[str, "DocumentLink"]]
"""Return, for documents of other rooms, the number people know and its page; others are left out."""


class RequireRole(Protocol):
    """Opens a view to staff of the named roles and makes them the current actor."""

    def __call__(self, *roles: str) -> Callable[[View], View]:
        """Return the decorator; who is not signed in or not of the role does not pass it."""


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A document's name taken apart, and the page that shows it, if there is one."""

    kind: str
    number: str
    url: str | None
