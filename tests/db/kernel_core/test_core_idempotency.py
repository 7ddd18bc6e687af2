"""A repeated key: the first answer again, or a refusal where the body differs."""

import pytest
from sqlalchemy import text

from bonded_display.stock.errors import StockShort
from kernel import db, idempotency
from kernel.batch import Batch, RowsMissed
from kernel.errors import Problem, Refusal
from kernel.idempotency import KeyReused, Sent

ASK = {"offer_id": 7, "qty": 1, "consignee": {"name": "陈小明", "phone": "+8613800138000"}}
KEY = "key-of-sixteen-signs"


@pytest.fixture
def sent(database) -> Sent:
    """The first sending of the key."""
    return Sent("account:1", KEY, idempotency.hash_body(ASK))


def keep(sent: Sent, answer: dict[str, object] | Problem) -> None:
    with db.write() as connection, Batch(connection) as batch:
        row = idempotency.answer_row(sent, answer, at=5, home_shard=0)
        idempotency.record_answers_many(batch, [row])


def again(sent: Sent) -> dict[str, object] | Problem | None:
    with db.read() as connection, Batch(connection) as batch:
        found = idempotency.read_answers(batch, [sent])()
    first = found.get((sent.owner, sent.key))
    return None if first is None else first.again(sent)


def test_a_new_key_has_no_answer(sent):
    """Nothing is known before the first sending."""
    assert again(sent) is None


def test_the_first_answer_is_given_again(sent):
    """Ids as texts, fen as numbers, word for word."""
    answer = {"checkout_id": "123456789012345678", "order_ids": ["1"], "total_fen": 29_412}
    keep(sent, answer)

    assert again(sent) == answer


def test_another_body_under_the_key_is_refused(sent):
    """The quantity differs: no answer of the first one is told."""
    keep(sent, {"checkout_id": "1"})
    other = Sent(sent.owner, KEY, idempotency.hash_body({**ASK, "qty": 2}))

    refused = again(other)

    assert isinstance(refused, KeyReused)
    assert refused.facts == {"key": KEY}


def test_a_key_is_its_owners_alone(sent):
    """Another account sends the same key: it is new there."""
    keep(sent, {"checkout_id": "1"})

    assert again(Sent("account:2", KEY, sent.body_hash)) is None


def test_a_refusal_comes_back_as_itself(sent):
    """Same class, code and facts, so that page and status are the first one's."""
    keep(sent, StockShort(item_id=4, wanted=2, free=1))

    refused = again(sent)

    assert type(refused) is StockShort
    assert refused.facts == {"item_id": 4, "wanted": 2, "free": 1}
    assert str(refused) == str(StockShort(item_id=4, wanted=2, free=1))


def test_a_refusal_of_an_unknown_code_is_still_a_refusal():
    """A later release dropped the code; the answer is not lost."""
    refused = idempotency.revive("dropped_long_ago", {"why": "x"})

    assert type(refused) is Refusal
    assert refused.facts == {"why": "x"}


def test_two_first_answers_for_one_key_cannot_stand(sent):
    """The key is the table's own: a second process cannot write another answer."""
    keep(sent, {"checkout_id": "1"})

    with pytest.raises(RowsMissed):
        keep(sent, {"checkout_id": "2"})

    assert again(sent) == {"checkout_id": "1"}


def test_no_personal_data_is_kept(sent):
    """Of the body only a keyed hash is there, in whatever order it was said."""
    keep(sent, {"checkout_id": "1"})

    with db.read() as connection:
        row = connection.execute(text("SELECT * FROM idempotency")).one()

    assert not [value for value in row if "陈小明" in str(value) or "13800138000" in str(value)]
    assert row.body_hash == idempotency.hash_body(dict(reversed(ASK.items())))
