"""What the tests of accounts share: phones, invented people, a verifier that answers as told."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kernel import config
from kernel.actor import Actor
from kernel.db import Database, in_transaction
from shop.accounts.errors import IdentityUnavailable
from shop.accounts.identity_service import IdentityAnswer
from shop.accounts.send_code import send_code
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in import sign_in

PHONE = "13800138000"
# Invented people with right check digits; CHEN and WANG are of age, LI is not.
CHEN = ("陈小明", "110105199003072346")
WANG = ("王芳", "310115198512014027")
LI = ("李小宝", "110105201206012343")


@dataclass
class Verifier:
    """An identity service of one test: it knows its answer and remembers the questions."""

    result: str = "match"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def verify(self, name: str, id_number: str) -> IdentityAnswer:
        """Answer as told; 'down' does not answer."""
        assert not in_transaction(), "asked while a transaction was open"
        self.asked.append((name, id_number))
        if self.result == "down":
            raise IdentityUnavailable(retry_after_s=30)
        return IdentityAnswer(self.result, "test-service", f"EV{len(self.asked)}")


@pytest.fixture
def verifier() -> Verifier:
    """A verifier that says 'match' until told otherwise."""
    return Verifier()


def messages() -> list[dict[str, object]]:
    """Return the messages handed to the gateway, oldest first."""
    folder = Path(config.current().notifier_dir)
    files = sorted(folder.glob("*.json"), key=lambda file: int(file.stem))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def newest_code() -> str:
    """Return the six digits of the newest message."""
    text = str(messages()[-1]["text"])
    return next(text[i : i + 6] for i in range(len(text)) if text[i : i + 6].isdigit())


@pytest.fixture
def shopper(database: Database) -> Callable[[str], Actor]:
    """Sign a phone in and return its actor."""
    del database

    def make(phone: str = PHONE) -> Actor:
        send_code(phone, language="zh-CN")
        who = signed_in(sign_in(phone, newest_code(), language="zh-CN"))
        assert who is not None
        return Actor("account", who.id)

    return make
