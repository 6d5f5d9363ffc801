"""What a look at an account came to, written down: the decision, its signals, the account's alarm.

Called by `engine` alone, under the account's lock.
"""

from typing import Any

from agents.models import AgentRun, RoutingDecision
from agents.orchestration import conflicts, triggers
from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation
from revenue import clock, events, snapshots
from revenue.models import Account, Signal


def decision(
    seen: Situation, outcome: Outcome, verdict: str, words: str, *, agent: str = "", **more: Any
) -> RoutingDecision:
    """One look's row, not saved; `seen` is the text itself until it is recorded."""
    return RoutingDecision(
        account=seen.account,
        verdict=verdict,
        agent=agent,
        reason=words[:1000],
        rule=outcome.rule,
        allowed=list(outcome.agents),
        mandate=outcome.mandate,
        signals=[row.pk for row in seen.signals],
        seen=snapshots.canonical(seen.facts),
        inputs=outcome.inputs,
        needs_item=verdict == "escalate",
        at=clock.now(),
        **more,
    )


def record(rows: list[RoutingDecision]) -> list[RoutingDecision]:
    """Write the rows of looks; the signals that they take into account are handled."""
    for row, seen in zip(rows, snapshots.put_many([row.seen for row in rows]), strict=True):
        row.seen = seen
    handled = [pk for row in rows for pk in row.signals]
    if handled:
        Signal.objects.unhandled().filter(pk__in=handled).update(handled_at=clock.now())
    RoutingDecision.objects.bulk_create(rows)
    for row in rows:
        events.append(
            "routing.decided", by=row.config or "system", account=row.account, subject=row,
            verdict=row.verdict, agent=row.agent,
        )  # fmt: skip
    return rows


def settle(seen: Situation, outcome: Outcome, **more: Any) -> None:
    """Nothing to do, or a person's turn. A rule that escalated is silent on the same inputs."""
    verdict, words = outcome.verdict, outcome.words
    if verdict == "escalate" and _was_asked(seen.account, outcome.inputs):
        verdict, words = "none", f"{words} A person has already been asked."
    quiet = verdict == "none" and not seen.signals and _same_as_last(seen.account, words)
    if not quiet:
        record([decision(seen, outcome, verdict, words, **more)])
    triggers.settled([seen.account.pk])


def _was_asked(account: Account, inputs: str) -> bool:
    asked = RoutingDecision.objects.filter(account=account, verdict="escalate", inputs=inputs)
    return bool(inputs) and asked.exists()


def was_settled(account: Account, rule: str, texts: set[str]) -> bool:
    """Has a person answered for each of these texts, of which this rule had asked?"""
    rows = RoutingDecision.objects.filter(
        account=account, verdict="escalate", rule=rule, settled_at__isnull=False
    )
    settled = {one for mandate in rows.values_list("mandate", flat=True)
               for one in mandate.get("texts", [])}  # fmt: skip
    return texts <= settled


def _same_as_last(account: Account, words: str) -> bool:
    last = RoutingDecision.objects.filter(account=account).first()
    return last is not None and last.reason == words[:1000]


def put_off(
    seen: Situation, outcome: Outcome, wait: conflicts.Wait, *, agent: str = "", **more: Any
) -> None:
    """`wait` handles the signals and leaves them with the account's one alarm."""
    more |= {"agent": agent, "until": wait.until}
    [row] = record([decision(seen, outcome, "wait", wait.reason, **more)])
    triggers.put_off(
        seen.account.pk,
        until=wait.until,
        signals=row.signals if wait.keeps_signals else [],
        waits_for="voice" if wait.for_voice else "",
    )


def ask_person(run: AgentRun, words: str) -> None:
    """An escalation of the run's own; it carries what the agent was asked to do."""
    decision = RoutingDecision.objects.create(
        account=run.account,
        verdict="escalate",
        agent=run.agent,
        reason=words[:1000],
        rule="agent",
        mandate=run.decision.mandate if run.decision else {},
        signals=signals_of(run),
        inputs=snapshots.digest(f"{run.agent} {run.context_version} {words}"),
        needs_item=True,
        at=clock.now(),
    )
    events.append(
        "routing.decided", by="system", account=run.account, subject=decision,
        verdict="escalate", agent=run.agent,
    )  # fmt: skip


def signals_of(run: AgentRun) -> list[int]:
    return run.decision.signals if run.decision else []
