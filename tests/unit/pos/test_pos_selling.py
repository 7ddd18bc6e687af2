"""Selling at the counter with no server in sight: the journal is all there is."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.catalogue import Goods, catalogue
from pos.terminal import errors
from pos.terminal.journal import Journal
from pos.terminal.till import basket, refund, sell, shelf, shifts
from tests.unit.pos.sales import GTIN, an_outlet, some_goods

SOAP = "06920734700035"
SERUM = "04901234567894"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "till.db"


@pytest.fixture
def till(file: Path) -> Iterator[Journal]:
    """A till with its catalogue, and shift 1 open with 500.00."""
    journal = Journal(file)
    goods = [
        some_goods(),
        some_goods(item_id="72", gtin14=SOAP, name="皂", shelf_code="S00002", price_fen=500),
        some_goods(route="retail_import", item_id="73", gtin14=SERUM, shelf_code="S3", price_fen=0),
    ]
    shelf.keep(journal, catalogue(an_outlet(), goods))
    basket.begin(journal)
    shifts.open_shift(journal, "1007", 50_000)
    yield journal
    journal.close()


def scan(journal: Journal, *codes: str) -> None:
    """Put what is sold here into the basket."""
    for code in codes:
        goods = shelf.find(journal, code).domestic
        assert isinstance(goods, Goods)
        basket.add(journal, goods)


def pay(journal: Journal, paid_fen: int) -> str:
    """Pay what lies there; return the sale's number."""
    number = basket.read(journal).id
    return sell.sell_for_cash(journal, number, paid_fen, lang="zh-CN").sale_no


def test_a_sale_is_given_back_whole_and_once(till: Journal) -> None:
    """By the number on its slip: cash out, a slip, the drawer; never a second time."""
    scan(till, GTIN, SOAP)
    sale_no = pay(till, 5_000)

    back = refund.give_back(till, sale_no, "faulty")

    assert (back.total_fen, back.paid_fen, back.refund_of_no) == (-2_490, -2_490, sale_no)
    assert [line.qty for line in back.lines] == [-1, -1]
    assert [job.order_no for job in till.jobs("queued")][-2:] == [back.sale_no] * 2
    assert sell.of_shift(till, shifts.current(till)) == (2, 0)
    for number in (sale_no, back.sale_no, "TY0001-1-000999"):
        with pytest.raises((errors.SaleGivenBack, errors.SaleNotHere)):
            refund.give_back(till, number, "faulty")


def test_nothing_is_given_back_without_reason_or_shift(till: Journal) -> None:
    """No reason, then no open shift: no cash goes out."""
    scan(till, SOAP)
    sale_no = pay(till, 500)

    with pytest.raises(errors.ReasonMissing):
        refund.give_back(till, sale_no, "")
    shifts.close_shift(till, 50_500)
    with pytest.raises(errors.ShiftNotOpen):
        refund.give_back(till, sale_no, "faulty")
    assert len(sell.last_sales(till, 9)) == 1


def test_a_sale_is_one_commit_with_its_slip_and_its_drawer(till: Journal) -> None:
    """Two of tea and one soap, 50 given: numbers, change, shift, and the drawer goes first."""
    scan(till, GTIN, SOAP, GTIN)

    sale_no = pay(till, 5_000)

    (made,) = sell.last_sales(till, 5)
    assert (made.sale.sale_no, made.sale.seq) == (sale_no, 1)
    assert sale_no == "TY0001-1-000001"
    assert [(line.qty, line.total_fen) for line in made.sale.lines] == [(2, 3980), (1, 500)]
    assert (made.sale.total_fen, made.sale.change_fen) == (4480, 520)
    assert made.sale.shift_id == shifts.current(till).id  # type: ignore[union-attr]
    assert [(job.kind, job.state) for job in till.jobs()] == [
        ("drawer", "queued"),
        ("sale_slip", "queued"),
    ]
    assert basket.read(till).lines == ()
    assert sell.unsynced(till) == 2


def test_a_basket_is_sold_once(file: Path, till: Journal) -> None:
    """The key is pressed in two pages and twice in each: one sale, all get its answer."""
    scan(till, GTIN)
    number, made = basket.read(till).id, []

    def press() -> None:
        own = Journal(file)
        made.extend(sell.sell_for_cash(own, number, 2_000, lang="en").id for _ in range(2))
        own.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 8
    assert len(set(made)) == 1
    assert len(till.jobs()) == 2


def test_sales_are_numbered_without_a_gap(till: Journal) -> None:
    """A refused payment uses up no number."""
    for _ in range(3):
        scan(till, GTIN)
        with pytest.raises(errors.CashShort):
            pay(till, 1)
        pay(till, 1_990)

    rows = till.rows("SELECT seq, json_extract(content, '$.sale_no') FROM sale ORDER BY seq")
    assert rows == [(n, f"TY0001-1-{n:06d}") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("paid_fen", "refused"), [(1_989, errors.CashShort), (1_990 + 200_001, errors.CashTooMuch)]
)
def test_cash_that_cannot_be_right_makes_no_sale(
    till: Journal, paid_fen: int, refused: type[Exception]
) -> None:
    """The basket stays as it was."""
    scan(till, GTIN)

    with pytest.raises(refused):
        pay(till, paid_fen)

    assert basket.read(till).total_fen == 1990
    assert till.jobs() == []


