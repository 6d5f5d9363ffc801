"""Other instructions of the router or the reader meet their scenarios before they run.

An admin asks, the day's money pays. What comes out is kept and shown; whether the version may then
be published, `agents.orchestration.scenarios` says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agents import configs
from agents.configs import Content
from agents.definitions import registry
from agents.models import Rehearsal
from agents.orchestration import scenarios
from revenue import transactions
from revenue.models import User
from review.setup import asking, team
from review.setup.agents import AgentError

VERDICTS = {"escalate": "A person decides", "wait": "It waits", "none": "Nobody acts"}


@dataclass(frozen=True)
class Row:
    """One scenario in words; `said` is empty before it was asked, `met` None."""

    name: str
    wanted: str
    said: str = ""
    why: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Table:
    """The scenarios of the router or the reader, and what came of them the last time that just
    these words, model and parameters were asked. `most` is what asking costs at the most."""

    rows: list[Row]
    last: Rehearsal | None
    most: Decimal

    @property
    def met(self) -> int:
        return sum(row.met is True for row in self.rows)

    @property
    def price(self) -> str:
        at_most = f"It costs {team.dollars(self.most)} at the most" if self.most else ""
        return f"{at_most or 'It costs nothing'}."


def table(agent: str, content: Content) -> Table | None:
    """None for an agent of the team, whose drafts are reviewed one by one."""
    if agent not in configs.OWN:
        return None
    last = scenarios.last(agent, content)
    known = [_told(one) for one in last.results] if last else []
    rows = known or [Row(one.name, _either(one.wanted)) for one in scenarios.table(agent)]
    return Table(rows, last, asking.most(scenarios.calls(agent, content)))


def _told(result: dict[str, Any]) -> Row:
    said = _answer(result["said"]) if result["said"] else "No usable answer"
    return Row(result["name"], _either(result["wanted"]), said, result["why"], result["met"])


def _either(wanted: Iterable[str]) -> str:
    first, *more = map(_answer, wanted)
    *between, last = [first, *(one[:1].lower() + one[1:] for one in more)]
    return " or ".join([", ".join(between), last]) if between else last


def _answer(said: str) -> str:
    """A verdict of the router with its agent, or a class of replies, as a person reads it."""
    verdict, _, agent = said.partition(" ")
    if agent:
        return f"{registry.label(agent)} acts"
    return VERDICTS.get(verdict) or verdict.replace("_", " ").capitalize()


def rehearse(agent: str, content: Content, *, by: User) -> Rehearsal:
    """All scenarios at once. No transaction is open while the model thinks."""
    if not by.is_admin:
        raise AgentError("Only an admin asks the scenarios.", 403)
    unwritten = scenarios.unwritten(agent, content)
    if unwritten:
        raise AgentError(unwritten)
    calls = scenarios.calls(agent, content)
    try:
        answers = asking.paid(calls)
    except asking.Unanswered as error:
        raise AgentError(str(error)) from None
    with transactions.atomic():
        cost = asking.bill(calls, answers)
        return scenarios.record(agent, content, answers, cost=cost, by=by)
