"""Decide what a repeated key gets: the first answer, or a refusal when the body differs.

What the answer holds belongs to the verb; it is stored as ids and codes, never as a page.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from kernel import crypto
from kernel.batch import Batch, Later
from kernel.db import metadata
from kernel.errors import Problem, Refusal, every_kind

idempotency = Table(
    "idempotency",
    metadata,
    Column("owner", Text, primary_key=True, comment="who sent the key, e.g. account:4711"),
    Column("key", Text, primary_key=True, comment="the sender's own key, 16..64 characters"),
    Column("body_hash", Text, nullable=False, comment="keyed hash of what was asked, 1:9f..."),
    Column("status", Text, nullable=False, comment="done | refused"),
    Column("result", Text, nullable=False, comment="the verb's result as JSON, ids and facts only"),
    Column("at", BigInteger, nullable=False, comment="instant of the first answer, microseconds"),
    Column("home_shard", Integer, nullable=False, comment="shard that keeps the key, e.g. 0"),
    Index("ix_idempotency_at", "at"),
)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class KeyReused(Refusal):
    """The key was used for another body; nothing was done for this one."""

    code = "key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(key=key)


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of a key: who, which key, and the hash of what was asked."""

    owner: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """What the first sending of a key was answered."""

    body_hash: str
    status: str
    result: dict[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "FirstAnswer":
        """Return what ``row`` of the table keeps."""
        return cls(row["body_hash"], row["status"], json.loads(row["result"]))

    def again(self, sent: Sent) -> dict[str, Any] | Problem:
        """Return the stored result, or the stored refusal, or ``KeyReused`` for another body."""
        if self.body_hash != sent.body_hash:
            return KeyReused(sent.key)
        if self.status == "refused":
            return revive(self.result["code"], self.result["facts"])
        return self.result


def revive(code: str, facts: dict[str, Any]) -> Problem:
    """Return the refusal that was stored as ``code`` and ``facts``, marked as told before."""
    kind = next((kind for kind in every_kind(Refusal) if kind.code == code), Refusal)
    problem = kind.__new__(kind)
    Problem.__init__(problem, **facts)
    problem.replayed = True
    return problem


def hash_body(body: Any) -> str:
    """Return the keyed hash of ``body`` as canonical JSON: a body may hold personal data."""
    return crypto.lookup(_CANONICAL.encode(body), "idempotency")


def read_answers(
    batch: Batch, sendings: Sequence[Sent]
) -> Later[dict[tuple[str, str], FirstAnswer]]:
    """Ask for the first answers to ``sendings``, by owner and key; they come with the next trip."""
    rows = batch.fetch(
        "SELECT owner, key, body_hash, status, result FROM idempotency"
        " WHERE key IN :keys AND owner IN :owners",
        {
            "keys": sorted({sent.key for sent in sendings}),
            "owners": sorted({sent.owner for sent in sendings}),
        },
    )
    return rows.then(
        lambda found: {
            (owner, key): FirstAnswer(body_hash, status, json.loads(result))
            for owner, key, body_hash, status, result in found
        }
    )


def answer_row(
    sent: Sent, answer: dict[str, Any] | Problem, *, at: int, home_shard: int
) -> dict[str, Any]:
    """Return the row that keeps ``answer`` for ``sent``."""
    refused = isinstance(answer, Problem)
    kept = {"code": answer.code, "facts": answer.facts} if isinstance(answer, Problem) else answer
    return {
        "owner": sent.owner,
        "key": sent.key,
        "body_hash": sent.body_hash,
        "status": "refused" if refused else "done",
        "result": _PLAIN.encode(kept),
        "at": at,
        "home_shard": home_shard,
    }


def record_answers_many(batch: Batch, rows: Sequence[dict[str, Any]]) -> None:
    """Keep first answers; two of one key in the same set are the caller's mistake.

    ``RowsMissed`` when somebody else's answer to a key came first, from a transaction that ran
    beside this one: nothing of this one may stand, and ``read_answers`` tells that answer now.
    """
    batch.upsert(idempotency, rows, key=("owner", "key"), set_={})
