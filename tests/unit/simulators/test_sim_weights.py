"""Sugar and rice by person and year, from the tariff code and the kilograms."""

from tests.unit.simulators.sim_documents import Goods, Sale


def rice(number, kg, *, buyer="140105199003072210"):
    """A sale of rice."""
    sack = Goods("0004", "1006309090", "大米", "1", "100.00", "100.00", qty1=kg)
    return Sale(number, f"W{number}", buyer, (sack,), "0", "9.10")


def answer(desk, sale):
    desk.documents(sale)
    return desk.told("CEB621", sale.listed())


def test_twenty_kilograms_of_rice_a_person_a_year(desk):
    """12 and 8 pass, a gram more does not; another person has 20 of their own."""
    answers = [
        answer(desk, rice("K1", "12"))[0],
        answer(desk, rice("K2", "8"))[0],
        answer(desk, rice("K3", "0.001"))[0],
        answer(desk, rice("K4", "20", buyer="310101197811234641"))[0],
    ]

    assert answers == ["816", "816", "-621018", "816"]


def test_rice_that_comes_back_may_be_bought_again(desk):
    """20 kg back whole; the refusal before names what is used."""
    first = rice("K5", "20")
    answer(desk, first)
    _, info = answer(desk, rice("K6", "1"))
    invt_no = next(h["invtNo"] for _, h, _ in desk.heard() if "invtNo" in h)

    desk.told("CEB625", first.sent_back(invt_no, "1"))
    after, _ = answer(desk, rice("K7", "20"))

    assert "已用20千克" in info
    assert after == "816"
