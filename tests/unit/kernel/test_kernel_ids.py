"""Ids: layout, order, borrowing, the past."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel import ids
from kernel.ids import ClockWentBack, InstantOutOfRange, Mint, NodeLeaseLost

START = 1_795_485_600_000_000
MS, S = 1_000, 1_000_000


class Hand:
    """A clock moved by hand."""

    def __init__(self, at=START):
        self.at = at

    def __call__(self):
        return self.at


@given(st.integers(0, 7), st.integers(0, 127), st.integers(0, 60 * 365 * 86_400_000))
def test_an_id_carries_where_and_when_it_was_minted(shard, node, ms):
    """Any shard, node and millisecond read back out of 63 bits."""
    at = ids.EPOCH + ms * MS
    minted = Mint(shard, node, Hand(at)).new()

    assert 0 <= minted < 2**63
    assert (ids.shard_of(minted), ids.node_of(minted)) == (shard, node)
    assert ids.instant_of(minted) == at


def test_the_layout_is_the_adr_s():
    """41 bits of milliseconds, 3 of shard, 7 of node, 12 of sequence."""
    mint = Mint(5, 77, Hand(ids.EPOCH + 1_234 * MS))
    mint.new()

    assert mint.new() == (1_234 << 22) | (5 << 19) | (77 << 12) | 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-900, 2_000), min_size=1, max_size=80))
def test_ids_rise_while_the_clock_jumps_less_than_a_second(steps_ms):
    """However the clock steps, forth or back within what may be borrowed."""
    hand = Hand()
    mint = Mint(0, 1, hand)
    highest, minted = hand.at, []
    for step in steps_ms:
        hand.at = max(hand.at + step * MS, highest - 990 * MS)
        highest = max(highest, hand.at)
        minted += [mint.new() for _ in range(3)]

    assert minted == sorted(set(minted))


def test_4096_ids_in_a_millisecond_then_the_next():
    """The 4097th borrows the following millisecond."""
    mint = Mint(0, 1, Hand())

    minted = [mint.new() for _ in range(4_097)]

    assert len(set(minted)) == 4_097
    assert {ids.instant_of(i) for i in minted[:4_096]} == {START}
    assert ids.instant_of(minted[4_096]) == START + MS


def test_a_clock_that_went_back_more_than_a_second_stops_the_mint():
    """A second is borrowed, a millisecond more is refused, and time heals it."""
    hand = Hand()
    mint = Mint(0, 1, hand)
    before = mint.new()

    hand.at = START - S
    borrowed = mint.new()
    hand.at = START - S - MS
    with pytest.raises(ClockWentBack) as refused:
        mint.new()
    hand.at = START + MS
    healed = mint.new()

    assert before < borrowed < healed
    assert refused.value.facts["behind_ms"] == 1_001
    assert refused.value.retry_after_s >= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), min_size=1, max_size=400))
def test_ids_of_the_past_meet_no_other_of_the_process(asks):
    """New ids and ids for past milliseconds in any order, on a clock that hardly moves."""
    hand = Hand()
    mint = Mint(0, 1, hand)
    minted = []
    for is_new, ms in asks:
        if is_new:
            minted.append(mint.new())
            hand.at += MS * (ms % 3)
        else:
            wanted = START + (ms - 20) * MS
            minted.append(mint.at(wanted))
            if wanted < hand.at - 50 * MS:
                assert ids.instant_of(minted[-1]) == wanted

    assert len(set(minted)) == len(minted)


def test_an_id_of_the_past_sorts_there():
    """Last year's row lies among last year's rows."""
    mint = Mint(0, 1, Hand())
    mint.new()

    assert ids.instant_of(mint.at(START - 365 * 86_400 * S)) == START - 365 * 86_400 * S


def test_a_past_millisecond_used_up_takes_the_one_before():
    """4096 rows of one moment fill it; a crowded moment of our own lends nothing."""
    hand = Hand()
    mint = Mint(0, 1, hand)
    past = [mint.at(START - S) for _ in range(4_097)]
    live = [mint.new() for _ in range(4_096)]
    hand.at += 5 * MS

    late = [mint.at(START) for _ in range(100)]

    assert ids.instant_of(past[-1]) == START - S - MS
    assert max(ids.instant_of(i) for i in late) < START
    assert len({*past, *live, *late}) == 4_097 + 4_096 + 100


def test_a_moment_not_past_gets_a_new_id():
    """A till whose clock is fast is not refused; its row is simply the newest."""
    mint = Mint(0, 1, Hand())
    newest = mint.new()

    ahead = mint.at(START + 3_600 * S)

    assert ahead > newest
    assert ids.instant_of(ahead) == START


@pytest.mark.parametrize("at", [0, ids.EPOCH - 1, ids.EPOCH + 2**41 * MS])
def test_a_moment_out_of_range_is_refused(at):
    """Before 2024 and after 2093 there are no bits."""
    with pytest.raises(InstantOutOfRange):
        Mint(0, 1, Hand()).at(at)


def test_a_lease_that_ran_out_mints_nothing():
    """Nobody renewed: from that instant on another process may hold the number."""
    hand = Hand()
    mint = Mint(0, 9, hand)
    mint.leased_until = START + S
    mint.new()

    hand.at = START + S
    with pytest.raises(NodeLeaseLost):
        mint.new()
    with pytest.raises(NodeLeaseLost):
        mint.at(START - S)


def test_threads_never_get_the_same_id():
    """Eight threads on one mint, some asking for the past."""
    mint = Mint(0, 1)
    found = [[] for _ in range(8)]

    def work(mine):
        for n in range(1_500):
            mine.append(mint.new() if n % 3 else mint.at(START + n % 5 * MS))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    everything = [i for mine in found for i in mine]
    assert len(set(everything)) == len(everything) == 12_000


def test_without_a_mint_nothing_is_minted():
    """A program that leased no node must not make up a number."""
    ids.use(None)

    with pytest.raises(RuntimeError, match="mint"):
        ids.new()
