"""Every house rule holds everywhere, refuses its failing example and accepts the right one."""

import pytest

from tests.arch import rules_python, rules_shape, rules_sql, rules_words
from tests.arch.house_rules import RULES, sources

MODULES = (rules_python, rules_shape, rules_sql, rules_words)
EXAMPLES = [(rule, example) for rule in RULES for example in rule.bad]
COUNTER_EXAMPLES = [(rule, example) for rule in RULES for example in rule.good]


def named(pairs):
    return [f"{rule.name}:{example.path}" for rule, example in pairs]


@pytest.fixture(scope="module")
def tree():
    """Every Python file there is."""
    return sources()


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_the_house_keeps_its_rule(rule, tree):
    """The whole tree, against one rule."""
    findings = [finding for source in tree for finding in rule.findings(source)]

    assert not findings, "\n" + "\n".join(map(str, findings))


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=named(EXAMPLES))
def test_a_rule_refuses_its_failing_example(rule, example):
    """A rule that cannot fail is none."""
    assert rule.findings(example)


@pytest.mark.parametrize(("rule", "example"), COUNTER_EXAMPLES, ids=named(COUNTER_EXAMPLES))
def test_a_rule_accepts_the_right_way(rule, example):
    """A rule that refuses everything is none either."""
    assert not rule.findings(example)
