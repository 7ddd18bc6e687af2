"""A paper stands where all that was heard of it leads, whatever came first, however often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonded_display.customs.heard.answers import Answer, Standing, course
from bonded_display.customs.states import (
    DOCUMENT,
    DRAFT,
    LIST,
    MACHINES,
    REQUEST,
    SENT_LOCAL,
    TAX_BILL,
    Machine,
)

OURS, EARLIER = "GUID-2", "GUID-1"
STATUSES = (1, 2, 3, 4, 100, 120, 300, 399, 400, 500, 502, 700, 800, 899)
REFUSALS = (-621004, -621005, -621018, -621029, -1, -623005)


def begun(machine: Machine) -> Standing:
    first = DRAFT if machine is TAX_BILL else SENT_LOCAL
    return Standing(first, None, None, OURS, machine)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any status of any class, at one of five instants, naming a sending or none."""
    port = draw(st.booleans()) and draw(st.booleans())
    names = draw(st.sampled_from((OURS, EARLIER) if port else (None, None, None, OURS, EARLIER)))
    status = -2 if port else draw(st.sampled_from(STATUSES + REFUSALS))
    return Answer(
        status=status,
        at=draw(st.integers(1, 5)),
        heard_at=draw(st.integers(1, 99)),
        names=names,
        from_port=port,
    )


def led(machine: Machine, told: list[Answer]) -> str:
    """Hear the answers one by one, as mail comes, and return where the paper stands at the end."""
    heard: list[Answer] = []
    state = begun(machine).state
    for one in told:
        state = course(begun(machine), heard, one).state
        heard.append(one)
    return state


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@given(data=st.data())
def test_any_order_with_repeats_ends_in_one_state(machine: Machine, data: st.DataObject) -> None:
    """Up to eight answers, shuffled, each up to three times."""
    history = data.draw(st.lists(answers(), min_size=1, max_size=8))
    often = data.draw(st.lists(st.sampled_from(history), max_size=8))
    shuffled = data.draw(st.permutations([*history, *often]))

    assert led(machine, shuffled) == led(machine, history)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
@given(data=st.data())
def test_answers_about_an_earlier_sending_or_of_unknown_status_lead_nowhere(
    machine: Machine, data: st.DataObject
) -> None:
    """With them or without: the same state."""
    history = data.draw(st.lists(answers(), min_size=1, max_size=8))
    silent = [
        one
        for one in history
        if one.names == EARLIER or (one.status > 0 and one.status not in machine.of_status)
    ]
    kept = [one for one in history if one not in silent]

    expected = led(machine, kept) if kept else begun(machine).state
    assert led(machine, history) == expected


ENDS = [
    (LIST, [(2, 1), (120, 2), (800, 2)], "RELEASED"),
    (LIST, [(120, 1), (300, 2), (399, 3), (800, 4), (899, 5)], "CLOSED"),
    (LIST, [(120, 1), (100, 2)], "ACCEPTED"),
    (LIST, [(100, 1), (120, 2)], "REJECTED"),
    (LIST, [(-621018, 2), (120, 1)], "ACCEPTED"),
    (LIST, [(-1, 1), (120, 2)], "ACCEPTED"),
    (LIST, [(-621004, 3), (120, 1)], "ACCEPTED"),
    (LIST, [(120, 1), (500, 2), (800, 3)], "RELEASED"),
    (LIST, [(120, 1), (500, 2), (502, 3)], "DETAINED"),
    (LIST, [(120, 1), (599, 2), (700, 3)], "RETURNED_OUT"),
    (LIST, [(800, 3), (500, 4)], "RELEASED"),
    (DOCUMENT, [(120, 1), (399, 2)], "ACCEPTED"),
    (DOCUMENT, [(800, 1)], "SENT_LOCAL"),
    (DOCUMENT, [(-301010, 2), (120, 1)], "ACCEPTED"),
    (REQUEST, [(120, 1), (399, 2)], "REVIEWED"),
    (REQUEST, [(120, 1), (-623005, 2)], "ACCEPTED"),
    (REQUEST, [(-623005, 1)], "ERROR"),
    (REQUEST, [(100, 1), (399, 2)], "REJECTED"),
    (TAX_BILL, [(1, 1), (2, 2)], "SUMMARISED"),
    (TAX_BILL, [(1, 1), (3, 2), (2, 3)], "VOID"),
]


@pytest.mark.parametrize(("machine", "history", "end"), ENDS)
def test_history_ends_where_the_reference_says(
    machine: Machine, history: list[tuple[int, int]], end: str
) -> None:
    """customs.md section 3 and rules.md section 4, forwards and backwards."""
    told = [Answer(status=status, at=at, heard_at=at) for status, at in history]

    assert led(machine, told) == led(machine, told[::-1]) == end


def test_answer_that_was_overtaken_says_so() -> None:
    """120 after 800: kept as older; it changes nothing."""
    released = Answer(status=800, at=2, heard_at=3)

    late = course(begun(LIST), [released], Answer(status=120, at=1, heard_at=4))

    assert (late.state, late.verdict.taken, late.verdict.note) == ("RELEASED", False, "older")
    assert late.in_force == released
