"""Whole books compared: an honest trade agrees to the fen, each falsehood is found by document."""

import sqlite3
import subprocess
import sys

import pytest

from demo.compare.findings import Total
from demo.compare.trial import SIZE, report
from demo.other_side import DXP_IDS, PLATFORM
from simulators.trouble import mutants
from tests.flow.compared import copied, rules, trade
from tests.flow.demo_runs import ROOT, demo

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The books of a trade in which nobody lied."""
    folder = tmp_path_factory.mktemp("honest")
    assert trade(folder) == ""
    return folder


def spoil(book, sql):
    """Change one row of a book on disk."""
    with sqlite3.connect(book) as opened:
        assert opened.execute(sql).rowcount == 1
    opened.close()


def test_an_honest_trade_agrees_in_every_total(honest):
    """No difference; thirty totals and more that are not nought, with what was expected."""
    found = report(honest)

    told = [one for one in found.told if one.expected and one.ours and one.other]
    assert found.differences == []
    assert found.agrees
    assert found.unasked == []
    assert len(told) >= 30, told
    by_name = {one.name: one for one in found.totals}
    assert by_name["lists.count"] == Total("lists.count", SIZE.orders, SIZE.orders, SIZE.orders)
    assert by_name["bills.due_fen"].expected == by_name["bills.due_fen"].other > 0


def test_a_total_known_before_the_run_is_held_against_both_sides(honest):
    """One fen less than was to come: the total differs, no document does."""
    due = next(one.ours for one in report(honest).totals if one.name == "charges.gross_fen")

    found = report(honest, {"charges.gross_fen": due + 1})

    assert not found.agrees
    assert [one.name for one in found.totals if one.differs] == ["charges.gross_fen"]


_LAST_CHARGE = "(SELECT MAX(seq) FROM object WHERE kind = 'charge')"
_FIRST = "(SELECT MIN(rowid) FROM {})"


@pytest.mark.parametrize(
    ("book", "sql", "check", "what"),
    [
        (
            "stripe",
            "UPDATE object SET body = json_set(body, '$.amount', json_extract(body, '$.amount') + 1)"
            f" WHERE seq = {_LAST_CHARGE}",
            "charges",
            "gross_fen",
        ),
        ("stripe", f"DELETE FROM object WHERE seq = {_LAST_CHARGE}", "charges", "document"),
        (
            "payment_company",
            "UPDATE declaration SET amount_fen = amount_fen + 1"
            f" WHERE rowid = {_FIRST.format('declaration')}",
            "payments",
            "amount_fen",
        ),
        (
            "courier",
            f"UPDATE waybill SET order_no = 'X' WHERE rowid = {_FIRST.format('waybill')}",
            "waybills",
            "order_no",
        ),
        (
            "customs",
            "UPDATE document SET amounts = json_set(amounts, '$.taxTotal', '0.01') WHERE id ="
            " (SELECT MIN(id) FROM document WHERE kind = 'CEB311' AND state = 'accepted')",
            "orders",
            "tax_fen",
        ),
        (
            "customs",
            "UPDATE declaration_list SET state = 'detained'"
            " WHERE id = (SELECT MIN(id) FROM declaration_list)",
            "histories",
            "state",
        ),
        (
            "customs",
            "UPDATE book_movement SET qty = qty + 1"
            " WHERE rowid = (SELECT MIN(rowid) FROM book_movement WHERE kind = 'deducted')",
            "account book",
            "deducted_e5",
        ),
        (
            "customs",
            "DELETE FROM tax_bill WHERE rowid = -1 OR list_id = (SELECT MIN(list_id) FROM tax_bill)",
            None,
            None,
        ),
    ],
)
def test_one_row_changed_in_any_book_is_found(honest, tmp_path, book, sql, check, what):
    """A fen, a missing charge, another order; what cannot be read ends the comparison."""
    folder = copied(honest, tmp_path)
    spoil(folder / "theirs" / f"{book}.db", sql)

    if check is None:
        with pytest.raises(KeyError):
            report(folder)
        return

    found = report(folder)
    assert (check, what) in {(one.check, one.what) for one in found.differences}


UNSEEN = (
    {
        "kind": "CEB621",
        "nth": 4,
        "changes": [{"do": "replace", "at": "//ceb:InventoryList[1]/ceb:country", "text": "999"}],
    },
    {
        "kind": "CEB411",
        "nth": 5,
        "changes": [{"do": "add", "at": "//ceb:amountPaid", "number": "0.01"}],
    },
    {
        "kind": "CEB511",
        "nth": 6,
        "changes": [{"do": "scale", "at": "//ceb:weight", "by": "10"}],
    },
    {
        "kind": "CEB311",
        "nth": 7,
        "changes": [{"do": "replace", "at": "//ceb:OrderList[1]/ceb:gmodel", "text": "x"}],
    },
    {
        "kind": "CEB622",
        "nth": 8,
        "where": "//ceb:returnStatus = '120'",
        "changes": [{"do": "replace", "at": "//ceb:returnInfo", "text": "x"}],
    },
)
"""Falsehoods that no flag names: one element of a 621, 411, 511, 311 and 622."""


def test_five_flags_and_five_unseen_rules_are_each_found(honest, tmp_path):
    """One trade with ten falsehoods on different documents: every one is named by its document."""
    flags = [word for flag in mutants.flag_names() for word in ("--mutant", flag)]

    trade(tmp_path, "--mutants", rules(tmp_path, *UNSEEN), *flags)
    found = report(tmp_path)

    seen = {(one.check, one.what) for one in found.differences}
    assert {
        ("lines", "qty1_e5"),
        ("lines", "qty2_e5"),
        ("bills", "vat_fen"),
        ("head", "freight_fen"),
        ("lines", "origin_code"),
        ("declared", "amount_fen"),
        ("declared", "gross_e5"),
        ("order lines", "gmodel"),
    } <= seen
    assert {one.document for one in found.differences if one.check == "heard"} >= {
        "FOREIGN0000000001"
    }
    strange = [one for one in found.differences if one.check == "heard"]
    assert len(strange) == 2  # the foreign answer, and the state set back at a time never told
    assert len([one for one in found.differences if one.check == "letters"]) == 4
    assert len([one for one in found.differences if one.what == "gmodel"]) == 1
    assert not found.agrees


def test_a_refused_order_was_refunded_once_in_both_books(tmp_path):
    """Customs refuses the list; the provider's refund is ours, and a second one is found."""
    run = demo(tmp_path, "--seed", "1", "--break", "refused")
    assert run.code == 1, run.said

    honest = report(run.box)
    refunds = next(one for one in honest.totals if one.name == "refunds.amount_fen")
    spoil(
        run.box / "theirs" / "stripe.db",
        "INSERT INTO object (id, kind, body) SELECT 're_again', kind,"
        " json_set(body, '$.id', 're_again') FROM object WHERE kind = 'refund'",
    )
    twice = report(run.box)

    assert honest.differences == []
    assert refunds.expected == refunds.ours == refunds.other > 0
    assert [(one.check, one.document, one.ours) for one in twice.differences] == [
        ("refunds", "re_again", "missing")
    ]


