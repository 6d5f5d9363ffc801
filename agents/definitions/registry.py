"""Which agents there are: an explicit list."""

from agents.definitions.base import Definition, OutputClass
from agents.definitions.outreach import OUTREACH
from agents.definitions.prospecting import PROSPECTING
from agents.models import HUMAN, OUTSIDE

_ALL = (PROSPECTING, OUTREACH)
_BY_NAME = {definition.name: definition for definition in _ALL}


def names() -> list[str]:
    return list(_BY_NAME)


def get(agent: str) -> Definition:
    return _BY_NAME[agent]


def knows(agent: str) -> bool:
    return agent in _BY_NAME


def output_classes() -> list[OutputClass]:
    return [row for definition in _ALL for row in definition.classes]


def output_class(name: str) -> OutputClass | None:
    """The class of this name, whichever agent it belongs to."""
    return next((row for row in output_classes() if row.name == name), None)


def label(agent: str) -> str:
    if agent.startswith(OUTSIDE):
        return f"{agent.removeprefix(OUTSIDE)} (outside)"
    if agent == HUMAN:
        return "A colleague"
    return _BY_NAME[agent].label if agent in _BY_NAME else agent.capitalize()
