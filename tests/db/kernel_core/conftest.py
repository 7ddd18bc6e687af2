"""A flow of two handlers for the facts of the kernel's tests."""

from collections.abc import Iterator

import pytest

from kernel import outbox
from tests.db.kernel_core.hearing import FLOW


@pytest.fixture
def flow(database) -> Iterator[None]:
    """Let facts find their handlers."""
    del database
    outbox.use_flow(FLOW)
    yield
    outbox.use_flow({})
