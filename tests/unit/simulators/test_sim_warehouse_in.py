"""The operator of a supervised site says what came in (711), and customs answers (712)."""

import pytest

from simulators import ceb, ceb_check
from tests.unit.simulators.sim_documents import COURIER, PLATFORM, SITE, Sale, transfer


def announced(desk, *numbers):
    """Let the courier announce waybills."""
    for number in numbers:
        desk.send("CEB511", Sale(f"N{number}", number).waybill(), by=COURIER)
    desk.work()


def test_waybills_that_came_in_get_one_number_from_customs(desk):
    """Saved, stored, reviewed; the number is on the answers of customs, not on the port's."""
    announced(desk, "W1", "W2")
    desk.send("CEB711", Sale("P1").came_in("W1", "W2"), by=SITE)

    desk.work()

    heard = [(kind, head) for kind, head, _ in desk.heard(SITE)]
    assert [kind for kind, _ in heard] == ["CEB712"] * 3
    assert [head["returnStatus"] for _, head in heard] == ["2", "120", "399"]
    assert "rkdNo" not in heard[0][1]
    assert {head["rkdNo"] for _, head in heard[1:]} == {heard[1][1]["rkdNo"]}
    assert len(heard[1][1]["rkdNo"]) == 18
    assert {head["copNo"] for _, head in heard} == {"IP1"}
    rows = desk.rows("SELECT logistics_no, rkd_no FROM warehouse_in ORDER BY logistics_no")
    assert [row["logistics_no"] for row in rows] == ["W1", "W2"]
    assert {row["rkd_no"] for row in rows} == {heard[1][1]["rkdNo"]}


def test_a_hundred_waybills_stand_on_one_list():
    """Not ninety-nine at most, as the lines of a declaration list; one list a message."""
    record = Sale("P2").came_in(*(f"W{at}" for at in range(150)))

    whole = ceb.build("CEB711", [record], transfer=transfer(SITE))
    two = ceb.build("CEB711", [record, record], transfer=transfer(SITE))

    assert ceb_check.problems(whole) == ["缺少Signature"]
    assert "Delivery" in ceb_check.problems(two)[0]


@pytest.mark.parametrize(
    ("waybills", "changed", "code", "named"),
    [
        (("W9",), {}, "100", "W9"),
        (("W1", "W1"), {}, "100", "重复"),
        (("W1",), {"logisticsName": "别家速递"}, "100", "物流企业名称"),
        (("W1",), {"ieFlag": "E"}, "100", "进出口"),
        (("W1",), {"appType": "3"}, "100", "业务类型"),
        (("W1",), {"operatorCode": PLATFORM[0]}, "-10102", "operatorCode"),
    ],
)
def test_what_cannot_have_come_in_is_refused(desk, waybills, changed, code, named):
    """A parcel nobody announced, one twice, another courier's, an export, another's name."""
    announced(desk, "W1")

    status, info = desk.told("CEB711", Sale("P3").came_in(*waybills, **changed), by=SITE)

    assert (status, named in info) == (code, True)
    assert desk.rows("SELECT * FROM warehouse_in") == []


def test_only_the_operator_of_a_site_may_say_it(desk):
    """The platform signs one in its own name: it is filed in another role."""
    announced(desk, "W1")

    status, _ = desk.told("CEB711", Sale("P4").came_in("W1", operatorCode=PLATFORM[0]))

    assert status == "-10101"


def test_a_list_and_a_parcel_come_in_once(desk):
    """The same list again, and another list with the same parcel: -800003."""
    announced(desk, "W1", "W2")
    desk.told("CEB711", Sale("P5").came_in("W1"), by=SITE)

    again, _ = desk.told("CEB711", Sale("P5").came_in("W2"), by=SITE)
    parcel, _ = desk.told("CEB711", Sale("P6").came_in("W1"), by=SITE)

    assert (again, parcel) == ("-800003", "-800003")
