"""Problems, their words, and actors."""

import asyncio
import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor

import pytest

import kernel
from kernel import actor, errors, i18n
from kernel.errors import Malformed, Problem, Refusal, Unavailable
from kernel.i18n import MissingMessage


class Late(Refusal):
    """A problem of this test."""

    code = "late"


def kernel_problems():
    for module in pkgutil.walk_packages(kernel.__path__, "kernel."):
        importlib.import_module(module.name)
    return [kind for kind in errors.every_kind() if kind.__module__.startswith("kernel.")]


def test_every_problem_of_the_kernel_has_its_words():
    """What, why and next, in both languages; and there are problems to have them."""
    kinds = kernel_problems()

    assert len(kinds) > 15
    assert i18n.missing_words([Problem, *kinds]) == []


def test_missing_words_are_named():
    """A room's test would fail by name."""
    assert "late.why en" in i18n.missing_words([Late])


def test_both_languages_say_the_same_things():
    """No message stands in one file only."""
    assert set(i18n.messages("zh-CN")) == set(i18n.messages("en"))


def test_facts_are_shown_by_the_unit_in_their_name(monkeypatch):
    """A problem carries bare numbers; the edge writes them out."""
    words = {"x": "{price_fen} {at} {due_at} {weight_e5} {count}"}
    monkeypatch.setattr(i18n, "messages", lambda _lang: words)

    shown = i18n.text(
        "x", "en", price_fen=123_456, at=7, due_at=1_795_485_600_000_000, weight_e5=150_000, count=3
    )

    assert shown == "¥1,234.56 7 2026-11-24 10:00 1.5 3"


def test_a_message_nobody_wrote_is_an_error():
    """Unknown id, unknown language, a fact not given: none shows an empty page."""
    for ask in (
        lambda: i18n.text("no.such", "en"),
        lambda: i18n.text("malformed.what", "fr"),
        lambda: i18n.text("amount_invalid.what", "en"),
    ):
        with pytest.raises(MissingMessage):
            ask()


def test_a_line_that_is_no_message_is_found():
    """A line without an equals sign, and an id said twice."""
    with pytest.raises(ValueError, match="f:2"):
        i18n._read("f", "# a comment\nno message here", {})
    with pytest.raises(ValueError, match="twice"):
        i18n._read("f", "a = 1\na = 2", {})


def test_a_problem_knows_its_family_and_facts():
    """The code never changes, the facts say about what."""
    problem = Late(minutes=5)

    assert errors.family_of(problem) is Refusal
    assert errors.family_of(Problem()) is Problem
    assert str(problem) == "late(minutes=5)"
    assert Unavailable(retry_after_s=9).retry_after_s == 9
    assert Late in set(errors.every_kind(Refusal))
    assert Late not in set(errors.every_kind(Malformed))


def test_who_acts_is_known_within_the_block_only():
    """A handler acts for the shopper and then is the system again."""
    shopper = actor.Actor("account", 123)

    with actor.acting(shopper), actor.correlated("c1"):
        inside = (actor.current().owner, actor.correlation())

    assert inside == ("account:123", "c1")
    assert actor.current() == actor.SYSTEM


def test_two_tasks_do_not_share_a_correlation():
    """Contexts are apart; within one the first question decides."""

    async def one():
        first = actor.correlation()
        return first == actor.correlation() and first

    async def two():
        return await asyncio.gather(one(), one())

    with ThreadPoolExecutor(1) as apart:  # a browser test may have left its loop in this thread
        left, right = apart.submit(lambda: asyncio.run(two())).result()
    assert left
    assert right
    assert left != right
