"""A customs office inside the test: no process, no port; time passes when it is told to step."""

from collections.abc import Iterator

import pytest

from tests.unit.simulators.sim_desk import Desk
from tests.unit.simulators.sim_hand import make_keys


@pytest.fixture(autouse=True)
def _power_stays_on(monkeypatch):
    """No test here cuts the power, so none waits for the disk."""
    monkeypatch.setattr("os.fsync", lambda descriptor: None)


@pytest.fixture(scope="session")
def sim_keys(tmp_path_factory):
    """The companies' keys, made once; their certificates lie beside."""
    folder = tmp_path_factory.mktemp("sim_keys")
    keys = make_keys(folder)
    Desk.trust = folder / "trust"
    return keys


@pytest.fixture
def desk(tmp_path, sim_keys) -> Iterator[Desk]:
    """A fresh customs office."""
    made = Desk(tmp_path, sim_keys)
    yield made
    made.office.books.close()
