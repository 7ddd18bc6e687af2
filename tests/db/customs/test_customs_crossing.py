"""Answers that cross each other or come twice in one mail leave nothing held and nobody untold."""

import pytest
from sqlalchemy import select, text

from bonded_display.customs.changes.return_goods import return_goods
from bonded_display.customs.changes.tables import goods_return, list_withdrawal
from bonded_display.customs.changes.withdraw_document import withdraw_order_document
from bonded_display.customs.changes.withdraw_list import withdraw_list
from bonded_display.customs.errors import NotReturnable
from bonded_display.customs.tables import customs_receipt
from kernel import db
from tests.db.customs.office import Office, file_guarantee
from tests.unit.customs.receipts import list_receipt, order_receipt, port_error, request_receipt

WHY = "消费者取消订单"
ACCEPTED = list_receipt("7001", status=120, time="20261124100203001")
RELEASED = list_receipt("7001", status=800, time="20261124100203050")


def test_port_error_stays_in_the_history_of_its_sending(office: Office) -> None:
    """900, then the port's yes of a second before it: the newer word stands and both are kept."""
    office.sent()
    guid = office.list_row().latest_guid

    office.hear(port_error(guid, kind="CEB621Message", time="20261124100300000"))
    office.hear(list_receipt("7001", status=2, time="20261124100201000"))

    assert (office.list_row().state, office.list_row().return_status) == ("FORMAT_ERROR", -2)
    assert office.notes()[-2:] == [(-2, True, ""), (2, False, "older")]
    table = customs_receipt.c
    with db.read() as conn:
        kept = conn.execute(select(table.doc_key, table.names).where(table.kind == "CEB900")).all()
    assert [tuple(row) for row in kept] == [(guid, guid)]


def test_grant_after_a_repeated_refusal_of_a_resent_request_tells_a_person(office: Office) -> None:
    """100, asked again, 100 again, 399: our list stands, customs' may not, so a person must look."""
    office.sent()
    office.hear(ACCEPTED)
    withdraw_list(7001, reason=WHY)
    cop_no = str(office.papers(list_withdrawal)[0].id)
    office.hear(request_receipt("CEB624", cop_no, status=100, time="20261124105900000"))
    withdraw_list(7001, reason=WHY)
    office.hear(request_receipt("CEB624", cop_no, status=100, time="20261124105900500"))
    assert office.facts("list.set_aside") == []

    office.hear(request_receipt("CEB624", cop_no, status=399, time="20261124110000000"))

    ((_, told),) = office.facts("list.set_aside")
    assert (told["list_id"], told["note"]) == ("7001", "no_such_move")
    assert office.list_row().state == "ACCEPTED"
    assert office.notes()[-1] == (399, False, "no_such_move")


def test_two_lists_of_one_mail_are_refused_under_two_guarantees(office: Office) -> None:
    """The later list stands under the older guarantee: both are freed, whatever the order."""
    with db.write() as conn:
        conn.execute(text("UPDATE guarantee SET limit_fen = 21160"))
    file_guarantee("1401960007")
    office.sent(7002, 43)
    office.sent(7001, 42)
    assert _held() == [21_160, 21_160]
    one, other = (
        list_receipt(no, status=-621018, time="20261124100203001", more="<note>x</note>")
        for no in ("7001", "7002")
    )
    node = other[other.index("<InventoryReturn>") : other.index("</CEB622Message>")]

    taken = office.hear(one.replace("</CEB622Message>", f"{node}</CEB622Message>"))

    assert (taken.recorded, taken.left) == (1, 0)
    assert [office.list_row(list_id).state for list_id in (7001, 7002)] == ["REJECTED"] * 2
    assert _held() == [0, 0]


def _held() -> list[int]:
    with db.read() as conn:
        held = conn.execute(text("SELECT held_fen FROM guarantee ORDER BY id"))
        return list(held.scalars())


