"""Decides what a browser would read off the pages: forms as written, the order's number.

Imports nothing of the product; a page that is not as expected raises ``PageStrange``.
"""

from dataclasses import dataclass
from typing import Any

from lxml import html


class PageStrange(Exception):
    """A page does not hold what a person needs there; the message says what."""


@dataclass(frozen=True)
class Form:
    """A form as the page wrote it: where it goes, its fields."""

    action: str
    fields: dict[str, str]


def form(page: str, *, ends: str) -> Form | None:
    """Return the form whose action ends so, without its buttons; None when there is none."""
    tree: Any = html.fromstring(page)
    for one in tree.forms:
        if (one.action or "").endswith(ends):
            return Form(one.action, {name: value or "" for name, value in one.form_values()})
    return None


def checkout_form(page: str) -> Form | None:
    """Return the checkout form with the notices ticked; None while it does not sell."""
    found = form(page, ends="/checkout")
    if found is None or "shown_total_fen" not in found.fields:
        return None
    tree: Any = html.fromstring(page)
    if tree.xpath("//button[@form='order'][@disabled]"):
        return None
    (notices,) = tree.xpath("//form[@id='order']//input[@name='notices']/@value")
    return Form(found.action, found.fields | {"notices": str(notices)})


def order_no(page: str) -> str:
    """Return the number on an order's page."""
    tree: Any = html.fromstring(page)
    found = tree.xpath("//dl[@class='facts']//button/@data-copy")
    if not found:
        raise PageStrange("the order's page shows no number")
    return str(found[0])


def pay_form(page: str) -> Form | None:
    """Return the button that leads to the provider, or None once there is nothing to pay."""
    return form(page, ends="/pay")


def provider_token(page: str) -> str:
    """Return the token of the provider's form."""
    tree: Any = html.fromstring(page)
    found = tree.xpath("//form//input[@name='csrf_token']/@value")
    if not found:
        raise PageStrange("the provider's page has no form")
    return str(found[0])
