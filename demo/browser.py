"""Decides how a person's browser is played: pages are fetched, forms found, filled and sent.

Every hidden field travels as the page gave it, the CSRF token included; nothing is made up.
"""

from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests
from lxml import html


class PageWrong(Exception):
    """A page is not what a person would expect; the message says which and what it said."""


@dataclass
class Page:
    """A fetched page: its address, status and tree."""

    url: str
    status: int
    tree: html.HtmlElement = field(repr=False)

    @property
    def text(self) -> str:
        """Return all words of the page, one space between them."""
        return " ".join(self.tree.text_content().split())

    def form(self, action: str) -> html.FormElement:
        """Return the form whose action contains ``action``; ``PageWrong`` without one."""
        for form in self.tree.forms:
            if action in (form.action or self.url):
                return form
        raise PageWrong(f"{self.url} ({self.status}) has no form for {action}: {self.text[:300]}")

    def fields(self, form: html.FormElement) -> dict[str, str]:
        """Return the named fields of a form, those that only point to it included."""
        own = form.xpath(".//*[self::input or self::select or self::textarea][@name]")
        if form.get("id"):
            own += self.tree.xpath("//*[@name][@form=$id]", id=form.get("id"))
        return {field.get("name"): field.get("value") or "" for field in own}

    def sent_unasked(self, form: html.FormElement) -> dict[str, str]:
        """Return what the form sends when nothing is typed: no unticked box."""
        boxes = form.xpath(".//input[@type='checkbox' and not(@checked)]/@name")
        if form.get("id"):
            boxes += self.tree.xpath(
                "//input[@type='checkbox' and not(@checked)][@form=$id]/@name", id=form.get("id")
            )
        return {name: value for name, value in self.fields(form).items() if name not in boxes}


class Browser:
    """A person with cookies; ``language`` is what their phone asks for."""

    def __init__(self, *, language: str = "zh-CN") -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Accept-Language"] = language
        self._session.headers["Accept"] = "text/html"

    def close(self) -> None:
        """Give its connections back."""
        self._session.close()

    def open(self, url: str) -> Page:
        """Return the page behind ``url`` after its redirects."""
        return self._page(self._session.get(url, timeout=20))

    def send(self, page: Page, action: str, **typed: str) -> Page:
        """Fill the form of ``page`` with ``typed``, send it, and return where it leads.

        ``PageWrong`` when the form lacks a field that is typed or the answer is an error.
        """
        form = page.form(action)
        missing = typed.keys() - page.fields(form).keys()
        if missing:
            raise PageWrong(f"{page.url}: the form {action} has no field {sorted(missing)}")
        there = urljoin(page.url, form.action or page.url)
        values = page.sent_unasked(form) | typed
        if form.method == "POST":
            return self._page(self._session.post(there, data=values, timeout=30))
        return self._page(self._session.get(there, params=values, timeout=30))

    def _page(self, answer: requests.Response) -> Page:
        if not answer.content:
            raise PageWrong(f"{answer.url} answered {answer.status_code} with nothing")
        return Page(answer.url, answer.status_code, html.fromstring(answer.content))


def expect(page: Page, *words: str) -> Page:
    """Return ``page`` when it is no error and says ``words``; ``PageWrong`` otherwise."""
    absent = [word for word in words if word not in page.text]
    if page.status >= 400 or absent:
        raise PageWrong(f"{page.url} ({page.status}) lacks {absent}: {page.text[:400]}")
    return page
