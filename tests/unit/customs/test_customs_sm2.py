"""SM2 signatures are those of the standard: another implementation agrees, both ways."""

import secrets

import gmalg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonded_display.customs.sign import curve, sm2

PRIVATE = 0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8


def other(private: int) -> gmalg.SM2:
    x, y = sm2.public_key(private)
    raw = b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")
    return gmalg.SM2(sk=private.to_bytes(32, "big"), pk=raw, uid=sm2.USER_ID)


def test_public_key_is_the_standards() -> None:
    """GB/T 32918.5 prints this pair."""
    assert sm2.public_key(PRIVATE) == (
        0x09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020,
        0xCCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13,
    )


def test_signature_of_the_standards_example_verifies() -> None:
    """GB/T 32918.5 prints r and s for "message digest"; a wrong bit in either fails."""
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    public = sm2.public_key(PRIVATE)
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")

    assert sm2.verify(public, b"message digest", signature)
    assert not sm2.verify(public, b"message digest", signature[:-1] + b"\xab")
    assert not sm2.verify(public, b"message digesT", signature)


@given(private=st.integers(1, curve.N - 2), message=st.binary(max_size=80))
@settings(max_examples=10, deadline=None)
def test_ours_verifies_elsewhere_and_theirs_here(private: int, message: bytes) -> None:
    """Signed by one, verified by the other."""
    theirs, public = other(private), sm2.public_key(private)

    ours = sm2.sign(private, public, message)

    assert theirs.verify(message, ours[:32], ours[32:])
    r, s = theirs.sign(message)  # without leading noughts
    assert sm2.verify(public, message, r.rjust(32, b"\0") + s.rjust(32, b"\0"))


def test_nonce_is_never_used_twice() -> None:
    """The same message signed twice gives two signatures: a repeated nonce would tell the key."""
    public = sm2.public_key(PRIVATE)

    found = {sm2.sign(PRIVATE, public, b"once")[:32] for _ in range(50)}

    assert len(found) == 50


@pytest.mark.parametrize("scalar", [1, 2, 255, 256, 257, curve.N - 1, 1 << 255])
def test_table_multiplies_as_doubling_and_adding_does(scalar: int) -> None:
    """The edges of the byte windows."""
    slow = curve.INFINITY
    for bit in bin(scalar)[2:]:
        slow = curve.double(slow)
        if bit == "1":
            slow = curve.add_point(slow, curve.G)

    assert curve.affine([slow])[0] == curve.times_generator(scalar)


def test_wrong_keys_and_lengths_are_refused() -> None:
    """A point off the curve, a key of nought, a short signature."""
    x, y = sm2.public_key(PRIVATE)
    raw = b"\x04" + x.to_bytes(32, "big") + (y ^ 1).to_bytes(32, "big")

    with pytest.raises(ValueError, match="public"):
        sm2.read_public(raw)
    with pytest.raises(ValueError, match="private"):
        sm2.public_key(0)
    assert not sm2.verify((x, y), b"m", b"\x00" * 64)
    assert not sm2.verify((x, y), b"m", secrets.token_bytes(63))
    assert not sm2.verify((x, y ^ 1), b"m", secrets.token_bytes(64))
