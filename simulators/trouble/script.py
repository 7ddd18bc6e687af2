"""Read the scripted trouble and say which rule meets a message or an answer.

What a rule then does is done where it meets: at customs' intake and sending, at the desks of
payment company and courier.  A draw is made from its seed and the order's number alone, so
that who knows the script knows beforehand whom it meets, and a restart changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS script_use (
    rule  TEXT PRIMARY KEY,               -- hash of the rule
    times INTEGER NOT NULL                -- how many messages it met
);
"""
AT_INTAKE = frozenset({"reject", "lost_once", "silence", "chain", "inspection", "restart"})
AT_RECEIPT = frozenset(
    {"delay", "late", "duplicate", "malformed", "wrong_816_fen", "lost_receipt", "disorder"}
)
DISORDER = frozenset({"disorder"})
"""Meets all answers to one document at once: each is late, the first one the most."""
AT_COMPANY = frozenset({"refuse", "silence", "delay"})
_MATCHES = frozenset({"kind", "order_no", "cop_no", "sender", "status"})
_NEEDS_DELAY = frozenset({"delay", "late", "disorder"})
_DRAWS = 1_000_000


class BadScript(Exception):
    """A script that cannot be followed; the text says which rule and why."""


@dataclass(frozen=True)
class Rule:
    """One rule: what it meets, what it does, how often (``None``: always).

    A text to match may hold ``*``.  ``ppm`` is how many of a million orders it meets,
    drawn with ``seed``; ``nth`` makes it act on that one of those it meets, ``every`` on each
    so-manyth.
    """

    id: str
    match: Mapping[str, str]
    do: str
    code: str = "100"
    info: str = ""
    delay_ms: int = 0
    fen: int = 1
    statuses: Sequence[str] = field(default_factory=tuple)
    result: str = "800"
    times: int | None = None
    nth: int | None = None
    every: int | None = None
    ppm: int | None = None
    seed: int = 0

    @property
    def only(self) -> str:
        """Return the one order it can meet, or an empty text: rules are found by it."""
        order_no = self.match.get("order_no", "")
        return "" if set(order_no) & set("*?[") else order_no

    def meets(self, facts: Mapping[str, str]) -> bool:
        """Return whether every fact that the rule names is as it says, and the draw falls on it."""
        fits = all(fnmatchcase(facts.get(name, ""), said) for name, said in self.match.items())
        return fits and (self.ppm is None or self._drawn(facts) < self.ppm)

    def _drawn(self, facts: Mapping[str, str]) -> int:
        """Return 0.._DRAWS - 1 for one order (or document without one), the same for ever."""
        of_whom = facts.get("order_no") or facts.get("cop_no", "")
        digest = hashlib.sha256(f"{self.seed}|{self.do}|{of_whom}".encode()).digest()
        return int.from_bytes(digest) % _DRAWS


def read_json(path: Path) -> object:
    """Return what the rule file ``path`` holds; raises ``BadScript``."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise BadScript(f"{path}: {type(fault).__name__} {fault}") from None


def id_of(place: object, said: object) -> str:
    """Return what a rule is counted under: its place in the file and its words, as a hash."""
    return hashlib.sha256(json.dumps([place, said], sort_keys=True).encode()).hexdigest()[:16]


def _rule(said: object, at: int, dos: frozenset[str]) -> Rule:
    where = f"rule {at}"
    if not isinstance(said, dict) or not isinstance(said.get("match"), dict):
        raise BadScript(f"{where}: an object with match and do is wanted")
    rest = {name: value for name, value in said.items() if name not in ("match", "do")}
    match, do = said["match"], said.get("do")
    if do not in dos:
        raise BadScript(f"{where}: do must be of {', '.join(sorted(dos))}")
    if not set(match) <= _MATCHES:
        raise BadScript(f"{where}: match knows {', '.join(sorted(_MATCHES))}")
    if do in ("lost_once", "restart"):
        rest.setdefault("times", 1)
    if do in _NEEDS_DELAY and not rest.get("delay_ms"):
        raise BadScript(f"{where}: {do} needs delay_ms")
    if do == "chain" and not rest.get("statuses"):
        raise BadScript(f"{where}: chain needs statuses")
    ppm = rest.get("ppm")
    if ppm is not None and not (isinstance(ppm, int) and 0 <= ppm <= _DRAWS):
        raise BadScript(f"{where}: ppm is a whole number from 0 to {_DRAWS}")
    if ppm is not None and ("nth" in rest or "every" in rest):
        raise BadScript(f"{where}: ppm goes with neither nth nor every")
    try:
        return Rule(id_of(at, said), {key: str(value) for key, value in match.items()}, do, **rest)
    except TypeError:
        raise BadScript(f"{where}: an unknown field among {', '.join(sorted(rest))}") from None


class Script:
    """The rules in force; how often each met something lies in the books."""

    def __init__(self, said: object = (), *, dos: frozenset[str] = AT_INTAKE | AT_RECEIPT) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._dos = dos
        self.replace(said)

    @classmethod
    def of_file(cls, path: Path | None, *, dos: frozenset[str] = AT_INTAKE | AT_RECEIPT) -> Script:
        """Return the script in the JSON file ``path``, empty without one; raises ``BadScript``."""
        if path is None:
            return cls(dos=dos)
        return cls(read_json(path), dos=dos)

    def replace(self, said: object) -> None:
        """Put the rules ``said`` into force instead; raises ``BadScript``, nothing changed."""
        if not isinstance(said, list | tuple):
            raise BadScript("a list of rules is wanted")
        rules = [_rule(one, at, self._dos) for at, one in enumerate(said, 1)]
        self._rules = {}
        for rule in rules:
            self._rules.setdefault(rule.only, []).append(rule)

    def find(
        self, conn: sqlite3.Connection, dos: frozenset[str], facts: Mapping[str, str]
    ) -> list[Rule]:
        """Return the rules of ``dos`` that meet ``facts`` and act on it; count those that met."""
        order_no = facts.get("order_no", "")
        named = self._rules.get(order_no, []) if order_no else []
        return [
            rule
            for rule in (*named, *self._rules.get("", []))
            if rule.do in dos and rule.meets(facts) and _acts(conn, rule, facts)
        ]


def count(conn: sqlite3.Connection, rule_id: str) -> int:
    """Count that a rule met something once more; return how often it has."""
    row = conn.execute(
        "INSERT INTO script_use VALUES (?, 1)"
        " ON CONFLICT (rule) DO UPDATE SET times = times + 1 RETURNING times",
        (rule_id,),
    ).fetchone()
    return int(row[0])


def _acts(conn: sqlite3.Connection, rule: Rule, facts: Mapping[str, str]) -> bool:
    """Return whether the rule acts; one with ppm counts each document by itself."""
    one = ("", "kind", "order_no", "cop_no", "status") if rule.ppm is not None else ("",)
    met = count(conn, rule.id + "|".join(facts.get(name, "") for name in one))
    if rule.nth is not None:
        return met == rule.nth
    turn, due = divmod(met, rule.every or 1)
    return due == 0 and (rule.times is None or turn <= rule.times)
