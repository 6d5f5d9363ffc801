"""What led to a practice draft, as the page of its account tells it of any other: the run that
wrote it, the one that handed over, and the decision that called the writer.

Nothing of it is a row. Once the draft does not wait any more, nothing is pretended.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agents.models import AgentRun, Draft, RoutingDecision
from review.models import Plant, ReviewItem

BEFORE = timedelta(seconds=2)  # a step of the agents after the one before


@dataclass
class Led:
    """`is_there`: a practice draft is among them, and ends the wait of the agents."""

    is_there: bool = False
    runs: list[AgentRun] = field(default_factory=list)
    decisions: list[RoutingDecision] = field(default_factory=list)


def led_to(waiting: Iterable[ReviewItem]) -> Led:
    """Of what waits at one account."""
    planted = [item.pk for item in waiting if item.draft and item.draft.is_planted]
    found = Led(is_there=bool(planted))
    rows = Plant.objects.filter(item__in=planted) if planted else Plant.objects.none()
    for plant in rows.select_related("item__draft__run", "source__handoff__run"):
        if plant.item.draft:
            _add(found, plant.item.draft, plant.source)
    return found


def _add(found: Led, draft: Draft, source: Draft | None) -> None:
    if draft.run is None:
        return
    written = _again(draft.run, draft.created_at)
    found.runs.append(written)
    called = written.started_at - BEFORE
    decision = draft.fields.get("behind", {}).get("decision")
    if decision:
        verdict = RoutingDecision.Verdict.RUN
        found.decisions.append(RoutingDecision(**decision, verdict=verdict, at=called))
    if source and source.handoff and source.handoff.run:
        found.runs.append(_again(source.handoff.run, called - BEFORE))


def _again(run: AgentRun, ended: datetime) -> AgentRun:
    """As if it had ended then. What it noted was of another account."""
    made = copy.copy(run)
    took = run.ended_at - run.started_at if run.ended_at else timedelta()
    made.started_at, made.note = ended - took, ""
    return made
