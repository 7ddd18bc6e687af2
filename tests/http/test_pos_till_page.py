"""The till page as a program: who is let in, and that it works without any script."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from kernel.config import Config
from kernel.db import Database
from kernel.i18n import LANGS
from tests.support.till_house import SERUM, SHELVES, SOAP, TEA, TillHouse, till_house
from tests.wire.pos_rig import eventually


@pytest.fixture
def house(database: Database, config: Config, tmp_path: Path) -> Iterator[TillHouse]:
    with till_house(database, config, tmp_path) as house:
        house.start_till()
        yield house


@pytest.fixture
def clerk(house: TillHouse) -> Iterator["Clerk"]:
    with requests.Session() as session:
        yield Clerk(house, session)


class Clerk:
    """A browser without script: forms and links only."""

    def __init__(self, house: TillHouse, session: requests.Session) -> None:
        self.home = house.address.partition("/open/")[0]
        self._session = session
        assert session.get(house.address, timeout=5).ok
        eventually(lambda: "TY0001-1" in self.see(), seconds=10)

    def see(self, path: str = "/") -> str:
        """Return a page."""
        return self._session.get(self.home + path, timeout=5).text

    def press(self, path: str, **fields: str) -> requests.Response:
        """Send a form of the till's own page."""
        headers = {"Origin": self.home}
        return self._session.post(self.home + path, data=fields, headers=headers, timeout=5)

    def basket(self) -> str:
        """Return the id that the page's payment forms carry."""
        found = re.search(r'name="basket" value="([^"]+)"', self.see())
        assert found
        return found[1]


def test_a_sale_without_any_script(house: TillHouse, clerk: Clerk) -> None:
    """Open the shift, type two codes, take one away, pay: sold, printed, at the server."""
    clerk.press("/shift/open", clerk_no="1007", cash="500")
    for code in (TEA, SOAP, SOAP):
        assert clerk.press("/scan", code=code).ok
    clerk.press("/lines/2/less")
    assert "¥148.40" in clerk.see()

    assert clerk.press("/pay", basket=clerk.basket(), cash="150").ok

    assert "¥1.60" in clerk.see()
    eventually(lambda: house.sold() == [1] and house.numbers_on_paper() != [], seconds=15)
    assert house.numbers_on_paper() == ["TY0001-1-000001"]
    assert house.sum_fen() == 14_840
    assert house.stop_till() == 0


def test_a_sale_is_given_back_by_the_number_on_its_slip(house: TillHouse, clerk: Clerk) -> None:
    """The slip's number typed, a reason pressed: cash out, a slip; not a second time."""
    clerk.press("/shift/open", clerk_no="1007", cash="500")
    clerk.press("/scan", code=SOAP)
    clerk.press("/pay", basket=clerk.basket(), cash="19.90")

    shown = clerk.press("/scan", code="TY0001-1-000001")
    assert 'data-sale="TY0001-1-000001"' in shown.text
    refund = {"sale_no": "TY0001-1-000001", "reason": "faulty"}
    assert clerk.press("/refund", **refund).ok
    again = clerk.press("/refund", **refund)

    assert (again.status_code, "TY0001-1-000002" in again.text) == (409, True)
    eventually(lambda: house.sold() == [1, 2] and len(house.numbers_on_paper()) == 2, seconds=15)
    assert house.numbers_on_paper() == ["TY0001-1-000001", "TY0001-1-000002"]
    assert house.sum_fen() == 0
    assert house.stop_till() == 0


def test_what_goes_wrong_is_told_where_it_was_done(clerk: Clerk) -> None:
    """A misread code, cash too short, no shift: the status of its family, in three sentences."""
    wrong = clerk.press("/scan", code="6901234567891")
    assert (wrong.status_code, "校验位" in wrong.text) == (409, True)
    clerk.press("/scan", code=TEA)
    closed = clerk.press("/pay", basket="x", cash="200")
    assert closed.status_code == 409
    assert clerk.press("/shift/open", clerk_no="店长", cash="0").status_code == 422
    clerk.press("/shift/open", clerk_no="1007", cash="0")
    short = clerk.press("/pay", basket=clerk.basket(), cash="1")
    assert (short.status_code, "¥128.50" in short.text) == (409, True)
    assert clerk.press("/pay", basket=clerk.basket(), cash="a").status_code == 422
    assert clerk.press("/slips/nonsense/reprint").status_code == 409


def test_a_retail_import_shows_its_code_and_takes_no_money(clerk: Clerk) -> None:
    """The page has the shelf's address as a QR code, no price, and the basket stays empty."""
    shown = clerk.press("/scan", code=SERUM).text

    assert f"https://id.example/01/{SERUM}/21/{SHELVES[SERUM]}" in shown
    assert "<svg" in shown
    assert 'action="/pay"' not in shown
    assert 'id="basket"' not in shown


@pytest.mark.parametrize(
    ("headers", "path"),
    [
        ({}, "/"),
        ({"Cookie": "qz_till=guess"}, "/"),
        ({"Host": "evil.example"}, "/healthz"),
        ({"Host": "evil.example:80"}, "/"),
    ],
)
def test_whoever_has_no_pass_sees_nothing(
    house: TillHouse, headers: dict[str, str], path: str
) -> None:
    """No cookie, a guessed one, a foreign name that leads to 127.0.0.1."""
    home = house.address.partition("/open/")[0]

    answer = requests.get(home + path, headers=headers, timeout=5)

    assert answer.status_code == 403
    assert "TY0001" not in answer.text
    assert requests.get(f"{home}/open/guess", timeout=5).status_code == 403


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_page_cannot_press_a_key(
    house: TillHouse, clerk: Clerk, origin: str | None
) -> None:
    """Even with the cookie: what changes something comes from the till's own page."""
    headers = {"Origin": origin} if origin else {}
    with requests.Session() as session:
        session.get(house.address, timeout=5)

        answer = session.post(f"{clerk.home}/scan", data={"code": TEA}, headers=headers, timeout=5)

    assert answer.status_code == 403
    assert 'id="basket"' not in clerk.see()


def test_every_page_is_whole_in_both_languages(clerk: Clerk) -> None:
    """No message id shows through; strict headers everywhere."""
    for lang in LANGS:
        clerk.see(f"/language/{lang}?back=/slips")
        for path in ("/", "/slips", "/shift", "/bar"):
            page = clerk.see(path)
            assert "till." not in re.sub(r"/static/till[.-]", "", page)
            assert path == "/bar" or f'<html lang="{lang}">' in page


def test_the_address_outlives_a_restart(house: TillHouse) -> None:
    """A kiosk's bookmark: the token lies beside the journal, for its owner alone."""
    token = house.address.rpartition("/")[2]
    house.kill_till()

    assert house.start_till().endswith(token)
    assert (house.folder / "till.db.token").stat().st_mode & 0o777 == 0o600
