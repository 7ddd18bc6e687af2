"""A furnished house, a wallet that answers as told, and six sales on their way."""

from collections.abc import Iterator

import pytest

from settlement.payments import providers
from tests.db.finance.trade import Trade, trade
from tests.support import sample_house
from tests.support.sample_house import Sample
from tests.support.wallet import Wallet


@pytest.fixture
def wallet() -> Iterator[Wallet]:
    """The provider of every offer."""
    provider = Wallet()
    providers.use({provider.name: provider})
    yield provider
    providers.use({})


@pytest.fixture
def sample(database, wallet, tmp_path) -> Iterator[Sample]:
    """Ten pieces of each account-book item; facts find their handlers."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=10)
    sample_house.forget()


@pytest.fixture
def made(sample, wallet) -> Trade:
    """The six sales."""
    return trade(sample, wallet)
