"""The other side's tables against the official schema, over the same mutated documents."""

import copy
import random

import pytest
from lxml import etree

from simulators import ceb, ceb_check, signature
from simulators.ceb import DS, NS, PREFIXES, Record
from simulators.ceb_parts import PARTS
from tests.unit.simulators.sim_documents import (
    COURIER,
    PAYER,
    PLATFORM,
    SITE,
    Goods,
    Sale,
    transfer,
)

XS = {"xs": "http://www.w3.org/2001/XMLSchema"}
STRICTER = {("BaseTransfer", "copName"), ("BaseTransfer", "dxpId")} | {
    ("BaseSubscribe", name) for name in ("status", "dxpAddress")
}
"""Where the schema lets a required text be empty and the reference does not."""
SALE = Sale("M1", goods=(Goods(), Goods("0002")))
DOCUMENTS = {
    "CEB311": (SALE.order(note="门店扫码"), PLATFORM),
    "CEB411": (SALE.payment(telephone="13900000001"), PAYER),
    "CEB511": (SALE.waybill(), COURIER),
    "CEB513": (SALE.delivery(), COURIER),
    "CEB621": (SALE.listed(ieDate="20261124"), PLATFORM),
    "CEB623": (SALE.withdrawn("050120261000000001", note="退款"), PLATFORM),
    "CEB625": (SALE.sent_back("050120261000000001", "1", "1", note="退款"), PLATFORM),
    "CEB711": (SALE.came_in("W1", "W2", note="入库"), SITE),
}
VALUES = ["", " ", "0", "-1", "1.123456", "+1.50000", ".5", "1.", "1e3", "12345678901234567890",
          "123456789012345.12345", "142", "840", "无", "x" * 18, "x" * 19, "x" * 60, "x" * 61,
          "x" * 1001, "1234567890", "２"]  # fmt: skip


def messages(sim_keys):
    """Every document, signed."""
    for kind, (record, company) in DOCUMENTS.items():
        root = ceb.build(kind, [record], transfer=transfer(company))
        signature.sign(root, sim_keys[company[0]])
        yield kind, root


def schema_fields(schema, part):
    """Read (name, low, high, required, fixed) of a part from the official schema."""
    path = f'/xs:schema/xs:element[@name="{part}"]/xs:complexType/xs:sequence/xs:element'
    for element in schema.xpath(path, namespaces=XS):
        facets = {
            etree.QName(facet).localname: facet.get("value")
            for facet in element.xpath("./xs:simpleType/xs:restriction/*", namespaces=XS)
        }
        base = element.get("type") or element.xpath(
            "string(./xs:simpleType/xs:restriction/@base)", namespaces=XS
        )
        kind = {"xs:string": "text", "xs:decimal": "decimal", "xs:int": "int"}[base]
        length = facets.get("length")
        low = int(length or facets.get("minLength") or 0)
        high = int(length or facets.get("maxLength") or 10**9)
        required = element.get("minOccurs") != "0"
        yield element.get("name"), kind, low, high, required, element.get("fixed")


@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_table_says_what_the_official_schema_says(official, part):
    """Names, order, kinds, lengths, presence, constants of every part."""
    schema = etree.parse(str(official / "xsd" / "ceb-import-202205.xsd"))

    theirs = list(schema_fields(schema, part))
    ours = [
        (
            each.name,
            each.kind,
            (0 if (part, each.name) in STRICTER else each.low) if each.kind == "text" else 0,
            each.high if each.kind == "text" else 10**9,
            each.required,
            each.fixed,
        )
        for each in PARTS[part]
    ]

    assert ours == theirs


def mutations(root, count):
    """Yield copies of ``root`` with one thing changed, drawn by a fixed seed."""
    draw = random.Random(count)
    for _ in range(count):
        mutant = copy.deepcopy(root)
        element = draw.choice(mutant.xpath("//ceb:*[not(*)]", namespaces=PREFIXES))
        parent, how = element.getparent(), draw.randrange(7)
        if how == 0:
            parent.remove(element)
        elif how == 1:
            element.addnext(copy.deepcopy(element))
        elif how == 2:
            parent.insert(draw.randrange(len(parent)), element)
        elif how == 3:
            element.tag = f"{{{NS}}}unknown"
        elif how == 4:
            element.set("lang", "zh")
        else:
            element.text = draw.choice(VALUES)
        yield mutant


@pytest.mark.parametrize("kind", sorted(DOCUMENTS))
def test_both_readers_judge_the_same_mutants_alike(official, sim_keys, kind):
    """Three hundred mutants a document: refused by the schema, refused by the tables."""
    schema = etree.XMLSchema(etree.parse(str(official / "xsd" / "ceb-import-202205.xsd")))
    root = dict(messages(sim_keys))[kind]
    assert ceb_check.problems(root) == []
    assert schema.validate(root)
    refused = 0

    for mutant in mutations(root, 300):
        faults = ceb_check.problems(mutant)
        valid = schema.validate(mutant)
        empty_text = faults and all("长度0不符" in one and "BaseT" in one for one in faults)
        assert valid == (not faults) or empty_text, (faults, str(schema.error_log))
        refused += bool(faults)

    assert 100 < refused < 300


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda root: root.set("guid", "short"), "guid"),
        (lambda root: root.set("extra", "1"), "未知属性"),
        (lambda root: root.remove(root.find(f"{{{NS}}}BaseTransfer")), "BaseTransfer"),
        (lambda root: root.remove(root.find(f"{{{DS}}}Signature")), "Signature"),
        (lambda root: root.insert(0, root[1]), "错位"),
        (lambda root: setattr(root[0], "text", "stray"), "游离文本"),
        (lambda root: root[0].remove(root[0][1]) or root[0].remove(root[0][1]), "InventoryList"),
    ],
)
def test_what_holds_the_parts_together_is_checked(sim_keys, spoil, named):
    """Attributes of the root, order of its parts, the signature of a list, stray text."""
    root = dict(messages(sim_keys))["CEB621"]

    spoil(root)

    assert any(named in one for one in ceb_check.problems(root))


def test_a_required_element_cannot_be_left_out_when_building():
    """The builder refuses; optional ones, empty, are omitted."""
    head = {**SALE.payment().head, "telephone": ""}

    root = ceb.build("CEB411", [Record(head)], transfer=transfer(PAYER))

    assert root.find(f".//{{{NS}}}telephone") is None
    with pytest.raises(KeyError, match=r"PaymentHead\.orderNo"):
        ceb.build("CEB411", [Record({**head, "orderNo": ""})], transfer=transfer(PAYER))


@pytest.mark.parametrize("data", [b"", b"<a", b"<!DOCTYPE a><a/>", b"\x00"])
def test_what_is_no_plain_xml_is_not_opened(data):
    """Cut short, empty, or with a document type."""
    with pytest.raises(ceb.Unreadable):
        ceb.read(data)
