"""On display stands the levy of every piece that customs has not discharged, to the fen."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from kernel.db import Database
from settlement.tax import guarantees, tables
from settlement.tax.cover.display import (
    By,
    CoverLine,
    Discharge,
    cover,
    discharge,
    undischarged_fen,
)
from settlement.tax.errors import (
    CoverChanged,
    CoverUnknown,
    DischargeChanged,
    GuaranteeExhausted,
    TaxFigureInvalid,
    TooManyDischarged,
)
from settlement.tax.levy import Rates
from settlement.tax.ordinary_import import ordinary_import_tax

APPLICATION = "ZS2026-0001"
LEVY = ordinary_import_tax(20_000, rates=Rates(vat_bp=1300, duty_bp=1400, consumption_bp=1000))
WINE = CoverLine(APPLICATION, 1, pieces=10, levy_fen=LEVY.tax_fen)
TEA = CoverLine(APPLICATION, 2, pieces=3, levy_fen=1_001)


@pytest.fixture
def filed(database: Database) -> Database:
    """A display guarantee of 1,000.00, and a retail one that must never be touched."""
    with database.write() as conn:
        for id_, purpose in ((1, "display"), (2, "retail_tax")):
            filing = (id_, purpose, 5, purpose.upper(), "0500", 100_000)
            guarantees.put_guarantee(
                conn, guarantees.Guarantee(*filing, date(2026, 1, 1), date(2026, 12, 31))
            )
    return database


@pytest.fixture
def shown(filed, clock) -> Database:
    """Ten pieces at 86.26 and three at 10.01 stand under it."""
    with filed.write() as conn:
        assert cover(conn, [TEA, WINE], at=clock.now()) == 86_260 + 3_003
    return filed


def held(database: Database) -> int:
    """Return what the display guarantee holds; movements and pieces must say the same."""
    guarantee, movement = tables.guarantee, tables.guarantee_movement
    with database.read() as conn:
        rows = conn.execute(select(guarantee.c.held_fen).order_by(guarantee.c.id)).scalars().all()
        moved = conn.execute(select(func.coalesce(func.sum(movement.c.amount_fen), 0))).scalar_one()
        assert undischarged_fen(conn) == rows[0] == moved
    assert rows[1] == 0
    return int(rows[0])


def take(database: Database, clock, said: Discharge) -> int:
    with database.write() as conn:
        return discharge(conn, said, at=clock.now())


@pytest.mark.parametrize("by", list(By))
def test_each_document_of_customs_sets_its_pieces_free_once(shown, clock, by):
    """Four of ten, told twice; then the other six."""
    four = Discharge(by, "D1", APPLICATION, 1, 4)

    assert [take(shown, clock, four) for _ in range(2)] == [4 * 8_626, 0]
    assert held(shown) == 6 * 8_626 + 3_003
    assert take(shown, clock, Discharge(by, "D2", APPLICATION, 1, 6)) == 6 * 8_626
    assert held(shown) == 3_003


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Discharge(By.DECLARATION_PAID, "D1", APPLICATION, 2, 4), TooManyDischarged),
        (Discharge(By.DECLARATION_PAID, "D1", APPLICATION, 9, 1), CoverUnknown),
        (Discharge(By.DECLARATION_PAID, "", APPLICATION, 2, 1), TaxFigureInvalid),
        (Discharge(By.DECLARATION_PAID, "D1", APPLICATION, 2, 0), TaxFigureInvalid),
        (Discharge(By.DECLARATION_PAID, "D1", APPLICATION, 2, -1), TaxFigureInvalid),
    ],
)
def test_what_customs_has_not_said_sets_nothing_free(shown, clock, said, error):
    """More than stand there, another line, no number, no piece."""
    with pytest.raises(error):
        take(shown, clock, said)

    assert held(shown) == 86_260 + 3_003


def test_a_document_that_changes_its_pieces_is_not_counted_again(shown, clock):
    """The first figure stands."""
    take(shown, clock, Discharge(By.RETURN_ACCEPTED, "D1", APPLICATION, 1, 4))

    with pytest.raises(DischargeChanged):
        take(shown, clock, Discharge(By.RETURN_ACCEPTED, "D1", APPLICATION, 1, 5))

    assert held(shown) == 6 * 8_626 + 3_003


def test_an_application_is_covered_once_and_as_it_was_fixed(shown, clock):
    """The approval is read twice, even after pieces were discharged; then with another levy."""
    take(shown, clock, Discharge(By.FORCE_MAJEURE, "D1", APPLICATION, 1, 10))
    with shown.write() as conn:
        assert cover(conn, [WINE, TEA], at=clock.now()) == 0

    with shown.write() as conn, pytest.raises(CoverChanged):
        cover(conn, [CoverLine(APPLICATION, 1, 10, 8_627)], at=clock.now())

    assert held(shown) == 3_003


def test_an_application_that_does_not_fit_holds_none_of_its_lines(shown, clock):
    """10,737 fen are left: one line fits, both do not."""
    lines = [CoverLine("ZS2026-0002", gnum, pieces=1, levy_fen=6_000) for gnum in (1, 2)]

    with pytest.raises(GuaranteeExhausted), shown.write() as conn:
        cover(conn, lines, at=clock.now())

    assert held(shown) == 86_260 + 3_003


def test_one_document_read_by_two_in_the_same_moment_counts_once(shown, clock):
    """A rival reads it while the first is about to commit."""
    said = Discharge(By.DECLARATION_PAID, "D1", APPLICATION, 1, 6)
    freed: list[int] = []
    rival = threading.Thread(target=lambda: freed.append(take(shown, clock, said)))

    with shown.write() as conn:
        freed.append(discharge(conn, said, at=clock.now()))
        rival.start()
        rival.join(timeout=0.3)
    rival.join(timeout=10)

    assert sorted(freed) == [0, 6 * 8_626]
    assert held(shown) == 4 * 8_626 + 3_003
