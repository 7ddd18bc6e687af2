"""What stands under a guarantee is the sum of its movements, document by document."""

import threading
from datetime import date

import pytest
from sqlalchemy import func, select

from kernel.db import Database
from kernel.i18n import problem_words
from settlement.tax import guarantees, tables
from settlement.tax.errors import GuaranteeExhausted, HoldMissing

LIST = "declaration_list:7"


@pytest.fixture
def filed(database: Database) -> Database:
    """One retail-tax guarantee of 100.00 in force, one whose dates are over."""
    with database.write() as conn:
        for id_, code, to_on in ((1, "OLD", date(2026, 6, 30)), (2, "NOW", date(2026, 12, 31))):
            guarantees.put_guarantee(
                conn,
                guarantees.Guarantee(
                    id=id_,
                    purpose="retail_tax",
                    guarantor_enterprise_id=5,
                    assure_code=code,
                    customs_office="0500",
                    limit_fen=10_000,
                    valid_from_on=date(2026, 1, 1),
                    valid_to_on=to_on,
                ),
            )
    return database


def hold(database: Database, clock, amount_fen: int, *, document: str = LIST) -> guarantees.Held:
    with database.write() as conn:
        return guarantees.hold(
            conn,
            purpose="retail_tax",
            document=document,
            amount_fen=amount_fen,
            at=clock.now(),
        )


def held(database: Database) -> int:
    """Return what the guarantee in force holds; its movements must say the same."""
    guarantee, movement = tables.guarantee, tables.guarantee_movement
    with database.read() as conn:
        fen = conn.execute(select(guarantee.c.held_fen).where(guarantee.c.id == 2)).scalar_one()
        moved = conn.execute(select(func.coalesce(func.sum(movement.c.amount_fen), 0))).scalar_one()
    assert moved == fen
    return int(fen)


def test_a_list_holds_once(filed, clock):
    """A list is submitted twice; the expired guarantee is passed over."""
    first = hold(filed, clock, 900)
    again = hold(filed, clock, 900)

    assert first.assure_code == "NOW"
    assert again == first
    assert held(filed) == 900


def test_a_full_guarantee_holds_nothing_more(filed, clock):
    """100.00 fit, one fen more does not."""
    hold(filed, clock, 9_999)

    with pytest.raises(GuaranteeExhausted):
        hold(filed, clock, 2, document="declaration_list:8")

    hold(filed, clock, 1, document="declaration_list:9")
    assert held(filed) == 10_000


def test_the_bill_takes_the_place_of_the_quote(filed, clock):
    """Held 9.00, billed 9.01, then the period is paid; each comes twice."""
    hold(filed, clock, 900)

    with filed.write() as conn:
        for _ in range(2):
            guarantees.use(conn, document=LIST, amount_fen=901, at=clock.now())
    assert held(filed) == 901

    with filed.write() as conn:
        freed = [guarantees.restore_many(conn, [LIST], at=clock.now()) for _ in range(2)]
    assert freed == [901, 0]
    assert held(filed) == 0


def test_a_refused_list_frees_and_may_hold_again(filed, clock):
    """Customs refuses the list; mended, it is sent again."""
    hold(filed, clock, 900)
    with filed.write() as conn:
        assert guarantees.void(conn, document=LIST, at=clock.now()) == 900
        with pytest.raises(HoldMissing):
            guarantees.use(conn, document=LIST, amount_fen=900, at=clock.now())

    hold(filed, clock, 800)

    assert held(filed) == 800


def test_what_was_never_held_cannot_be_used(filed, clock):
    """A bill for a list of somebody else."""
    with filed.write() as conn, pytest.raises(HoldMissing):
        guarantees.use(conn, document="declaration_list:404", amount_fen=1, at=clock.now())


def test_a_bill_that_meets_a_refusal_uses_nothing(filed, clock):
    """The refusal sets the hold free while a bill waits to use it: freed once, not used after."""
    hold(filed, clock, 900)
    told: list[Exception] = []

    def bill() -> None:
        try:
            with filed.write() as conn:
                guarantees.use(conn, document=LIST, amount_fen=901, at=clock.now())
        except HoldMissing as missing:
            told.append(missing)

    rival = threading.Thread(target=bill)
    with filed.write() as conn:
        guarantees.void(conn, document=LIST, at=clock.now())
        rival.start()
        rival.join(timeout=0.3)
    rival.join(timeout=10)

    assert len(told) == 1
    assert held(filed) == 0


@pytest.mark.parametrize(("lang", "shown"), [("zh-CN", "¥1,234.56"), ("en", "¥1,234.56")])
def test_what_did_not_fit_is_said_in_yuan(lang, shown):
    """The operator reads an amount, not fen."""
    words = problem_words(GuaranteeExhausted(purpose="retail_tax", amount_fen=123_456), lang)

    assert shown in words.why
    assert "123456" not in words.why