@pytest.mark.parametrize("status", [300, 399])
def test_review_told_without_acceptance_is_told_as_acceptance(office: Office, status: int) -> None:
    """120 is missing: who waits for it, to withdraw or to pick, goes on by the review."""
    office.sent()
    assert withdraw_list(7001, reason=WHY).outcome == "wanted"

    office.hear(list_receipt("7001", status=status, time="20261124100203001"))

    assert [name for name, _ in office.facts("list.")][-1] == "list.accepted"


def test_goods_return_with_a_form_error_may_be_sent_again(office: Office) -> None:
    """900 for it: its piece was never returned and is free for the next paper."""
    office.sent()
    office.hear(ACCEPTED, RELEASED)
    return_goods(7001, {1: 2}, reason=WHY)
    (paper,) = office.papers(goods_return)
    with pytest.raises(NotReturnable):
        return_goods(7001, {1: 1}, reason=WHY)

    office.hear(port_error(paper.guid, kind="CEB625Message", time="20261124105900000"))
    assert office.papers(goods_return)[0].state == "FORMAT_ERROR"
    return_goods(7001, {1: 2}, reason=WHY)

    assert [row.state for row in office.papers(goods_return)] == ["FORMAT_ERROR", "SENT_LOCAL"]
    with pytest.raises(NotReturnable):
        return_goods(7001, {1: 1}, reason=WHY)


@pytest.mark.parametrize(("status", "stands"), [(800, "RELEASED"), (899, "CLOSED")])
def test_list_stands_until_the_last_of_its_pieces_came_back(
    office: Office, status: int, stands: str
) -> None:
    """One of two, then the rest, perhaps after 899: released, then cancelled, its tax free, once."""
    office.sent()
    office.hear(ACCEPTED, RELEASED)
    office.hear(list_receipt("7001", status=status, time="20261124100204000"))
    for number, pieces in ((901, {1: 1}), (902, {1: 1, 2: 1})):
        return_goods(7001, pieces, reason=WHY, return_id=number)
        return_goods(7001, pieces, reason=WHY, return_id=number)

    granted = [
        request_receipt("CEB626", str(number), status=399, time=f"2026112411000{number - 901}000")
        for number in (901, 902)
    ]
    office.hear(granted[0], granted[0])
    part = office.list_row().state, office.held_fen()
    office.hear(granted[1], granted[1])
    office.hear(list_receipt("7001", status=899, time="20261124120000000"))

    assert part == (stands, 21_160)
    assert (office.list_row().state, office.held_fen()) == ("CANCELLED", 0)
    ((_, told),) = office.facts("list.cancelled")
    assert told["after_gate"] is True
    assert [told["before_gate"] for _, told in office.facts("goods_return.granted")] == [False] * 2
    assert office.facts("list.set_aside") == []
    assert len(office.papers(goods_return)) == 2


def test_refused_return_goes_again_under_its_number(office: Office) -> None:
    """-625209: its pieces are free again, and the same copNo carries a new guid."""
    office.sent()
    office.hear(ACCEPTED, RELEASED)
    return_goods(7001, {1: 2}, reason=WHY, return_id=901)
    office.hear(request_receipt("CEB626", "901", status=-625209, time="20261124105900000"))
    before = office.papers(goods_return)[0].guid

    return_goods(7001, {1: 2}, reason=WHY, return_id=901)

    (paper,) = office.papers(goods_return)
    assert (paper.id, paper.state) == (901, "SENT_LOCAL")
    assert paper.guid != before


@pytest.mark.parametrize("status", [100, -301010])
def test_deletion_of_an_order_document_that_customs_refuses_needs_a_person(
    office: Office, status: int
) -> None:
    """311 with appType 3, then its refusal, twice: told once; an older refusal is nothing."""
    office.sent()
    order_no = office.list_row().order_no
    assert withdraw_order_document(42)
    office.hear(order_receipt(order_no, status=status, time="20200101000000000"))
    before = office.facts("document.set_aside")
    refusal = order_receipt(order_no, status=status, time="20991124110000000")

    office.hear(refusal, refusal)

    ((_, told),) = office.facts("document.set_aside")
    assert before == []
    assert (told["note"], told["kind"], told["status"]) == ("deletion_refused", "order", status)
