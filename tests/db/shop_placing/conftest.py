"""A furnished house in which orders are placed."""

from tests.db.shop.conftest import sample, wallet

__all__ = ["sample", "wallet"]
