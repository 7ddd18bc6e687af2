"""One sale of any size is told alike by its order, list, withdrawal and goods return."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bonded_display.customs.handed import Consignee, DraftLine, PaidBy, Parties, Party, Person
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.fill_311 import order_message
from bonded_display.customs.messages.fill_621 import list_message
from bonded_display.customs.messages.fill_623 import goods_return_message, withdrawal_message
from bonded_display.customs.messages.table import Document, faults
from tests.support.seams import START
from tests.unit.customs.every_document import AGAINST
from tests.unit.customs.examples import GUID, ID_NUMBER, PERFUME, Row, draft, order
from tests.wire.every_value import ALPHABET
from tests.wire.test_customs_every_value import message_of, schema


def texts(most: int) -> st.SearchStrategy[str]:
    """Return names up to their longest: hanzi, rare ones, markup."""
    edge = ALPHABET.replace(" ", "")
    return st.one_of(
        st.just((edge * 40)[:most]),
        st.text(edge, min_size=1, max_size=min(most, 12)),
    )


def parties() -> st.SearchStrategy[Parties]:
    party = st.builds(Party, st.just("1401960001"), texts(100))
    return st.builds(Parties, *[party] * 6)


def line(gnum: int) -> st.SearchStrategy[DraftLine]:
    def made(qty: int, price_fen: int, gname: str, *, second: bool) -> DraftLine:
        return replace(
            PERFUME,
            gnum=gnum,
            qty=qty,
            price_fen=price_fen,
            total_fen=price_fen * qty,
            gname=gname,
            gtin14="" if second else PERFUME.gtin14,
            qty2_e5=qty * 100_000 if second else None,
            unit2_code="011" if second else None,
        )

    figures = st.integers(1, 9_999), st.integers(0, 10_000_000)
    return st.builds(made, *figures, texts(250), second=st.booleans())


COUNTS = st.one_of(st.sampled_from([1, 99]), st.integers(1, 20))
LINES = COUNTS.flatmap(lambda count: st.tuples(*(line(place + 1) for place in range(count))))
CONSIGNEES = st.builds(
    Consignee, texts(100), texts(50), texts(200), st.sampled_from(["", "140105"])
)
PERSONS = st.builds(Person, texts(60), st.just(ID_NUMBER), texts(30))
PAID = st.one_of(st.none(), st.builds(PaidBy, texts(18), texts(100), texts(60)))


def told(**sale: Any) -> dict[str, Document]:
    """Return the four documents of one sale."""
    lines = sale["lines"]
    goods = sum(one.total_fen for one in lines)
    listed = draft(lines=lines, parties=sale["parties"], goods_fen=goods, freight_fen=0)
    ordered = order(
        parties=sale["parties"],
        person=sale["person"],
        consignee=sale["consignee"],
        paid_by=sale["paid_by"],
        goods_fen=goods,
        freight_fen=0,
        discount_fen=0,
        tax_fen=1,
        paid_fen=goods + 1,
        lines=tuple(_order_line(one) for one in lines),
    )
    row = Row(listed, "1401960006")
    buyer = (sale["person"], sale["consignee"])
    declared = list_message(row, lines, buyer, guid=GUID, at=START)
    returned = {one.gnum: one.qty for one in lines[-3:]}
    return {
        "CEB311": order_message(ordered, guid=GUID, at=START),
        "CEB621": declared,
        "CEB623": withdrawal_message(declared, AGAINST),
        "CEB625": goods_return_message(declared, AGAINST, returned=returned),
    }


def _order_line(line: DraftLine) -> Any:
    (known,) = order().lines[:1]
    return replace(
        known,
        gnum=line.gnum,
        item_name=line.gname,
        gtin14=line.gtin14,
        qty=line.qty,
        price_fen=line.price_fen,
        total_fen=line.total_fen,
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=LINES, parties=parties(), person=PERSONS, consignee=CONSIGNEES, paid_by=PAID)
def test_documents_of_one_sale_are_fit_valid_and_agree(official: Path, **sale: Any) -> None:
    """What the house hands over, at its longest and with the rarest letters."""
    documents = told(**sale)

    for kind, document in documents.items():
        assert faults(MESSAGES[kind], document) == []
        assert rules_1210.document_faults(kind, document) == []
        root = message_of(MESSAGES[kind], [document])
        schema(official).assertValid(root)
        written = {name: text for name, text in document.head.items() if text}
        assert business.read(MESSAGES[kind], root)[0].head == written
    for one, other in rules_1210.PAIRS:
        if one in documents and other in documents:
            pair = documents[one], documents[other]
            assert rules_1210.faults_between((one, other), *pair) == []
