"""The checker of the demo: a good folder holds, each change is refused by the check for it."""

import shutil
from functools import partial

import pytest

from tests.check_demo import __main__ as program
from tests.check_demo import judge as judged
from tests.check_demo.folder import KINDS
from tests.check_demo.mutations import __main__ as mutations_program
from tests.check_demo.mutations import attempt
from tests.check_demo.mutations.every import MUTATIONS
from tests.unit.check_demo.demo_folder import Keys, build, resign


@pytest.fixture(scope="session")
def keys():
    return Keys()


@pytest.fixture(scope="session")
def demo(tmp_path_factory, keys):
    """A folder in which all holds; tests change copies of it."""
    return build(tmp_path_factory.mktemp("check") / "demo", keys)


def test_a_demo_in_which_all_holds_is_passed(demo):
    """No check finds anything in a consistent folder."""
    assert [str(finding) for finding in judged.judge(demo)] == []


def test_its_documents_are_valid_by_the_official_schema(demo, official):
    """The fixture is no fantasy: the official schema takes its documents."""
    assert [str(finding) for finding in judged.judge(demo, official)] == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.title)
def test_one_change_is_refused_by_the_check_for_it(demo, mutation):
    """One byte or one fen in one file: the checks for it fail, its signature too, no other."""
    outcome = attempt(mutation, demo)

    assert not outcome.missed
    assert not outcome.beyond


@pytest.mark.parametrize(
    "mutation",
    [mutation for mutation in MUTATIONS if mutation.document],
    ids=lambda mutation: mutation.title,
)
def test_a_wrong_document_is_refused_though_its_sender_signed_it(demo, keys, mutation):
    """The sender itself says something wrong: no signature gives it away, the check does."""
    outcome = attempt(mutation, demo, resign=partial(_resign, keys))

    assert not outcome.missed
    assert not outcome.beyond


def _resign(keys, folder, kind):
    resign(folder, keys, kind)


def test_every_check_is_made_to_fail_by_some_change():
    """A check that nothing makes fail checks nothing."""
    seen = frozenset().union(*(mutation.due() for mutation in MUTATIONS))
    forms = {f"{by}_{kind}" for by in ("schema", "form") for kind in KINDS}
    tested_below = forms | {"ledger_entries"}

    assert set(judged.NAMES) - seen - tested_below == set()


@pytest.fixture
def copy(demo, tmp_path):
    """A copy to be changed."""
    return shutil.copytree(demo, tmp_path / "demo")


def swap(path, old, new):
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))


WRONG_FORMS = [
    ("CEB311", b"<discount>0</discount>", b"", "the discount left out"),
    ("CEB311", b"<gnum>1</gnum>", b"<gnum>01</gnum>", "a line number with a nought"),
    ("CEB411", b"<currency>142</currency>", b"<currency>14</currency>", "a code too short"),
    ("CEB411", b"<amountPaid>483.35<", b"<amountPaid>483.350001<", "six digits after the point"),
    ("CEB511", b"<weight>2.7</weight><packNo>1</packNo>", None, "two elements swapped"),
    ("CEB511", b"<freight>0</freight>", b"", "the freight that the specification wants"),
    ("CEB621", b"<declTime>20261124<", b"<declTime>20261131<", "a day that is none"),
    ("CEB621", b"<packNo>1</packNo>", b"<wrapType></wrapType><packNo>1</packNo>", "an empty tag"),
    ("CEB621", b"<qty>2</qty><unit>142</unit>", None, "the order of the specification's text"),
    ("CEB621", b"<itemNo>T-00001<", b"<itemNo>T-0000100000000000000<", "a SKU of 21 characters"),
]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [case[:3] for case in WRONG_FORMS],
    ids=[case[3] for case in WRONG_FORMS],
)
def test_a_document_without_its_form_is_refused(copy, keys, kind, old, new):
    """The tables of the reference are held without the official schema, too."""
    if new is None:
        first, second = old.split(b"><", 1)
        new = b"<" + second + first + b">"
    swap(copy / f"{kind}.xml", old, new)
    resign(copy, keys, kind)

    assert f"form_{kind}" in judged.failed(copy)


@pytest.mark.parametrize("kind", KINDS)
def test_the_official_schema_refuses_what_is_not_in_it(copy, official, kind):
    """One letter of an element's name is wrong."""
    path = copy / f"{kind}.xml"
    path.write_bytes(path.read_bytes().replace(b"appStatus>", b"appStatvs>"))

    assert {f"schema_{kind}", f"form_{kind}"} <= judged.failed(copy, official)


def test_a_half_posted_sale_is_refused(copy):
    """The ledger ends after the tax bill: five entries, no income."""
    lines = (copy / "ledger.csv").read_bytes().split(b"\r\n")
    (copy / "ledger.csv").write_bytes(b"\r\n".join([*lines[:6], b""]))

    assert judged.failed(copy) == {"ledger_entries"}


@pytest.mark.parametrize("name", ["CEB621.xml", "provider.json", "slip.png", "ledger.csv"])
def test_a_missing_file_fails_the_checks_that_ask_for_it(copy, name):
    """A file is not there: that is a finding, not an error of the checker."""
    (copy / name).unlink()

    assert judged.failed(copy)


def test_a_key_that_signs_for_another_is_refused(copy, keys):
    """The courier's waybill is signed by us: a good signature of the wrong sender."""
    ours, theirs = (keys[code] for code in ("1401970001", "1401970002"))
    resign(copy, {"1401970002": ours}, "CEB511")

    assert judged.failed(copy) == {"certificate_CEB511", "three_keys"}
    assert ours != theirs


def test_the_program_names_what_fails_and_exits_with_one(copy, capsys):
    """A fen in the catalogue: exit code 1, the check's name, both prices."""
    assert program.main(["--no-official", str(copy)]) == 0
    swap(copy / "catalogue.csv", b"199.00", b"199.01")

    assert program.main(["--no-official", str(copy)]) == 1
    said = capsys.readouterr().out
    assert "FAILED catalogue_price: " in said
    assert "expected 199.01, ours 199.00" in said


def test_the_program_refuses_to_run_without_the_official_schemas(
    demo, capsys, monkeypatch, tmp_path
):
    """Official data are elsewhere: exit code 2 and what to do, unless told to go without."""
    monkeypatch.setenv("QIANZHAN_OFFICIAL", str(tmp_path))

    assert program.main([str(demo)]) == 2
    assert "QIANZHAN_OFFICIAL" in capsys.readouterr().out
    assert program.main(["--no-official", str(demo)]) == 0


def test_mutations_are_not_tried_on_a_demo_that_fails_itself(copy, capsys):
    """What is refused anyway proves nothing."""
    swap(copy / "catalogue.csv", b"199.00", b"199.01")

    assert mutations_program.main([str(copy)]) == 1
    assert "catalogue_price" in capsys.readouterr().out
