"""Every refusal of the room has its words, in both languages, with the facts it carries."""

import inspect
from datetime import date

import pytest

from kernel import i18n
from kernel.errors import Problem, every_kind
from settlement.ledger import errors as ledger_errors
from settlement.payments import errors as payments_errors
from settlement.tax import errors as tax_errors

HOUSES = (tax_errors, ledger_errors, payments_errors)
KINDS = [kind for kind in every_kind() if kind.__module__ in {house.__name__ for house in HOUSES}]


def made(kind: type[Problem]) -> Problem:
    """Return a problem of the kind with some value for each fact it asks for."""
    values = {"on": date(2026, 11, 24)}
    names = [name for name in inspect.signature(kind.__init__).parameters if name != "self"]
    facts = {name: values.get(name, 7) for name in names if name not in ("facts", "retry_after_s")}
    return kind(**facts)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
@pytest.mark.parametrize("lang", i18n.LANGS)
def test_every_refusal_can_be_said(kind, lang):
    """What, why and what to do next; no fact is named that it does not carry."""
    words = i18n.problem_words(made(kind), lang)

    assert all((words.what, words.why, words.next))
