"""The real app over six sales on their way; staff of each role with a browser."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from kernel import clock, config, db
from settlement.payments import providers
from shop.accounts import sessions
from shop.accounts.put_staff import put_staff
from shop.app import make_app
from shop.web.login import STAFF_COOKIE
from tests.db.finance.trade import Trade, trade
from tests.http.storefront_house import Person
from tests.support import sample_house
from tests.support.sample_house import Sample
from tests.support.wallet import Wallet

# The queries run on both databases in tests/db; pages need one.
PASSWORD = "a long and quiet word"


@pytest.fixture
def wallet() -> Iterator[Wallet]:
    """The provider of every offer."""
    provider = Wallet()
    providers.use({provider.name: provider})
    yield provider
    providers.use({})


@pytest.fixture
def sample(database, wallet, tmp_path) -> Iterator[Sample]:
    """Ten pieces of each account-book item."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=10)
    sample_house.forget()


@pytest.fixture
def made(sample, wallet) -> Trade:
    """The six sales."""
    return trade(sample, wallet)


@pytest.fixture
def app(database) -> Flask:
    """The application as the server makes it."""
    sample_house.forget()
    return make_app(config.current())


Enter = Callable[..., Person]


@pytest.fixture
def enter(app) -> Enter:
    """Let somebody of the staff come in: ``enter("finance", "en", login="li.na")``."""

    def come(role: str, language: str = "zh-CN", *, login: str = "") -> Person:
        at_outlet = "SELECT MIN(id) FROM outlet WHERE code = 'TY0001'"
        outlet_id = sample_house.one(at_outlet) if role == "clerk" else None
        staff_id = put_staff(login or f"some.{role}", PASSWORD, role=role, outlet_id=outlet_id)
        with db.write() as conn:
            token = sessions.open_session(
                conn, at=clock.now(), staff_id=staff_id, device="Firefox · Linux"
            )
        person = Person(app.test_client(), language)
        person.client.set_cookie(STAFF_COOKIE, token)
        return person

    return come


@contextmanager
def counted() -> Iterator[list[str]]:
    """Gather the statements that run within the block, on both engines."""
    told: list[str] = []

    def hear(_conn, _cursor, statement, *_rest) -> None:
        told.append(statement)

    engines = {db.current().engine, db.current().reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    try:
        yield told
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", hear)
