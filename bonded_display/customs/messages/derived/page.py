"""Decide the printed page of the messages, docs/messages.md, from the tables and the rules."""

from collections.abc import Iterable, Iterator, Mapping

from bonded_display.customs.messages.base_transfer import BASE_SUBSCRIBE, BASE_TRANSFER
from bonded_display.customs.messages.rules_1210 import PAIRS, RULES
from bonded_display.customs.messages.table import CEB, Message, Node
from kernel import i18n

_TOP = f"""# Customs messages

Made from the tables in `bonded_display/customs/messages`; not written by hand:
`python -m bonded_display.customs page > docs/messages.md`.

Namespace `{CEB}`. Elements stand in the order shown; an empty one is left out.
Types: C36 exactly 36 characters, C..60 at most 60, C.. of any length, N19,5 a decimal with at
most 5 places, N9 and int a whole number from 1. Must: Y by the schema, M by the specification
text for 1210, - optional. The rules are asked beside the schema; each has a name and words."""


def page(messages: Iterable[Message]) -> str:
    """Return the page as Markdown."""
    parts = [_TOP, *(_section(message) for message in messages)]
    parts.append("## BaseTransfer and BaseSubscribe\n\n" + _table(BASE_TRANSFER))
    parts += [_table(BASE_SUBSCRIBE), _between()]
    return "\n\n".join(parts) + "\n"


def _section(message: Message) -> str:
    parts = [f"## {message.kind}", message.about, _frame(message), _table(message.head)]
    if message.lines is not None:
        parts.append(_table(message.lines))
    if message.kind in RULES:
        parts.append(_rules(RULES[message.kind]))
    return "\n\n".join(parts)


def _frame(message: Message) -> str:
    said = [f"Root `{message.root}`, {_many(message.most)} `{message.node}`"]
    if message.lines is not None:
        said.append(f"{_many(message.most_lines)} `{message.lines.name}` in each")
    if message.signature is not None:
        must = "must" if message.signature == "Y" else "may"
        said.append(f"then `BaseTransfer` and up to 5 `BaseSubscribe`; it {must} be signed")
    return ", ".join(said) + "."


def _many(most: int | None) -> str:
    return "any number of" if most is None else f"1 to {most}" if most > 1 else "one"


def _table(node: Node) -> str:
    rows = [f"`{node.name}`", "", "| element | type | must | meaning |", "|--|--|--|--|"]
    rows += [
        f"| {element.name} | {element.type} | {element.presence} | {element.meaning} |"
        for element in node.elements
    ]
    return "\n".join(rows)


def _rules(rules: Mapping[str, object]) -> str:
    return "\n".join(["| rule | must for 1210 | 1210 要求 |", "|--|--|--|", *_rule_rows(rules)])


def _rule_rows(rules: Mapping[str, object]) -> Iterator[str]:
    for name in rules:
        english, chinese = (i18n.text(f"customs_rule.{name}", lang) for lang in ("en", "zh-CN"))
        yield f"| {name} | {english} | {chinese} |"


def _between() -> str:
    parts = ["## Between two messages of one sale"]
    parts += [f"{one} and {other}:\n\n{_rules(rules)}" for (one, other), rules in PAIRS.items()]
    return "\n\n".join(parts)
