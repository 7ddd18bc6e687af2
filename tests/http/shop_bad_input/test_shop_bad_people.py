"""Bad input about a person: told in both languages, nothing asked or kept that need not be."""

import pytest
import requests

from kernel import i18n
from shop.accounts.consents import ID_NUMBER_VERSION
from tests.db.accounts.conftest import newest_code
from tests.http.shop_bad_input.conftest import KNOWN, says
from tests.http.storefront_house import Person
from tests.support import sample_house
from tests.support.sample_house import rows

WRONG_DIGIT = "110105199003072347"


@pytest.fixture
def newcomer(app):
    """Somebody who signed in by phone and is not verified yet."""

    def enter(language: str) -> Person:
        sample_house.forget()
        person = Person(app.test_client(), language)
        asked = person.send(person.get("/sign-in"), "/sign-in/code", phone="13800138000")
        assert person.send(asked, "/sign-in", code=newest_code()).status_code == 303
        return person

    return enter


def verify(person: Person, **typed: str):
    page = person.get("/identity")
    return person.send(page, "/identity", **{**KNOWN, "consent": ID_NUMBER_VERSION, **typed})


def asked(identity_url: str) -> int:
    return len(requests.get(f"{identity_url}/answers", timeout=5).json())


@pytest.mark.parametrize("language", i18n.LANGS)
def test_an_id_number_with_a_wrong_check_digit(newcomer, identity_url, language):
    """The last sign is off by one: neither sent to anybody nor kept."""
    person = newcomer(language)
    before = asked(identity_url)

    answer = verify(person, id_number=WRONG_DIGIT)

    assert answer.status_code == 422
    says(answer, language, "id_number_invalid")
    assert asked(identity_url) == before
    assert rows("SELECT * FROM identity") == []


@pytest.mark.parametrize("language", i18n.LANGS)
def test_name_and_number_of_two_people(newcomer, identity_url, language):
    """The service says that they do not belong together: no buyer, nothing of the person kept."""
    person = newcomer(language)

    answer = verify(person, name="王芳")

    assert answer.status_code == 409
    says(answer, language, "identity_mismatch")
    assert rows("SELECT result, person_sealed FROM identity") == [("mismatch", None)]
    assert rows("SELECT * FROM person") == []


def test_who_is_not_verified_is_led_to_the_identity_page(newcomer, sample):
    """The checkout opens only to a buyer; after the right number it does."""
    person = newcomer("zh-CN")
    there = f"/checkout?code={sample.shelf}"
    led = person.get(there)
    assert led.status_code == 303
    assert led.location.startswith("/identity")

    assert verify(person).status_code == 303

    assert person.get(there).status_code == 200
