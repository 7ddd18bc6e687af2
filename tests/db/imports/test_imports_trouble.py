"""What befalls an import from outside its rows: a cell without end, books that go away."""

import pytest

from kernel.db import DatabaseAway
from kernel.sheets import LONGEST_CELL
from shop.imports import run
from tests.db.imports.sheets import as_csv, ask, cells, goods, imported, jobs_get
from tests.support.line import line_to


def test_a_cell_of_three_megabytes_is_told_as_too_long():
    """Line, column and what is wrong with it; quotes have nothing to do with it."""
    heads, row = goods(sku="QZ-NEW-1", item_record_no="9001", gmodel="长" * 1_000_000)

    done = imported("goods", as_csv(heads, row).encode())

    assert (done.state, done.error) == ("failed", "sheet_rejected")
    assert cells(done) == [(2, "gmodel", "", "cell_length")]
    assert LONGEST_CELL == 131_072  # as the message says


def test_an_import_outlives_an_outage(database):
    """The books go away while it is checked and come back: it goes on, and nothing is amiss."""
    heads, row = goods(sku="QZ-NEW-1", item_record_no="9001")
    taken = ask("goods", as_csv(heads, row).encode())
    with line_to(database) as line:
        taken = run.run_slice(taken)
        line.cut()
        with pytest.raises(DatabaseAway):
            run.run_slice(taken)
        line.mend()

        assert jobs_get(taken.id).state == taken.state == "checking"
        assert run.run_to_the_end(taken).state == "done"
