"""Decides the way of one sale as its people walk it: shopper, clerk, operator, gatekeeper.

Everything goes over pages, the command line and the other side's own addresses.
"""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests

from demo.box import Box
from demo.browser import Browser, Page, expect
from demo.label import read_label
from demo.other_side import COURIER, DXP_IDS, PAYMENT_COMPANY, PLATFORM
from demo.programs import Programs
from demo.scenario import Scenario
from demo.timeline import StepFailed, Timeline, until

VEHICLE = "晋A12345"


@dataclass
class Walk:
    """One walk of ``scenario`` through ``box``; ``patience_s`` is how long a step may wait."""

    box: Box
    scenario: Scenario
    programs: Programs
    timeline: Timeline
    patience_s: float = 40.0
    shopper: Browser = field(default_factory=Browser)
    operator: Browser = field(default_factory=Browser)
    order_url: str = ""
    order_no: str = ""
    waybill_no: str = ""

    def step(self, name: str, words: str, act: Callable[[], None]) -> None:
        """Do one step under its name."""
        with self.timeline.step(name, words):
            act()

    # -- the shopper ---------------------------------------------------------------------

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
        expect(placed, "待支付")
        self.order_url = placed.url
        self._order = placed

    def pay(self) -> None:
        """Pay on the provider's page as oneself, and wait until the order page says so."""
        who = self.scenario.shopper
        page = self.shopper.send(self._order, "/pay")
        paid = self.shopper.send(
            page, "/pay/", name=who.name, id_number=who.id_number, phone=who.phone
        )
        expect(paid)
        self.await_order("已支付")
        facts = self._facts()
        self.order_no, self.waybill_no = facts["order_no"], facts["waybill_no"]

    def await_order(self, *words: str) -> Page:
        """Return the order page once it says ``words``."""

        def look() -> Page | None:
            self.programs.check_alive()
            page = expect(self.shopper.open(self.order_url))
            return page if all(word in page.text for word in words) else None

        return until(look, patience_s=self.patience_s, waiting_for=" ".join(words))

    def _facts(self) -> dict[str, str]:
        def look() -> dict[str, str] | None:
            page = self.shopper.open(self.order_url)
            copied = page.tree.xpath("//dl[@class='facts']//*[@data-copy]/@data-copy")
            names = ("order_no", "waybill_no")
            return dict(zip(names, copied, strict=False)) if len(copied) >= len(names) else None

        return until(look, patience_s=self.patience_s, waiting_for="order and waybill number")

    # -- the clerk -----------------------------------------------------------------------

    def print_slip(self) -> None:
        """Let the outlet's till pull the print request and print it."""
        key = self.box.folder / "keys" / "till.key"
        key.write_text(self.box.run("shop.cli", "add-terminal", "TY0001").strip())
        key.chmod(0o600)
        till = (
            "pull-and-print",
            *("--server", self.box.url("web"), "--device-key-file", str(key)),
            *("--printer", f"127.0.0.1:{self.box.ports['printer']}"),
            *("--journal", str(self.box.folder / "ours" / "till.db")),
        )

        def printed() -> bool | None:
            self.box.run("pos.terminal.cli", *till)
            return True if list((self.box.folder / "slips").glob("slip-*.png")) else None

        until(printed, patience_s=self.patience_s, waiting_for="the slip")
        for kind in ("bin", "png"):
            (made,) = (self.box.folder / "slips").glob(f"slip-*.{kind}")
            shutil.copy(made, self.box.out / f"slip.{kind}")

    # -- customs, seen from the other side --------------------------------------------------

    def await_sent(self, kind: str, sender: str) -> None:
        """Wait until customs has ``kind`` from ``sender``, and keep the copy."""
        self._await_copy(sender, "received", kind, self.box.out / f"{kind}.xml")

    def await_receipt(self, kind: str, receiver: str, *statuses: str) -> None:
        """Wait until customs has answered ``receiver`` with receipts saying ``statuses``."""

        def look() -> bool | None:
            self.programs.check_alive()
            texts = [path.read_text() for path in self.copies(receiver, "sent", kind)]
            said = {status for status in statuses if any(f">{status}<" in text for text in texts)}
            return True if said == set(statuses) else None

        until(look, patience_s=self.patience_s, waiting_for=f"{kind} {'/'.join(statuses)}")

    def _await_copy(self, dxp_of: str, way: str, kind: str, target: Path) -> None:
        def look() -> Path | None:
            self.programs.check_alive()
            return next(iter(self.copies(dxp_of, way, kind)), None)

        found = until(look, patience_s=self.patience_s, waiting_for=kind)
        shutil.copy(found, target)

    def copies(self, dxp_of: str, way: str, kind: str) -> list[Path]:
        """Return customs' plain copies of ``kind`` that came from or went to a sender."""
        folder = self.box.folder / "copies" / DXP_IDS[dxp_of] / way
        return sorted(folder.glob(f"{kind}-*.xml"))

    def keep_receipts(self) -> None:
        """Keep every receipt that customs sent, the tax bill under its own name."""
        folder = self.box.out / "receipts"
        folder.mkdir(exist_ok=True)
        for sender in (PLATFORM, PAYMENT_COMPANY, COURIER):
            for path in self.copies(sender, "sent", "*"):
                name = "CEB816.xml" if path.name.startswith("CEB816") else path.name
                shutil.copy(path, folder / name)

    def three_accepted(self) -> None:
        """Each sender has customs' acceptance of its own document."""
        self.await_receipt("CEB312", PLATFORM, "120")
        self.await_receipt("CEB412", PAYMENT_COMPANY, "120")
        self.await_receipt("CEB512", COURIER, "120")

    def await_tax_bill(self) -> None:
        """Customs' bill has come and says what the shopper was quoted."""
        self._await_copy(PLATFORM, "sent", "CEB816", self.box.folder / "CEB816.xml")
        billed = _sum_of(
            self.box.folder / "CEB816.xml", "valueAddedTax", "consumptionTax", "customsTax"
        )
        quoted = _sum_of(self.box.out / "CEB311.xml", "taxTotal")
        if billed != quoted:
            raise StepFailed("816", f"customs bills {billed} fen, the shopper was quoted {quoted}")

    # -- the operator --------------------------------------------------------------------

    def pick_and_pack(self) -> None:
        """Sign in, scan each piece of the parcel, weigh it."""
        start = self.operator.open(f"{self.box.url('web')}/back-office/warehouse/")
        desk = self.operator.send(
            start, "/staff/sign-in", login="operator", password=self.box.secrets["operator"]
        )
        self._warehouse = expect(desk)
        page = self.operator.open(self._link_to(self._warehouse, "/pick/"))
        for _ in range(self.scenario.qty):
            page = expect(self.operator.send(page, "/scan", code=_lot_to_take(page)))
        kilograms = float(self.scenario.goods.gross_kg) * self.scenario.qty + 0.2
        expect(self.operator.send(page, "/pack", gross_kg=f"{kilograms:.2f}"))

    def leave_zone(self) -> None:
        """Open an exit batch, get its bonded inventory list and pass, load the parcel."""
        desk = self.operator.open(self._warehouse.url)
        batch = expect(self.operator.send(desk, "/exit", vehicle_no=VEHICLE))
        for act, typed in (
            ("/parcels", {"waybill_no": self.waybill_no}),
            ("/list", {}),
            ("/pass", {}),
            ("/load", {"waybill_no": self.waybill_no}),
        ):
            batch = expect(self.operator.send(batch, act, **typed))
        copied = batch.tree.xpath("//*[@data-copy]/@data-copy")
        self._exit_pass_no = str(copied[1])

    def pass_gate(self) -> None:
        """The gatekeeper lets the vehicle through; the order page says so."""
        answer = requests.post(
            f"{self.box.url('zone')}/gate/{self._exit_pass_no}",
            json={"vehicle_no": VEHICLE},
            timeout=10,
        )
        answer.raise_for_status()
        self.await_order("已出区")

    def _link_to(self, page: Page, part: str) -> str:
        page.tree.make_links_absolute(page.url)
        links = [link for link in page.tree.xpath("//a/@href") if part in link]
        if not links:
            raise StepFailed("pick", f"{page.url} has no link to {part}: {page.text[:200]}")
        return str(links[0])

    def signed_for(self) -> None:
        """The courier has the receiver's signature; customs got 513, revenue is posted."""
        self.await_receipt("CEB514", COURIER, "120")
        self.await_order("已签收")
        until(
            self._revenue_posted, patience_s=self.patience_s, waiting_for="the posting of revenue"
        )

    def _revenue_posted(self) -> bool | None:
        ledger = self.box.out / "ledger.csv"
        self.box.run("shop.cli", "export", "ledger", str(ledger))
        return True if ",signed_for," in ledger.read_text(encoding="utf-8-sig") else None

    def export(self) -> None:
        """Take the ledger, the catalogue and customs' receipts out."""
        for what in ("ledger", "catalogue"):
            self.box.run("shop.cli", "export", what, str(self.box.out / f"{what}.csv"))
        self.keep_receipts()


def _lot_to_take(page: Page) -> str:
    """Return the code on the lot that the pick page sends the picker to next."""
    (lot_no, *_) = re.findall(r"\bL[0-9]{5}\b", page.text.split("下一处", 1)[1])
    return str(lot_no)


def _numbers(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


def _sum_of(path: Path, *elements: str) -> int:
    """Return the sum in fen of the first of each element of a message."""
    text, fen = path.read_text(), 0
    for element in elements:
        amount = text.split(f"{element}>", 1)[1].split("<", 1)[0]
        yuan, _, cents = amount.partition(".")
        fen += int(yuan) * 100 + int((cents + "00")[:2])
    return fen
