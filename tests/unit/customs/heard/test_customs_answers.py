"""An answer moves a document by return time and rank; a late or foreign refusal never does."""

import itertools

import pytest

from bonded_display.customs import states
from bonded_display.customs.heard.answers import Answer, Standing, judge
from bonded_display.customs.receipt_classes import ReceiptClass, class_of, code_in
from bonded_display.customs.states import IllegalMove, check_move

OURS, EARLIER = "GUID-2", "GUID-1"


def standing(state: str, at: int = 100, rank: int = 0) -> Standing:
    return Standing(state=state, return_at=at, return_rank=rank, latest_guid=OURS)


def answer(status: int, at: int = 200, info: str = "", names: str | None = None) -> Answer:
    return Answer(status=status, at=at, heard_at=at, info=info, names=names)


def test_moves_name_only_states_and_end_where_customs_ends() -> None:
    """The table is closed; CLOSED ends but for a return, CANCELLED leads nowhere; all are reached."""
    reached = set().union(*states.MOVES.values())

    assert reached | {states.DRAFT} == set(states.MOVES)
    assert states.MOVES["CLOSED"] == {states.CANCELLED}
    assert not states.MOVES["CANCELLED"]


def test_move_of_ours_that_the_table_lacks_raises() -> None:
    """A released list is never sent again."""
    with pytest.raises(IllegalMove):
        check_move(states.RELEASED, states.SENT_LOCAL)


@pytest.mark.parametrize("order", list(itertools.permutations([(2, 1), (120, 2), (800, 2)])))
def test_answers_in_any_order_end_in_the_same_state(order: tuple[tuple[int, int], ...]) -> None:
    """The recorded chain 2, 120, 800, the last two in one instant, shuffled."""
    now = Standing(states.SENT_LOCAL, None, None, OURS)

    for status, at in order:
        verdict = judge(now, answer(status, at))
        if verdict.taken:
            now = Standing(verdict.state, at, verdict.rank, OURS)

    assert now.state == states.RELEASED


@pytest.mark.parametrize(
    ("state", "heard", "note"),
    [
        (states.RELEASED, answer(120, at=100), "older"),
        (states.RELEASED, answer(120, at=300), "no_such_move"),
        (states.RELEASED, answer(100), "accepted_before"),
        (states.ACCEPTED, answer(100), "accepted_before"),
        (states.ACCEPTED, answer(-621018), "accepted_before"),
        (states.SENT_LOCAL, answer(100, names=EARLIER), "earlier_sending"),
        (states.SENT_LOCAL, answer(-621004), "present"),
        (states.ACCEPTED, answer(-301010), "present"),
        (states.SENT_LOCAL, answer(400), "unknown_status"),
        (states.REJECTED, answer(800), "no_such_move"),
        (states.DRAFT, answer(800), "no_such_move"),
    ],
)
def test_answer_that_must_not_act_is_kept_with_its_note(
    state: str, heard: Answer, note: str
) -> None:
    """Each stays where it was."""
    verdict = judge(standing(state, rank=120), heard)

    assert (verdict.taken, verdict.state, verdict.note) == (False, state, note)


@pytest.mark.parametrize(
    ("state", "heard", "new"),
    [
        (states.SENT_LOCAL, answer(120), states.ACCEPTED),
        (states.SENT_LOCAL, answer(800), states.RELEASED),
        (states.SENT_LOCAL, answer(100), states.REJECTED),
        (states.SENT_LOCAL, answer(-621005), states.REJECTED),
        (states.SENT_LOCAL, answer(-621028), states.REJECTED),
        (states.SENT_LOCAL, answer(-999999), states.ERROR),
        (states.ERROR, answer(120), states.ACCEPTED),
        (states.ACCEPTED, answer(100, names=OURS), states.REJECTED),
        (states.ACCEPTED, answer(500), "INSPECTION"),
        ("INSPECTION", answer(502), "DETAINED"),
        (states.RELEASED, answer(899), "CLOSED"),
        ("SEND_FAILED", answer(2), "PORT_DECLARING"),
    ],
)
def test_answer_moves_to_the_authoritys_state(state: str, heard: Answer, new: str) -> None:
    """Newer than what stands."""
    verdict = judge(standing(state, rank=0), heard)

    assert (verdict.taken, verdict.state) == (True, new)


def test_answer_of_one_instant_needs_the_higher_rank() -> None:
    """120 and 800 of one millisecond: 800 wins whichever came first."""
    assert judge(standing(states.ACCEPTED, at=200, rank=120), answer(800)).taken
    assert not judge(standing("PORT_DECLARING", at=200, rank=120), answer(3)).taken


def test_port_error_names_a_sending_and_asks_for_a_fix() -> None:
    """CEB900: the message never reached customs."""
    heard = Answer(status=-2, at=200, heard_at=200, names=OURS, from_port=True)

    assert judge(standing(states.SENT_LOCAL), heard).state == states.FORMAT_ERROR


@pytest.mark.parametrize(
    ("status", "info", "kind"),
    [
        (120, "[Code:1800;Desc:逻辑校验通过]", ReceiptClass.PROGRESS),
        (400, "", ReceiptClass.PROGRESS),
        (-621018, "超过年度限值", ReceiptClass.TERMINAL),
        (-621005, "", ReceiptClass.TERMINAL),
        (-621004, "", ReceiptClass.PRESENT),
        (-621029, "", ReceiptClass.FIXABLE),
        (-1, "", ReceiptClass.WAIT),
        (100, "退单", ReceiptClass.FIXABLE),
        (100, "[Code:-621018;Desc:超过年度限值]", ReceiptClass.TERMINAL),
    ],
)
def test_status_has_a_class(status: int, info: str, kind: ReceiptClass) -> None:
    """rules.md section 4; unknown refusals go to a person."""
    assert class_of(status, info) is kind


def test_code_in_a_text_is_read_or_absent() -> None:
    """Recorded texts carry it in brackets."""
    assert code_in("[Code:2600;Desc:放行]") == 2600
    assert code_in("放行 Code 2600") is None
