"""Messages are built, checked, signed, verified and read from the command line, as processes."""

import hashlib
import json
from pathlib import Path

import pytest

from bonded_display.customs.messages.every import MESSAGES
from tests.unit.customs.command.command_rig import (
    EXAMPLES,
    PART,
    QUESTIONS,
    ask,
    build_question,
    run,
    xml,
)
from tests.unit.customs.command.json_schema import misfits
from tests.unit.customs.every_document import good
from tests.unit.customs.examples import signer
from tests.unit.customs.receipts import BILL, list_receipt
from tests.unit.customs.test_customs_rules_1210 import head

TIME = "20261124100100123"


@pytest.fixture(name="key")
def _key(tmp_path: Path) -> tuple[str, str]:
    """The path of a key file and its public key."""
    made = signer()
    x, y = made.public
    public = "04" + x.to_bytes(32, "big").hex() + y.to_bytes(32, "big").hex()
    path = tmp_path / "key.json"
    path.write_text(
        json.dumps(
            {
                "key_no": made.key_no,
                "algorithm": "sm2",
                "certificate_b64": made.certificate_b64,
                "holder_code": made.holder_code,
                "holder_name": made.holder_name,
                "not_before": "2026-11-01T00:00:00Z",
                "not_after": "2027-11-01T00:00:00Z",
                "private_hex": f"{made.private:064x}",
                "public_hex": public,
            }
        )
    )
    return str(path), public


def test_the_examples_of_the_page_are_what_is_answered() -> None:
    """A delivery built, and the same refused for a status that does not exist."""
    question, built, refused = EXAMPLES
    wrong = json.loads(json.dumps(question))
    wrong["documents"][0]["head"]["logisticsStatus"] = "R"

    assert ask("build", question) == (0, built)
    assert ask("build", wrong) == (1, refused)


def test_the_page_names_every_kind_and_every_verb() -> None:
    """What the schema of the page allows is what there is."""
    assert QUESTIONS["$defs"]["kind"]["enum"] == list(MESSAGES)
    assert QUESTIONS.keys() - {"$defs"} == {"build", "check", "sign", "verify", "read"}
    for kind in MESSAGES:
        assert misfits(build_question(kind), QUESTIONS["build"], QUESTIONS["$defs"]) == []
    assert all(f"`{verb}`" in PART for verb in QUESTIONS if verb != "$defs")


@pytest.mark.parametrize("kind", ["CEB311", "CEB625", "CEB816"])
def test_what_is_built_is_fit_and_reads_back(kind: str) -> None:
    """Three processes: the documents that come out are those that went in."""
    question = build_question(kind)

    code, built = ask("build", question)
    assert (code, built["verdict"]) == (0, "built")
    code, fit = ask("check", {"xml": built["xml"]})
    assert (code, fit) == (
        0,
        {"verdict": "fit", "kind": kind, "documents": 1, "signed": False},
    )
    code, said = ask("read", {"xml": built["xml"]})
    assert (code, said["odd"]) == (0, [])
    (found,) = said.get("documents") or said["receipts"]
    wanted = {name: text for name, text in good(kind).head.items() if text}
    assert (found.get("head") or found["fields"]) == wanted
    assert len(found["lines"]) == len(good(kind).lines)


def test_every_fault_is_told_with_its_place_and_in_both_languages() -> None:
    """Two at once: an element too long and one that the table lacks."""
    question = build_question("CEB621")
    question["documents"][0]["head"] |= {"buyerName": "王" * 61, "surprise": "1"}

    code, told = ask("build", question)

    assert (code, told["verdict"], told["code"]) == (1, "refuse", "customs_document_unfit")
    assert [(fault["where"], fault["rule"]) for fault in told["faults"]] == [
        ("InventoryHead.surprise", "unknown_element"),
        ("InventoryHead.buyerName", "length"),
    ]
    assert told["faults"][1]["words"]["zh-CN"] == "长度不符合类型要求。"
    assert "王王" not in json.dumps(told, ensure_ascii=False)


def test_list_is_checked_beside_the_other_messages_of_its_sale() -> None:
    """Fit by itself; beside an order of another price it is not, nor beside a tax bill."""
    question = {"xml": xml("CEB621"), "against": [{"xml": xml("CEB311")}, {"xml": xml("CEB511")}]}
    assert ask("check", question)[0] == 0

    dear = head(freight="30.00", acturalPaid="1309.60")(good("CEB311"))
    code, told = ask("check", {"xml": xml("CEB621"), "against": [{"xml": xml("CEB311", dear)}]})
    assert (code, [fault["rule"] for fault in told["faults"]]) == (1, ["same_freight"])

    code, told = ask("check", {"xml": xml("CEB621"), "against": [{"xml": xml("CEB816")}]})
    assert (code, [fault["rule"] for fault in told["faults"]]) == (1, ["no_rules_between"])