def test_the_command_ends_with_what_it_found(honest, tmp_path):
    """0 when all agrees, 1 with the difference by document, 2 when a book is not there."""

    def run(folder):
        words = ("--ours", folder / "ours/qianzhan.db", "--theirs", folder / "theirs")
        more = ("--dxp-id", DXP_IDS[PLATFORM], "--report", tmp_path / "report.json")
        command = [sys.executable, "-m", "demo.compare", *map(str, (*words, *more))]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        return ended.returncode, ended.stdout + ended.stderr

    agreed, words = run(honest)
    spoilt = copied(honest, tmp_path / "copy")
    spoil(
        spoilt / "theirs" / "zone.db",
        "UPDATE listed SET waybill_no = 'X' WHERE invt_no = (SELECT MIN(invt_no) FROM listed"
        " JOIN bonded_inventory_list USING (bonded_inventory_list_no)"
        " WHERE exit_pass_no IS NOT NULL)",
    )
    differing, named = run(spoilt)
    absent, why = run(tmp_path / "nowhere")

    assert (agreed, differing, absent) == (0, 1, 2)
    assert "0 of them differ; 0 differences" in words
    assert "DIFFERS passes: " in named
    assert "Not compared: FileNotFoundError" in why
    assert '"agrees": false' in (tmp_path / "report.json").read_text()
