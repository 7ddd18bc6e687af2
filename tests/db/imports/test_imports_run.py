"""Sheets are imported as jobs: whole, or not at all; whoever takes one over ends with the same."""

import io
import time
import tracemalloc
from types import SimpleNamespace

import pytest

from bonded_display.stock import staged
from kernel import jobs
from kernel.batch import RowsMissed
from shop.imports import run, templates
from tests.db.imports.sheets import as_csv, ask, cells, export, goods, imported, jobs_get
from tests.support.sample_house import one


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_names_arrive_in_every_encoding(encoding):
    """With and without mark, and as old spreadsheets write."""
    heads, row = goods(name="净含量新名", sku="QZ-NEW-1", item_record_no="9001")

    done = imported("goods", as_csv(heads, row).encode(encoding))

    assert done.state == "done"
    assert one("SELECT name FROM item WHERE sku = 'QZ-NEW-1'") == "净含量新名"


@pytest.mark.parametrize(
    ("column", "value", "expects"),
    [
        ("gtin", "4901234567895", "gtin"),
        ("hs_code", "330499", "hs_code"),
        ("unit", "999", "unit_code"),
        ("origin", "998", "country_code"),
        ("warehouse", "NOWHERE", "known_warehouse"),
    ],
)
def test_a_bad_cell_is_told_and_nothing_changes(column, value, expects):
    """The second of two rows is bad: line, column, value and what was expected; no row stands."""
    heads, good = goods(sku="QZ-NEW-1", item_record_no="9001")
    _, bad = goods(sku="QZ-NEW-2", item_record_no="9002", **{column: value})

    done = imported("goods", as_csv(heads, good, bad).encode())

    assert (done.state, done.error, done.rows_bad) == ("failed", "sheet_rejected", 1)
    assert cells(done) == [(3, column, value, expects)]
    assert one("SELECT count(*) FROM item WHERE sku LIKE 'QZ-NEW%'") == 0


def test_a_credit_code_with_a_wrong_check_character_is_told():
    """The last character of an enterprise's code is another one."""
    lines = export("register", xlsx=False).decode("utf-8-sig").splitlines()
    code = lines[1].split(",")[0]
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")

    done = imported("register", "\n".join([lines[0], lines[1].replace(code, wrong)]).encode())

    assert cells(done) == [(2, "credit_code", wrong, "credit_code")]


def test_bad_rows_are_skipped_only_when_asked():
    """One good, one bad, one that repeats the good one: the good one stands."""
    heads, good = goods(sku="QZ-NEW-1", item_record_no="9001")
    _, bad = goods(sku="QZ-NEW-2", item_record_no="9002", gtin="1")

    done = imported("goods", as_csv(heads, good, bad, good).encode(), skip_bad=True)

    assert (done.state, done.rows_total, done.rows_bad) == ("done", 3, 2)
    assert [cell[3] for cell in cells(done)] == ["gtin", "one_row"]
    assert one("SELECT count(*) FROM item WHERE sku LIKE 'QZ-NEW%'") == 1


def test_stock_enters_once_and_the_books_agree(sample):
    """Two lots of one item, imported twice: levels, lots and account book rise once."""
    lines = export("stock", xlsx=False).decode("utf-8-sig").splitlines()
    old = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    rows = [old | {"document": "QD9", "line": str(n), "qty": "7", "lot_no": lot}
            for n, lot in enumerate(("L-A", "L-B", old["lot_no"]))]  # fmt: skip
    content = as_csv(lines[0].split(","), *([*row.values()] for row in rows)).encode()
    before = one("SELECT sum(on_hand) FROM availability")

    first, again = imported("stock", content), imported("stock", content)

    assert (first.rows_applied, again.rows_applied) == (3, 0)
    assert one("SELECT sum(on_hand) FROM availability") == before + 21
    lots = one("SELECT sum(qty) FROM lot")
    assert one("SELECT sum(on_hand) FROM availability") == lots == before + 21
    assert one("SELECT sum(qty) FROM movement") == lots
    assert one("SELECT sum(entered) FROM account_book_balance") == lots


def test_a_failing_last_step_leaves_nothing(monkeypatch):
    """The books refuse within the last step: the job has failed, and no row of it stands."""

    def refuse(conn, kind, job_id, told):
        whole_apply(conn, kind, job_id, told)
        raise RowsMissed("one row less")

    whole_apply = run.apply
    monkeypatch.setattr(run, "apply", refuse)
    heads, row = goods(sku="QZ-NEW-1", item_record_no="9001")

    done = imported("goods", as_csv(heads, row).encode())

    assert (done.state, done.error, done.rows_applied) == ("failed", "RowsMissed", 0)
    assert one("SELECT count(*) FROM item WHERE sku = 'QZ-NEW-1'") == 0
    assert one("SELECT count(*) FROM staged_goods") == 0


