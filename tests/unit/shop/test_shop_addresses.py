"""A delivery address that is ours: told apart from a home in the same street, or house."""

import pytest

from shop.checkout.addresses import OwnPlaces, normal_phone
from shop.order.states import MOVES, RANK, IllegalMove, move

OWN = OwnPlaces.of(
    [
        ("晋便利长治路店", "山西省太原市小店区长治路238号", "0351-7000001"),
        ("学府街店", "太原市小店区学府街1号", ""),
    ]
)
PHONE = "13700137000"


@pytest.mark.parametrize(
    "address",
    [
        "山西省太原市小店区长治路238号",
        "小店区长治路238号",
        "中国山西省太原市 小店区 长治路 ２３８号",
        "太原市小店区长治路238号晋便利长治路店",
        "太原市小店区长治路238号2号柜台",
        "小店区学府街1号-店内 代收",
    ],
)
def test_an_outlet_is_an_outlet_however_it_is_written(address):
    """Width, blanks, province, a name or a counter behind it change nothing."""
    assert OWN.named(address=address, phone=PHONE) is not None


@pytest.mark.parametrize(
    "address",
    [
        "山西省太原市小店区长治路23号",
        "山西省太原市小店区长治路2380号",
        "山西省太原市小店区长治路238号3幢2单元501室",
        "山西省太原市小店区长治路238号1201",
        "山西省太原市迎泽区长治路238号",
        "浙江省杭州市西湖区文三路90号",
        "没有门牌的地方",
    ],
)
def test_a_home_is_a_home(address):
    """A like number, another district, or a flat in the very house."""
    assert OWN.named(address=address, phone=PHONE) is None


@pytest.mark.parametrize("phone", ["03517000001", "0351-7000001", "+86 351 7000001", "００３５１"])
def test_an_outlets_phone_gives_it_away(phone):
    """In any spelling that dials the outlet; an empty phone is nobody's."""
    expected = "晋便利长治路店" if normal_phone(phone) == normal_phone("0351-7000001") else None

    assert OWN.named(address="浙江省杭州市西湖区文三路90号", phone=phone) == expected
    assert OWN.named(address="浙江省杭州市西湖区文三路90号", phone="") is None


def test_the_way_of_a_sale_only_leads_forward():
    """Every state but the last ones leads on; none leads back along the way."""
    for before, moves in MOVES.items():
        for after in moves:
            assert move(before, after) == after
            if before in RANK and after in RANK:
                assert RANK[after] > RANK[before]


def test_a_move_that_is_not_in_the_table_is_refused():
    """Nothing leads from refused to paid."""
    with pytest.raises(IllegalMove) as refused:
        move("refused", "paid")

    assert refused.value.facts == {"before": "refused", "after": "paid"}
