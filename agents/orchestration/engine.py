"""Who acts next on an account: `step`, a batch of one of `step_many`.

Plan (a transaction) → all model calls at once (none) → commit (a transaction). A step that needs
the router asks it first: the answer's commit opens the chosen agent's run, and its call follows.
A reply that words alone do not settle is read by a model before the rules are asked.
What is read and written for a batch takes a number of statements that does not grow with it.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Max

from agents import configs, handoffs, llm, packets, runtime
from agents.definitions import registry
from agents.models import AgentRun, Handoff, RoutingDecision, WakeUp
from agents.orchestration import conflicts, ledger, reader, router, rules, situation, triggers
from agents.orchestration.rules import Outcome
from agents.orchestration.situation import Situation
from revenue import clock, locks, snapshots, transactions
from revenue.models import Account

logger = logging.getLogger(__name__)


SUSPECTED = "suspected instructions"
AT_ONCE = 100  # so many of a kind are healed in one sweep
Pair = tuple[runtime.Work, llm.Answer]
UNREAD = Outcome("wait", "What a reply says is being read.")


@dataclass(frozen=True)
class Start:
    """A run that a look has come to, and what is written down of that look.

    The router's own run has no decision yet: its answer makes one.
    """

    opening: runtime.Opening
    seen: Situation
    outcome: Outcome
    agent: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def step(account: Account) -> RoutingDecision | None:
    """One look at one account. Nothing when another step is running, or it is quarantined."""
    return step_many([account.pk]).get(account.pk)


def step_many(account_ids: Iterable[int]) -> dict[int, RoutingDecision]:
    """One look at each of these accounts, with all their model calls in flight together."""
    wake_ups = triggers.claim(list(account_ids))
    work = planned(wake_ups)
    while work:
        work = committed(list(zip(work, runtime.answers(work), strict=True)))
    return _latest(list(wake_ups))


def planned(wake_ups: dict[int, WakeUp]) -> list[runtime.Work]:
    """The runs of a batch, open and waiting for their answers."""
    by_account = sorted(wake_ups.values(), key=_account_of)
    return transactions.together(_plan, by_account, failed=_note_failure)


def committed(pairs: list[Pair]) -> list[runtime.Work]:
    """What the answers come to; the runs that follow from a router's choice."""
    by_account = sorted(pairs, key=_account_of)
    return transactions.together(_commit, by_account, failed=_note_failure)


def _account_of(item: WakeUp | Pair) -> int:
    return item.account_id if isinstance(item, WakeUp) else item[0].run.account_id


def _latest(account_ids: list[int]) -> dict[int, RoutingDecision]:
    rows = RoutingDecision.objects.filter(account__in=account_ids).order_by().values("account")
    last = rows.annotate(last=Max("pk")).values("last")
    return {row.account_id: row for row in RoutingDecision.objects.filter(pk__in=last)}


# --- plan -----------------------------------------------------------------------------------------


def _plan(wake_ups: list[WakeUp]) -> list[runtime.Work]:
    by_account = {row.account_id: row for row in wake_ups}
    accounts = locks.accounts(by_account)
    running = AgentRun.objects.filter(account__in=by_account, state="running", parent=None)
    busy = set(running.order_by().values_list("account_id", flat=True))
    triggers.unclaim(busy)
    free = [account for account in accounts if account.pk not in busy]
    return _open([start for seen in _looks(by_account, free) if (start := _act(seen))])


def _looks(wake_ups: dict[int, WakeUp], accounts: list[Account]) -> list[Situation]:
    looks = situation.look(wake_ups, accounts, now=clock.now())
    for seen in looks:
        if seen.outdated:
            handoffs.outdate(seen.outdated)
    return looks


def _act(seen: Situation) -> Start | None:
    opening = reader.ask(seen, seen.unread) if seen.unread else None
    if opening:
        return Start(opening, seen, UNREAD)
    outcome = rules.decide(seen, active=configs.team_at_work())
    if outcome.verdict == "wait":
        ledger.put_off(seen, outcome, conflicts.by_rule(seen, outcome))
        return None
    if outcome.verdict != "run":
        ledger.settle(seen, outcome)
        return None
    if len(outcome.agents) > 1:
        return Start(router.ask(seen, outcome), seen, outcome)
    return _start(seen, outcome, outcome.agents[0])


