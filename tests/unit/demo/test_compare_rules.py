"""The comparison's own arithmetic: tax by the worked examples, rows by key, totals."""

from decimal import Decimal

import pytest

from demo.compare.books import Book, e5, fen
from demo.compare.findings import Total, by_key
from demo.compare.sides import ListSide
from demo.compare.tax import Tariff, due, shares

TARIFF = Tariff(
    {
        "3303000020": {"vat_pct": 13, "consumption_pct": 15, "cosmetics": True},
        "2204210000": {"duty_pct": 14, "vat_pct": 13, "consumption_pct": 10},
        "4202210090": {"duty_pct": "6", "vat_pct": "13"},
        "2106909090": {"duty_pct": 12, "vat_pct": 13},
        "2208300000": {
            "vat_pct": 13,
            "consumption_pct": 20,
            "specific_yuan": "0.5",
            "specific_per": 500,
            "measure": 700,
            "measure_unit": "ml",
        },
    },
    {
        ("B", "50"): {"measure": "50", "measure_unit": "ml"},
        ("B", "30"): {"measure": "30", "measure_unit": "ml"},
        ("B", "5"): {"measure": 5, "measure_unit": "sheet"},
    },
)


def line(hs_code, item, total_fen, pieces=1):
    return {
        "hs_code": hs_code,
        "item_record_no": item,
        "total_fen": total_fen,
        "qty_e5": pieces * 100_000,
    }


def listed(freight_fen, *lines):
    head = {"account_book_no": "B", "freight_fen": freight_fen, "insurance_fen": 0}
    return ListSide("RELEASED", head, dict(enumerate(lines, 1)))


@pytest.mark.parametrize(
    ("one", "wanted"),
    [
        (listed(2000, line("3303000020", "50", 78_000)), 18_447),
        (listed(800, line("2106909090", "1", 26_800)), 2_512),
        (listed(1200, line("2204210000", "1", 39_800, 2)), 7_335),
        (listed(0, line("3303000020", "5", 7_200)), 655),
        (listed(0, line("3303000020", "5", 8_000)), 1_844),
        (listed(0, line("4202210090", "1", 680_000)), 134_504),
        (
            listed(1500, line("3303000020", "30", 30_000), line("2106909090", "1", 20_000)),
            9_000,
        ),
        (listed(0, line("2208300000", "1", 40_000)), 11_619),
    ],
)
def test_the_worked_examples_of_the_reference(one, wanted):
    """To the fen: perfume, health food, wine, masks around the line, a bag in full, spirits."""
    taxes = due(TARIFF, one)

    assert sum(taxes.values()) == wanted


def test_what_cannot_be_computed_is_not_guessed():
    """A code that the tariff does not have; cosmetics without a content."""
    assert due(TARIFF, listed(0, line("9999999999", "1", 100))) is None
    assert due(TARIFF, listed(0, line("3303000020", "1", 100))) is None


def test_freight_is_shared_to_the_last_fen():
    """Half up; the last line takes the rest."""
    assert shares(1500, [30_000, 20_000]) == [900, 600]
    assert shares(10, [1, 1, 1]) == [3, 3, 4]
    assert shares(5, [0, 0]) == [0, 5]


def test_rows_are_compared_by_key_both_ways():
    """Only here, only there, and told differently."""
    found = by_key("c", {"a": {"x": 1}, "b": {"x": 1}}, {"b": {"x": 2, "y": 3}, "d": {}})

    assert [(one.document, one.what, one.ours, one.other) for one in found] == [
        ("a", "document", "there", "missing"),
        ("b", "x", 1, 2),
        ("b", "y", None, 3),
        ("d", "document", "missing", "there"),
    ]


def test_a_total_differs_from_the_other_side_or_from_what_was_expected():
    """All three, two of three, and nobody expected anything."""
    assert not Total("t", 1, 1, 1).differs
    assert not Total("t", None, 1, 1).differs
    assert Total("t", None, 1, 2).differs
    assert Total("t", 2, 1, 1).differs


def test_texts_become_whole_numbers_and_absent_books_are_empty(tmp_path):
    """Half up; a book that nobody keeps has no rows; one that is named must be there."""
    assert (fen("12.345"), fen(None), e5("0.000005"), fen(Decimal("1"))) == (1235, 0, 1, 100)
    assert Book(None).rows("SELECT 1 FROM anything") == []
    with pytest.raises(FileNotFoundError):
        Book(tmp_path / "nothing.db")
