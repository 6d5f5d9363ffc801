"""Which agents there are: an explicit list."""

from collections.abc import Iterable

from agents.definitions.base import Definition, OutputClass
from agents.definitions.outreach import OUTREACH
from agents.definitions.prospecting import PROSPECTING
from agents.models import HUMAN, OUTSIDE

_ALL = (PROSPECTING, OUTREACH)
_BY_NAME = {definition.name: definition for definition in _ALL}
_BY_CLASS = {row.name: definition for definition in _ALL for row in definition.classes}


def names() -> list[str]:
    return list(_BY_NAME)


def get(agent: str) -> Definition:
    return _BY_NAME[agent]


def knows(agent: str) -> bool:
    return agent in _BY_NAME


def output_classes() -> list[OutputClass]:
    """Those of the agents that write."""
    return [row for definition in _ALL for row in definition.written]


def output_class(name: str) -> OutputClass | None:
    """The class of this name, whichever agent it belongs to."""
    return owner(name).output_class(name) if name in _BY_CLASS else None


def owner(output_class: str) -> Definition:
    """The agent that a class belongs to; KeyError for a class of nobody."""
    return _BY_CLASS[output_class]


def writers() -> list[str]:
    """Those whose answers carry a draft: they are told whom they write for, and how."""
    return [row.name for row in _ALL if row.writes]


def shaped(agents: Iterable[str]) -> set[str]:
    """The names of the classes that depend on what these agents answer: their own, and those that
    are written from their handoffs."""
    known = [_BY_NAME[agent] for agent in agents if agent in _BY_NAME]
    return {name for one in known for name in (*(row.name for row in one.classes), *one.feeds)}


def label(agent: str) -> str:
    if agent.startswith(OUTSIDE):
        return f"{agent.removeprefix(OUTSIDE)} (outside)"
    if agent == HUMAN:
        return "A colleague"
    return _BY_NAME[agent].label if agent in _BY_NAME else agent.capitalize()