def _start(seen: Situation, outcome: Outcome, agent: str, **more: Any) -> Start | None:
    """What the agent is to be asked, or nothing: it waits for the voice or a better handoff."""
    definition = registry.get(agent)
    handoff = rules.handoff_for(seen, agent)
    if handoff and handoff.to_agent and handoffs.missing(handoff.context, handoff.mandate):
        _bounce(seen, outcome, handoff)
        return None
    blocked = conflicts.outward(seen) if definition.is_outward else None
    if blocked:
        ledger.put_off(seen, outcome, blocked, agent=agent)
        return None
    reader = packets.reader_for(seen.seen, seen.shelf, signals=seen.signals, handoff=handoff)
    mandate = _mandate(seen, outcome, handoff)
    opening = runtime.prepare(reader, definition, mandate=mandate, handoff=handoff)
    return Start(opening, seen, outcome, agent, more)


def _open(starts: list[Start]) -> list[runtime.Work]:
    """The runs, each with the decision behind it; an account whose budget is spent waits."""
    starts = [start for start in starts if not _asks_first(start)]
    refusals = runtime.reserve([start.opening for start in starts])
    opened = []
    for start, refusal in zip(starts, refusals, strict=True):
        if refusal and start.outcome is UNREAD:
            _give_up_reading(start.seen)
        elif refusal:
            ledger.put_off(start.seen, start.outcome, conflicts.Wait(refusal.reason, refusal.until))
        else:
            opened.append(start)
    decided = [start for start in opened if start.agent]
    rows = ledger.record([ledger.decision(start.seen, start.outcome, "run", start.outcome.words,
                              agent=start.agent, **start.more) for start in decided])  # fmt: skip
    triggers.keep({row.account_id: row.signals for row in rows})
    by_account = {row.account_id: row for row in rows}
    decisions = [by_account.get(start.seen.account.pk) for start in opened]
    return runtime.open_runs([start.opening for start in opened], decisions)


def _asks_first(start: Start) -> bool:
    """Before a model reads what looks like an order to it, a person does; once for each text."""
    found = packets.suspected(start.opening.packet)
    if not found or ledger.was_settled(start.seen.account, SUSPECTED, set(found)):
        return False
    words = (
        f"Text that {registry.label(start.opening.agent)} would read gives orders to an agent: "
        f"“{next(iter(found.values()))}”. Look at it before an agent does."
    )
    inputs = snapshots.digest(snapshots.canonical([SUSPECTED, sorted(found)]))
    asks = Outcome("escalate", words, SUSPECTED, mandate={"texts": sorted(found)}, inputs=inputs)
    ledger.settle(start.seen, asks)
    return True


def _mandate(seen: Situation, outcome: Outcome, handoff: Handoff | None) -> dict[str, Any]:
    mandate = dict(outcome.mandate)
    wanted = rules.asked_for(mandate, handoff)
    mandate |= {"output_class": wanted} if wanted else {}
    if handoff and not handoff.to_agent:
        # An agent's words stay in its handoff, below their label; a person's are a task.
        mandate["do"] = handoff.mandate.get("do", "")
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
        ledger.put_off(seen, outcome, wait, agent=handoff.from_agent)
    else:
        ledger.settle(seen, Outcome("escalate", words, outcome.rule, inputs=outcome.inputs))


# --- commit ---------------------------------------------------------------------------------------


def _commit(pairs: list[Pair]) -> list[runtime.Work]:
    reader.hold(pairs)
    results = runtime.finish(pairs)
    settled: list[int] = []
    read: list[Pair] = []
    routed: list[Pair] = []
    for pair, result in zip(pairs, results, strict=True):
        if result.kind == runtime.LATE:
            continue
        if pair[0].run.agent == configs.READER:
            read.append(pair)
        elif pair[0].run.agent == configs.ROUTER:
            routed.append(pair)
        elif _is_settled(pair[0], result):
            settled.append(pair[0].run.account_id)
    triggers.settled(settled)
    return _open([*_read(read), *_routed(routed)])


def _is_settled(work: runtime.Work, result: runtime.Result) -> bool:
    """Whether nothing is left to do here; what is left is written down."""
    account_id = work.run.account_id
    match result.kind:
        case "moved":
            triggers.put_off(account_id, until=clock.now(), signals=ledger.signals_of(work.run))
        case "handoff":
            triggers.settled([account_id], due_at=clock.now())
        case "failed":
            if triggers.failed(account_id, result.words):
                ledger.ask_person(work.run, result.words)
        case "escalate" | "unusable":
            triggers.settled([account_id])
            ledger.ask_person(work.run, result.words)
        case _:
            return True
    return False


