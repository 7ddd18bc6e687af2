"""Nobody reads a buyer out of the other side's files, and its programs end cleanly."""

import base64
import subprocess

import requests

from tests.http.simulators_line.asks import declare
from tests.http.simulators_line.line import ROOT, until
from tests.unit.simulators.sim_documents import Sale

PLANTED = "440304199209301176"


def forms(text):
    """The ways in which a text may lie in a file."""
    raw = text.encode()
    yield from (raw, text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode())
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw).rstrip(b"=")
        yield coded[4 if offset else 0 : -2]


def places(folder, text):
    """The files below ``folder`` that hold ``text`` in any form."""
    wanted = list(forms(text))
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in wanted)
    }


def test_a_buyer_is_found_in_no_file_of_the_other_side(own, number):
    """A whole sale, no export: books, their logs, program logs, mailboxes; running and ended."""
    customs = own.customs()
    own.payment_company()
    own.courier()
    sale = Sale(number, buyer=PLANTED)
    declared = declare(own, sale, number)
    own.send("CEB621", declared.listed())
    until(lambda: "816" in own.answers(f"C{number}"))
    customs.post("/_control", script=[])
    own.send("CEB311", sale.order(appType="9"))
    until(lambda: len(own.answers(number)) > 2)

    running = places(own.folder, PLANTED) | places(own.folder, sale.buyer_name)
    codes = [program.stop() for program in own.running.values()]
    ended = places(own.folder, PLANTED) | places(own.folder, sale.buyer_name)

    assert running == ended == set()
    assert codes == [0, 0, 0]
    own.folder.joinpath("proof").write_bytes(base64.b64encode(b"x" + PLANTED.encode()))
    assert places(own.folder, PLANTED) == {"proof"}


def test_a_message_that_fails_its_form_goes_back_and_stays_nowhere(own, number):
    """CEB900 carries the original to its owner; once that is taken, nothing is left."""
    own.customs()
    own.send(
        "CEB311", Sale(number, buyer=PLANTED).order(), change=lambda d: d.replace(b"142", b"840")
    )
    until(lambda: [kind for kind, _, _ in own.heard()], wanted=["CEB900"])
    before = places(own.folder, PLANTED)

    for path in (own.dxp / "DXPPLATFORM00001" / "in").iterdir():
        path.unlink()

    assert {place.split("/")[0] for place in before} <= {"dxp"}
    assert places(own.folder, PLANTED) == set()


def test_bad_arguments_end_a_program_with_a_word(own):
    """A script that cannot be followed: exit 2 and the reason."""
    path = own.folder / "script.json"
    path.write_text('[{"match": {}, "do": "explode"}]')
    command = own.command("customs", *own.of_customs("--script", path))

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 2
    assert "rule 1: do must be of" in ended.stderr
    assert not (own.folder / "customs.db").exists()


def test_what_is_asked_for_and_absent_is_told_in_json(shared):
    """404 for lists, bills, passes, paths; 405; a body that is no JSON."""
    urls = {name: program.url for name, program in shared.running.items()}
    answers = [
        requests.get(f"{urls['customs']}/lists/0", timeout=5),
        requests.get(f"{urls['customs']}/tax-bills/0", timeout=5),
        requests.get(f"{urls['zone']}/exit-passes/0", timeout=5),
        requests.get(f"{urls['courier']}/nowhere", timeout=5),
        requests.get(f"{urls['courier']}/waybills", timeout=5),
        requests.post(f"{urls['courier']}/waybills", data="{", timeout=5),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404, 404, 405, 422]
    assert all(one.json()["error"] for one in answers)
