"""What no verb can read is refused with exit 2, in words, and the process ends as it should."""

import json
from typing import Any

import pytest

from bonded_display.customs.transport import dxp
from tests.support.seams import START
from tests.unit.customs.command.command_rig import ask, b64, build_question, run, xml
from tests.unit.customs.examples import GUID

LIST = xml("CEB621")
BOMB = """<?xml version="1.0"?>
<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>
"""
BAD: dict[str, tuple[dict[str, str], str]] = {
    "entity_bomb": (b64((BOMB + LIST.replace("王试用", "&d;")).encode()), "document_type"),
    "external_entity": (b64((OUTSIDE + LIST.replace("王试用", "&x;")).encode()), "document_type"),
    "wrong_namespace": (
        {"xml": LIST.replace("chinaport.gov.cn/ceb", "example.org/ceb")},
        "namespace",
    ),
    "no_namespace": ({"xml": "<CEB621Message/>"}, "namespace"),
    "two_roots": ({"xml": LIST + LIST}, "not_xml"),
    "gbk_as_utf8": (
        b64(b'<?xml version="1.0" encoding="UTF-8"?>' + LIST.encode("gbk")),
        "not_xml",
    ),
    "half": ({"xml": LIST[: len(LIST) // 2]}, "not_xml"),
    "nothing": ({"xml": ""}, "not_xml"),
    "unknown_kind": ({"xml": LIST.replace("CEB621Message", "CEB999Message")}, "other_message"),
    "nine_megabytes": (b64(b"<x>" + b" " * 9 * 1024 * 1024 + b"</x>"), "too_large"),
    "empty_envelope": (
        b64(dxp.wrap(dxp.Envelope(GUID, "A", "B", "CEB621Message", START), b"")),
        "envelope_empty",
    ),
}
EVERY_VERB = 6
"""So many of the cases are shown to every verb: reading is one, so the rest is shown to one."""

OTHERWISE: dict[str, dict[str, str]] = {
    "check": {},
    "read": {},
    "verify": {
        "public_hex": "04" + "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
        "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
    },
}


@pytest.mark.parametrize(
    ("case", "verb"),
    [
        (case, verb)
        for place, case in enumerate(BAD)
        for verb in OTHERWISE
        if place < EVERY_VERB or verb == "read"
    ],
)
def test_bytes_that_are_no_message_are_told_by_their_reason(case: str, verb: str) -> None:
    """Exit 2, the reason as a code and in words; nothing of the message is in the answer."""
    question, reason = BAD[case]

    code, told = ask(verb, {**question, **OTHERWISE[verb]})

    assert (code, told["code"], told["facts"]["reason"]) == (2, "customs_bytes_unread", reason)
    assert {lang: bool(words["what"]) for lang, words in told["words"].items()} == {
        "zh-CN": True,
        "en": True,
    }
    assert "王试用" not in json.dumps(told, ensure_ascii=False)


def test_message_to_sign_is_read_as_carefully() -> None:
    """The key is not even opened for a bomb."""
    question, reason = BAD["entity_bomb"]

    code, told = ask("sign", {**question, "key_file": "there-is-none"})

    assert (code, told["facts"]["reason"]) == (2, reason)


def test_gbk_that_says_so_is_read() -> None:
    """An encoding is no fault when it is the declared one."""
    code, said = ask("read", b64(b'<?xml version="1.0" encoding="GBK"?>' + LIST.encode("gbk")))

    assert (code, said["documents"][0]["head"]["buyerName"]) == (0, "王试用")


def test_envelope_is_opened() -> None:
    """What a transport client stores can be read as it is."""
    envelope = dxp.Envelope(GUID, "A", "B", "CEB621Message", START)

    code, said = ask("read", b64(dxp.wrap(envelope, LIST.encode())))

    assert (code, said["kind"]) == (0, "CEB621")


def test_message_without_a_signature_cannot_be_verified() -> None:
    """That is neither holds nor broken."""
    code, told = ask("verify", {"xml": LIST, **OTHERWISE["verify"]})

    assert (code, told["facts"]["reason"]) == (2, "signature_place")


def changed(**parts: Any) -> dict[str, Any]:
    return {**build_question("CEB621"), **parts}


@pytest.mark.parametrize(
    ("verb", "question", "place"),
    [
        ("build", [], "question"),
        ("build", changed(kind="CEB999"), "kind"),
        ("build", changed(tip="1"), "question.tip"),
        ("build", changed(documents={}), "documents"),
        ("build", changed(documents=[{"lines": []}]), "documents[1].head"),
        ("build", changed(documents=[{"head": {"packNo": 1}}]), "documents[1].head.packNo"),
        ("build", changed(guid=None), "guid"),
        ("check", {}, "xml"),
        ("check", {"xml": LIST, "xml_b64": ""}, "xml"),
        ("check", {"xml": LIST, "against": [{"xml": LIST, "kind": "CEB621"}]}, "against[1].kind"),
        ("sign", {"xml": LIST}, "key_file"),
        ("verify", {"xml": LIST}, "public_hex"),
    ],
)
def test_question_that_is_not_as_described_is_told_by_its_place(
    verb: str, question: Any, place: str
) -> None:
    """Nothing is guessed: the answer names where, and the schema of the page agrees."""
    code, told = ask(verb, question)

    assert (code, told["code"], told["facts"]) == (2, "customs_question_unread", {"place": place})


@pytest.mark.parametrize(
    ("verb", "sent", "place"),
    [
        ("read", b"{", "question"),
        ("read", b"\xff", "question"),
        ("read", b"[" * 100_000, "question"),
        ("read", json.dumps({"xml": "\ud800"}).encode(), "xml"),
        ("read", json.dumps({"\ud800": ""}).encode(), "question.\ud800"),
        ("read", b'{"xml_b64": "%%%"}', "xml_b64"),
        ("verify", json.dumps({"xml": LIST, "public_hex": "0400"}).encode(), "public_hex"),
        ("sign", json.dumps({"xml": LIST, "key_file": "k", "at": "soon"}).encode(), "at"),
    ],
)
def test_bytes_that_are_no_question_are_told(verb: str, sent: bytes, place: str) -> None:
    """The answer is JSON all the same, and nothing is written beside it."""
    done = run(verb, sent)

    assert (done.returncode, done.stderr) == (2, b"")
    assert json.loads(done.stdout)["facts"] == {"place": place}
