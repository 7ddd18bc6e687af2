"""Decides what is told of the books after a load: each invariant by its name, with what differs."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from load.invariants import acknowledged, rules
from load.invariants.rules import NAMES
from load.seed.tables import SEEDED_NO
from load.trade import invariants
from load.trade.invariants import Difference

MOST_TOLD = 20
Found = dict[str, list[Difference]]


def compare(
    connection: Connection,
    notes: Sequence[Mapping[str, Any]] | None = None,
    theirs: Iterable[Mapping[str, Any]] | None = None,
) -> Found:
    """Return the differences by invariant, all named, those that hold with none.

    ``notes`` are what the server acknowledged (``load.crowd.noted``), ``theirs`` customs' lists;
    what is not given is not compared and not named.
    """
    found: Found = {name: [] for name in NAMES}
    for one in invariants.differences(connection):
        found[_name(one)].append(one)
    for name, queries in rules.RULES.items():
        for rule, query in queries.items():
            found[name] += [
                Difference(rule, *map(str, row)) for row in connection.execute(text(query))
            ]
    if notes is None:
        del found[rules.ACKNOWLEDGED]
    else:
        found[rules.ACKNOWLEDGED] += acknowledged.differences(connection, notes)
    if theirs is None:
        del found[rules.OTHER_SIDE]
    else:
        found[rules.OTHER_SIDE] += [
            one
            for one in invariants.differences_with_customs(connection, theirs)
            if not _of_the_past(one)
        ]
    return found


def _name(one: Difference) -> str:
    if one.rule == rules.PIECES:
        return rules.OF_PIECES[one.expected.rpartition(" ")[2]]
    return rules.OF_RULE[one.rule]


def _of_the_past(one: Difference) -> bool:
    """Whether customs does not know a list because it was seeded: it has a number of its own kind."""
    return one.rule == "customs knows each list" and bool(SEEDED_NO.fullmatch(one.expected))


def told(found: Found) -> list[str]:
    """Return a line for each invariant, and below it what differs, the first of them."""
    lines = []
    for name, differences in found.items():
        lines.append(f"{'holds ' if not differences else 'BROKEN'}  {name}")
        lines += [f"        {one}" for one in differences[:MOST_TOLD]]
        if len(differences) > MOST_TOLD:
            lines.append(f"        and {len(differences) - MOST_TOLD} more")
    return lines
