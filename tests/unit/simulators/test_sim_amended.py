"""A list that customs refused is put right and declared again, as a change of the first."""

from tests.unit.simulators.sim_documents import Sale

WRONG = {
    "match": {"kind": "CEB621"},
    "do": "reject",
    "code": "-621012",
    "info": "商品编码有误",
    "times": 1,
}


def test_a_refused_list_may_be_put_right_and_sent_again(desk):
    """Refused once by the script; the change under the same number is released and taxed."""
    desk.script(WRONG)
    sale = Sale("M1")
    desk.documents(sale)
    first, _ = desk.told("CEB621", sale.listed())

    amended, _ = desk.told("CEB621", sale.listed(appType="2"))

    assert (first, amended) == ("-621012", "816")
    assert desk.books()["documents"]["CEB621"] == {"accepted": 1, "rejected": 1}
    assert desk.books()["lists"] == {"released": 1}
    assert desk.rows("SELECT COUNT(*) AS n FROM limit_use") == [{"n": 1}]


def test_a_refused_list_may_as_well_come_anew(desk):
    """Nothing of it was taken, so its number is free."""
    desk.script(WRONG)
    sale = Sale("M2")
    desk.documents(sale)
    desk.told("CEB621", sale.listed())

    assert desk.told("CEB621", sale.listed())[0] == "816"


def test_a_list_that_was_taken_is_neither_changed_nor_declared_twice(desk):
    """A change names its state, a new one its number; a deletion is no way either."""
    sale = Sale("M3")
    desk.documents(sale)
    desk.told("CEB621", sale.listed())

    answers = [desk.told("CEB621", sale.listed(appType=each))[0] for each in ("2", "1", "3")]

    assert answers == ["-621012", "-621004", "-621012"]
    assert desk.books()["lists"] == {"released": 1}


def test_a_change_of_a_list_never_heard_of_is_refused(desk):
    """The first copy got lost before customs, say: there is nothing to change."""
    sale = Sale("M4")
    desk.documents(sale)

    status, info = desk.told("CEB621", sale.listed(appType="2"))

    assert (status, "不存在" in info) == ("100", True)
