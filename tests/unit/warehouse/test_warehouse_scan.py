"""What a scanned code says, and which piece it counts for."""

import pytest

from bonded_display.warehouse.errors import CodeAmbiguous, PickedAlready, WrongGoods
from bonded_display.warehouse.pick_match import PickLine, Scanned, match_scan, read_code
from bonded_display.warehouse.states import BATCH_MOVES, check_moves, require_move

GTIN = "04901234567894"


def line(
    id: int, *, lot_no: str = "L1", qty: int = 2, picked: int = 0, **other: object
) -> PickLine:
    values: dict[str, object] = {
        "gnum": id,
        "account_book_item_id": 100,
        "gtin14": GTIN,
        "name": "保湿面霜",
        "location": f"A-0{id}-1",
        "goods_alone_decide": True,
    }
    return PickLine(id=id, lot_no=lot_no, qty=qty, picked_qty=picked, **(values | other))


def scan(lines: list[PickLine], code: str) -> int:
    return match_scan(lines, read_code(code), code=code).id


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("4901234567894", Scanned(GTIN, None)),
        (" 04901234567894\r", Scanned(GTIN, None)),
        ("96385074", Scanned("00000096385074", None)),
        ("(01)04901234567894(10)L26-11A", Scanned(GTIN, "L26-11A")),
        ("]C1010490123456789410L26-11A", Scanned(GTIN, "L26-11A")),
        ("4901234567895", Scanned(None, "4901234567895")),
        ("L2611A", Scanned(None, "L2611A")),
    ],
)
def test_a_code_is_goods_or_lot_or_both(code: str, said: Scanned):
    """EAN-13, GTIN-14, EAN-8, GS1-128, a wrong check digit, a lot."""
    assert read_code(code) == said


def test_a_piece_counts_for_the_first_line_that_lacks_one():
    """The first line of these goods is full: the piece counts for the second."""
    lines = [line(1, picked=2), line(2, lot_no="L2")]

    assert scan(lines, GTIN) == 2
    assert scan(lines, "l2") == 2


@pytest.mark.parametrize("code", ["03400930485125", "L9", f"(01){GTIN}(10)L9", ""])
def test_wrong_goods_are_refused_with_what_is_wanted(code: str):
    """Other goods, another lot, the right goods of another lot, an empty scan."""
    with pytest.raises(WrongGoods) as refused:
        scan([line(1)], code)

    assert refused.value.facts["wanted"] == "保湿面霜 · A-01-1"


def test_goods_under_two_account_book_items_need_their_lot():
    """The shelf beside holds the same cream of another account-book item: its GTIN proves nothing."""
    lines = [line(1, goods_alone_decide=False)]

    with pytest.raises(CodeAmbiguous):
        scan(lines, GTIN)

    assert scan(lines, "L1") == 1
    assert scan(lines, f"(01){GTIN}(10)L1") == 1


def test_one_lot_number_of_two_makers_needs_the_goods_too():
    """Cream and soap both came in a lot called L1: the lot alone says nothing."""
    lines = [line(1), line(2, gtin14="03400930485125", account_book_item_id=101)]

    with pytest.raises(CodeAmbiguous):
        scan(lines, "L1")

    assert scan(lines, "(01)03400930485125(10)L1") == 2


def test_a_piece_too_many_is_refused():
    """All pieces are picked, and the scanner beeps once more."""
    with pytest.raises(PickedAlready):
        scan([line(1, picked=2)], GTIN)


def test_moves_name_known_states_only():
    """A table with a typing error is found at import, not in the night."""
    check_moves(BATCH_MOVES)

    with pytest.raises(ValueError, match="gnoe"):
        check_moves({"open": frozenset({"gnoe"})})


def test_an_illegal_move_raises():
    """A batch goes from open to gone without its documents: refused with both states."""
    with pytest.raises(Exception, match="warehouse_not_now") as refused:
        require_move(BATCH_MOVES, subject="exit_batch:X", state="open", to="gone")

    assert refused.value.facts == {"subject": "exit_batch:X", "state": "open", "to": "gone"}
