"""What is over leaves for a file and nothing is lost; what is open, or within its term, stays."""

import json
import re
from contextlib import nullcontext

import pytest
from sqlalchemy import select, text

from kernel import db
from kernel.db import metadata
from load import invariants
from settlement.payments import providers
from shop.archive.errors import ArchiveBroken, MonthInvalid, NotArchived, NotEmpty
from shop.archive.file import ArchiveFile
from shop.archive.read import read_order, restore, sums
from shop.archive.run import archive
from shop.archive.tables import archived_order
from shop.cli import main
from shop.finance.controls import totals
from shop.operations import commands
from tests.db.shop.archived import archived, counts, cut, long_ago, whole
from tests.support import sample_house
from tests.support.sample_house import one
from tests.support.wallet import Wallet


@pytest.fixture
def wallet():
    provider = Wallet()
    providers.use({provider.name: provider})
    yield provider
    providers.use({})


@pytest.fixture
def made(database, wallet, tmp_path, clock):
    with sample_house.flowing():
        yield long_ago(sample_house.load(tmp_path / "sheets", on_hand=10), wallet, clock)
    sample_house.forget()


def order_no(sale):
    return one("SELECT order_no FROM customs_order WHERE id = :id", id=sale.order_id)


def broken():
    """Return what the books tell differently, control by control and invariant by invariant."""
    with db.read() as conn:
        found = invariants.compare(conn)
        controls = [total.control.key for total in totals(conn) if not total.agrees]
    return {name for name, differences in found.items() if differences}, controls


def test_archived_and_left_are_all_by_table(made, tmp_path):
    """Row by row: none is lost, none is in both, and the sums of the file are its rows."""
    before, was_broken = whole(), broken()
    signed, placed = order_no(made.signed), order_no(made.placed)
    others = [order_no(sale) for sale in (made.paid, made.released, made.owed, made.refunded)]

    told = archive(cut(), tmp_path / "out", most=2)

    left, gone = whole(), archived(tmp_path / "out" / "before-2030-06.sqlite")
    assert all(left[name] | gone[name] == before[name] for name in before)
    assert all(not left[name] & gone[name] for name in before)
    assert {name: of["rows"] for name, of in told["tables"].items()} == {
        name: len(rows) for name, rows in gone.items()
    }
    assert told["tables"]["checkout"]["rows"] == 2
    numbers = metadata.tables["customs_order"].columns.keys().index("order_no")
    assert {row[numbers] for row in gone["customs_order"]} == {signed, placed}
    assert {row[numbers] for row in left["customs_order"]} == set(others)
    assert told["tables"]["order_line"]["rows"] == 2
    assert told["tables"]["idempotency"]["rows"] == len(before["idempotency"]) > 0
    assert [name for name, rows in gone.items() if not rows] == ["parked_decision"]
    assert broken() == was_broken


def test_finance_agrees_with_the_vouchers_that_stay(made, tmp_path):
    """The order is gone, its postings and payment are there; the controls hold as they held."""
    postings = one("SELECT COUNT(*) FROM posting")
    captured = next(total for total in _totals() if total.control.key == "captured")

    archive(cut(), tmp_path)

    after = next(total for total in _totals() if total.control.key == "captured")
    assert (after.expected, after.found, after.differing) == (
        captured.expected,
        captured.found,
        captured.differing,
    )
    assert one("SELECT COUNT(*) FROM posting") == postings
    assert one("SELECT COUNT(*) FROM payment WHERE state = 'captured'") > 0
    with db.read() as conn:
        (kept,) = conn.execute(select(archived_order)).all()
    assert (kept.order_id, kept.archive) == (made.signed.order_id, "before-2030-06.sqlite")


def _totals():
    with db.read() as conn:
        return totals(conn)


def test_what_is_open_or_within_its_term_stays(made, tmp_path):
    """A term of five years, an unpaid bill, open work of its subject: each alone keeps the order."""
    signed = made.signed.order_id

    def still_there():
        return one("SELECT COUNT(*) FROM customs_order WHERE id = :id", id=signed) == 1

    archive(cut(keep_customs_years=5), tmp_path / "term")
    assert still_there()
    _write("UPDATE tax_bill SET paid_at = NULL")
    archive(cut(), tmp_path / "bill")
    assert still_there()
    _write("UPDATE tax_bill SET paid_at = 1")
    _write(
        "INSERT INTO refund (id, payment_id, order_id, amount_fen, reason, state, asked_at)"
        f" SELECT 1, MIN(id), {signed}, 1, 'x', 'asked', 1 FROM payment"
    )
    archive(cut(), tmp_path / "case")
    assert still_there()
    _write("DELETE FROM refund WHERE id = 1")
    archive(cut(month="2026-11"), tmp_path / "month")
    assert still_there()
    archive(cut(), tmp_path / "now")
    assert not still_there()


def _write(statement):
    with db.write() as conn:
        conn.execute(text(statement))


