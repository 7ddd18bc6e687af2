"""A furnished house with customs as a folder, whose parcels leave the zone and come back."""

import pytest

from tests.db.shop.conftest import sample, unwinding, wallet
from tests.db.shop.unwinding import Unwinding
from tests.db.shop_returns.returning import Returning

__all__ = ["returning", "sample", "unwinding", "wallet"]


@pytest.fixture
def returning(unwinding: Unwinding) -> Returning:
    """The house, with a way out of the zone and back."""
    return Returning(unwinding)
