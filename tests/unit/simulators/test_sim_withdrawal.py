"""Withdrawals (623): before the release, never of another's list, and what they give back."""

import pytest

from tests.unit.simulators.sim_documents import COURIER, PLATFORM, Goods, Sale

BAG = Goods("0003", "4202210090", "手提包", "1", "6800.00", "6800.00", qty1="1")
HELD = {"match": {"kind": "CEB621"}, "do": "chain", "statuses": ["2", "120", "500"]}


def listed(desk, sale):
    """Declare a sale's list; return the number customs gave it."""
    desk.documents(sale)
    desk.told("CEB621", sale.listed())
    cop_no = sale.listed().head["copNo"]
    return next(
        h["invtNo"] for _, h, _ in desk.heard() if h.get("copNo") == cop_no and "invtNo" in h
    )


def test_a_list_is_withdrawn_before_its_release(desk):
    """Held for inspection, withdrawn: 2, 120, 399 with both numbers; no bill ever comes."""
    desk.script(HELD)
    sale = Sale("W1")
    invt_no = listed(desk, sale)

    desk.told("CEB623", sale.withdrawn(invt_no))

    answers = [head for kind, head, _ in desk.heard() if kind == "CEB624"]
    assert [one["returnStatus"] for one in answers] == ["2", "120", "399"]
    assert {one["preNo"][0] for one in answers} == {"B"}
    assert answers[-1]["invtNo"] == invt_no
    assert desk.books()["lists"] == {"cancelled": 1}
    assert desk.books()["tax_bills"]["count"] == 0


def test_a_withdrawn_list_gives_the_year_back_and_makes_room_for_another(desk):
    """Three bags and a fourth that would pass the 26,000 but for the withdrawn first."""
    desk.script({**HELD, "match": {"cop_no": "CW20"}})
    sales = [Sale(f"W2{at}", f"W{at}", goods=(BAG,), freight="0", tax="1345.04") for at in range(4)]
    first_no, _, _ = [listed(desk, sale) for sale in sales[:3]]
    first, fourth = sales[0], sales[3]
    desk.documents(fourth)
    over, _ = desk.told("CEB621", fourth.listed())

    desk.told("CEB623", first.withdrawn(first_no))
    after, _ = desk.told("CEB621", fourth.listed())
    again, _ = desk.told("CEB621", first.listed(copNo="CW20B"))

    assert (over, after) == ("-621018", "816")
    assert again == "-621018"
    assert desk.books()["lists"] == {"cancelled": 1, "released": 3}


def test_what_customs_had_still_to_say_of_a_withdrawn_list_is_unsaid(desk):
    """The release was to come in an hour; the withdrawal is granted first."""
    desk.script(
        {"match": {"kind": "CEB621", "status": "800"}, "do": "delay", "delay_ms": 3_600_000}
    )
    sale = Sale("W3")
    invt_no = listed(desk, sale)

    desk.told("CEB623", sale.withdrawn(invt_no))

    assert desk.rows("SELECT 1 FROM receipt WHERE written_at IS NULL") == []
    assert desk.answers("XW3")[-1] == "399"
    assert "800" not in desk.answers("CW3")


@pytest.mark.parametrize(
    ("change", "code", "named"),
    [
        ({"invtNo": "050120261999999999"}, "-623003", "不存在"),
        ({"buyerName": "闻人栖梧"}, "100", "buyerName"),
        ({"orderNo": "OTHER"}, "100", "orderNo"),
        ({"appType": "2"}, "100", "业务类型"),
    ],
)
def test_a_withdrawal_names_its_own_list(desk, change, code, named):
    """Unknown, another's, a change."""
    desk.script(HELD)
    sale = Sale("W4")
    invt_no = listed(desk, sale)

    status, info = desk.told("CEB623", sale.withdrawn(invt_no, **change))

    assert (status, named in info) == (code, True)
    assert desk.books()["lists"] == {"inspection": 1}


def test_a_released_list_is_withdrawn_only_by_setting_and_inside_the_zone(desk):
    """Refused; by the zone's setting granted; after the gate refused again."""
    sale, gone = Sale("W5"), Sale("W6", "QZ0000000000011")
    invt_no, gone_no = listed(desk, sale), listed(desk, gone)
    strict, _ = desk.told("CEB623", sale.withdrawn(invt_no))
    desk.office.books.close()
    desk.office = desk.opened(withdraw_until_gate=True)
    desk.post_json("/gate-passes", exit_pass_no="P1", invt_nos=[gone_no])

    inside, _ = desk.told("CEB623", sale.withdrawn(invt_no, copNo="XW5B"))
    outside, _ = desk.told("CEB623", gone.withdrawn(gone_no))
    twice, _ = desk.told("CEB623", sale.withdrawn(invt_no, copNo="XW5C"))

    assert (strict, inside, outside, twice) == ("-623005", "399", "-623005", "-623005")


def test_a_withdrawal_is_sent_by_the_platform_and_once(desk):
    """Signed by the courier: refused; the same number again: refused."""
    desk.script(HELD)
    sale = Sale("W7")
    invt_no = listed(desk, sale)

    foreign, _ = desk.told(
        "CEB623", sale.withdrawn(invt_no), by=PLATFORM, key=desk.keys[COURIER[0]]
    )
    granted, _ = desk.told("CEB623", sale.withdrawn(invt_no))
    again, info = desk.told("CEB623", sale.withdrawn(invt_no))

    assert (foreign, granted, again) == ("-10101", "399", "100")
    assert "已申报" in info


def test_a_withdrawal_that_customs_turns_down_changes_nothing(desk):
    """By script 2, 120, 100: the list stays as it was and can be released."""
    desk.script(HELD, {"match": {"kind": "CEB623"}, "do": "chain", "statuses": ["2", "120", "100"]})
    sale = Sale("W8")
    invt_no = listed(desk, sale)

    turned_down, _ = desk.told("CEB623", sale.withdrawn(invt_no))

    assert turned_down == "100"
    assert desk.books()["lists"] == {"inspection": 1}
    assert desk.rows("SELECT value FROM limit_use") == [{"value": "276.00"}]
