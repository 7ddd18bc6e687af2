"""Decides how often the other side is asked while a trade is lived; what is asked is the flow's."""

import time
from collections.abc import Callable, Mapping

from kernel.outbox import Fact, Handler, Wait


class Patience:
    """Handlers that ask the other side again after seconds of the machine's own time.

    To a clock that jumps by hours every pause is over at once, and each answer that is not there
    yet would be asked for at every jump.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler],
        *,
        every_s: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.handlers = {name: self._patient(name, run) for name, run in handlers.items()}
        self._every_s, self._now = every_s, now
        self._again: dict[tuple[str, str], float] = {}

    def _patient(self, name: str, run: Handler) -> Handler:
        def handle(fact: Fact) -> None:
            asked = (name, fact.subject)
            left_s = self._again.get(asked, 0.0) - self._now()
            if left_s > 0:
                raise Wait(left_s, "asked a moment ago")
            try:
                run(fact)
            except Wait:
                self._again[asked] = self._now() + self._every_s
                raise
            self._again.pop(asked, None)

        return handle
