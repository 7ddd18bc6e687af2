"""The house that sheets are imported into: the sample's register, goods and stock."""

from pathlib import Path

import pytest

from shop.imports import run
from tests.support import sample_house


@pytest.fixture(autouse=True)
def sample(database, tmp_path: Path):
    """The sample's register, goods and stock."""
    with sample_house.flowing():
        yield sample_house.load(tmp_path / "sheets", on_hand=5)
    sample_house.forget()
    run._open.clear()
