"""Who acts next on an account: `step`, a batch of one of `step_many`.

Plan (a transaction) → all model calls at once (none) → commit (a transaction). A step that needs
the router asks it first: the answer's commit opens the chosen agent's run, and its call follows.
Each account is planned and committed within its own savepoint: one that fails takes none along.
"""

import logging
from collections.abc import Iterable
from typing import Any

from agents import budget, configs, handoffs, llm, runtime
from agents.definitions import registry
from agents.models import AgentRun, Handoff, RoutingDecision, WakeUp
from agents.orchestration import conflicts, router, rules, situation, triggers
from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation
from revenue import clock, events, locks, snapshots, transactions
from revenue.models import Account, Signal

logger = logging.getLogger(__name__)


def step(account: Account) -> RoutingDecision | None:
    """One look at one account. Nothing when another step is running, or it is quarantined."""
    return step_many([account.pk]).get(account.pk)


def step_many(account_ids: Iterable[int]) -> dict[int, RoutingDecision]:
    """One look at each of these accounts, with all their model calls in flight together."""
    wake_ups = triggers.claim(list(account_ids))
    work = _planned(wake_ups)
    while work:
        answers = runtime.answers(work)
        work = _committed(list(zip(work, answers, strict=True)))
    return _latest(list(wake_ups))


def _latest(account_ids: list[int]) -> dict[int, RoutingDecision]:
    rows = RoutingDecision.objects.filter(account__in=account_ids).order_by("account", "-pk")
    found: dict[int, RoutingDecision] = {}
    for row in rows:
        found.setdefault(row.account_id, row)
    return found


# --- plan -----------------------------------------------------------------------------------------


@transactions.atomic
def _planned(wake_ups: dict[int, WakeUp]) -> list[runtime.Work]:
    work = []
    for account_id, wake_up in sorted(wake_ups.items()):
        try:
            with transactions.atomic(savepoint=True):
                one = _plan(account_id, wake_up)
        except Exception as error:
            _note_failure(account_id, error)
            continue
        if one:
            work.append(one)
    return work


def _plan(account_id: int, wake_up: WakeUp) -> runtime.Work | None:
    account = locks.account(account_id)
    if AgentRun.objects.filter(account=account, state="running", parent__isnull=True).exists():
        triggers.put_off(account_id, until=None, signals=wake_up.signals)
        return None
    seen = situation.look(account, wake_up, now=clock.now())
    if seen.outdated:
        handoffs.outdate(seen.outdated)
    outcome = rules.decide(seen, active=configs.active_agents())
    return _act(seen, outcome)


def _act(seen: Situation, outcome: Outcome) -> runtime.Work | None:
    if outcome.verdict == "wait":
        _put_off(seen, outcome, conflicts.by_rule(seen, outcome))
        return None
    if outcome.verdict != "run":
        _settle(seen, outcome)
        return None
    if len(outcome.agents) > 1:
        asked = router.ask(seen, outcome)
        return _or_wait(seen, outcome, asked)
    return _start(seen, outcome, outcome.agents[0])


def _start(seen: Situation, outcome: Outcome, agent: str, **more: Any) -> runtime.Work | None:
    """Open the agent's run, or wait: for the voice, for the budget, for a better handoff."""
    definition = registry.get(agent)
    handoff = _handoff_for(seen, agent)
    if handoff and handoff.to_agent and handoffs.missing(handoff.context, handoff.mandate):
        _bounce(seen, outcome, handoff)
        return None
    blocked = conflicts.outward(seen) if definition.is_outward else None
    if blocked:
        _put_off(seen, outcome, blocked, agent=agent)
        return None
    mandate = _mandate(seen, outcome, handoff)
    work = runtime.begin(seen.account, definition, mandate=mandate, handoff=handoff)
    if isinstance(work, runtime.Work):
        decision = _record(seen, outcome, "run", outcome.words, agent=agent, **more)
        runtime.grant(work.run, decision, voice=definition.is_outward)
        triggers.keep(seen.account.pk, decision.signals)
    return _or_wait(seen, outcome, work)


def _handoff_for(seen: Situation, agent: str) -> Handoff | None:
    handoff = seen.handoff
    return handoff if handoff and handoff.to_agent in ("", agent) else None


def _mandate(seen: Situation, outcome: Outcome, handoff: Handoff | None) -> dict[str, Any]:
    mandate = dict(outcome.mandate)
    if handoff:
        wanted = handoff.mandate.get("output_class")
        mandate |= {"do": handoff.mandate.get("do", "")}
        mandate |= {"output_class": wanted} if wanted else {}
    if seen.reply:
        mandate |= {"in_reply_to": seen.reply.pk}
        if seen.reply.contact_id:
            mandate |= {"contact_id": f"contact:{seen.reply.contact_id}"}
    return mandate | {"signals": [row.pk for row in seen.signals]}


