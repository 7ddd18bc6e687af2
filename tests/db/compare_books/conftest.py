"""Both sides of customs, on both databases of ours."""

from collections.abc import Iterator
from datetime import date

import pytest

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.desk import Desk as OurDesk
from bonded_display.customs.sign.key_files import read_key_file
from bonded_display.customs.transport.directory import DirectoryMailbox
from kernel import clock, db, ids
from settlement.tax import guarantees
from tests.db.compare_books.both import Both
from tests.unit.simulators.sim_desk import Desk
from tests.unit.simulators.sim_documents import AREA, PLATFORM
from tests.unit.simulators.sim_hand import make_keys


@pytest.fixture(scope="session")
def both_keys(tmp_path_factory):
    """The companies' keys, made once, and where they lie."""
    folder = tmp_path_factory.mktemp("both_keys")
    return folder, make_keys(folder)


@pytest.fixture
def both(database, both_keys, tmp_path, monkeypatch) -> Iterator[Both]:
    """Our desk with the platform's key, theirs beside; both clocks are the machine's."""
    folder, keys = both_keys
    monkeypatch.setattr("os.fsync", lambda descriptor: None)
    monkeypatch.setattr(Desk, "trust", folder / "trust", raising=False)
    clock.use(clock.system)
    there = tmp_path / "theirs"
    there.mkdir()
    their = Desk(there, keys)
    with db.write() as conn:
        guarantees.put_guarantee(
            conn,
            guarantees.Guarantee(
                id=ids.new(),
                purpose="retail_tax",
                guarantor_enterprise_id=6,
                assure_code=AREA[0],
                customs_office="0501",
                limit_fen=500_000,
                valid_from_on=date(2020, 1, 1),
                valid_to_on=date(2099, 12, 31),
            ),
        )
    customs_desk.use(
        OurDesk(
            signer=read_key_file(folder / "keys" / f"{PLATFORM[0]}.json"),
            mailbox=DirectoryMailbox(their.dxp, PLATFORM[2]),
            guarantees=guarantees,
            dxp_id=PLATFORM[2],
        )
    )
    yield Both(their, database.engine.url.render_as_string(hide_password=False))
    customs_desk.use(None)
    their.office.books.close()
