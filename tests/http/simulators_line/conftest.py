"""Lines of the other side for tests: one shared by many, or one's own."""

import itertools
from collections.abc import Iterator

import pytest

from tests.http.simulators_line.line import Line

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Customs, payment company, courier and zone, all running; tests use numbers of their own."""
    line = Line(tmp_path_factory.mktemp("line"))
    line.customs("--export", line.exports)
    line.payment_company()
    line.courier("--deliver-after-ms", "50", "--prefix", "QZ")
    line.zone()
    yield line
    assert set(line.close().values()) == {0}


@pytest.fixture
def own(tmp_path) -> Iterator[Line]:
    """A line of which nothing runs yet."""
    line = Line(tmp_path)
    yield line
    line.close()


@pytest.fixture
def number() -> str:
    """An order number that no other test uses."""
    return f"QZ{next(_numbers):06d}"
