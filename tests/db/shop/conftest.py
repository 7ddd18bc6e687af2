"""A furnished house with a wallet that answers as told; the clock stands still."""

from collections.abc import Iterator

import pytest

from settlement.payments import providers
from tests.support import sample_house
from tests.support.sample_house import Sample
from tests.support.wallet import Wallet


@pytest.fixture
def wallet() -> Iterator[Wallet]:
    """The payment provider of every offer; another one that cannot declare stands beside it."""
    provider = Wallet()
    plain = Wallet(name="stripe", can_declare=False)
    providers.use({provider.name: provider, plain.name: plain})
    yield provider
    providers.use({})


@pytest.fixture
def sample(database, wallet, tmp_path) -> Iterator[Sample]:
    """Each item in two account-book items of three pieces; facts find their handlers."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=3)
    sample_house.forget()
