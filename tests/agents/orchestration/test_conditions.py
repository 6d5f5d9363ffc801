"""Conditions as data: what holds, and errors in words, never a quiet false."""

import pytest

from agents.models import RoutingRule
from agents.orchestration import conditions

HERE = {"stage": "prospect", "signals": ["news", "form"], "mails": 3, "days": None, "open": True}


def leaf(attr: str, op: str = "is", value: object = True) -> dict:
    return {"attr": attr, "op": op, "value": value}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"attr": "open"}, True),
        (leaf("stage", "is", "prospect"), True),
        (leaf("stage", "is", "lost"), False),
        (leaf("stage", "in", ["lost", "prospect"]), True),
        (leaf("signals", "has", "news"), True),
        (leaf("signals", "has", "reply"), False),
        (leaf("signals", "has_any", ["reply", "form"]), True),
        (leaf("signals", "has_any", []), False),
        (leaf("mails", "at_least", 3), True),
        (leaf("mails", "below", 3), False),
        (leaf("days", "at_least", 0), False),
        (leaf("days", "below", 9), False),
        ({"not": leaf("days", "at_least", 0)}, True),
        ({"all": []}, True),
        ({"any": []}, False),
        ({"all": [{"attr": "open"}, leaf("mails", "is", 3)]}, True),
        ({"all": [{"attr": "open"}, leaf("mails", "is", 4)]}, False),
        ({"any": [leaf("mails", "is", 4), {"not": {"not": {"attr": "open"}}}]}, True),
    ],
)
def test_it_holds_or_not(condition: dict, expected: bool) -> None:
    assert conditions.holds(condition, HERE) is expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (leaf("weather"), "“weather” is not known. Known: days, mails"),
        (leaf("mails", "about", 3), "“about” is no operator. Use is, in"),
        (leaf("mails", "in", 3), "does not fit"),
        (leaf("mails", "at_least", "x"), "does not fit"),
        ("open", "A condition is a group"),
        ({"all": ["open"]}, "A condition is a group"),
        ({"not": None}, "A condition is a group"),
        ({"all": "open"}, "is not known"),
        ({}, "is not known"),
    ],
)
def test_what_cannot_be_evaluated_is_an_error_in_words(condition: object, words: str) -> None:
    with pytest.raises(conditions.ConditionError, match=words):
        conditions.holds(condition, HERE)


def test_what_a_condition_depends_on() -> None:
    nested = {"all": [leaf("a"), {"any": [leaf("b"), {"not": leaf("c")}]}]}
    assert conditions.attributes(nested) == {"a", "b", "c"}
    assert conditions.attributes("x") == set()


@pytest.mark.django_db
def test_every_shipped_rule_can_be_evaluated() -> None:
    rules = list(RoutingRule.objects.all())
    assert len(rules) > 15
    for rule in rules:
        names = conditions.attributes(rule.when)
        assert names, rule.name
