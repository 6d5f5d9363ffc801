"""Conditions as data: {"all": […]}, {"any": […]}, {"not": …}, {"attr", "op", "value"}.

A condition that cannot be evaluated is an error, never a quiet false.
"""

from collections.abc import Callable
from typing import Any

Situation = dict[str, Any]


class ConditionError(ValueError):
    """What is wrong with a condition, in words for the person who wrote it."""


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda found, wanted: found == wanted,
    "in": lambda found, wanted: found in wanted,
    "has": lambda found, wanted: wanted in found,
    "has_any": lambda found, wanted: any(one in found for one in wanted),
    "at_least": lambda found, wanted: found is not None and found >= wanted,
    "below": lambda found, wanted: found is not None and found < wanted,
}


def holds(condition: Any, situation: Situation) -> bool:
    if not isinstance(condition, dict):
        raise ConditionError("A condition is a group (all, any, not) or names attr, op and value.")
    match condition:
        case {"all": list(parts)}:
            return all(holds(part, situation) for part in parts)
        case {"any": list(parts)}:
            return any(holds(part, situation) for part in parts)
        case {"not": part}:
            return not holds(part, situation)
    return _leaf(condition, situation)


def _leaf(condition: dict[str, Any], situation: Situation) -> bool:
    attr, op = condition.get("attr"), condition.get("op", "is")
    if attr not in situation:
        raise ConditionError(f"“{attr}” is not known. Known: {', '.join(sorted(situation))}.")
    if op not in OPERATORS:
        raise ConditionError(f"“{op}” is no operator. Use {', '.join(OPERATORS)}.")
    try:
        return bool(OPERATORS[op](situation[attr], condition.get("value", True)))
    except TypeError as error:
        raise ConditionError(f"“{attr} {op}” does not fit what is compared.") from error


def attributes(condition: Any) -> set[str]:
    """What a condition depends on: an escalation is silent until one of these changes."""
    if not isinstance(condition, dict):
        return set()
    parts = [*condition.get("all", []), *condition.get("any", []), condition.get("not")]
    found = {name for part in parts for name in attributes(part)}
    return found | ({condition["attr"]} if "attr" in condition else set())