def test_message_of_several_documents_is_matched_by_order_number() -> None:
    """Two orders against one payment: the second has no partner."""
    second = head(orderNo="QZ9", guid="B" * 36)(good("CEB311"))
    question = {
        "xml": xml("CEB311", good("CEB311"), second),
        "against": [{"xml": xml("CEB411")}],
    }

    code, told = ask("check", question)

    assert code == 1
    assert [(fault["where"], fault["rule"]) for fault in told["faults"]] == [
        ("Order[2].CEB411", "no_partner")
    ]


def test_signed_message_holds_and_a_fen_more_does_not(key: tuple[str, str]) -> None:
    """Signed with a key file, verified with its public half; the bytes have the told digest."""
    path, public = key
    asked = {"xml": xml("CEB621"), "key_file": path, "at": "2026-11-24T10:00:00+08:00"}

    code, signed = ask("sign", asked)

    assert (code, signed["verdict"], signed["key_no"]) == (0, "signed", "03010001")
    assert hashlib.sha256(signed["xml"].encode()).hexdigest() == signed["sha256"]
    assert ask("check", {"xml": signed["xml"]})[1]["signed"] is True
    verified = {"xml": signed["xml"], "public_hex": public}
    assert ask("verify", verified) == (0, {"verdict": "holds", "kind": "CEB621"})
    forged = {**verified, "xml": signed["xml"].replace(">780.00<", ">780.01<")}
    assert ask("verify", forged) == (1, {"verdict": "broken", "kind": "CEB621"})
    assert Path(path).read_text().split('"private_hex": "')[1][:64] not in signed["xml"]


def test_what_may_not_be_signed_is_refused(key: tuple[str, str]) -> None:
    """An unfit list, one signed before, customs' own bill, a key after its year, no key."""
    path, _ = key
    asked = {"key_file": path, "at": "2026-11-24T10:00:00+08:00"}
    signed = ask("sign", {**asked, "xml": xml("CEB311")})[1]["xml"]
    unfit = xml("CEB621", head(packNo="2")(good("CEB621")))

    rules = [
        ask("sign", {**asked, "xml": text})[1]["faults"][0]["rule"]
        for text in (unfit, signed, xml("CEB816"))
    ]
    assert rules == ["list_constants", "signed_before", "not_ours_to_sign"]
    code, late = ask("sign", {"xml": xml("CEB311"), "key_file": path, "at": "2028-01-01T00:00:00Z"})
    assert (code, late["code"]) == (1, "signing_key_unfit")
    code, none = ask("sign", {**asked, "xml": xml("CEB311"), "key_file": path + "x"})
    assert (code, none["code"], none["facts"]["reason"]) == (1, "signing_key_unfit", "unreadable")


def test_odd_answer_is_read_with_what_is_odd_about_it() -> None:
    """The recorded bill with an element that the schema lacks; a receipt without its time."""
    code, said = ask("read", {"xml": BILL.split("?>")[1]})
    assert (code, said["verdict"]) == (0, "read")
    assert said["receipts"][0]["odd"] == ["TaxHeadRd.logisticsNo: unknown_element"]
    assert said["receipts"][0]["fields"]["valueAddedTax"] == "112.78000"

    timeless = list_receipt("7001", status=120, time="").split("?>")[1]
    code, said = ask("read", {"xml": timeless})
    assert (code, said["verdict"]) == (1, "partly")
    assert said["unread"][0]["reason"] == "receipt_time"
    assert said["unread"][0]["fields"]["copNo"] == "7001"


@pytest.mark.parametrize("kind", ["312", "412", "512", "514", "622", "624", "626", "712"])
def test_official_samples_are_read_by_the_process(kind: str, official: Path) -> None:
    """With nothing odd about them."""
    text = (official / "samples" / f"CEB{kind}Message.xml").read_text("utf-8")

    code, said = ask("read", {"xml": text})

    assert (code, said["kind"], said["unread"]) == (0, f"CEB{kind}", [])


def test_page_is_printed_by_the_command() -> None:
    """The generator of docs/messages.md; its words are UTF-8 on any machine."""
    done = run("page")

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8").startswith("# Customs messages\n")
