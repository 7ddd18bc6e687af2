"""A furnished house with a wallet that answers as told; the clock stands still."""

from collections.abc import Iterator

import pytest

from settlement.payments import providers
from tests.db.shop.unwinding import Unwinding
from tests.http.back_office.house import Trade, customs_folder
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


@pytest.fixture
def unwinding(sample, wallet, clock, tmp_path) -> Iterator[Unwinding]:
    """The sample with customs as a folder and waybill numbers in the pool."""
    sample_house.fill_waybills()
    with customs_folder(tmp_path / "dxp") as folder:
        yield Unwinding(Trade(sample, wallet, folder), clock)