def _read(pairs: list[Pair]) -> list[Start]:
    """Replies have their class now: their accounts are looked at as if they always had."""
    for work, answer in pairs:
        reader.record(work, answer)
    starts = (_act(seen) for seen in _looks_again(pairs))
    return [start for start in starts if start]


def _looks_again(pairs: list[Pair]) -> list[Situation]:
    ids = [work.run.account_id for work, _ in pairs]
    wake_ups = {row.account_id: row for row in WakeUp.objects.filter(account__in=ids)}
    return _looks(wake_ups, locks.accounts(ids)) if pairs else []


def _give_up_reading(seen: Situation) -> None:
    """There is no money to ask: a person reads it, at the next look."""
    if seen.unread:
        reader.give_up(seen.unread)
    triggers.put_off(seen.account.pk, until=clock.now(), signals=[row.pk for row in seen.signals])


def _routed(pairs: list[Pair]) -> list[Start]:
    """The router has answered: its runs are over, and those of the chosen agents begin."""
    looks = zip(pairs, _looks_again(pairs), strict=True)
    return [start for pair, seen in looks if (start := _chosen(pair, seen))]


def _chosen(pair: Pair, seen: Situation) -> Start | None:
    (work, answer), account = pair, seen.account
    run = work.run
    if account.context_version != run.context_version:
        triggers.put_off(account.pk, until=clock.now(), signals=[row.pk for row in seen.signals])
        return None
    choice = router.read(answer, tuple(work.packet["allowed"]))
    outcome = rules.decide(seen, active=configs.team_at_work())
    more = {"router_answer": run.answer, "cost": run.cost, "config": str(run.config)}
    if choice.verdict == "run" and choice.agent in outcome.agents:
        words = f"{outcome.words} {choice.reason}".strip()
        return _start(seen, _with(outcome, "run", words), choice.agent, **more)
    _after_router(seen, _with(outcome, choice.verdict, choice.reason), **more)
    return None


def _after_router(seen: Situation, outcome: Outcome, **more: Any) -> None:
    if outcome.verdict == "wait":
        ledger.put_off(seen, outcome, conflicts.by_rule(seen, outcome), **more)
    elif outcome.verdict == "run":
        words = "The router chose somebody who is no longer allowed to act here."
        ledger.settle(seen, _with(outcome, "escalate", words), **more)
    else:
        ledger.settle(seen, outcome, **more)


def _with(outcome: Outcome, verdict: str, words: str) -> Outcome:
    return replace(outcome, verdict=verdict, words=words)


def _note_failure(item: WakeUp | Pair, error: Exception) -> None:
    """An error of our own: logged with its trace, tried again, quarantined the third time."""
    account_id = _account_of(item)
    logger.error("Step of account %s failed", account_id, exc_info=error)
    triggers.failed(account_id, f"An error of our own, {type(error).__name__}: the log has it all.")


# --- what is healed -------------------------------------------------------------------------------


def sweep() -> int:
    """Give up runs whose process died, and handoffs that nobody took. How many."""
    now = clock.now()
    dead = AgentRun.objects.filter(state="running", alive_until__lte=now)
    late = Handoff.objects.filter(state="offered", deadline_at__lte=now)
    given_up = transactions.apart(_give_up, dead.order_by("account_id")[:AT_ONCE])
    return sum(given_up + transactions.apart(_expire, late.order_by("account_id")[:AT_ONCE]))


def _give_up(run: AgentRun) -> bool:
    is_over = runtime.give_up(run)
    if is_over:
        triggers.ring(run.account_id)
    return is_over


@transactions.atomic
def _expire(handoff: Handoff) -> bool:
    account = locks.account(handoff.account_id)
    if not handoffs.expire(handoff):
        return False
    [seen] = situation.look({}, [account], now=clock.now())
    seen = replace(seen, signals=[])  # what is new waits for a look of its own
    words = f"Nobody took the handoff to {registry.label(handoff.to_agent)} in time."
    inputs = snapshots.digest(f"handoff {handoff.pk}")
    ledger.settle(seen, Outcome("escalate", words, "handoff deadline", inputs=inputs))
    return True


def settle_question(decision: RoutingDecision) -> bool:
    """A person has answered an escalation; the account may be looked at again."""
    open_ones = RoutingDecision.objects.filter(pk=decision.pk, settled_at=None)
    if not open_ones.update(settled_at=clock.now()):
        return False
    triggers.ring(decision.account_id)
    return True
