"""The sample of ``make run`` is one that customs, the tariff and the pages can read."""

import re
from datetime import date

import pytest
from stdnum.cn import ric

from bonded_display.customs.messages.codes import COUNTRIES, UNITS
from demo.catalogue import check_digit
from demo.run.draw import picture
from demo.run.goods import GOODS, OUTLETS, RATES
from demo.run.home import PORTS, FixedPorts, PortTaken, ports_of, require_free
from demo.run.people import people
from demo.run.sheets import placed_goods, write_our_sheets
from kernel.render import static_folder
from kernel.sheets import read_csv
from shop.checkout.addresses import OwnPlaces
from shop.sheets.columns import SHEETS

DISTRICTS = {
    "140105": "小店区",
    "140106": "迎泽区",
    "140107": "杏花岭区",
    "140108": "尖草坪区",
    "140109": "万柏林区",
    "140110": "晋源区",
}


def test_sixty_goods_lie_in_more_than_ten_chapters():
    """Each with a number of its own whose check digit is right, and codes that exist."""
    assert len(GOODS) == 60
    assert len({goods.hs_code[:2] for goods in GOODS}) > 10
    assert len({goods.gtin13 for goods in GOODS}) == len({goods.name for goods in GOODS}) == 60
    for goods in GOODS:
        assert check_digit(goods.gtin13[:12]) == goods.gtin13[12]
        assert goods.origin in COUNTRIES
        assert {goods.unit, goods.first[0], goods.second[0]} - {""} <= UNITS.keys()
        assert float(goods.gross_kg) > float(goods.net_kg)


def test_goods_have_the_statutory_units_of_their_tariff_code():
    """And a content where the tax depends on it."""
    for goods in GOODS:
        rate = RATES[goods.hs_code]
        assert (goods.first[0], goods.second[0]) == (rate.unit1, rate.unit2), goods.name
        assert goods.measure[0] or rate.rule != "cosmetics_measure", goods.name


def test_twelve_outlets_are_in_districts_that_taiyuan_has():
    """Real district names under their codes; the shops are invented."""
    assert len(OUTLETS) == len({outlet.address for outlet in OUTLETS}) == 12
    assert {outlet.district_code: outlet.district for outlet in OUTLETS} == DISTRICTS


def test_the_pictures_in_the_tree_are_those_the_program_draws():
    """One for each article; ``python -m demo.run.draw`` writes them again."""
    for goods in GOODS:
        drawn = (static_folder() / goods.image).read_text(encoding="utf-8")
        assert drawn == picture(goods)
        assert "http" not in re.sub(r'xmlns="[^"]+"', "", drawn)


def test_people_are_of_age_and_live_at_no_outlet():
    """Another name, ID number and phone each; every check character is right."""
    crowd = people(90)
    own = OwnPlaces.of((outlet.name, outlet.address, outlet.phone) for outlet in OUTLETS)

    assert len({one.id_number for one in crowd}) == len({one.phone for one in crowd}) == 90
    for one in crowd:
        assert ric.calc_check_digit(one.id_number) == one.id_number[-1]
        assert ric.get_birth_date(one.id_number) < date(2006, 1, 1)
        assert own.named(address=one.address, phone=one.phone) is None


def test_every_sheet_is_one_that_is_read(tmp_path):
    """No bad cell in any, and each outlet shows goods."""
    write_our_sheets(tmp_path, today=date(2026, 11, 24))

    for name, columns in SHEETS.items():
        assert read_csv((tmp_path / f"{name}.csv").read_bytes(), columns, name=name)
    assert all(placed_goods(number) for number in range(len(OUTLETS)))


def test_each_port_can_be_moved():
    """PORT_<NAME> of the environment goes before the usual one."""
    assert ports_of({"PORT_WEB": "9999"})["web"] == 9999
    assert ports_of({}) == PORTS


def test_a_taken_port_is_named_with_the_command_that_mends_it(unused_ports):
    """One sentence: which port, whose, and what to type."""
    taken, free = unused_ports
    with pytest.raises(PortTaken, match=rf"{taken} \(web\).*make run PORT_WEB={taken + 1000}"):
        require_free(FixedPorts({"web": taken, "zone": free}))
