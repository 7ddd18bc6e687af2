"""The pages by which people sign in, over HTTP."""

import pytest

from kernel import config
from shop.accounts.put_staff import put_staff
from tests.db.accounts.conftest import newest_code
from tests.http.storefront_house import Person

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def person(newcomer: Person) -> Person:
    """Somebody before the sign-in page."""
    return newcomer


def test_a_phone_and_its_code_open_the_session_and_lead_back(person: Person) -> None:
    """The page that was wanted comes after the code; the cookie is closed to scripts."""
    wanted = person.get("/identity?next=/checkout")
    assert wanted.status_code == 303
    asked = person.send(person.get(wanted.location), "/sign-in/code", phone="138 0013 8000")

    answer = person.send(asked, "/sign-in", code=newest_code())

    assert (answer.status_code, answer.location) == (303, "/identity?next=/checkout")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "qz_session" in one)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert person.get("/identity").status_code == 200


def test_production_cookies_travel_encrypted_only(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The demo speaks plain HTTP on one machine; production never does."""
    settings = config.current()
    asked = person.send(person.get("/sign-in"), "/sign-in/code", phone="13800138000")
    monkeypatch.setattr("kernel.config._config", None)
    config.use(type(settings)(**{**_values(settings), "mode": "production"}))

    answer = person.send(asked, "/sign-in", code=newest_code())

    config.use(settings)
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "qz_session" in one)
    assert "Secure" in cookie


def _values(settings: config.Config) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}


def test_a_wrong_phone_is_told_at_its_field_and_kept(person: Person) -> None:
    """What, why, what next; the slip stays in the field to be mended."""
    answer = person.send(person.get("/sign-in"), "/sign-in/code", phone="12345")

    assert answer.status_code == 422
    assert 'value="12345"' in answer.text
    assert 'aria-describedby="wrong-phone"' in answer.text
    assert "这个手机号无法使用。" in answer.text
    assert "验证码尚未发送" in answer.text


def test_a_wrong_code_is_told_with_the_tries_left(person: Person) -> None:
    """The phone stays, so the next try needs the code alone."""
    asked = person.send(person.get("/sign-in"), "/sign-in/code", phone="13800138000")
    right = newest_code()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    answer = person.send(asked, "/sign-in", code=wrong)

    assert answer.status_code == 409
    assert "您还可以再试 4 次" in answer.text
    assert f'value="{wrong}"' in answer.text
    assert person.send(answer, "/sign-in", code=right).status_code == 303


def test_the_same_pages_in_english(person: Person) -> None:
    """Every word of the page and of the mistake."""
    person.headers["Accept-Language"] = "en"

    page = person.get("/sign-in")
    answer = person.send(page, "/sign-in/code", phone="12345")

    assert "Sign in with your phone" in page.text
    assert "This phone number cannot be used." in answer.text
    assert "No code was sent." in answer.text


def test_a_form_without_its_token_does_nothing(person: Person) -> None:
    """Another site sends the form in the shopper's name."""
    answer = person.client.post(
        "/sign-in/code", data={"phone": "13800138000"}, headers=person.headers
    )

    assert answer.status_code == 403
    with pytest.raises(IndexError):
        newest_code()


def test_the_phone_is_never_in_an_address(person: Person) -> None:
    """Addresses are logged by every machine between."""
    asked = person.send(person.get("/sign-in"), "/sign-in/code", phone="13800138000")

    answer = person.send(asked, "/sign-in", code=newest_code())

    assert "138" not in answer.location
    assert "138 **** 8000" in asked.text


def test_signing_out_ends_the_session_itself(person: Person) -> None:
    """A copy of the cookie is worth nothing afterwards."""
    person.sign_in()
    page = person.get("/identity")
    copy = person.client.get_cookie("qz_session")
    assert copy is not None

    person.send(page, "/sign-out")
    person.client.set_cookie("qz_session", copy.value)

    assert person.get("/identity").status_code == 303


def test_programs_are_told_instead_of_led(person: Person) -> None:
    """A client that wants JSON gets the problem, not a page."""
    answer = person.client.get("/identity", headers={"Accept": "application/json"})

    assert answer.status_code == 403
    assert answer.get_json()["code"] == "sign_in_required"


def test_staff_sign_in_by_password_and_shoppers_are_no_staff(person: Person) -> None:
    """Two sign-ins that do not know each other."""
    put_staff("li.wei", "a long and quiet word", role="operator")
    person.sign_in()
    page = person.get("/staff/sign-in")

    wrong = person.send(page, "/staff/sign-in", login="li.wei", password="a short one")
    right = person.send(page, "/staff/sign-in", login="li.wei", password="a long and quiet word")

    assert wrong.status_code == 403
    assert 'value="li.wei"' in wrong.text
    assert "a short one" not in wrong.text
    assert (right.status_code, right.location) == (303, "/back-office/")
