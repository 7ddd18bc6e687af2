"""How fast a process may be asked: bursts, the wait that is told, one caller beside another."""

import pytest

from kernel.web.limits import (
    SECOND_NS,
    Bucket,
    Limit,
    Limiter,
    ProcessBusy,
    Rate,
    TooManyRequests,
    caller_of,
)


class Clock:
    """Nanoseconds that stand still until told."""

    def __init__(self) -> None:
        self.at_ns = 5 * SECOND_NS

    def __call__(self) -> int:
        return self.at_ns


def test_a_burst_then_one_at_a_time():
    """Three at once, one every two seconds after that."""
    bucket, now = Bucket(Rate(burst=3, per_minute=30)), 100 * SECOND_NS

    at_once = [bucket.take(now) for _ in range(4)]
    early = bucket.take(now + 2 * SECOND_NS - 1)
    in_time = bucket.take(now + 2 * SECOND_NS)
    again = bucket.take(now + 2 * SECOND_NS)

    assert at_once == [0, 0, 0, 2]
    assert (early, in_time, again) == (1, 0, 2)


def test_a_refused_request_costs_nothing():
    """Somebody hammers: the wait does not grow by it."""
    bucket, now = Bucket(Rate(burst=1, per_minute=60)), 0
    bucket.take(now)

    waits = {bucket.take(now) for _ in range(100)}

    assert waits == {1}
    assert bucket.take(now + SECOND_NS) == 0


def test_one_caller_does_not_use_up_anothers_turn():
    """The wait is told to who was too fast; the neighbour passes; other routes are free."""
    told = Clock()
    limit = Limit(caller=Rate(2, 6), everybody=Rate(100, 600))
    limiter = Limiter({"sign_in": limit}, now_ns=told)
    for _ in range(2):
        limiter.check("sign_in", "10.0.0.1")

    with pytest.raises(TooManyRequests) as refused:
        limiter.check("sign_in", "10.0.0.1")
    limiter.check("sign_in", "10.0.0.2")
    limiter.check("home", "10.0.0.1")
    limiter.check(None, "10.0.0.1")
    told.at_ns += 10 * SECOND_NS
    limiter.check("sign_in", "10.0.0.1")

    assert refused.value.retry_after_s == refused.value.facts["wait_s"] == 10


def test_all_together_are_held_too():
    """Many addresses, each within its own limit: the process says that it is busy."""
    limit = Limit(caller=Rate(2, 60), everybody=Rate(3, 60))
    limiter = Limiter({"sign_in": limit}, now_ns=Clock())
    for number in range(3):
        limiter.check("sign_in", f"10.0.0.{number}")

    with pytest.raises(ProcessBusy):
        limiter.check("sign_in", "10.0.0.9")


def test_an_address_of_six_words_is_its_network():
    """A home has a network of 64 bits to itself; a text that is no address stands for itself."""
    assert caller_of("2001:db8:1:2::7") == caller_of("2001:db8:1:2:ffff::1")
    assert caller_of("2001:db8:1:3::7") != caller_of("2001:db8:1:2::7")
    assert caller_of("10.0.0.1") == "10.0.0.1"
    assert caller_of("") == ""
