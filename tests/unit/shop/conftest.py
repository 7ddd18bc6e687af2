"""Ids for pure rules that name what they make."""

from collections.abc import Iterator

import pytest

from kernel import ids


@pytest.fixture
def mint(clock) -> Iterator[None]:
    """A mint whose clock stands still."""
    ids.use(ids.Mint(shard=0, node=1))
    yield
    ids.use(None)
