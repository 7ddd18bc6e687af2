"""A person's text is found in every form and place, and nothing else is taken for it."""

import base64
import json
import shutil
import sqlite3
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.support.personal_search import (
    ENCODINGS,
    Hit,
    base64_core,
    forms,
    search,
    search_bytes,
    sqlite_cells,
)

NUMBER = "14010519870316271X"
NAME = "令狐霁月"
SOUGHT = [*forms("number", NUMBER), *forms("name", NAME)]


@pytest.mark.parametrize("text", [NUMBER, NAME])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_base64_is_found_wherever_the_text_stands_in_its_block(text, encoding):
    """Whatever lies before and behind it, at each place of a triple."""
    raw = text.encode(encoding)
    for before in range(7):
        for behind in range(3):
            block = base64.b64encode(b"\xa5" * before + raw + b"\x5a" * behind)
            assert search_bytes(b"<Data>" + block + b"</Data>", forms("it", text))
            assert base64_core(raw, before % 3) in block


@pytest.mark.parametrize("text", [NUMBER, NAME])
def test_each_form_is_found_by_its_name(text):
    """Every form, alone among other bytes."""
    for form in forms("it", text):
        found = search_bytes(b"\xff\x00before" + form.content + b"behind\x00", forms("it", text))

        assert form in found


def test_forms_are_what_programs_write():
    """Python's own encoders are the measure, not ours."""
    written = [
        *(json.dumps({"a": text}).encode() for text in (NUMBER, NAME)),
        quote(NAME).encode(),
        NUMBER.encode().hex().upper().encode(),
        repr(NAME.encode("utf-16-be").hex()).encode(),
        base64.urlsafe_b64encode(f"?>{NAME}".encode()),
        NAME.encode("ascii", "xmlcharrefreplace"),
    ]

    assert all(search_bytes(one, SOUGHT) for one in written)


def test_lines_do_not_hide_base64_and_hex():
    r"""Mail cuts base64 into lines, a dump cuts hex, and JSON writes the cut as \\n."""
    mail = base64.encodebytes(b"x" * 50 + NUMBER.encode())
    dump = b"\n".join(NUMBER.encode().hex().encode()[at : at + 5] for at in range(0, 36, 5))

    assert mail.count(b"\n") == 2
    assert search_bytes(mail, SOUGHT)
    assert search_bytes(dump, SOUGHT)
    assert search_bytes(json.dumps(mail.decode()).encode(), SOUGHT)


def test_another_person_is_not_taken_for_the_one_sought(tmp_path):
    """One digit differs, the name is cut, the number is masked."""
    near = NUMBER[:-1] + "8"
    for text in (near, NAME[:3], NUMBER[:6] + "********" + NUMBER[-4:]):
        for form in forms("near", text):
            (tmp_path / "near").write_bytes(form.content)
            assert search(tmp_path, SOUGHT) == set(), form.how


def test_a_name_of_a_file_is_a_place(tmp_path):
    """A folder named by a phone number."""
    (tmp_path / f"slip-{NUMBER}").mkdir()

    assert {hit.place for hit in search(tmp_path, SOUGHT)} == {f"name of slip-{NUMBER}"}


def test_a_value_spread_over_pages_is_found_in_its_cell(tmp_path):
    """A blob longer than a page, the text across the edge: the raw file shows it in two."""
    path = tmp_path / "house.db"
    for filler in range(1880, 1940, 5):
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as opened, opened:
            opened.execute("CREATE TABLE mail (raw BLOB)")
            raw = bytes(filler) + NUMBER.encode() + bytes(6000 - filler)
            opened.execute("INSERT INTO mail VALUES (?)", (raw,))
        if not search_bytes(path.read_bytes(), SOUGHT):
            break
    else:
        pytest.fail("no value was cut")

    assert Hit("house.db:mail.raw", "number", "utf-8") in search(tmp_path, SOUGHT)


def test_a_log_not_yet_folded_is_searched_with_its_file_and_alone(tmp_path):
    """The row lies in the log only; the search changes neither."""
    path = tmp_path / "house.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")
        opened.execute("CREATE TABLE a (b TEXT)")
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        opened.execute("INSERT INTO a VALUES (?)", (NUMBER,))
        shutil.copyfile(f"{path}-wal", tmp_path / "kept-wal")
        before = path.read_bytes()

        places = {hit.place for hit in search(tmp_path, SOUGHT)}

        assert {"house.db-wal", "kept-wal", "house.db:a.b", "house.db:dump"} <= places
        assert "house.db" not in places
        assert path.read_bytes() == before


def test_deleted_rows_that_lie_in_the_file_are_found(tmp_path):
    """A row was deleted; its bytes are still in the page."""
    path = tmp_path / "house.db"
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("PRAGMA secure_delete = OFF")
        opened.execute("CREATE TABLE a (b TEXT)")
        opened.execute("INSERT INTO a VALUES (?)", (NUMBER,))
        opened.commit()
        opened.execute("DELETE FROM a")

    assert [cell for column, cell in sqlite_cells(path) if column == "a.b"] == []
    assert Hit("house.db", "number", "utf-8") in search(tmp_path, SOUGHT)