def _bounce(seen: Situation, outcome: Outcome, handoff: Handoff) -> None:
    """An incomplete handoff goes back to its sender once, then to a person."""
    lacking = ", ".join(handoffs.missing(handoff.context, handoff.mandate))
    state = handoffs.bounce(handoff)
    words = f"The handoff to {registry.label(handoff.to_agent)} is incomplete: {lacking}."
    if state == Handoff.State.BOUNCED and registry.knows(handoff.from_agent):
        wait = conflicts.Wait(f"{words} Its sender is asked once more.", seen.now)
        _put_off(seen, outcome, wait, agent=handoff.from_agent)
    else:
        _settle(seen, Outcome("escalate", words, outcome.rule, inputs=outcome.inputs))


def _or_wait(
    seen: Situation, outcome: Outcome, work: runtime.Work | budget.Refusal
) -> runtime.Work | None:
    if isinstance(work, runtime.Work):
        return work
    _put_off(seen, outcome, conflicts.Wait(work.reason, work.until))
    return None


# --- commit ---------------------------------------------------------------------------------------


@transactions.atomic
def _committed(pairs: list[tuple[runtime.Work, llm.Answer]]) -> list[runtime.Work]:
    follow_up = []
    for work, answer in sorted(pairs, key=lambda pair: pair[0].run.account_id):
        try:
            with transactions.atomic(savepoint=True):
                one = _commit(work, answer)
        except Exception as error:
            _note_failure(work.run.account_id, error)
            continue
        if one:
            follow_up.append(one)
    return follow_up


def _commit(work: runtime.Work, answer: llm.Answer) -> runtime.Work | None:
    if work.run.agent == configs.ROUTER:
        return _routed(work, answer)
    result = runtime.finish(work, answer)
    account = work.run.account
    match result.kind:
        case "late":
            pass
        case "moved":
            signals = _run_signals(work)
            triggers.put_off(account.pk, until=clock.now(), signals=signals)
        case "handoff":
            triggers.settled(account.pk, due_at=clock.now())
        case "failed":
            if triggers.failed(account.pk, result.words):
                _ask_person(work, result.words)
        case "escalate" | "unusable":
            triggers.settled(account.pk)
            _ask_person(work, result.words)
        case _:
            triggers.settled(account.pk)
    return None


def _run_signals(work: runtime.Work) -> list[int]:
    return work.run.decision.signals if work.run.decision else []


def _routed(work: runtime.Work, answer: llm.Answer) -> runtime.Work | None:
    """The router has answered: its run ends, and the chosen agent's begins, in one transaction."""
    account = locks.account(work.run.account_id)
    run = AgentRun.objects.filter(pk=work.run.pk, state="running").first()
    if run is None:
        return None
    choice = router.read(answer, tuple(work.packet["allowed"]))
    runtime.close(run, answer, runtime.Result(choice.verdict, choice.reason))
    wake_up = WakeUp.objects.get(account=account)
    seen = situation.look(account, wake_up, now=clock.now())
    if account.context_version != run.context_version:
        triggers.put_off(account.pk, until=clock.now(), signals=wake_up.signals)
        return None
    outcome = rules.decide(seen, active=configs.active_agents())
    more = {"router_answer": run.answer, "cost": run.cost, "config": str(run.config)}
    if choice.verdict == "run" and choice.agent in outcome.agents:
        words = f"{outcome.words} {choice.reason}".strip()
        return _start(seen, _with(outcome, "run", words), choice.agent, **more)
    _after_router(seen, _with(outcome, choice.verdict, choice.reason), **more)
    return None


def _after_router(seen: Situation, outcome: Outcome, **more: Any) -> None:
    if outcome.verdict == "wait":
        _put_off(seen, outcome, conflicts.by_rule(seen, outcome), **more)
    elif outcome.verdict == "run":
        words = "The router chose somebody who is no longer allowed to act here."
        _settle(seen, _with(outcome, "escalate", words), **more)
    else:
        _settle(seen, outcome, **more)


def _with(outcome: Outcome, verdict: str, words: str) -> Outcome:
    return Outcome(verdict, words, outcome.rule, outcome.agents, outcome.mandate, outcome.inputs)


# --- what is written down -------------------------------------------------------------------------