def test_a_cancelled_import_changes_nothing():
    """Cancelled while it waits: its worker's next slice does not stand."""
    heads, row = goods(sku="QZ-NEW-1", item_record_no="9001")
    taken = run.run_slice(ask("goods", as_csv(heads, row).encode()))
    assert taken.state == "checking"

    jobs.cancel(taken.id)

    assert run.run_to_the_end(taken).state == "cancelled"
    assert one("SELECT count(*) FROM item WHERE sku = 'QZ-NEW-1'") == 0
    with pytest.raises(jobs.JobNotCancellable):
        jobs.cancel(taken.id)


def test_another_worker_ends_what_one_began(clock, monkeypatch):
    """A worker dies within staging: half a minute later another goes on; each row stands once."""
    monkeypatch.setattr(run, "CHUNK", 2)
    monkeypatch.setattr(run, "SLICE_S", 0)
    monkeypatch.setattr(run, "_step", _one_chunk)
    heads, _ = goods()
    rows = [goods(sku=f"QZ-NEW-{n}", item_record_no=f"9{n}")[1] for n in range(7)]
    taken = ask("goods", as_csv(heads, *rows).encode())
    while (taken.state, taken.rows_done) != ("staging", 4):
        taken = run.run_slice(taken)
    run._open.clear()

    assert jobs.claim("box2:1", prefix=run.PREFIX) is None
    clock.tick(31)
    other = jobs.claim("box2:1", prefix=run.PREFIX)

    assert other is not None
    assert other.rows_done == 4
    assert run.run_slice(taken).claimed_by == "box2:1"
    others_turn = SimpleNamespace(
        monotonic=time.monotonic, sleep=lambda _: run.run_slice(jobs_get(other.id))
    )
    monkeypatch.setattr(run, "time", others_turn)
    assert run.run_to_the_end(taken).rows_applied == 7
    assert one("SELECT count(*) FROM item WHERE sku LIKE 'QZ-NEW%'") == 7


_whole_step = run._step


def _one_chunk(taken, kind):
    if taken.state in ("checking", "staging"):
        return run._chunk(taken, kind)
    return _whole_step(taken, kind)


@pytest.mark.parametrize("xlsx", [False, True])
def test_an_export_takes_the_memory_of_a_page(monkeypatch, tmp_path, xlsx):
    """Six thousand rows in pages of two hundred: all are written, few are held."""
    lines = export("stock", xlsx=False).decode("utf-8-sig").splitlines()
    old = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    rows = [[*(old | {"document": "QD9", "line": str(n)}).values()] for n in range(6_000)]
    imported("stock", as_csv(lines[0].split(","), *rows).encode())
    monkeypatch.setattr(templates, "PAGE", 200)
    templates.write_export("stock", io.BytesIO(), xlsx=xlsx)

    tracemalloc.start()
    with (tmp_path / "stock").open("wb") as out:
        templates.write_export("stock", out, xlsx=xlsx)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2_000_000
    if not xlsx:
        written = (tmp_path / "stock").read_bytes().decode("utf-8-sig").splitlines()
        assert len(written) == len(lines) + 6_000
        assert len(set(written)) == len(written)


def test_an_entry_that_somebody_else_makes_meanwhile_is_looked_at_anew(monkeypatch, sample):
    """Between look and writing another one enters the same lot: it is tried again, both stand."""
    lines = export("stock", xlsx=False).decode("utf-8-sig").splitlines()
    old = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    row = old | {"document": "QD9", "line": "1", "qty": "7", "lot_no": "L-NEW"}
    content = as_csv(lines[0].split(","), [*row.values()]).encode()
    rival = as_csv(lines[0].split(","), [*(row | {"document": "QD8"}).values()]).encode()
    before = one("SELECT sum(on_hand) FROM availability")
    looked = staged._standing_rows
    came: list[str] = []

    def rival_first(conn, source):
        found = looked(conn, source)
        if not came and conn.dialect.name == "postgresql":
            came.append("rival")
            assert imported("stock", rival).state == "done"
        return found

    monkeypatch.setattr(staged, "_standing_rows", rival_first)
    done = imported("stock", content)

    assert (done.state, done.rows_applied) == ("done", 1)
    entered = 7 * (1 + len(came))
    assert one("SELECT sum(on_hand) FROM availability") == before + entered
    assert one("SELECT sum(qty) FROM lot") == before + entered
    assert one("SELECT qty FROM lot WHERE lot_no = 'L-NEW'") == entered
