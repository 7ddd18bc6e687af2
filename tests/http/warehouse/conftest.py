"""Decide what the operator's pages stand in: a warehouse, its zone and courier, a person."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from bonded_display.web import make_blueprint
from kernel import config, web
from kernel.db import Database
from tests.db.warehouse.house import House
from tests.db.warehouse.other_side import OtherSide
from tests.http.warehouse.desk import Operator, guard


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    side = OtherSide()
    yield side
    side.close()


@pytest.fixture
def house(database: Database, other_side: OtherSide) -> House:
    config.use(replace(config.current(), courier_url=other_side.url, zone_url=other_side.url))
    return House(database, other_side)


@pytest.fixture
def app(house: House) -> Flask:
    application = Flask(__name__)
    application.testing = True
    web.register(application, config.current())
    application.register_blueprint(make_blueprint(guard))
    return application


@pytest.fixture
def operator(app: Flask) -> Operator:
    return Operator(app.test_client())
