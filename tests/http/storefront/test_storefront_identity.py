"""The page of one's real name, over HTTP."""

import pytest

from shop.accounts.consents import ID_NUMBER_VERSION
from shop.accounts.tables import consent, identity
from tests.db.accounts.conftest import CHEN, WANG
from tests.http.storefront_house import House, Person, rows_of

# The verbs run on both databases in tests/db/accounts; pages need one.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def person(signed_in: Person) -> Person:
    """A signed-in shopper, not verified yet."""
    return signed_in


def test_a_verified_person_sees_themselves_masked_and_goes_on(person: Person) -> None:
    """Neither name nor number stands in the page again."""
    page = person.get("/identity?next=/checkout%3Fcode%3DK7%26qty%3D2")
    typed = {"name": CHEN[0], "id_number": CHEN[1], "consent": ID_NUMBER_VERSION}

    answer = person.send(page, "/identity", **typed)

    assert (answer.status_code, answer.location) == (303, "/checkout?code=K7&qty=2")
    shown = person.get("/identity").text
    assert "陈**" in shown
    assert "1101 **** **** **46" in shown
    assert CHEN[0] not in shown
    assert CHEN[1] not in shown


@pytest.mark.parametrize(
    ("typed", "result", "field", "status", "words"),
    [
        ({"id_number": CHEN[1][:-1] + "1"}, "match", "id_number", 422, "号码没有被提交或保存"),
        ({"id_number": "810000199003072346"}, "match", "id_number", 422, "居民身份证"),
        ({"name": "1"}, "match", "name", 422, "信息尚未提交"),
        ({"consent": ""}, "match", "consent", 409, "尚未同意使用身份证号码"),
        ({"name": WANG[0]}, "mismatch", "form", 409, "姓名与身份证号码不一致"),
        ({}, "minor", "id_number", 409, "未满 18 周岁"),
        ({}, "down", "form", 503, "身份核验机构没有应答"),
    ],
)
def test_each_mistake_is_told_where_it_arose(
    person: Person, house: House, typed: dict[str, str], result: str, field: str, status: int,
    words: str,
) -> None:  # fmt: skip
    """What was typed stays; the account stays unverified."""
    if typed.get("id_number", "").startswith("81"):
        typed = {"id_number": _permit()}
    house.verifier.result = result
    sent = {"name": CHEN[0], "id_number": CHEN[1], "consent": ID_NUMBER_VERSION} | typed

    answer = person.send(person.get("/identity"), "/identity", **sent)

    assert answer.status_code == status
    assert words in answer.text
    assert f'id="wrong-{field}"' in answer.text
    assert f'value="{sent["name"]}"' in answer.text
    assert f'value="{sent["id_number"]}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "陈**" not in person.get("/identity").text


def _permit() -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    first17 = "81000019900307234"
    rest = sum(int(digit) * weight for digit, weight in zip(first17, weights, strict=True)) % 11
    return first17 + "10X98765432"[rest]


def test_an_unavailable_service_says_when_to_come_again(person: Person, house: House) -> None:
    """Nothing is kept but the consent, which was given before."""
    house.verifier.result = "down"

    answer = person.verify()

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert (rows_of(identity), rows_of(consent)) == (0, 1)


def test_a_consent_is_withdrawn_and_given_again_on_the_page(person: Person) -> None:
    """Without it no checkout opens; with it the same person goes on, number untyped."""
    person.verify()

    person.send(person.get("/identity"), "/identity/consent/withdraw")

    closed = person.get("/checkout?code=K7M2-9Q&qty=1")
    assert closed.status_code == 303
    page = person.get(closed.location)
    assert "您已撤回同意" in page.text
    again = person.send(page, "/identity/consent", consent=ID_NUMBER_VERSION)
    assert again.location == "/checkout?code=K7M2-9Q&qty=1"
    assert person.get(again.location).status_code == 200
