"""What a mainland mobile number is."""

import pytest

from shop.accounts.errors import PhoneInvalid
from shop.accounts.phone import masked_phone, normal_phone


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "008613800138000",
        "8613800138000",
        "１３８００１３８０００",
    ],
)
def test_one_phone_has_one_normal_form(typed: str) -> None:
    """However a person writes it, the phone is the same, and so is its lookup."""
    assert normal_phone(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "typed",
    ["", "12800138000", "1380013800", "138001380000", "+85291234567", "1e10", "13800138O00"],
)
def test_what_is_no_mainland_mobile_is_refused(typed: str) -> None:
    """A landline, a Hong Kong number or a slip of the finger gets no code."""
    with pytest.raises(PhoneInvalid):
        normal_phone(typed)


def test_a_masked_phone_shows_three_and_four_digits() -> None:
    """The page tells its owner which phone, and a looker-on nothing."""
    assert masked_phone("+8613800138000") == "138 **** 8000"
