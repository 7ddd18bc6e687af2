"""Decide how the local control of a hardware key is spoken to: JSON texts over a WebSocket.

It greets with ``_method`` "open"; asked with ``_id``, ``_method`` and ``args`` it answers under
the same ``_id`` with ``_args``: ``Result``, ``Data`` (signature in base64, card number) and
``Error``.  Source: customs.md section 4; the form of the answer from two public clients (K).
Who may ask, and how often, is left to ``device``.
"""

import json
import re
from contextlib import ExitStack
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection, connect

SIGN = "cus-sec_SpcSignDataAsPEM"
ANSWER_S = 10
_LARGEST_ANSWER = 65_536
_PASSWORD_WORDS = re.compile(r"密码|口令|passwo?r?d|\bPIN\b", re.IGNORECASE)


class ControlSilent(Exception):
    """No connection, no answer in time, or none that can be read; signed or not does not matter."""


class ControlRefused(Exception):
    """The control answered that it did not sign; ``password`` when it says that was wrong."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.password = _PASSWORD_WORDS.search(said) is not None


class Control:
    """One connection to one control, opened when first needed and again after it broke."""

    def __init__(self, url: str, password: str, *, answer_s: float = ANSWER_S) -> None:
        self._url = url
        self._password = password
        self._answer_s = answer_s
        self._line: ClientConnection | None = None
        self._held = ExitStack()
        self._asked = 0

    def sign(self, text: str) -> tuple[str, str]:
        """Return the signature over ``text`` in base64 and the number of the card that made it.

        Raises ``ControlSilent`` or ``ControlRefused``.  A connection that broke while it was
        idle is opened again once.
        """
        fresh = self._line is None
        try:
            return self._ask(text)
        except ControlSilent as silent:
            if fresh or not isinstance(silent.__cause__, ConnectionClosed):
                raise
        return self._ask(text)

    def close(self) -> None:
        """Drop the connection; the next question opens another."""
        self._line = None
        self._held.close()

    def _ask(self, text: str) -> tuple[str, str]:
        try:
            if self._line is None:
                self._line = self._open()
            self._asked += 1
            args = {"inData": text, "passwd": self._password}
            self._line.send(json.dumps({"_id": self._asked, "_method": SIGN, "args": args}))
            answer = self._hear(self._line, self._asked)
        except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake) as error:
            self.close()
            raise ControlSilent(type(error).__name__) from error
        except ControlSilent:
            self.close()
            raise
        return _read(answer)

    def _open(self) -> ClientConnection:
        line = self._held.enter_context(
            connect(
                self._url,
                open_timeout=self._answer_s,
                close_timeout=1,
                ping_interval=None,
                max_size=_LARGEST_ANSWER,
                proxy=None,
            )
        )
        self._hear(line, 0)
        return line

    def _hear(self, line: ClientConnection, number: int) -> dict[str, Any]:
        """Return the answer to question ``number``; late ones to earlier questions are dropped."""
        while True:
            try:
                said = json.loads(line.recv(timeout=self._answer_s))
            except ValueError:
                said = None
            if not isinstance(said, dict):
                raise ControlSilent("an answer that is no JSON object")
            if str(said.get("_id")) == str(number):
                return said


def _read(answer: dict[str, Any]) -> tuple[str, str]:
    args = answer.get("_args")
    told = args if isinstance(args, dict) else {}
    data = told.get("Data")
    if told.get("Result") is not True or not isinstance(data, list) or not data:
        raise ControlRefused("; ".join(str(word) for word in told.get("Error") or ["no result"]))
    return str(data[0]), str(data[1]) if len(data) > 1 else ""
