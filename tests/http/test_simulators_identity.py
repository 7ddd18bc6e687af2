"""The identity simulator judges a name and a number, and keeps neither."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from flask.testing import FlaskClient

from simulators.identity.app import identity_app
from simulators.identity.people import People

ADULT = {"name": "林知夏", "id_number": "110101199003070070"}
CHILD = {"name": "周小满", "id_number": "110101201503070026"}
WITH_X = {"name": "赵一苇", "id_number": "44030519920229001X"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    people = People(str(tmp_path / "identity.db"), b"k" * 32)
    people.load([ADULT, CHILD, WITH_X])
    yield identity_app(people).test_client()
    people.close()


@pytest.mark.parametrize(
    ("asked", "result"),
    [
        (ADULT, "match"),
        (ADULT | {"name": "林知秋"}, "mismatch"),
        (CHILD, "minor"),
        (CHILD | {"name": "林知夏"}, "mismatch"),
        (WITH_X | {"id_number": "44030519920229001x"}, "match"),
        ({"name": "林知夏", "id_number": "310101198512120024"}, "mismatch"),
    ],
)
def test_an_answer_has_a_result_and_evidence(
    client: FlaskClient, asked: dict[str, str], result: str
) -> None:
    """Match, mismatch, minor; a small x is an X; each answer stands in the book."""
    answer = client.post("/verify", json=asked).get_json()

    assert answer["result"] == result
    assert [row["evidence_no"] for row in client.get("/answers").get_json()] == [
        answer["evidence_no"]
    ]


@pytest.mark.parametrize(
    "asked",
    [
        ADULT | {"id_number": "110101199003070071"},
        ADULT | {"id_number": "110101199002300076"},
        ADULT | {"id_number": 1},
        ADULT | {"name": " "},
        {},
    ],
)
def test_what_cannot_be_judged_is_refused(client: FlaskClient, asked: dict[str, object]) -> None:
    """A wrong check digit, a day that never was, no name: 422, no evidence."""
    answer = client.post("/verify", json=asked)

    assert answer.status_code == 422
    assert client.get("/answers").get_json() == []


def test_told_to_be_down_it_answers_503(client: FlaskClient) -> None:
    """Down and up again."""
    client.post("/_control", json={"down": True})
    down = client.post("/verify", json=ADULT)
    client.post("/_control", json={"down": False})

    assert down.status_code == 503
    assert client.post("/verify", json=ADULT).get_json()["result"] == "match"


def test_people_may_come_later(client: FlaskClient) -> None:
    """A person is made known through the control; a wrong number is refused."""
    new = {"name": "沈既白", "id_number": "310101198512120024"}

    client.post("/_control", json={"people": [new]})
    wrong = client.post("/_control", json={"people": [new | {"id_number": "1"}]})

    assert wrong.status_code == 422
    assert client.post("/verify", json=new).get_json()["result"] == "match"


def test_the_program_keeps_no_person_on_the_disk(tmp_path: Path) -> None:
    """Asked and answered over HTTP: the book holds evidence, neither name nor number."""
    (tmp_path / "people.json").write_text(json.dumps([ADULT]))
    books = tmp_path / "books"
    books.mkdir()
    command = [sys.executable, "-m", "simulators.identity", "--db", str(books / "identity.db")]
    command += ["--people", str(tmp_path / "people.json"), "--secret-file", str(tmp_path / "key")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        url = program.stdout.readline().split()[1]
        answer = requests.post(f"{url}/verify", json=ADULT, timeout=5).json()
        program.terminate()
        assert program.wait(timeout=10) == 0

    written = b"".join(file.read_bytes() for file in books.iterdir())
    assert answer["result"] == "match"
    assert answer["evidence_no"].encode() in written
    assert ADULT["id_number"].encode() not in written
    assert ADULT["name"].encode() not in written
