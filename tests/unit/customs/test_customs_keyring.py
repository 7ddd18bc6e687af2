"""Each company signs with its own key of the year; who must renew is said 30, 7 and 1 days ahead."""

from dataclasses import replace

import pytest

from bonded_display.customs import desk
from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.keys_expiring import keys_expiring
from bonded_display.customs.sign.keyring import Keyring
from kernel.clock import DAY
from tests.support.seams import START
from tests.unit.customs.examples import signer

PLATFORM, COURIER = "1401960001", "1401960004"
YEAR = 365 * DAY


def key(no: str, begins: int, ends: int, holder: str = PLATFORM):
    return replace(signer(holder), key_no=no, not_before=begins, not_after=ends)


def test_each_company_signs_with_its_own_key() -> None:
    """Two companies, and a third that has none here."""
    ring = Keyring([key("1", START, START + YEAR), key("2", START, START + YEAR, COURIER)])

    assert ring.of(PLATFORM, START).key_no == "1"
    assert ring.of(COURIER, START).key_no == "2"
    with pytest.raises(SigningKeyUnfit) as refused:
        ring.of("1401960009", START)
    assert refused.value.reason == "not_the_senders"


def test_next_years_key_takes_over_without_a_gap() -> None:
    """Before it begins this year's signs, once both may the one that ends last does."""
    ring = Keyring(
        [key("new", START + 300 * DAY, START + 2 * YEAR), key("old", START, START + YEAR)]
    )

    found = [ring.of(PLATFORM, START + day * DAY).key_no for day in (0, 299, 300, 365, 729)]

    assert found == ["old", "old", "new", "new", "new"]


@pytest.mark.parametrize(
    ("at", "reason"), [(START - 1, "not_yet_valid"), (START + YEAR, "expired")]
)
def test_outside_its_dates_the_only_key_blocks(at: int, reason: str) -> None:
    """The instant before and the first instant after."""
    with pytest.raises(SigningKeyUnfit) as refused:
        Keyring([key("1", START, START + YEAR)]).of(PLATFORM, at)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (31 * DAY, None),
        (30 * DAY + 1, None),
        (30 * DAY, ("ends_soon", 30)),
        (7 * DAY + 1, ("ends_soon", 30)),
        (7 * DAY, ("ends_soon", 7)),
        (DAY + 1, ("ends_soon", 7)),
        (DAY, ("ends_soon", 1)),
        (1, ("ends_soon", 1)),
        (0, ("expired", 0)),
        (YEAR + 1, ("not_yet_valid", 0)),
    ],
)
def test_a_key_is_warned_of_30_7_and_1_days_ahead(left: int, said) -> None:
    """Each edge; afterwards, and before it begins, nothing can be signed."""
    ring = Keyring([key("1", START, START + YEAR)])

    found = ring.notices(START + YEAR - left)

    assert [(notice.state, notice.warn_days) for notice in found] == ([said] if said else [])


def test_a_renewed_key_takes_the_warning_away_unless_it_leaves_a_gap() -> None:
    """Covered for a year more: nothing to say; a day without a key: the old one's end counts."""
    old = key("old", START, START + YEAR)
    at = START + YEAR - 3 * DAY

    assert Keyring([old, key("new", at + 2 * DAY, at + YEAR)]).notices(at) == []
    (notice,) = Keyring([old, key("new", at + 4 * DAY, at + YEAR)]).notices(at)
    assert (notice.key_no, notice.warn_days) == ("old", 7)


def test_the_readiness_page_asks_the_desk() -> None:
    """One line a company, by code; those that are well are not named."""
    ending = key("1", START, START + 5 * DAY)
    well = key("2", START, START + YEAR, COURIER)
    gone = key("3", START - YEAR, START, "1401960000")
    made = desk.Desk(ending, None, None, "DXP", more_signers=(well, gone))  # type: ignore[arg-type]
    desk.use(made)
    try:
        found = keys_expiring(START)
    finally:
        desk.use(None)

    assert [(n.holder_code, n.state, n.warn_days) for n in found] == [
        ("1401960000", "expired", 0),
        (PLATFORM, "ends_soon", 7),
    ]
