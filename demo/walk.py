"""Decides how a shopper buys: from the label on the shelf to the slip, over pages alone.

What customs says of it is ``copies``', what the warehouse does ``desk``'s.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.box import Box
from demo.browser import Browser, Page, expect
from demo.label import read_label
from demo.programs import Programs
from demo.scenario import Scenario
from demo.timeline import Timeline, until

ENDED = ("已过期", "已取消", "退款中", "海关未放行", "已退款")


class OrderEnded(Exception):
    """The order page says that the order goes no further; the message says in which words."""


@dataclass
class Walk:
    """One walk of ``scenario`` through ``box``; ``patience_s`` is how long a step may wait."""

    box: Box
    scenario: Scenario
    programs: Programs
    timeline: Timeline
    patience_s: float = 40.0
    shopper: Browser = field(default_factory=Browser)
    order_url: str = ""
    order_no: str = ""
    waybill_no: str = ""

    def step(self, name: str, words: str, act: Callable[[], None]) -> None:
        """Do one step under its name."""
        with self.timeline.step(name, words):
            act()

    def close(self) -> None:
        """Put the shopper's phone away."""
        self.shopper.close()

    def read_shelf_label(self) -> None:
        """Print the shelf's label, scan its code, open the offer."""
        label = self.box.out / "label.pdf"
        self.box.run("shop.cli", "label", self.scenario.shelf_code, str(label))
        self._offer = expect(self.shopper.open(read_label(label)), self.scenario.goods.name)

    def sign_in(self) -> None:
        """Sign in by phone with the one-time code that the message gateway got."""
        checkout = self.shopper.send(
            self._offer, "/checkout", qty=str(self.scenario.qty), notices=self._notices()
        )
        asked = self.shopper.send(checkout, "/sign-in/code", phone=self.scenario.shopper.phone)
        self._identity = expect(self.shopper.send(asked, "/sign-in", code=self._code()))

    def _notices(self) -> str:
        (ticked,) = self._offer.tree.xpath("//input[@name='notices']/@value")
        return str(ticked)

    def _code(self) -> str:
        def newest() -> str | None:
            for path in sorted((self.box.folder / "notifier").glob("*.json"), reverse=True):
                text = json.loads(path.read_text())["text"]
                path.unlink()
                digits = [word for word in _numbers(text) if len(word) == 6]
                return digits[0] if digits else None
            return None

        return until(newest, patience_s=10, waiting_for="the one-time code")

    def verify_identity(self) -> None:
        """Give name and ID number, with the separate consent."""
        who = self.scenario.shopper
        (consent,) = self._identity.tree.xpath("//input[@name='consent']/@value")
        done = self.shopper.send(
            self._identity,
            "/identity",
            name=who.name,
            id_number=who.id_number,
            consent=str(consent),
        )
        self._checkout = expect(done, self.scenario.goods.name)

    def place(self) -> None:
        """Confirm the order: address, quantity, the total as shown, the three notices."""
        who = self.scenario.shopper
        (notices,) = self._checkout.tree.xpath("//input[@name='notices']/@value")
        placed = self.shopper.send(
            self._checkout,
            "/checkout",
            consignee_name=who.name,
            phone=who.phone,
            district=who.district,
            address=who.address,
            notices=str(notices),
        )
        self.order_url = expect(placed).url
        self._order = self.await_order("待支付")

    def pay(self) -> None:
        """Pay on the provider's page as oneself, and wait until the order page says so."""
        who = self.scenario.shopper
        page = self.shopper.send(self._order, "/pay")
        paid = self.shopper.send(
            page, "/pay/", name=who.name, id_number=who.id_number, phone=who.phone
        )
        expect(paid)
        self.await_order("已支付")

    def await_released(self) -> None:
        """Wait until the order page says that customs has released it, and note its numbers."""
        facts = _facts(self.await_order("海关已放行"))
        self.order_no, self.waybill_no = facts["订单号"], facts["运单号"]

    def await_order(self, word: str) -> Page:
        """Return the order page once a step reached is called ``word``.

        Raises ``OrderEnded`` when the order has come to another end.
        """

        def look() -> Page | None:
            self.programs.check_alive()
            page = expect(self.shopper.open(self.order_url))
            said = _steps_reached(page)
            if word not in said and word not in ENDED and said[-1] in ENDED:
                raise OrderEnded(f"the order page says {said[-1]}, not {word}")
            return page if word in said else None

        return until(look, patience_s=self.patience_s, waiting_for=f"the order page to say {word}")

    def print_slip(self) -> None:
        """Let the outlet's till pull the print request and print it."""
        slips = self.box.folder / "slips"
        before = set(slips.iterdir())
        till = (
            "pull-and-print",
            *("--server", self.box.url("web"), "--device-key-file", str(self.box.till_key)),
            *("--printer", f"127.0.0.1:{self.box.ports['printer']}"),
            *("--journal", str(self.box.folder / "ours" / "till.db")),
        )

        def printed() -> bool | None:
            self.box.run("pos.terminal.cli", *till)
            return True if set(slips.glob("slip-*.png")) - before else None

        until(printed, patience_s=self.patience_s, waiting_for="the slip")
        for kind in ("bin", "png"):
            (made,) = set(slips.glob(f"slip-*.{kind}")) - before
            shutil.copy(made, self.box.out / f"slip.{kind}")


def _steps_reached(page: Page) -> list[str]:
    """Return what the order page calls the steps behind and the one it stands at, in order."""
    steps = page.tree.xpath(
        "//li[contains(@class, 'step-done') or contains(@class, 'step-now')]"
        "/p[@class='step-words']/text()[1]"
    )
    return [str(words).strip() for words in steps] or [""]


def _facts(page: Page) -> dict[str, str]:
    """Return the numbers of an order that its page offers to copy, by what it calls them."""
    (facts,) = page.tree.xpath("//dl[@class='facts']")
    named = zip(facts.xpath("./dt"), facts.xpath("./dd"), strict=True)
    return {name.text_content(): fact.xpath(".//@data-copy")[0] for name, fact in named}


def _numbers(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()
