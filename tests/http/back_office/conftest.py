"""What the back office's tests find: trade to be made, the server's own app, an operator in it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from kernel import config
from settlement.payments import providers
from shop.app import make_app
from shop.capture_payment import captures
from shop.place_order import placings
from tests.http.back_office.house import (
    Operator,
    Trade,
    customs_folder,
    staff_desk,
)
from tests.support import sample_house
from tests.support.wallet import Wallet


@pytest.fixture
def trade(database, tmp_path: Path) -> Iterator[Trade]:
    """The sample's goods, forty pieces each, a wallet, a customs folder and waybill numbers."""
    wallet = Wallet()
    providers.use({wallet.name: wallet})
    with sample_house.flowing(), customs_folder(tmp_path / "dxp") as folder:
        sample = sample_house.load(tmp_path / "sheets", on_hand=40)
        sample_house.fill_waybills()
        yield Trade(sample, wallet, folder)
    placings.close()
    captures.close()
    providers.use({})
    sample_house.forget()


@pytest.fixture
def app(trade: Trade) -> Flask:
    """The server's own application."""
    config.use(replace(config.current(), public_url="http://127.0.0.1:8080"))
    application = make_app(config.current())
    application.testing = True
    return application


@pytest.fixture
def operator(app: Flask) -> Operator:
    """An operator who is signed in."""
    return staff_desk(app)
