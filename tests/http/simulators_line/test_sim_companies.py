"""What payment company and courier refuse, and what they repeat."""

import pytest

from tests.http.simulators_line.asks import BUYER, ask, declare, parcel
from tests.unit.simulators.sim_documents import Sale


def test_shares_never_exceed_what_was_paid(shared, number):
    """10.00 paid: 6.00 and 4.00 pass, a fen more does not."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answers = [
        company.post("/declarations", **ask(number, fen, request_no=f"{number}-{fen}"))
        for fen in (600, 401, 400, 1)
    ]

    assert [one.status_code for one in answers] == [202, 409, 202, 409]
    assert answers[1].json()["error"] == "share_exceeds_gross"
    assert company.get(f"/declarations/{number}-401").status_code == 404


def test_a_repeated_request_gets_the_first_answer(shared, number):
    """The same body again; another body under the same number is refused."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)
    first = company.post("/declarations", **ask(number)).json()

    again = company.post("/declarations", **ask(number))
    other = company.post("/declarations", **ask(number, 999))

    assert again.status_code == 202
    assert again.json()["pay_transaction_id"] == first["pay_transaction_id"]
    assert (other.status_code, other.json()["error"]) == (409, "request_no_reused")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"amount_fen": 0}, 422, "malformed"),
        ({"amount_fen": "10"}, 422, "malformed"),
        ({"amount_fen": True}, 422, "malformed"),
        ({"amount_fen": 1e3}, 422, "malformed"),
        ({"order_no": ""}, 422, "malformed"),
        ({"ebp_code": "1" * 19}, 422, "malformed"),
        ({"provider_payment": "pi_unknown"}, 409, "payment_not_found"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused(shared, number, changed, status, error):
    """Bad numbers, bad texts, a payment nobody made."""
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answer = shared.running["payment_company"].post("/declarations", **ask(number, **changed))

    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize(
    ("changed", "error"),
    [({"currency": "usd"}, "currency_not_cny"), ({"payer": None}, "not_paid")],
)
def test_only_a_paid_payment_in_yuan_is_declared(shared, number, changed, error):
    """Another currency; nobody has paid yet."""
    shared.money.paid(f"pi_{number}", 1000, BUYER, **changed)

    answer = shared.running["payment_company"].post("/declarations", **ask(number))

    assert (answer.status_code, answer.json()["error"]) == (409, error)


def test_the_payer_is_compared_with_the_buyer(shared, number):
    """Same, another number, another name, a payment that nobody knows."""
    company = shared.running["payment_company"]
    shared.money.paid(f"pi_{number}", 1000, BUYER)

    answers = [
        company.post("/payer-checks", provider_payment=pi, name=name, id_number=id_number).json()
        for pi, name, id_number in (
            (f"pi_{number}", "晏青禾", BUYER),
            (f"pi_{number}", "晏青禾", "110105198504153027"),
            (f"pi_{number}", "闻人栖梧", BUYER),
            ("pi_unknown", "晏青禾", BUYER),
        )
    ]

    assert [one["answer"] for one in answers] == ["same", "different", "different", "unchecked"]


def test_waybill_numbers_are_given_once(shared, number):
    """The same request gets the same numbers; all others differ."""
    courier = shared.running["courier"]
    path = "/waybill-numbers"

    first = courier.post(path, request_no=f"a{number}", count=3).json()["numbers"]
    again = courier.post(path, request_no=f"a{number}", count=3).json()["numbers"]
    other = courier.post(path, request_no=f"b{number}", count=3).json()["numbers"]

    assert first == again
    assert len({*first, *other}) == 6
    assert courier.post(path, request_no=f"a{number}", count=4).status_code == 409
    assert courier.post(path, request_no=f"c{number}", count=0).status_code == 422


def test_a_waybill_number_carries_one_parcel(shared, number):
    """Never given; taken by another order; the same announcement again."""
    courier = shared.running["courier"]
    [given] = courier.post("/waybill-numbers", request_no=number, count=1).json()["numbers"]

    unknown = courier.post("/waybills", **parcel(number, "QZ9999999999999"))
    first = courier.post("/waybills", **parcel(number, given))
    again = courier.post("/waybills", **parcel(number, given))
    other = courier.post("/waybills", **parcel(f"{number}B", given))
    changed = courier.post("/waybills", **parcel(number, given, gross_e5=1))

    assert unknown.json()["error"] == "number_unknown"
    assert first.status_code == again.status_code == 202
    assert other.json()["error"] == "waybill_taken"
    assert changed.json()["error"] == "request_no_reused"
    assert courier.get("/waybills/QZ9999999999999").status_code == 404


def test_a_parcel_is_collected_once_and_not_before_customs_knows_it(shared, number):
    """All of a collection or none of it."""
    courier = shared.running["courier"]
    sale = declare(shared, Sale(number), number)
    [idle] = courier.post("/waybill-numbers", request_no=f"i{number}", count=1).json()["numbers"]

    early = courier.post(
        "/collections",
        request_no=f"k{number}",
        exit_pass_no="P1",
        waybills=[sale.waybill_no, idle],
    )
    before = courier.get(f"/waybills/{sale.waybill_no}").json()["parcel"]
    said = {"exit_pass_no": "P1", "waybills": [sale.waybill_no]}
    taken = courier.post("/collections", request_no=f"k{number}", **said)
    again = courier.post("/collections", request_no=f"k{number}", **said)
    twice = courier.post("/collections", request_no=f"l{number}", **said)

    assert (early.json()["error"], before) == ("not_accepted", "announced")
    assert taken.json() == again.json() == {"collected": [sale.waybill_no]}
    assert twice.json()["error"] == "already_collected"
