"""Decide what every test finds: databases, clock and config of its own, and the guards.

How each is made lies in ``tests/support``.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.config import Config
from kernel.db import Database
from tests.support import cluster, guards, official, seams
from tests.support.databases import Databases

PLACE = pytest.StashKey[cluster.Place]()
WATCHED = pytest.StashKey[int]()
COUNT = pytest.StashKey[official.Count]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--official``."""
    parser.addoption(
        "--official",
        choices=("optional", "required"),
        default="optional",
        help="what becomes of tests that need official data where there are none",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the session's cluster; it is started by the first test that asks for it."""
    given = getattr(config, "workerinput", None)
    if given is None:
        config.stash[PLACE] = cluster.new_place()
        config.stash[WATCHED] = os.getpid()
        config.stash[COUNT] = official.Count()
        config.pluginmanager.register(config.stash[COUNT], "official-count")
    else:
        config.stash[PLACE] = cluster.Place(Path(given["cluster"]))
        config.stash[WATCHED] = given["watched"]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker of xdist where the session's cluster is."""
    config = node.config  # type: ignore[attr-defined]
    node.workerinput |= {  # type: ignore[attr-defined]
        "cluster": str(config.stash[PLACE].folder),
        "watched": config.stash[WATCHED],
    }


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster; the very last line says which official tests did not run."""
    if COUNT not in config.stash:
        return
    cluster.stop(config.stash[PLACE])
    line = config.stash[COUNT].line()
    if line is not None:
        config.get_terminal_writer().line(line)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark tests that need official data."""
    official.mark(item)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail tests whose official data are missing."""
    official.demand(item, required=item.config.getoption("--official") == "required")


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    with guards.no_network() as tried:
        yield
    assert not tried, f"reached for {tried}: tests stay on this machine"


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Fresh databases, for tests that need one without the house's seams (migrations)."""
    source = Databases(pytestconfig.stash[PLACE], watched=pytestconfig.stash[WATCHED])
    yield source
    source.close()


@pytest.fixture
def clock() -> Iterator[seams.FakeClock]:
    """The kernel's clock, standing at 2026-11-24T02:00:00Z until ``set`` or ``tick``."""
    with seams.fake_clock() as fake:
        yield fake


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    """The demo's configuration with its files in the test's own folder."""
    with seams.demo_config(tmp_path / "home") as settings:
        yield settings


@pytest.fixture(params=["sqlite", "postgresql"])
def database(
    request: pytest.FixtureRequest,
    databases: Databases,
    tmp_path: Path,
    clock: seams.FakeClock,
    config: Config,
) -> Iterator[Database]:
    """A fresh database with the whole schema, used by the kernel; the test runs on both kinds."""
    kind = request.param
    fresh = databases.sqlite(tmp_path) if kind == "sqlite" else databases.postgresql()
    with fresh as url, seams.opened(url, config) as opened:
        yield opened


@pytest.fixture(name="official")
def _official() -> Path:
    """The folder ``customs`` of the official data; the test is skipped where there is none."""
    folder = official.folder()
    assert folder is not None
    return folder