def _record(
    seen: Situation, outcome: Outcome, verdict: str, words: str, *, agent: str = "", **more: Any
) -> RoutingDecision:
    """One row, and the signals that it takes into account are handled."""
    now = clock.now()
    decision = RoutingDecision.objects.create(
        account=seen.account,
        verdict=verdict,
        agent=agent,
        reason=words[:1000],
        rule=outcome.rule,
        rules_fired=[outcome.rule] if outcome.rule else [],
        allowed=list(outcome.agents),
        mandate=outcome.mandate,
        signals=[row.pk for row in seen.signals],
        seen=snapshots.put(snapshots.canonical(seen.facts)),
        inputs=outcome.inputs,
        needs_item=verdict == "escalate",
        at=now,
        **more,
    )
    Signal.objects.unhandled().filter(pk__in=decision.signals).update(handled_at=now)
    events.append(
        "routing.decided", by=more.get("config") or "system", account=seen.account,
        subject=decision, verdict=verdict, agent=agent,
    )  # fmt: skip
    return decision


def _settle(seen: Situation, outcome: Outcome, **more: Any) -> None:
    """Nothing to do, or a person's turn. A rule that escalated is silent on the same inputs."""
    verdict, words = outcome.verdict, outcome.words
    if verdict == "escalate" and _was_asked(seen.account, outcome.inputs):
        verdict, words = "none", f"{words} A person has already been asked."
    quiet = verdict == "none" and not seen.signals and _same_as_last(seen.account, words)
    if not quiet:
        _record(seen, outcome, verdict, words, **more)
    triggers.settled(seen.account.pk)


def _was_asked(account: Account, inputs: str) -> bool:
    asked = RoutingDecision.objects.filter(account=account, verdict="escalate", inputs=inputs)
    return bool(inputs) and asked.exists()


def _same_as_last(account: Account, words: str) -> bool:
    last = RoutingDecision.objects.filter(account=account).first()
    return last is not None and last.reason == words[:1000]


def _put_off(
    seen: Situation, outcome: Outcome, wait: conflicts.Wait, *, agent: str = "", **more: Any
) -> None:
    """`wait` handles the signals and leaves them with the account's one alarm."""
    decision = _record(seen, outcome, "wait", wait.reason, agent=agent, until=wait.until, **more)
    triggers.put_off(
        seen.account.pk,
        until=wait.until,
        signals=decision.signals if wait.keeps_signals else [],
        waits_for="voice" if wait.for_voice else "",
    )


def _ask_person(work: runtime.Work, words: str) -> None:
    """An escalation of the run's own; it carries what the agent was asked to do."""
    run = work.run
    decision = RoutingDecision.objects.create(
        account=run.account,
        verdict="escalate",
        agent=run.agent,
        reason=words[:1000],
        rule="agent",
        mandate=run.decision.mandate if run.decision else {},
        signals=_run_signals(work),
        inputs=snapshots.digest(f"{run.agent} {run.context_version} {words}"),
        needs_item=True,
        at=clock.now(),
    )
    events.append(
        "routing.decided", by="system", account=run.account, subject=decision,
        verdict="escalate", agent=run.agent,
    )  # fmt: skip


def _note_failure(account_id: int, error: Exception) -> None:
    """An error of our own: logged with its trace, tried again, quarantined the third time."""
    logger.exception("Step of account %s failed", account_id)
    triggers.failed(account_id, f"{type(error).__name__}: {error}")


# --- what is healed -------------------------------------------------------------------------------


def sweep(*, limit: int = 100) -> int:
    """Give up runs whose process died, and handoffs that nobody took. How many."""
    now = clock.now()
    dead = AgentRun.objects.filter(state="running", alive_until__lte=now)
    given_up = [run for run in dead.order_by("account_id")[:limit] if runtime.give_up(run)]
    for run in given_up:
        triggers.ring(run.account_id)
    late = Handoff.objects.filter(state="offered", deadline_at__lte=now)
    expired = [row for row in late.order_by("account_id")[:limit] if _expire(row)]
    return len(given_up) + len(expired)


@transactions.atomic
def _expire(handoff: Handoff) -> bool:
    account = locks.account(handoff.account_id)
    if not handoffs.expire(handoff):
        return False
    seen = Situation(account, clock.now(), {})
    words = f"Nobody took the handoff to {registry.label(handoff.to_agent)} in time."
    inputs = snapshots.digest(f"handoff {handoff.pk}")
    _settle(seen, Outcome("escalate", words, "handoff deadline", inputs=inputs))
    return True


def settle_question(decision: RoutingDecision) -> bool:
    """A person has answered an escalation; the account may be looked at again."""
    open_ones = RoutingDecision.objects.filter(pk=decision.pk, settled_at=None)
    if not open_ones.update(settled_at=clock.now()):
        return False
    triggers.ring(decision.account_id)
    return True
