"""Decides what the warehouse's people do with a parcel: pick, pack, load, pass the gate.

They see tasks and waybill numbers; whose parcel it is, they are not told.
"""

import re

import requests

from demo.browser import Browser, Page, PageWrong, expect
from demo.walk import Walk

VEHICLE = "晋A12345"


class Desk:
    """An operator who has signed in, and the gatekeeper."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._box = walk.box
        self._operator = Browser()

    def close(self) -> None:
        """Sign nobody out, but put the keyboard away."""
        self._operator.close()

    def sign_in(self) -> None:
        """Open the desk of the warehouse."""
        start = self._operator.open(f"{self._box.url('web')}/back-office/warehouse/")
        desk = self._operator.send(
            start, "/staff/sign-in", login="operator", password=self._box.secrets["operator"]
        )
        self._url = expect(desk).url

    def pick_and_pack(self) -> None:
        """Scan each piece of the parcel that waits, pack and weigh it."""
        sold = self._walk.scenario
        page = self._operator.open(_link_to(self._operator.open(self._url), "/pick/"))
        for _ in range(sold.qty):
            page = expect(self._operator.send(page, "/scan", code=_lot_to_take(page)))
        kilograms = float(sold.goods.gross_kg) * sold.qty + 0.2
        expect(self._operator.send(page, "/pack", gross_kg=f"{kilograms:.2f}"))

    def leave_zone(self) -> None:
        """Open an exit batch, get its bonded inventory list and pass, load the parcel."""
        parcel = {"waybill_no": self._walk.waybill_no}
        desk = self._operator.open(self._url)
        batch = expect(self._operator.send(desk, "/exit", vehicle_no=VEHICLE))
        for act, typed in (("/parcels", parcel), ("/list", {}), ("/pass", {}), ("/load", parcel)):
            batch = expect(self._operator.send(batch, act, **typed))
        copied = batch.tree.xpath("//*[@data-copy]/@data-copy")
        self._exit_pass_no = str(copied[1])

    def pass_gate(self) -> None:
        """The gatekeeper lets the vehicle through; the order page says so."""
        answer = requests.post(
            f"{self._box.url('zone')}/gate/{self._exit_pass_no}",
            json={"vehicle_no": VEHICLE},
            timeout=10,
        )
        answer.raise_for_status()
        self._walk.await_order("已出区")


def _link_to(page: Page, part: str) -> str:
    page.tree.make_links_absolute(page.url)
    links = [link for link in page.tree.xpath("//a/@href") if part in link]
    if not links:
        raise PageWrong(f"{page.url} has no link to {part}: {page.text[:200]}")
    return str(links[0])


def _lot_to_take(page: Page) -> str:
    """Return the code on the lot that the pick page sends the picker to next."""
    (lot_no, *_) = re.findall(r"\bL[0-9]{5}\b", page.text.split("下一处", 1)[1])
    return str(lot_no)
