"""A tax question through the process, as docs/cli.md tells it."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PART = (ROOT / "docs/cli.md").read_text("utf-8").split("\n## ")[1]
BLOCKS = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PART, re.S)]
SCHEMA, QUESTION, ANSWER = BLOCKS


def ask(sent: bytes) -> tuple[int, dict]:
    done = subprocess.run(
        [sys.executable, "-m", "settlement.tax", "quote"],
        input=sent,
        capture_output=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


def changed(**top: object) -> bytes:
    return json.dumps({**copy.deepcopy(QUESTION), **top}).encode()


def line(**fields: object) -> bytes:
    return changed(lines=[{**QUESTION["lines"][0], **fields}])


def tariff(**fields: object) -> bytes:
    return changed(tariffs=[{**QUESTION["tariffs"][0], **fields}])


def test_the_example_of_the_page_is_what_is_answered():
    """customs.md section 5, example 1."""
    assert ask(json.dumps(QUESTION).encode()) == (0, ANSWER)


def test_the_limits_are_told_with_their_facts():
    """Examples 6 to 8: one piece in full, two refused, the year refused."""
    code, full = ask(line(total_fen=680_000))
    assert (code, full["verdict"], full["lines"][0]["duty_fen"]) == (0, "full_rate", 0)

    code, two = ask(line(qty=2, total_fen=520_000))
    assert (code, two["verdict"], two["code"]) == (1, "refuse", "over_single_limit")

    code, year = ask(changed(year_used_fen=2_540_000))
    assert (code, year["code"], year["facts"]["left_fen"]) == (1, "over_year_limit", 60_000)


def test_a_years_weight_is_told_with_its_facts():
    """Two pieces of 0.6 kg of sugar: with 1 kg used the second is too much; the weight is asked."""
    goods = {
        "lines": [{**QUESTION["lines"][0], "qty": 2, "net_e5": 60_000}],
        "tariffs": [{**QUESTION["tariffs"][0], "weight_limit": "sugar"}],
    }
    within = {"year_used_weight_e5": {"sugar": 80_000, "rice": 2_000_000}}

    assert ask(changed(**goods, **within))[0] == 0
    code, over = ask(changed(**goods, year_used_weight_e5={"sugar": 100_000}))
    assert (code, over["code"], over["facts"]["left_e5"]) == (1, "over_weight_limit", 100_000)
    assert ask(tariff(weight_limit="rice"))[1]["facts"] == {"place": "lines[1].net_e5"}


def test_the_rates_of_the_day_count():
    """A rate that begins on the day replaces the open one; the day before it does not."""
    newer = {**QUESTION["tariffs"][0], "valid_from_on": "2026-11-27", "consumption_rule": "none"}
    rows = [newer, *QUESTION["tariffs"]]

    assert ask(changed(tariffs=rows))[1]["tax_fen"] == 7_280
    assert ask(changed(tariffs=rows, on="2026-11-26"))[1]["tax_fen"] == 18_447


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (b"{", "question"),
        (b"\xff", "question"),
        (b"[]", "question"),
        (changed(tip=1), "question.tip"),
        (changed(on="27.11.2026"), "question.on"),
        (changed(freight_fen=1.0), "question.freight_fen"),
        (changed(freight_fen=-1), "question.freight_fen"),
        (changed(lines=[]), "lines"),
        (line(qty=True), "lines[1].qty"),
        (line(measure_kind="oz"), "lines[1].measure_kind"),
        (tariff(consumption_bp=10_000), "tariffs[1].consumption_bp"),
        (tariff(consumption_rule="luck"), "tariffs[1].consumption_rule"),
        (tariff(on_positive_list=1), "tariffs[1].on_positive_list"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_place(sent, place):
    """Nothing is guessed: the answer names where."""
    code, told = ask(sent)

    words = told.pop("words")
    assert (code, told) == (
        2,
        {"verdict": "unread", "code": "tax_question_unread", "facts": {"place": place}},
    )
    assert place in words["en"]["what"]
    assert place in words["zh-CN"]["what"]


def test_a_code_without_rates_is_told():
    """No tariff of the question holds the line's code on the day."""
    code, told = ask(changed(tariffs=[]))

    assert (code, told["code"]) == (2, "tariff_missing")


def test_the_schema_names_what_is_read():
    """Each field that the schema names is read; every other one is refused by its name."""
    parts = SCHEMA["properties"]
    for name, build in (("lines", line), ("tariffs", tariff)):
        for field in parts[name]["items"]["properties"]:
            code, told = ask(build(**{field: []}))
            assert (code, told["facts"]["place"]) == (2, f"{name}[1].{field}")
        assert ask(build(other=1))[1]["facts"]["place"] == f"{name}[1].other"
