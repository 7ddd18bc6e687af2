"""Read the scripted trouble and say which rule meets a message or a receipt.

What a rule then does is done where it meets: ``intake`` for messages, ``receipts`` and
``sending`` for receipts.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

AT_INTAKE = frozenset({"reject", "lost_once", "silence", "chain"})
AT_RECEIPT = frozenset({"delay", "late", "duplicate", "malformed", "wrong_816_fen"})
_MATCHES = frozenset({"kind", "order_no", "cop_no", "sender", "status"})


class BadScript(Exception):
    """A script that cannot be followed; the text says which rule and why."""


@dataclass(frozen=True)
class Rule:
    """One rule: what it meets, what it does, how often (``None``: always)."""

    id: str
    match: Mapping[str, str]
    do: str
    code: str = "100"
    info: str = ""
    delay_ms: int = 0
    fen: int = 1
    statuses: Sequence[str] = field(default_factory=tuple)
    times: int | None = None

    def meets(self, facts: Mapping[str, str]) -> bool:
        """Return whether every fact that the rule names is as it says."""
        return all(facts.get(name) == wanted for name, wanted in self.match.items())


def _rule(said: object, at: int) -> Rule:
    where = f"rule {at}"
    if not isinstance(said, dict) or not isinstance(said.get("match"), dict):
        raise BadScript(f"{where}: an object with match and do is wanted")
    rest = {name: value for name, value in said.items() if name not in ("match", "do")}
    match, do = said["match"], said.get("do")
    if do not in AT_INTAKE | AT_RECEIPT:
        raise BadScript(f"{where}: do must be of {', '.join(sorted(AT_INTAKE | AT_RECEIPT))}")
    if not set(match) <= _MATCHES:
        raise BadScript(f"{where}: match knows {', '.join(sorted(_MATCHES))}")
    if do == "lost_once":
        rest["times"] = 1
    if do in ("delay", "late") and not rest.get("delay_ms"):
        raise BadScript(f"{where}: {do} needs delay_ms")
    if do == "chain" and not rest.get("statuses"):
        raise BadScript(f"{where}: chain needs statuses")
    rule_id = hashlib.sha256(json.dumps([at, said], sort_keys=True).encode()).hexdigest()[:16]
    try:
        return Rule(rule_id, {key: str(value) for key, value in match.items()}, do, **rest)
    except TypeError:
        raise BadScript(f"{where}: an unknown field among {', '.join(sorted(rest))}") from None


class Script:
    """The rules in force; how often each acted lies in the books."""

    def __init__(self, said: object = ()) -> None:
        self._rules: list[Rule] = []
        self.replace(said)

    @classmethod
    def of_file(cls, path: Path | None) -> Script:
        """Return the script in the JSON file ``path``, empty without one; raises ``BadScript``."""
        if path is None:
            return cls()
        try:
            return cls(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as fault:
            raise BadScript(f"{path}: {type(fault).__name__} {fault}") from None

    def replace(self, said: object) -> None:
        """Put the rules ``said`` into force instead; raises ``BadScript``, nothing changed."""
        if not isinstance(said, list | tuple):
            raise BadScript("a list of rules is wanted")
        self._rules = [_rule(one, at) for at, one in enumerate(said, 1)]

    def find(
        self, conn: sqlite3.Connection, dos: frozenset[str], facts: Mapping[str, str]
    ) -> list[Rule]:
        """Return the rules of ``dos`` that meet ``facts`` and are not used up; count them."""
        return [
            rule
            for rule in self._rules
            if rule.do in dos and rule.meets(facts) and _use(conn, rule)
        ]


def _use(conn: sqlite3.Connection, rule: Rule) -> bool:
    row = conn.execute(
        "INSERT INTO script_use VALUES (?, 1)"
        " ON CONFLICT (rule) DO UPDATE SET times = times + 1 RETURNING times",
        (rule.id,),
    ).fetchone()
    return rule.times is None or row[0] <= rule.times
