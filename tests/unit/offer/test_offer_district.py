"""Which district a person means."""

import pytest

from shop.offer.district import district_code
from shop.offer.errors import DistrictUnknown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("浙江省杭州市西湖区", "330106"),
        ("浙江省 杭州市 西湖区", "330106"),
        ("浙江省、杭州市、西湖区", "330106"),
        ("北京市朝阳区", "110105"),
        ("上海市浦东新区", "310115"),
        ("海南省琼海市", "469002"),
        ("广东省东莞市", "441900"),
        ("330106", "330106"),
        ("３３０１０６", "330106"),
    ],
)
def test_a_district_is_found_by_its_full_name_or_code(typed: str, code: str) -> None:
    """As people write it on a waybill."""
    assert district_code(typed) == code


def test_a_district_newer_than_the_table_takes_its_citys_code() -> None:
    """临平区 was founded in 2021: its people can order all the same."""
    assert district_code("浙江省杭州市临平区") == "330100"


@pytest.mark.parametrize("typed", ["", "杭州", "浙江省杭州市", "东京都新宿区", "999999", "110103"])
def test_what_is_no_district_in_force_is_refused(typed: str) -> None:
    """Half a place, a foreign one, a code that never was, one abolished in 2010."""
    with pytest.raises(DistrictUnknown):
        district_code(typed)
