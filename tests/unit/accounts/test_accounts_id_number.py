"""What an ID number must be before anybody is asked about it."""

from datetime import date

import pytest

from shop.accounts.errors import IdentityMinor, IdNumberInvalid, IdNumberNotMainland
from shop.accounts.id_number import checked_id_number, masked_id_number, masked_name

TODAY = date(2026, 11, 24)


def numbered(first17: str) -> str:
    """Return an invented number with the check digit of GB 11643."""
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    rest = sum(int(digit) * weight for digit, weight in zip(first17, weights, strict=True)) % 11
    return first17 + "10X98765432"[rest]


def test_a_number_of_full_age_is_kept_as_it_is() -> None:
    """A made-up person, born 1990 in a district that exists."""
    number = numbered("11010519900307234")

    assert checked_id_number(number, on=TODAY) == number


def test_blanks_full_width_digits_and_a_small_x_are_understood() -> None:
    """Typed on a phone's keyboard, the last sign is often a small x."""
    number = next(n for n in (numbered(f"110105199003072{i:02}") for i in range(99)) if "X" in n)
    typed = f" {number[:6]} {number[6:14]} {number[14:].lower()}"

    assert checked_id_number(typed, on=TODAY) == number
    assert checked_id_number(number.translate(str.maketrans("01", "０１")), on=TODAY) == number


def test_each_wrong_last_sign_is_refused() -> None:
    """One check digit of eleven is right."""
    right = numbered("11010519900307234")

    for sign in "0123456789X":
        if sign != right[-1]:
            with pytest.raises(IdNumberInvalid):
                checked_id_number(right[:-1] + sign, on=TODAY)


@pytest.mark.parametrize(
    "first17",
    ["99010519900307234", "11010519900230234", "11010520270307234"],
    ids=["no such place", "30 February", "not yet born"],
)
def test_a_number_with_a_right_check_digit_can_still_be_none(first17: str) -> None:
    """The check digit is counted over whatever stands before it."""
    with pytest.raises(IdNumberInvalid):
        checked_id_number(numbered(first17), on=TODAY)


@pytest.mark.parametrize("typed", ["", "110105900307234", "１", "x" * 18, "1" * 40])
def test_what_is_no_number_is_refused(typed: str) -> None:
    """Too short (the old 15 digits too), letters, far too long."""
    with pytest.raises(IdNumberInvalid):
        checked_id_number(typed, on=TODAY)


def test_a_county_younger_than_its_people_is_no_mistake() -> None:
    """Born 1985, registered in Pudong, which was founded in 1993: a real number."""
    number = numbered("31011519851201402")

    assert checked_id_number(number, on=TODAY) == number


@pytest.mark.parametrize("province", ["81", "82", "83"])
def test_a_residence_permit_is_told_kindly(province: str) -> None:
    """Its check digit is right; it is only no ID card that customs takes."""
    with pytest.raises(IdNumberNotMainland):
        checked_id_number(numbered(f"{province}000019900307234"), on=TODAY)


def test_the_eighteenth_birthday_is_the_first_day_of_buying() -> None:
    """Born 25 November 2008: refused on the 24th, accepted on the 25th."""
    number = numbered("11010520081125234")

    with pytest.raises(IdentityMinor):
        checked_id_number(number, on=date(2026, 11, 24))
    assert checked_id_number(number, on=date(2026, 11, 25)) == number


def test_masks_show_too_little_to_use() -> None:
    """The identity page names the person to themselves only."""
    assert masked_id_number("11010519900307234X") == "1101 **** **** **4X"
    assert masked_name("陈小明") == "陈**"