def test_without_a_shift_no_money_is_taken(till: Journal) -> None:
    """Closed: scanning goes on, paying does not; opened again it does."""
    shifts.close_shift(till, 50_000)
    scan(till, GTIN)

    with pytest.raises(errors.ShiftNotOpen):
        pay(till, 2_000)

    shifts.open_shift(till, "1008", 0)
    assert pay(till, 2_000) == "TY0001-1-000001"


def test_a_void_before_payment_is_kept_and_counted(till: Journal) -> None:
    """What lay there is gone from the counter and stands in the shift's figures."""
    scan(till, GTIN, SOAP)
    lying = basket.read(till)

    basket.give_up(till, lying.id, shift_id=shifts.current(till).id)  # type: ignore[union-attr]

    assert basket.read(till).lines == ()
    with pytest.raises(errors.BasketEmpty):
        sell.sell_for_cash(till, lying.id, 10_000, lang="en")
    assert shifts.close_shift(till, 50_000).voids == 1
    kept = json.loads(till.rows("SELECT content FROM void_basket")[0][0])
    assert [line["qty"] for line in kept] == [1, 1]


def test_pieces_go_up_and_down_and_a_line_at_none_leaves(till: Journal) -> None:
    """The line changed last is lit."""
    scan(till, GTIN, SOAP)
    tea, soap = (line.line_no for line in basket.read(till).lines)

    basket.change(till, tea, by=1)

    assert basket.read(till).lit.line_no == tea  # type: ignore[union-attr]
    assert basket.read(till).pieces == 3
    basket.change(till, soap, by=-1)
    assert [line.goods.gtin14 for line in basket.read(till).lines] == [GTIN]


def test_the_shift_closes_as_a_snapshot(till: Journal) -> None:
    """Two sales, ten fen missing: from, to, sum, difference; the next shift begins at nought."""
    for _ in range(2):
        scan(till, GTIN)
        pay(till, 2_000)

    closed = shifts.close_shift(till, 53_970)

    assert (closed.seq_from, closed.seq_to, closed.sales, closed.sales_fen) == (1, 2, 2, 3980)
    assert (closed.expected_cash_fen, closed.difference_fen) == (53_980, -10)
    assert shifts.open_shift(till, "1008", 0).shift_no == 2
    assert sell.of_shift(till, shifts.current(till)) == (0, 0)  # type: ignore[arg-type]


def test_a_shift_with_goods_on_the_counter_stays_open(till: Journal) -> None:
    """They are paid or given up first."""
    scan(till, GTIN)

    with pytest.raises(errors.BasketNotFinished):
        shifts.close_shift(till, 0)
    with pytest.raises(errors.ShiftAlreadyOpen):
        shifts.open_shift(till, "1008", 0)


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("6901234567891", errors.CodeMisread),
        ("96385074", errors.GoodsNotKnown),
        ("134567890123456789", errors.PayCodeScanned),
        ("nonsense!", errors.GoodsNotKnown),
    ],
)
def test_a_scan_that_leads_nowhere_is_told(
    till: Journal, code: str, refused: type[errors.GoodsNotKnown]
) -> None:
    """Misread, unknown, a payment code: and the payment code is not told back."""
    with pytest.raises(refused) as told:
        shelf.find(till, code)

    assert code in told.value.facts.values() or refused is errors.PayCodeScanned
    assert "134567890123456789" not in str(told.value)


def test_a_retail_import_is_shown_and_never_sold(till: Journal) -> None:
    """The counter has its address and no price."""
    found = shelf.find(till, SERUM)

    assert found.domestic is None
    assert found.retail_import is not None
    assert (found.retail_import.price_fen, found.retail_import.shelf_code) == (0, "S3")


def test_a_new_catalogue_changes_prices_and_not_what_lies_there(till: Journal) -> None:
    """The shelf said 19.90 when it was scanned: that is what is paid, with its version."""
    scan(till, GTIN)
    shelf.keep(till, catalogue(an_outlet(), [some_goods(price_fen=2_500, price_version=4)]))

    pay(till, 1_990)

    (made,) = sell.last_sales(till, 1)
    assert made.sale.lines[0].price_version == 3
    with pytest.raises(errors.GoodsNotKnown):
        shelf.find(till, SOAP)
    assert shelf.find(till, GTIN).domestic.price_fen == 2_500  # type: ignore[union-attr]


@pytest.mark.parametrize("total_fen", [1, 999, 1_000, 4_480, 10_000, 12_345, 1_000_000])
def test_the_keys_offer_three_amounts_above_the_total(total_fen: int) -> None:
    """Rising, different, and each covers the total."""
    notes = sell.notes_for(total_fen)

    assert notes == sorted(set(notes))
    assert len(notes) == 3
    assert min(notes) > total_fen
