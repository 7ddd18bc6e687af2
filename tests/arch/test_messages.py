"""House rules of words for people: every message in both languages, every error in three."""

import ast
import re
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.arch.house_rules import ROOMS, ROOT, Source, sources

FOLDER = ROOT / "templates" / "messages"
CHINESE, ENGLISH = ".zh-CN.txt", ".en.txt"
LINE = re.compile(r"^([A-Za-z][\w.-]*)\s*=(.*)$")
FACT = re.compile(r"{(\w+)")


def messages(text: str) -> dict[str, str]:
    """Return the messages of one file by id."""
    return dict(match.groups() for line in text.splitlines() if (match := LINE.match(line)))


def differences(chinese: str, english: str) -> list[str]:
    """Return what one language lacks: an id, or a fact within a message."""
    zh, en = messages(chinese), messages(english)
    lacking = [f"{key}: only in one language" for key in sorted(zh.keys() ^ en.keys())]
    return lacking + [
        f"{key}: other facts in the other language"
        for key in sorted(zh.keys() & en.keys())
        if set(FACT.findall(zh[key])) != set(FACT.findall(en[key]))
    ]


def error_codes(texts: Iterable[Source]) -> set[str]:
    """Return the codes of the errors that ``texts`` define."""
    codes = set()
    for node in (node for source in texts for node in ast.walk(source.tree)):
        if not isinstance(node, ast.ClassDef):
            continue
        for line in node.body:
            match line:
                case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                    codes.add(code)
                case ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code))):
                    codes.add(code)
    return codes


def wordless(codes: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return the messages that an error needs and nobody wrote."""
    needed = {f"{code}.{part}" for code in codes for part in ("what", "why", "next")}
    return sorted(needed - set(known))


def unsaid(ids: Iterable[str], texts: str, codes: set[str]) -> list[str]:
    """Return the messages that nothing in ``texts`` says, by its whole id or put together.

    An id is put together of a beginning that ends in a dot or underscore, and of words that stand
    somewhere: ``'operator.status.' ~ status``, ``f"closed_{reason}_text"``.
    """
    said = set(re.findall(r"[\w.-]+", texts))
    said |= {word.removesuffix("Message") for word in said}  # a document's kind is its root's

    def together(rest: str, joints: int) -> bool:
        if rest in said:
            return True
        ends = [at for at in range(1, len(rest)) if rest[:at] in said] if joints else []
        return any(together(rest[at:], joints - 1) for at in ends)

    def is_said(message_id: str) -> bool:
        base, _, part = message_id.rpartition(".")
        if message_id in said or (part in ("what", "why", "next") and base in codes):
            return True
        heads = [at for at in range(2, len(message_id)) if message_id[at - 1] in "._"]
        return any(message_id[:at] in said and together(message_id[at:], 2) for at in heads)

    return [message_id for message_id in ids if not is_said(message_id)]


@pytest.fixture(scope="module")
def pairs():
    """The text of every message file in both languages, by its name without language."""
    names = {path.name.removesuffix(end) for end in (CHINESE, ENGLISH) for path in paths(end)}
    return {name: [text(name + end) for end in (CHINESE, ENGLISH)] for name in sorted(names)}


def paths(ending):
    return FOLDER.glob(f"*{ending}")


def text(name):
    file = FOLDER / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_every_message_is_there_in_both_languages(pairs):
    """A page in English never falls back to Chinese, nor the other way round."""
    assert pairs
    assert {name: lack for name, both in pairs.items() if (lack := differences(*both))} == {}
    assert differences("a = 甲 {x}\nb = 乙", "a = A {y}\nb = B\nc = C") == [
        "c: only in one language",
        "a: other facts in the other language",
    ]


def test_a_message_has_one_place(pairs):
    """Two files never say the same id: which one counts would be chance."""
    counted = Counter(key for _, english in pairs.values() for key in messages(english))

    assert [key for key, times in counted.items() if times > 1] == []


def test_every_error_has_its_three_messages(pairs):
    """What, why and what next: for each code that a room can raise."""
    rooms = [source for source in sources() if source.is_below(*ROOMS)]
    known = {key for both in pairs.values() for said in both for key in messages(said)}

    assert not (lack := wordless(error_codes(rooms), known)), "\n" + "\n".join(lack)
    bad = Source("shop/errors.py", 'class Stock(Refusal):\n    code = "stock_short"\n')
    assert wordless(error_codes([bad]), {"stock_short.what", "stock_short.why"}) == [
        "stock_short.next"
    ]


def test_every_message_is_said_somewhere(pairs):
    """What no page and no program says is read, translated and kept for nothing."""
    rooms = [source for source in sources() if source.is_below(*ROOMS)]
    pages = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.[hj][ts]*")]
    texts = "\n".join([*(source.text for source in rooms), *pages])
    ids = [key for _, english in pairs.values() for key in messages(english)]

    assert not (lack := unsaid(ids, texts, error_codes(rooms))), "\n" + "\n".join(lack)
    page = "{{ t('a.open') }} {{ t('step_' ~ state ~ '_text') }} {% set state = 'paid' %}"
    ids = ["a.open", "a.shut", "step_paid_text", "step_gone_text", "short.what", "long.what"]
    assert unsaid(ids, page, {"short"}) == ["a.shut", "step_gone_text", "long.what"]
