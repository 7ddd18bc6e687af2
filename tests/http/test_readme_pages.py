"""What README.md promises is there: its pages, without starting the house (``make readme`` does)."""

from pathlib import Path

import pytest
from werkzeug.exceptions import NotFound

from kernel.config import Config
from kernel.db import Database
from shop.app import make_app
from tests.readme.read import lasting, lines_to_type, pages, results, verbs

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ON_THE_COUNTER = "till"

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_page_that_the_readme_names_is_served(database: Database, config: Config) -> None:
    """A page was renamed, and README.md still names the old one."""
    del database
    map_ = make_app(config).url_map.bind("127.0.0.1")
    named = [page.address for page in pages(README) if page.role != ON_THE_COUNTER]

    absent = []
    for address in named:
        try:
            map_.match(address.replace("…", "1"))
        except NotFound:
            absent.append(address)

    assert len(named) > 20
    assert absent == []


def test_what_the_readme_has_one_type_is_found_in_it(database: Database) -> None:
    """The tables and blocks are read as they stand; the one verb that lasts is ``make run``."""
    del database

    assert {"make run", "make demo", "make test"} <= set(lines_to_type(README))
    assert lasting(README) == {"make run"}
    assert "slip.png" in results(README)
    assert "make readme" in verbs(README)
