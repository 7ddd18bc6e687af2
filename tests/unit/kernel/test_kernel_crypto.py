"""Sealing, opening, finding again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import crypto
from kernel.crypto import FixedKeys, SealBroken, Sealer

KEYS = FixedKeys(b"k" * 32, key_id=2**63 - 1)
PLACE = "customs_order.buyer:1"


@pytest.fixture
def sealer():
    """A sealer used by the process."""
    sealer = Sealer(KEYS, {1: b"l" * 32})
    crypto.use(sealer)
    yield sealer
    crypto.use(None)


@given(st.binary(max_size=500), st.text(max_size=40))
def test_what_is_sealed_opens_at_its_place(plain, context):
    """Any bytes, any place."""
    sealer = Sealer(KEYS, {1: b"l" * 32})

    assert sealer.unseal(sealer.seal(plain, context), context) == plain


def test_the_header_is_as_written_down(sealer):
    """Format, data key id, nonce, then ciphertext and tag; nothing readable, never the same twice."""
    first, second = (sealer.seal(b"11010519491231002X", PLACE) for _ in range(2))

    assert first[0] == 1
    assert int.from_bytes(first[1:9], "big") == 2**63 - 1
    assert len(first) == 1 + 8 + 12 + 18 + 16
    assert b"1101" not in first
    assert first[9:] != second[9:]


@given(st.integers(0, 60), st.integers(1, 255))
def test_any_altered_byte_is_noticed(at, flip):
    """Format, key id, nonce, text or tag."""
    sealer = Sealer(KEYS, {1: b"l" * 32})
    sealed = bytearray(sealer.seal(b"0123456789" * 3, PLACE))
    sealed[at] ^= flip

    with pytest.raises(SealBroken):
        sealer.unseal(bytes(sealed), PLACE)


@pytest.mark.parametrize("cut", [0, 1, 20, 36])
def test_a_blob_cut_short_is_noticed(sealer, cut):
    """From nothing at all to one byte short of a tag."""
    with pytest.raises(SealBroken):
        sealer.unseal(sealer.seal(b"", PLACE)[:cut], PLACE)


def test_a_blob_moved_to_another_row_does_not_open(sealer):
    """The buyer of order 1 pasted into order 2; the problem names the place only."""
    sealed = sealer.seal(b"x", PLACE)

    with pytest.raises(SealBroken) as refused:
        sealer.unseal(sealed, "customs_order.buyer:2")
    assert refused.value.facts == {"context": "customs_order.buyer:2"}


def test_another_key_does_not_open(sealer):
    """Same id, other key; and an id nobody has."""
    sealed = sealer.seal(b"x", PLACE)

    for keys in (FixedKeys(b"o" * 32, key_id=2**63 - 1), FixedKeys(b"k" * 32, key_id=5)):
        with pytest.raises(SealBroken):
            Sealer(keys, {1: b"l" * 32}).unseal(sealed, PLACE)


def test_json_comes_back_as_it_was(sealer):
    """Names stay Chinese."""
    buyer = {"name": "王小明", "id_number": "11010519491231002X"}

    assert crypto.unseal_json(crypto.seal_json(buyer, PLACE), PLACE) == buyer
    assert crypto.unseal(crypto.seal(b"y", PLACE), PLACE) == b"y"


def test_a_lookup_is_equal_for_equals_and_says_nothing(sealer):
    """Same text and purpose find each other; another purpose or text does not."""
    found = crypto.lookup("13800000000", "account.phone")

    assert found == crypto.lookup("13800000000", "account.phone")
    assert found != crypto.lookup("13800000000", "person.id_number")
    assert found != crypto.lookup("13800000001", "account.phone")
    assert found.startswith("1:")
    assert len(found) == 2 + 64
    assert "138" not in found[:5]


def test_purpose_and_text_do_not_run_together(sealer):
    """``ab`` + ``c`` is not ``a`` + ``bc``."""
    assert crypto.lookup("c", "ab") != crypto.lookup("bc", "a")


def test_a_new_lookup_key_still_finds_the_old_rows():
    """While keys turn, both versions are looked for, the newest first."""
    old, both = Sealer(KEYS, {1: b"l" * 32}), Sealer(KEYS, {1: b"l" * 32, 2: b"m" * 32})

    assert both.lookups("x", "p") == [both.lookup("x", "p"), old.lookup("x", "p")]
    assert both.lookup("x", "p").startswith("2:")


def test_a_data_key_opens_under_its_master_key_only():
    """Wrapped, opened, and refused under another master key, row, or cut."""
    wrapped = crypto.wrap(b"d" * 32, master_key=b"m" * 32, context="data_key:1:202611")

    opened = crypto.unwrap(wrapped, master_key=b"m" * 32, context="data_key:1:202611")

    assert opened == b"d" * 32
    for master_key, context, blob in (
        (b"n" * 32, "data_key:1:202611", wrapped),
        (b"m" * 32, "data_key:2:202611", wrapped),
        (b"m" * 32, "data_key:1:202611", wrapped[:9]),
    ):
        with pytest.raises(SealBroken):
            crypto.unwrap(blob, master_key=master_key, context=context)


def test_without_a_sealer_nothing_is_sealed():
    """A program that opened no keys must not store plain text in its place."""
    crypto.use(None)

    with pytest.raises(RuntimeError, match="sealer"):
        crypto.seal(b"x", PLACE)
