"""Decide what the storefront's pages are tried with: a house that answers, a verified shopper."""

import pytest

from kernel.db import Database
from tests.http.storefront_house import House, Person, make_app


@pytest.fixture
def house() -> House:
    """A house with one offer that places what is asked; its identity service says 'match'."""
    return House()


@pytest.fixture
def newcomer(database: Database, house: House) -> Person:
    """Somebody before the sign-in page."""
    del database
    return Person(make_app(house).test_client())


@pytest.fixture
def signed_in(newcomer: Person) -> Person:
    """A signed-in shopper."""
    newcomer.sign_in()
    return newcomer


@pytest.fixture
def person(signed_in: Person) -> Person:
    """A verified shopper."""
    signed_in.verify()
    return signed_in
