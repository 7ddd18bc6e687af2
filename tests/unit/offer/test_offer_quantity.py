"""What a quantity is."""

import pytest

from shop.offer.errors import QuantityInvalid
from shop.offer.quantity import parse_quantity


@pytest.mark.parametrize(("text", "pieces"), [("1", 1), ("10", 10), ("99", 99)])
def test_plain_digits_are_pieces(text: str, pieces: int) -> None:
    """From one piece to ninety-nine."""
    assert parse_quantity(text) == pieces


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "100",
        "1000000000",
        "1e3",
        "1.0",
        "-1",
        "+1",
        " 1",
        "1 ",
        "01",
        "１",
        "٣",
        "1\n",
        "x",
    ],
)
def test_everything_else_is_refused_with_what_was_given(text: str) -> None:
    """'1e3' is a thousand to a careless parser and nothing to us."""
    with pytest.raises(QuantityInvalid) as refused:
        parse_quantity(text)

    assert refused.value.facts == {"given": text, "least": 1, "most": 99}


def test_a_long_text_is_not_repeated_whole() -> None:
    """A megabyte of digits does not come back in the answer."""
    with pytest.raises(QuantityInvalid) as refused:
        parse_quantity("9" * 1_000_000)

    assert len(str(refused.value.facts["given"])) == 20