def test_facts_stay_while_work_of_their_subject_is_open(made, tmp_path):
    """One parked delivery keeps every fact of its order, and the order."""
    subject = f"customs_order:{made.signed.order_id}"
    _write(
        "UPDATE delivery SET state = 'parked' WHERE (fact_id, handler) IN"
        " (SELECT fact_id, handler FROM delivery"
        f" WHERE subject = '{subject}' ORDER BY fact_id, handler LIMIT 1)"
    )
    facts = one("SELECT COUNT(*) FROM fact WHERE subject = :subject", subject=subject)

    archive(cut(), tmp_path)

    assert one("SELECT COUNT(*) FROM fact WHERE subject = :subject", subject=subject) == facts > 0
    assert one("SELECT COUNT(*) FROM customs_order WHERE id = :id", id=made.signed.order_id) == 1
    paid = f"customs_order:{made.paid.order_id}"
    assert one("SELECT COUNT(*) FROM fact WHERE subject = :subject", subject=paid) > 0
    unpaid = f"customs_order:{made.placed.order_id}"
    assert one("SELECT COUNT(*) FROM fact WHERE subject = :subject", subject=unpaid) == 0


def test_what_changes_after_the_copy_stays(made, tmp_path):
    """Somebody asks for a refund between copy and deletion: the file forgets the order."""
    before = counts()

    def ask(at):
        if at == "delete" and one("SELECT COUNT(*) FROM refund WHERE id = 1") == 0:
            _write("UPDATE customs_order SET seq = seq + 1 WHERE state = 'signed_for'")
            _write("UPDATE customs_order SET seq = seq + 1 WHERE state = 'expired'")

    archive(cut(), tmp_path, step=ask)

    left, gone = counts(), archived(tmp_path / "before-2030-06.sqlite")
    assert left["customs_order"] == before["customs_order"]
    assert not gone["customs_order"]
    assert not gone["checkout"]


def test_an_order_is_read_back_as_it_was(made, tmp_path):
    """By its number, every row; restored into a database of its own, the same again."""
    number, before = order_no(made.signed), whole()
    archive(cut(), tmp_path)
    path = tmp_path / "before-2030-06.sqlite"

    told = read_order(path, number)
    poured = restore(path, tmp_path / "look.sqlite")

    (order,) = told["customs_order"]
    assert (order["order_no"], order["id"]) == (number, made.signed.order_id)
    assert tuple(order.values()) in before["customs_order"]
    assert {tuple(row.values()) for row in told["order_line"]} <= before["order_line"]
    assert told["list_line"]
    assert told["reservation"]
    look = ArchiveFile(tmp_path / "look.sqlite")
    assert look.summed() == sums(path)
    look.close()
    assert poured["checkout"] == 2
    with pytest.raises(NotEmpty):
        restore(path, tmp_path / "look.sqlite")
    with pytest.raises(NotArchived):
        read_order(path, order_no(made.paid))


def test_a_file_that_was_touched_is_not_believed(made, tmp_path):
    """One fen more in one row."""
    archive(cut(), tmp_path)
    path = tmp_path / "before-2030-06.sqlite"
    file = ArchiveFile(path)
    with file.engine.begin() as conn:
        conn.execute(text("UPDATE checkout SET total_fen = total_fen + 1"))
    file.close()

    with pytest.raises(ArchiveBroken):
        sums(path)
    with pytest.raises(ArchiveBroken):
        sums(tmp_path / "none.sqlite")


def test_the_commands_archive_and_read_back(made, tmp_path, capsys, monkeypatch):
    """What left is printed with its digests; an order is shown with its sealed columns closed."""
    monkeypatch.setattr(commands, "open_house", lambda *_, **__: nullcontext())
    monkeypatch.setenv("QIANZHAN_KEEP_CUSTOMS_YEARS", "3")
    number = order_no(made.signed)

    assert main(["archive", "2030-06", "--to", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    file = str(tmp_path / told["archive"])
    assert main(["archived", file]) == 0
    assert json.loads(capsys.readouterr().out) == told["tables"]
    assert main(["archived", file, "--order", number]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert main(["archived", file, "--into", str(tmp_path / "look.sqlite")]) == 0
    poured = json.loads(capsys.readouterr().out)
    assert main(["archived", file, "--order", "QZ0"]) == 1

    assert shown["customs_order"][0]["order_no"] == number
    assert re.fullmatch(r"\[[0-9]+ bytes, sealed\]", shown["customs_order"][0]["buyer_sealed"])
    assert poured == {name: of["rows"] for name, of in told["tables"].items()}
    assert "holds no order QZ0" in capsys.readouterr().err


def test_the_audit_tells_what_left(made, tmp_path):
    """A line a batch, with rows by table and no more."""
    archive(cut(), tmp_path)

    with db.read() as conn:
        lines = conn.execute(
            text("SELECT subject, detail FROM audit_line WHERE verb = 'archive'")
        ).all()

    assert {line.subject for line in lines} == {"archive:before-2030-06"}
    assert {json.loads(line.detail)["unit"] for line in lines} >= {"orders", "facts", "keys"}


@pytest.mark.parametrize("month", ["2030-13", "june", "2099-01"])
def test_a_month_that_is_none_or_not_over_is_refused(database, clock, month):
    """Nothing is archived."""
    with pytest.raises(MonthInvalid):
        cut(month)
