"""Decide what the warehouse's tests find: a house and the other side it speaks to."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kernel import config
from kernel.db import Database
from tests.db.warehouse.house import House
from tests.db.warehouse.other_side import OtherSide


@pytest.fixture
def other_side() -> Iterator[OtherSide]:
    side = OtherSide()
    yield side
    side.close()


@pytest.fixture
def house(database: Database, other_side: OtherSide) -> House:
    config.use(replace(config.current(), courier_url=other_side.url, zone_url=other_side.url))
    return House(database, other_side)
