"""The one table of state colours: complete, by meaning, and used by every page."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from sqlalchemy import CheckConstraint, Table

from bonded_display.customs import states as customs
from bonded_display.stock.tables import reservation
from bonded_display.warehouse.states import BATCH_MOVES, TASK_MOVES
from kernel import i18n, render
from settlement.payments.tables import payment, payment_declaration, refund
from shop.order.states import MOVES as ORDER_MOVES

TEMPLATES = Path(render.static_folder()).parent
COLOURS = {"good", "wait", "customs", "bad", "quiet"}


def kinds() -> dict[str, dict[str, str]]:
    environment = Environment(loader=render.loader, autoescape=True)
    render.furnish(environment)
    module: Any = environment.get_template("_states.html").module
    return module.KINDS


def allowed(table: Table) -> set[str]:
    """Return the words that a table's check lets stand in its column ``state``."""
    texts = [str(one.sqltext) for one in table.constraints if isinstance(one, CheckConstraint)]
    (only,) = (one for one in texts if re.fullmatch(r"state IN \([^()]+\)", one))
    return set(re.findall(r"'(\w+)'", only))


def worded(prefix: str) -> set[str]:
    """Return what follows ``prefix`` in the ids of messages."""
    ids = i18n.messages("zh-CN")
    return {one.removeprefix(prefix) for one in ids if one.startswith(prefix)}


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("order", set(ORDER_MOVES)),
        ("list", set(customs.STATES)),
        ("task", set(TASK_MOVES)),
        ("batch", set(BATCH_MOVES)),
        ("reservation", allowed(reservation)),
        ("payment", allowed(payment)),
        ("refund", allowed(refund)),
        ("declared", allowed(payment_declaration)),
        ("sheet", worded("sheets.state.")),
        ("shelf", worded("operator.shelf.")),
        ("payer", worded("finance.payer.")),
        ("print", worded("till.print.")),
        ("printer", worded("till.printer.")),
        ("line", worded("till.line.")),
    ],
)
def test_every_state_has_its_colour(name: str, states: set[str]):
    """As many as there are, none that is not there, each one of five."""
    assert set(kinds()[name]) == states
    assert set(kinds()[name].values()) <= COLOURS


def test_waiting_is_never_green():
    """What somebody still has to do, or customs to say, is no success."""
    table = kinds()
    green = {
        (name, state)
        for name, states in table.items()
        for state, colour in states.items()
        if colour == "good"
    }

    assert {state for name, state in green if name == "order"} == {"signed_for"}
    assert {state for name, state in green if name == "list"} == {"RELEASED", "CLOSED"}
    assert {state for name, state in green if name == "batch"} == {"gone"}
    assert {state for name, state in green if name == "task"} == {"loaded"}
    assert {state for name, state in green if name in ("payment", "refund")} == {"captured", "done"}


def test_customs_word_on_a_paper_is_the_same_as_on_a_list_but_for_acceptance():
    """An order or payment document is done when accepted; a list then waits for its release."""
    table = kinds()
    apart = {state for state, colour in table["paper"].items() if table["list"][state] != colour}

    assert apart == {"ACCEPTED"}


def test_no_page_picks_a_colour_of_its_own():
    """Every chip goes through the table."""
    own = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path.name != "_states.html"
        and re.search(r"state state-|[^\w.]state\(", path.read_text("utf-8"))
    ]

    assert own == []
