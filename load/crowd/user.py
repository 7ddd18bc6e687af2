"""Decides what all users of a crowd have in common: how an answer is judged, and when one waits.

Whatever is neither wanted nor a refusal in words is a failure, and fails the run.
"""

import random
import time
from collections.abc import Iterable
from typing import Any, ClassVar

from locust.contrib.fasthttp import FastHttpUser

from load.crowd.noted import Notebook, Wave
from load.crowd.plan import Person, Plan

BUSY = (429, 503)
MOST_TRIES = 30
LONGEST_WAIT_S = 3.0


class NotAnswered(Exception):
    """The server did not answer as it should; Locust has counted it already."""


class Crowd:
    """What one run's users share."""

    def __init__(self, plan: Plan, notebook: Notebook) -> None:
        self.plan, self.notebook = plan, notebook
        self.wave = Wave(plan.orders)
        self.dice = random.Random(plan.seed)  # a crowd, not a secret
        self._people = list(reversed(plan.people))
        self._keys = list(reversed(plan.device_keys))
        self._partner_keys = list(reversed(plan.partner_keys))

    def next_person(self) -> Person:
        """Return somebody who has not come yet."""
        return self._people.pop()

    def next_key(self) -> str:
        """Return the key of a till that has not come yet."""
        return self._keys.pop()

    def next_partner_key(self) -> str:
        """Return the key of a partner that has not come yet."""
        return self._partner_keys.pop()

    def chance(self, share_bp: int) -> bool:
        """Return whether something happens that does in ``share_bp`` of 10,000 cases."""
        return self.dice.randrange(10_000) < share_bp


class CrowdUser(FastHttpUser):
    """Somebody in the crowd; ``crowd`` is set before anybody comes."""

    abstract = True
    crowd: ClassVar[Crowd]
    network_timeout = 25.0
    connection_timeout = 10.0

    def wait_time(self) -> float:
        """Return how long one thinks."""
        return self.crowd.dice.uniform(*self.crowd.plan.habits.think_s)

    def think(self) -> None:
        """Do nothing for a moment, as people do."""
        time.sleep(self.wait_time())

    def ask(
        self, method: str, url: str, *, name: str, wanted: Iterable[int] = (200,), **how: Any
    ) -> Any:
        """Send a request until it is answered otherwise than "not now", and return the answer.

        Each time it comes with the same body, so with the same key.  Raises ``NotAnswered`` when
        the answer is not ``wanted``: a failure.  503 and 429 are none, but only with Retry-After.
        """
        wanted = tuple(wanted)
        for _ in range(MOST_TRIES):
            sent: Any = self.client.request(
                method, url, name=name, catch_response=True, allow_redirects=False, **how
            )
            with sent as answer:
                waits = answer.headers.get("Retry-After") if answer.headers else None
                if answer.status_code in wanted:
                    answer.success()
                    return answer
                if answer.status_code in BUSY and waits is not None:
                    answer.success()
                    self.crowd.notebook.counts["asked to wait"] += 1
                else:
                    answer.failure(f"answered {answer.status_code}")
                    raise NotAnswered(f"{name}: {answer.status_code}")
            time.sleep(min(float(waits), LONGEST_WAIT_S))
        raise NotAnswered(f"{name}: asked to wait {MOST_TRIES} times")
