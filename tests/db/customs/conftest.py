"""Decide what each customs test finds: a desk with a key, a mailbox on disk and a filed guarantee."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.desk import Desk
from bonded_display.customs.transport.directory import DirectoryMailbox
from kernel.config import Config
from kernel.db import Database
from settlement.tax import guarantees
from tests.db.customs.office import Office, file_guarantee
from tests.unit.customs.examples import signer

DXP_ID = "DXPQZPLATFORM001"


@pytest.fixture
def office(database: Database, config: Config, tmp_path: Path) -> Iterator[Office]:
    """The desk, with a retail-tax guarantee of 500.00 yuan, and the other side's folder."""
    file_guarantee("1401960006")
    root = tmp_path / "dxp"
    desk = Desk(
        signer=signer(),
        mailbox=DirectoryMailbox(root, DXP_ID),
        guarantees=guarantees,
        dxp_id=DXP_ID,
    )
    customs_desk.use(desk)
    yield Office(root / DXP_ID, desk)
    customs_desk.use(None)
