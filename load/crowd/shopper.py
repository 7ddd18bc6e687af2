"""Decides what a shopper does: scans, looks, orders, pays, follows the parcel; some give up.

A request that writes is now and then sent twice, as by a phone on a bad line: the second answer
must be the first.
"""

import secrets
from typing import Any

from locust import task
from locust.exception import StopUser
from requests.cookies import RequestsCookieJar

from load.crowd import noted, pages
from load.crowd.plan import Shelf
from load.crowd.user import CrowdUser, NotAnswered

PAGE = {"Accept": "text/html", "Accept-Language": "zh-CN,zh;q=0.9"}
FORM = PAGE | {"Content-Type": "application/x-www-form-urlencoded"}


class Shopper(CrowdUser):
    """A signed-up person with a phone in a shop."""

    def on_start(self) -> None:
        """Come with the session one has."""
        self.person = self.crowd.next_person()
        self._too_late = False
        session = RequestsCookieJar()
        session.set(self.crowd.plan.cookie, self.person.token, domain="127.0.0.1")
        for cookie in session:
            self.client.cookiejar.set_cookie(cookie)

    @task
    def buy(self) -> None:
        """Take one article home, or leave it."""
        if self.crowd.wave.over:
            raise StopUser
        if not self.crowd.wave.enter():
            return
        placed = None
        try:
            placed = self._buy_one()
        except NotAnswered:
            return
        finally:
            self.crowd.wave.leave(placed=placed is not None)
        if placed is not None:
            self._pay_and_follow(placed)

    def _buy_one(self) -> str | None:
        """Return where the order's page is, or None when nothing was ordered."""
        shelf = self._choose()
        self._page(f"/01/{shelf.gtin14}/21/{shelf.code}", "scan")
        self.think()
        page = self._page(f"/checkout?code={shelf.code}", "look")
        found = pages.checkout_form(page)
        if found is None:
            self.crowd.notebook.counts["found it sold out"] += 1
            self._too_late = True
            return None
        self.think()
        if not self.crowd.chance(self.crowd.plan.habits.buys_bp):
            return None
        address = self.crowd.plan.address
        fields = found.fields | vars(address) | {"idempotency_key": secrets.token_urlsafe(24)}
        return self._order(shelf, fields)

    def _choose(self) -> Shelf:
        """Return a shelf to stand at; whoever came too late for an article wants another."""
        shelves = self.crowd.plan.shelves
        hot = not self._too_late and self.crowd.chance(self.crowd.plan.habits.hot_bp)
        return shelves[0] if hot else self.crowd.dice.choice(shelves[1:])

    def _order(self, shelf: Shelf, fields: dict[str, str]) -> str | None:
        key, notes = fields["idempotency_key"], self.crowd.notebook
        notes.note(noted.ASKED, key=key)
        where = self._send("/checkout", fields, name="order", refusals=(409,))
        if where is None:
            notes.note(noted.REFUSED, key=key, shelf=shelf.code)
            self._too_late = True
            return None
        number = pages.order_no(self._page(where, "order page"))
        notes.note(
            noted.PLACED,
            key=key,
            checkout_id=int(where.rpartition("/")[2]),
            order_no=number,
            total_fen=int(fields["shown_total_fen"]),
            qty=int(fields["shown_qty"]),
            hot=shelf == self.crowd.plan.shelves[0],
        )
        return where

    def _pay_and_follow(self, where: str) -> None:
        try:
            self.think()
            if not self.crowd.chance(self.crowd.plan.habits.leaves_bp):
                self._pay(where)
                self._follow(where)
        except NotAnswered:
            return

    def _pay(self, where: str) -> None:
        button = pages.pay_form(self._page(where, "order page"))
        if button is None:
            raise pages.PageStrange("an order just placed cannot be paid")
        page_url = self._send(f"{where}/pay", button.fields, name="to the provider")
        token = pages.provider_token(self._page(str(page_url), "provider's page"))
        who = self.person
        typed = {"csrf_token": token, "name": who.name, "id_number": who.id_number}
        typed["phone"] = who.phone
        self.think()
        self._send(str(page_url), typed, name="pay at the provider")
        self.crowd.notebook.note(noted.MONEY, checkout_id=int(where.rpartition("/")[2]))

    def _follow(self, where: str) -> None:
        """Look at the order's page until it is paid, and a few times more."""
        for _ in range(self.crowd.plan.habits.looks):
            self.think()
            if pages.pay_form(self._page(where, "order page")) is None:
                self.crowd.notebook.counts["saw the payment"] += 1
                return

    def _page(self, url: str, name: str) -> str:
        answer = self.ask("GET", url, name=name, headers=PAGE)
        return str(answer.text)

    def _send(
        self, url: str, fields: dict[str, str], *, name: str, refusals: tuple[int, ...] = ()
    ) -> str | None:
        """Send a form, some twice; return where it leads, None when refused in words."""
        how: dict[str, Any] = {"name": name, "wanted": (303, *refusals), "headers": FORM}
        first = self.ask("POST", url, data=fields, **how)
        if self.crowd.chance(self.crowd.plan.habits.twice_bp):
            again = self.ask("POST", url, data=fields, **how)
            self.crowd.notebook.counts["sent twice"] += 1
            if (first.status_code, _leads(first)) != (again.status_code, _leads(again)):
                raise pages.PageStrange(f"{name}: the second answer is not the first")
        return _leads(first) if first.status_code == 303 else None


def _leads(answer: Any) -> str:
    return str(answer.headers.get("Location") or "") if answer.headers else ""
