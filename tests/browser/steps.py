"""Decide how people of the house do what a way needs: sign in, scan, lead a parcel out."""

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Error, Page

from demo.browser import Browser, expect
from demo.run.people import Person
from tests.browser.open_house import OpenHouse

SHIFTED = {":": "Semicolon", "?": "Slash", "_": "Minus", "&": "Digit7"}
RAISED, RUNS = re.compile("[A-Z:?_&]"), re.compile("[A-Z:?_&]|[^A-Z:?_&]+")
VEHICLE, WEIGHT_KG = "晋A12345", "9.00"


def sign_in_staff(page: Page, opened: OpenHouse, login: str) -> None:
    """Sign in by password; the sign-in leads to the room of the role."""
    page.goto(f"{opened.web}/staff/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", opened.home.staff[login])
    page.click("main .primary")
    page.wait_for_selector(".masthead-nav a, .masthead-nav form")


def sign_in_shopper(
    page: Page, opened: OpenHouse, phone: str, *, at_code: Callable[[], None] = lambda: None
) -> None:
    """Have a code sent to a phone, and type it."""
    beyond = len(opened.codes_for(phone))
    page.fill("[name=phone]", phone)
    page.click("main .primary")
    page.wait_for_selector("[name=code]")
    at_code()
    page.fill("[name=code]", opened.code_for(phone, beyond=beyond))
    page.click("main .primary")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def show_identity(page: Page, who: Person) -> None:
    """Agree, and have name and number verified."""
    page.fill("[name=name]", who.name)
    page.fill("[name=id_number]", who.id_number)
    page.check("[name=consent]")
    page.click("main form .primary")
    page.wait_for_selector("[name=consignee_name]")


def give_address(page: Page, who: Person) -> None:
    """Say where the parcel goes, and that the notices were read."""
    page.fill("[name=consignee_name]", who.name)
    page.fill("[name=district]", who.district)
    page.fill("[name=address]", who.address)
    page.check("[name=notices]")


def pay(page: Page, who: Person, phone: str) -> None:
    """Pay on the provider's page, which leads back to the order."""
    for name, value in (("name", who.name), ("id_number", who.id_number), ("phone", phone)):
        page.fill(f"[name={name}]", value)
    page.click("main button")
    page.wait_for_selector(".order")


def scan(page: Page, code: str, *, shows: str) -> None:
    """Scan as a wedge does: keys in a burst, Enter behind.

    A machine under load may space the keys too far for a burst; then, as a clerk would, again.
    """
    for _ in range(5):
        for run in RUNS.findall(code):
            if RAISED.fullmatch(run):
                page.keyboard.press(f"Shift+{SHIFTED.get(run, 'Key' + run)}")
            else:
                page.keyboard.type(run)
        page.keyboard.press("Enter")
        try:
            page.wait_for_selector(shows, timeout=3_000)
        except Error:
            continue
        return
    pytest.fail(f"{code} was never read")


class Warehouse:
    """The warehouse's people, who work by waybill and lot."""

    def __init__(self, opened: OpenHouse) -> None:
        self._opened, self._operator = opened, Browser()

    def send_off(self, waybill_no: str) -> None:
        """Pick, pack, load one parcel and let it pass the gate, over the same forms."""
        web, operator = self._opened.web, self._operator
        start = operator.open(f"{web}/back-office/warehouse/")
        password = self._opened.home.staff["operator"]
        desk = expect(operator.send(start, "/staff/sign-in", login="operator", password=password))
        desk.tree.make_links_absolute(desk.url)
        (task,) = desk.tree.xpath("//tr[contains(., $no)]//a/@href", no=waybill_no)
        page = operator.open(str(task))
        while page.tree.xpath("//input[@name='code']"):
            page = expect(operator.send(page, "/scan", code=lot_to_take(page.text)))
        expect(operator.send(page, "/pack", gross_kg=WEIGHT_KG))
        batch = expect(operator.send(operator.open(desk.url), "/exit", vehicle_no=VEHICLE))
        parcel = {"waybill_no": waybill_no}
        for act, typed in (("/parcels", parcel), ("/list", {}), ("/pass", {}), ("/load", parcel)):
            batch = expect(operator.send(batch, act, **typed))
        open_gate(self._opened, str(batch.tree.xpath("//*[@data-copy]/@data-copy")[1]))
        expect(operator.send(batch, "/gate"))
        operator.close()

    @staticmethod
    def pick(page: Page, *, at_each: Callable[[str], None]) -> None:
        """Scan every piece of the task on ``page``, weigh and pack it."""
        at_each("pick")
        while page.locator("main [name=code]").count():
            page.fill("main [name=code]", lot_to_take(page.inner_text("main")))
            page.press("main [name=code]", "Enter")
            page.wait_for_load_state()
        at_each("pack")
        page.fill("[name=gross_kg]", WEIGHT_KG)
        page.press("[name=gross_kg]", "Enter")
        page.wait_for_selector(".facts")

    def lead_out(self, page: Page, waybill_no: str, *, at_each: Callable[[str], None]) -> None:
        """Open an exit batch, take in the parcel, and let it pass the gate."""
        page.fill("[name=vehicle_no]", VEHICLE)
        page.press("[name=vehicle_no]", "Enter")
        for act in ("/parcels", "/list", "/pass", "/load", "/gate"):
            form = page.locator(f"main form[action$='{act}']")
            form.wait_for()
            at_each(f"exit{act}")
            if act == "/gate":
                copied = page.locator("main [data-copy]").nth(1).get_attribute("data-copy")
                open_gate(self._opened, str(copied))
            if act in ("/parcels", "/load"):
                form.locator("[name=waybill_no]").fill(waybill_no)
            form.locator("button").click()
            page.wait_for_load_state()
        at_each("exit")


def open_gate(opened: OpenHouse, exit_pass_no: str) -> None:
    """Let the vehicle of a pass out of the zone, as its gatekeeper does."""
    requests.post(
        f"{opened.home.url('zone')}/gate/{exit_pass_no}", json={"vehicle_no": VEHICLE}, timeout=10
    ).raise_for_status()


def lot_to_take(text: str) -> str:
    """Return the lot that a pick page sends the picker to next."""
    return str(re.findall(r"\bL[0-9]{5}\b", text.split("下一处", 1)[1])[0])
