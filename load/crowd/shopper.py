"""Decides what a shopper does: scans, looks, orders, pays, follows the parcel; some give up."""

import secrets

from locust import task
from locust.exception import StopUser

from load.crowd import noted, pages
from load.crowd.buyer import Buyer
from load.crowd.plan import Shelf
from load.crowd.user import NotAnswered


class Shopper(Buyer):
    """A signed-up person with a phone in a shop."""

    def on_start(self) -> None:
        """Come with the session one has."""
        self.act_as(self.crowd.next_person())
        self._too_late = False

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
        self.page(f"/01/{shelf.gtin14}/21/{shelf.code}", "scan")
        self.think()
        page = self.page(f"/checkout?code={shelf.code}", "look")
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
        where = self.send("/checkout", fields, name="order", refusals=(409,))
        if where is None:
            notes.note(noted.REFUSED, key=key, shelf=shelf.code)
            self._too_late = True
            return None
        self.note_placed(where, fields, key=key, shelf=shelf)
        return where

    def _pay_and_follow(self, where: str) -> None:
        try:
            self.think()
            if not self.crowd.chance(self.crowd.plan.habits.leaves_bp):
                self.pay(where)
                self._follow(where)
        except NotAnswered:
            return

    def _follow(self, where: str) -> None:
        """Look at the order's page until it is paid, and a few times more."""
        for _ in range(self.crowd.plan.habits.looks):
            self.think()
            if pages.pay_form(self.page(where, "order page")) is None:
                self.crowd.notebook.counts["saw the payment"] += 1
                return
