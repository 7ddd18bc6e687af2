"""A furnished house in which orders are placed, from one warehouse or from two."""

import pytest
from sqlalchemy import text

from kernel import db, ids
from shop.offer.ask import PlaceAsk
from tests.db.shop.conftest import sample, wallet
from tests.support.sample_house import Sample

__all__ = ["elsewhere", "sample", "wallet"]


@pytest.fixture
def elsewhere(sample: Sample) -> PlaceAsk:
    """An ask for an item that went to a second warehouse, its pieces with it."""
    sku = next(sku for sku in sample.shelves if sku != sample.goods.sku)
    ask = sample.ask(sku=sku)
    with db.write() as connection:
        first = connection.execute(text("SELECT * FROM warehouse")).mappings().one()
        second = {**first, "id": ids.new(), "code": "WUSU-2"}
        columns = ", ".join(second)
        values = ", ".join(f":{name}" for name in second)
        connection.execute(text(f"INSERT INTO warehouse ({columns}) VALUES ({values})"), second)
        for table in ("offer", "placement", "account_book_item"):
            connection.execute(
                text(
                    f"UPDATE {table} SET warehouse_id = :there"
                    " WHERE item_id = (SELECT id FROM item WHERE sku = :sku)"
                ),
                {"there": second["id"], "sku": sku},
            )
        for table in ("availability", "lot"):
            connection.execute(
                text(
                    f"UPDATE {table} SET warehouse_id = :there WHERE account_book_item_id IN"
                    " (SELECT id FROM account_book_item WHERE warehouse_id = :there)"
                ),
                {"there": second["id"]},
            )
    return ask
