"""What was exported is imported again: no row changes, and a person's own acts stand."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bonded_display.display.turn_shelf_code import close_shelf_code
from kernel import db, register
from kernel.db import metadata
from kernel.register import Enterprise
from shop.imports.files import folder
from shop.sheets.load_sample import load_sample
from tests.db.imports.sheets import KINDS, as_csv, cells, export, first_row, imported
from tests.support.sample_house import one, rows

_OF_IMPORTS = {"job", "import_bad", "audit_line"}


def every_row() -> dict[str, list[str]]:
    """Return every row that stands, by table; what tells of imports themselves is no part."""
    with db.read() as conn:
        return {
            table.name: sorted(str(tuple(row)) for row in conn.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in _OF_IMPORTS
        }


def write(sql: str, **parameters: object) -> None:
    with db.write() as conn:
        conn.execute(text(sql), parameters)


@pytest.fixture
def lived(sample) -> None:
    """Days, ends and a closing that no sheet tells of stand in every table that sheets write."""
    first, last = date(2024, 5, 1), date(2034, 5, 1)
    close_shelf_code(sample.shelf)
    days = {"first": first, "last": last}
    write("UPDATE placement SET valid_from_on = :first, valid_to_on = :last", **days)
    write("UPDATE account_book_item SET valid_to_on = :last", last=last)
    write("UPDATE unit_cost SET from_on = :first", first=first)
    write("UPDATE offer SET open = :no", no=False)
    write(
        "UPDATE enterprise_role SET filed_from_on = :first, filed_to_on = :last"
        " WHERE role = 'declarant'",
        **days,
    )


@pytest.fixture
def sparse(lived) -> None:
    """Enterprises with as little as the register asks: no customs code, last day, role, line."""
    del lived
    with db.write() as conn:
        for credit_code in ("91110000600037341L", "91110000802100433B"):
            firm = Enterprise(credit_code, None, "=只有名称", None, date(2024, 5, 1))
            put = register.put_enterprise(conn, firm)
        register.put_role(conn, put.id, "outlet_operator", from_on=date(2024, 5, 1))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("xlsx", [False, True])
def test_what_was_exported_is_imported_and_changes_nothing(sparse, kind, xlsx):
    """CSV and XLSX of each kind, read in again: every row of every table is as before."""
    before = every_row()

    done = imported(kind, export(kind, xlsx=xlsx))

    assert (done.state, done.rows_bad, cells(done)) == ("done", 0, [])
    assert every_row() == before
    assert one("SELECT count(*) FROM job WHERE file IS NOT NULL") == 0
    assert list(folder().iterdir()) == []


def test_a_customs_code_is_taken_away_by_no_sheet(lived):
    """An empty cell for an enterprise that documents name: told, and the code stands."""
    heads, row = first_row("register", customs_code="")

    done = imported("register", as_csv(heads, row).encode())

    assert cells(done) == [(2, "customs_code", "", "customs_code_stands")]
    assert one("SELECT count(*) FROM enterprise WHERE customs_code IS NULL") == 0


def test_a_closed_placement_stays_closed_when_its_sheet_changes_it(lived, sample):
    """Another piece is shown under a closed shelf code: the piece changes, closing and days stay."""
    heads, row = first_row("placements", shelf_code=sample.shelf, piece="none")

    done = imported("placements", as_csv(heads, row).encode())

    assert done.state == "done"
    stands = "SELECT {} FROM placement WHERE shelf_code = :s"
    assert one(stands.format("piece"), s=sample.shelf) == "none"
    assert one(stands.format("state"), s=sample.shelf) == "closed"
    assert str(one(stands.format("valid_from_on"), s=sample.shelf)) == "2024-05-01"
    assert str(one(stands.format("valid_to_on"), s=sample.shelf)) == "2034-05-01"


def test_roles_filed_with_their_enterprise_are_prolonged_with_it(lived):
    """A later last day on the sheet: it counts for roles of the same days, not for one of its own."""
    heads, row = first_row("register", filed_to="2040-12-31")
    code = {"c": dict(zip(heads, row, strict=True))["credit_code"]}

    done = imported("register", as_csv(heads, row).encode())

    assert done.state == "done"
    stands = (
        "SELECT min({0}) FROM enterprise_role r JOIN enterprise e ON e.id = r.enterprise_id"
        " WHERE e.credit_code = :c AND role {1} 'declarant'"
    )
    assert str(one(stands.format("r.filed_to_on", "<>"), **code)) == "2040-12-31"
    assert str(one(stands.format("r.filed_to_on", "="), **code)) == "2034-05-01"


def test_a_sample_loaded_again_changes_nothing(lived, tmp_path):
    """The same sheets a second time, after a person changed a name, a price, a rate and days."""
    write("UPDATE enterprise SET name = name || '新'")
    write("UPDATE offer SET price_fen = price_fen + 1")
    write("UPDATE tariff SET vat_bp = vat_bp + 1")
    before = every_row()

    load_sample(tmp_path / "sheets")

    assert every_row() == before


@pytest.fixture
def other_sheets(lived, tmp_path) -> Path:
    """The sheets with a comma's worth of difference: each must be applied again."""
    for sheet in (tmp_path / "sheets").glob("*.csv"):
        sheet.write_bytes(sheet.read_bytes() + b"\n")
    return tmp_path / "sheets"


def test_a_changed_sample_changes_nothing_that_no_sheet_tells_of(lived, other_sheets):
    """Closings, a role's own days and an item's last day stand; there are no terms twice."""
    untold = {
        "agreement": "count(*)",
        "guarantee": "count(*)",
        "offer": "open, price_version",
        "placement": "state, valid_from_on, valid_to_on",
        "account_book_item": "valid_to_on",
        "enterprise_role": "role, filed_from_on, filed_to_on",
    }
    asked = [f"SELECT {what} FROM {table} ORDER BY 1" for table, what in untold.items()]
    write("UPDATE enterprise SET name = '旧名'")
    before = [rows(query) for query in asked]

    load_sample(other_sheets)

    assert [rows(query) for query in asked] == before
    assert one("SELECT count(*) FROM enterprise WHERE name = '旧名'") == 0
