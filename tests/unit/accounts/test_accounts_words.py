"""Every answer of accounts and offers has its words in both languages."""

import pytest

from kernel import i18n
from kernel.errors import Problem, every_kind
from shop.accounts import errors as accounts_errors
from shop.offer import errors as offer_errors

ROOMS = (accounts_errors.__name__, offer_errors.__name__)
OURS = [kind for kind in every_kind() if kind.__module__ in ROOMS]
FACTS = {"given": "1e3", "least": 1, "most": 99, "shelf_code": "K7", "left": 3, "wait_s": 60}
FACTS |= {
    "shown_fen": 100,
    "now_fen": 200,
    "role_word": "sessions.role.finance",
    "shown": 1,
    "qty": 2,
}
FACTS |= {"host": "127.0.0.1", "login": "li.wei", "name": "晋选小程序"}


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.code)
@pytest.mark.parametrize("lang", i18n.LANGS)
def test_each_problem_says_what_why_and_next(kind: type[Problem], lang: str) -> None:
    """A person who is refused reads three sentences, in their language."""
    problem = kind.__new__(kind)
    Problem.__init__(problem, **FACTS)

    words = i18n.problem_words(problem, lang)

    assert all(len(part) > 4 and "{" not in part for part in (words.what, words.why, words.next))
