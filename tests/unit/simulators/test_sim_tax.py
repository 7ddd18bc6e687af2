"""Customs' tax by the worked examples of the reference, and what a person may buy by weight."""

from decimal import Decimal

import pytest

from simulators.customs import tax
from simulators.customs.tariff import BadFile, Measure, Rates, read_account_book, read_tariff
from simulators.customs.tax import Goods
from tests.unit.simulators.sim_documents import Goods as Listed
from tests.unit.simulators.sim_documents import Sale

D = Decimal
PERFUME = {"consumption": "0.15", "cosmetics": True}


def rates(duty="0", consumption="0", *, cosmetics=False, specific="0", per="1"):
    return Rates(D(duty), D("0.13"), D(consumption), cosmetics, D(specific), D(per), None)


def goods(total, rate, *, qty="1", measure=None, gnum=1):
    return Goods(gnum, "3303000020", D(qty), D(total), rate, measure)


@pytest.mark.parametrize(
    ("case", "lines", "freight", "in_full", "due"),
    [
        ("1 perfume above the line",
         [("780", rates(**PERFUME), "1", Measure(D(50), "ml"))], "20", False, "184.47"),
        ("2 infant formula", [("1788", rates(), "6", None)], "0", False, "162.71"),
        ("3 wine", [("398", rates(consumption="0.10"), "2", None)], "12", False, "73.35"),
        ("4 health food", [("268", rates(), "1", None)], "8", False, "25.12"),
        ("5a mask below the line",
         [("72", rates(**PERFUME), "1", Measure(D(5), "sheet"))], "0", False, "6.55"),
        ("5b mask above the line",
         [("80", rates(**PERFUME), "1", Measure(D(5), "sheet"))], "0", False, "18.44"),
        ("6 one bag in full", [("6800", rates("0.06"), "1", None)], "0", True, "1345.04"),
        ("9 perfume with its freight share, diapers",
         [("300", rates(**PERFUME), "1", Measure(D(30), "ml")), ("200", rates(), "1", None)],
         "15", False, "90.00"),
        ("10 spirits with a specific tax",
         [("400", rates(consumption="0.20", specific="0.5", per="500"), "1",
           Measure(D(700), "ml"))], "0", False, "116.19"),
    ],
)  # fmt: skip
def test_the_worked_examples(case, lines, freight, in_full, due):
    """Every example that the reference works out, to the fen."""
    listed = [
        goods(total, rate, qty=qty, measure=measure, gnum=at)
        for at, (total, rate, qty, measure) in enumerate(lines, 1)
    ]

    billed = tax.bill(listed, freight=D(freight), insurance=D(0), in_full=in_full)

    assert sum(one.duty + one.vat + one.consumption for one in billed) == D(due), case


def test_the_cosmetics_line_is_drawn_at_ten_a_millilitre():
    """10.00 a ml counts as high-end, one fen less does not."""
    at, below = (
        tax.line_tax(goods(total, rates(**PERFUME), measure=Measure(D(50), "ml")), D(total), in_full=False)
        for total in ("500.00", "499.99")
    )  # fmt: skip

    assert at.consumption > 0
    assert below.consumption == 0


def test_cosmetics_without_a_filed_content_cannot_be_taxed():
    """Nobody filed how much is in the box."""
    with pytest.raises(tax.NoMeasure):
        tax.line_tax(goods("80", rates(**PERFUME)), D(80), in_full=False)


@pytest.mark.parametrize(
    ("total", "prices", "parts"),
    [
        ("15", ["300", "200"], ["9.00", "6.00"]),
        ("10", ["1", "1", "1"], ["3.33", "3.33", "3.34"]),
        ("0.01", ["1", "1"], ["0.01", "0.00"]),
        ("5", ["0", "0"], ["0", "5"]),
    ],
)
def test_freight_is_shared_by_value_and_the_last_line_takes_the_rest(total, prices, parts):
    """Half up to the fen; the sum is always the whole."""
    shared = tax.shares(D(total), [D(price) for price in prices])

    assert shared == [D(part) for part in parts]
    assert sum(shared) == D(total)


@pytest.mark.parametrize(
    "said",
    [
        "{}",
        '[{"vat_pct": 13}]',
        '[{"hs_code": "1", "vat_pct": "x"}]',
        '[{"hs_code": "1", "vat_pct": -1}]',
        '[{"hs_code": "1", "measure": "50"}]',
        '[{"hs_code": "1", "measure": "50", "measure_unit": "yard"}]',
        "[",
    ],
)
def test_a_tariff_that_cannot_be_read_is_refused_by_name(tmp_path, said):
    """The file and the entry are named."""
    path = tmp_path / "tariff.json"
    path.write_text(said)

    with pytest.raises(BadFile, match=r"tariff\.json"):
        read_tariff(path)


def test_numbers_in_the_files_are_exact(tmp_path):
    """Written as JSON numbers or as texts: the same decimal."""
    path = tmp_path / "tariff.json"
    path.write_text('[{"hs_code": "1", "vat_pct": 9.1}, {"hs_code": "2", "vat_pct": "9.1"}]')

    read = read_tariff(path)

    assert read["1"].vat == read["2"].vat == D("0.091")
    assert read_account_book(None) is None


def rice(number, kg, *, buyer="140105199003072210"):
    """A sale of rice."""
    sack = Listed("0004", "1006309090", "大米", "1", "100.00", "100.00", qty1=kg)
    return Sale(number, f"W{number}", buyer, (sack,), "0", "9.10")


def answer(desk, sale):
    desk.documents(sale)
    return desk.told("CEB621", sale.listed())


def test_twenty_kilograms_of_rice_a_person_a_year(desk):
    """12 and 8 pass, a gram more does not; another person has 20 of their own."""
    answers = [
        answer(desk, rice("K1", "12"))[0],
        answer(desk, rice("K2", "8"))[0],
        answer(desk, rice("K3", "0.001"))[0],
        answer(desk, rice("K4", "20", buyer="310101197811234641"))[0],
    ]

    assert answers == ["816", "816", "-621018", "816"]


def test_rice_that_comes_back_may_be_bought_again(desk):
    """20 kg back whole; the refusal before names what is used."""
    first = rice("K5", "20")
    answer(desk, first)
    _, info = answer(desk, rice("K6", "1"))
    invt_no = next(h["invtNo"] for _, h, _ in desk.heard() if "invtNo" in h)

    desk.told("CEB625", first.sent_back(invt_no, "1"))
    after, _ = answer(desk, rice("K7", "20"))

    assert "已用20千克" in info
    assert after == "816"
