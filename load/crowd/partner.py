"""Decides what a partner does: hands in the orders of its own shoppers many at a time.

Each of them looks at the checkout page and confirms; what they confirmed travels in one request
(``docs/intake.md``), and each pays for himself afterwards.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from locust import task
from locust.exception import StopUser

from load.crowd import noted, pages
from load.crowd.buyer import Buyer
from load.crowd.plan import Person, Shelf
from load.crowd.user import MOST_TRIES, NotAnswered

INTAKE = "/intake/orders"
CONFIRMED = ("code", "offer_id", "price_version", "shown_total_fen", "qty", "shown_qty", "notices")
"""What of the checkout form travels."""
LATER_S = 1.0


@dataclass(frozen=True)
class Entry:
    """One shopper's order on its way, by its key."""

    person: Person
    shelf: Shelf
    fields: dict[str, str]

    @property
    def key(self) -> str:
        """Return the number it is known by."""
        return self.fields["key"]


class Partner(Buyer):
    """A company with an app of its own."""

    fixed_count = 0

    def on_start(self) -> None:
        """Come with a key and with shoppers."""
        self._bearer = {"Authorization": f"Bearer {self.crowd.next_partner_key()}"}
        many = self.crowd.plan.habits.partner_people
        self._people = [self.crowd.next_person() for _ in range(many)]

    @task
    def hand_in(self) -> None:
        """Let each shopper confirm one article, hand all in, let them pay."""
        if self.crowd.wave.over:
            raise StopUser
        entries = [entry for person in self._people if (entry := self._confirmed(person))]
        if not entries:
            return
        placed: dict[str, str] = {}
        try:
            placed = self._verdicts(entries)
        except NotAnswered:
            return
        finally:
            for entry in entries:
                self.crowd.wave.leave(placed=entry.key in placed)
        for entry in entries:
            if entry.key in placed:
                self._pay(entry, placed[entry.key])

    def _confirmed(self, person: Person) -> Entry | None:
        """Return what a shopper confirmed; None where the wave is full or nothing is sold."""
        if not self.crowd.wave.enter():
            return None
        entry = None
        try:
            entry = self._look(person)
        except NotAnswered:
            return None
        finally:
            if entry is None:
                self.crowd.wave.leave(placed=False)
        return entry

    def _look(self, person: Person) -> Entry | None:
        self.act_as(person)
        hot = self.crowd.chance(self.crowd.plan.habits.hot_bp)
        shelves = self.crowd.plan.shelves
        shelf = shelves[0] if hot else self.crowd.dice.choice(shelves[1:])
        found = pages.checkout_form(self.page(f"/checkout?code={shelf.code}", "look"))
        if found is None:
            self.crowd.notebook.counts["found it sold out"] += 1
            return None
        fields = {name: found.fields[name] for name in CONFIRMED} | vars(self.crowd.plan.address)
        fields |= {"phone": person.phone, "session": person.token}
        return Entry(person, shelf, fields | {"key": secrets.token_urlsafe(24)})

    def _verdicts(self, entries: list[Entry]) -> dict[str, str]:
        """Hand entries in until each has its verdict; return where the placed ones' pages are."""
        for entry in entries:
            self.crowd.notebook.note(noted.ASKED, key=entry.key)
        waiting = {entry.key: dict(entry.fields) for entry in entries}
        placed: dict[str, str] = {}
        for _ in range(MOST_TRIES):
            told = self._answer(list(waiting.values()))
            if self.crowd.chance(self.crowd.plan.habits.twice_bp):
                self._compare(told, self._answer(list(waiting.values())))
            for one in told:
                if one["verdict"] == "later":
                    waiting[one["key"]]["waiting_ticket"] = one.get("waiting_ticket", "")
                    continue
                del waiting[one["key"]]
                if one["verdict"] == "placed":
                    placed[one["key"]] = f"/orders/{one['checkout_id']}"
            if not waiting:
                break
            time.sleep(LATER_S)
        for entry in entries:
            self._note(entry, placed.get(entry.key))
        return placed

    def _answer(self, orders: list[dict[str, str]]) -> list[dict[str, Any]]:
        answer = self.ask(
            "POST", INTAKE, name="partner: orders", headers=self._bearer, json={"orders": orders}
        )
        told: list[dict[str, Any]] = answer.json()["verdicts"]
        return told

    def _compare(self, first: list[dict[str, Any]], again: list[dict[str, Any]]) -> None:
        """The second answer must be the first, wherever the first was an end."""
        self.crowd.notebook.counts["sent twice"] += 1
        for one, two in zip(first, again, strict=True):
            same = all(one.get(name) == two.get(name) for name in ("verdict", "checkout_id"))
            if one["verdict"] != "later" and not same:
                raise pages.PageStrange(f"intake: {two['verdict']} after {one['verdict']}")

    def _note(self, entry: Entry, where: str | None) -> None:
        if where is None:
            self.crowd.notebook.note(noted.REFUSED, key=entry.key, shelf=entry.shelf.code)
            return
        self.crowd.notebook.counts["handed in by a partner"] += 1
        self.act_as(entry.person)
        self.note_placed(where, entry.fields, key=entry.key, shelf=entry.shelf)

    def _pay(self, entry: Entry, where: str) -> None:
        self.act_as(entry.person)
        try:
            if not self.crowd.chance(self.crowd.plan.habits.leaves_bp):
                self.pay(where)
        except NotAnswered:
            return
