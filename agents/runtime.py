"""Run one agent on one account: context → model → validated output → draft, facts, handoff.

`prepare` reads and says what to ask, `open_runs` writes the runs of a batch down, `finish` takes
their answers; while the models think no transaction is open. `agents.orchestration.engine` calls
them for many accounts at once, `agents.rewriting` for one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, cast

from django.db import connection

from agents import budget, configs, handoffs, llm, packets, preferences
from agents.definitions import registry
from agents.definitions.base import Definition, Packet
from agents.models import AgentConfig, AgentRun, Draft, Handoff, RoutingDecision
from agents.outputs import OutreachOutput
from agents.reading import Reader
from revenue import clock, events, leases, locks, snapshots, transactions
from revenue.context import AccountContext
from revenue.models import Account, Activity, Contact
from revenue.rows import key, update_each

ALIVE_SECONDS = 40  # a run whose process died is given up after this; the living renew it
RENEW_SECONDS = 10
VOICE = timedelta(minutes=10)
LATE = "late"
STATES = {"failed": "failed", "unusable": "failed", "moved": "cancelled"}
ENDED = (
    "state", "result", "note", "answer", "model", "calls", "cost", "prompt_tokens",
    "cached_tokens", "completion_tokens", "ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class Opening:
    """A run that is about to begin: everything is read, nothing is written."""

    seen: AccountContext
    agent: str
    config: AgentConfig
    call: llm.Call
    packet: Packet
    manifest: list[str]
    handoff: Handoff | None = None
    fetched: tuple[str, ...] = ()
    is_outward: bool = False
    judge: "Judge | None" = None

    @cached_property
    def estimate(self) -> Decimal:
        """US dollars to set aside: the prompt is long, so it is measured once."""
        return llm.estimate(self.call)


@dataclass(frozen=True)
class Work:
    """A run that waits for its answer. `judge` says what an answer of no agent's means."""

    run: AgentRun
    call: llm.Call
    packet: Packet
    handoff: Handoff | None = None
    judge: "Judge | None" = None


@dataclass
class Result:
    """`kind`: draft, handoff, skip, escalate, moved (the context did), late, failed.

    `offer` is the package of a handoff, before it is written.
    """

    kind: str
    words: str = ""
    draft: Draft | None = None
    handoff: Handoff | None = None
    offer: Packet | None = None


Judge = Callable[[llm.Answer], Result]


# --- begin ----------------------------------------------------------------------------------------


def prepare(
    reader: Reader,
    definition: Definition,
    *,
    mandate: Packet,
    handoff: Handoff | None = None,
    rewrites: Draft | None = None,
    config: AgentConfig | None = None,
) -> Opening:
    """Read what the agent reads, and say what to ask. The caller holds the account's lock.

    `config` is a version that is tried out; without one it is the version in force.
    """
    config = config or configs.active(definition.name)
    if config is None:
        raise LookupError(f"{definition.label} is switched off.")
    packet = packets.packet_for(
        reader, definition, mandate, config=config, handoff=handoff, rewrites=rewrites
    )
    call = packets.call_for(config, packet, output=definition.output)
    return Opening(
        reader.seen, definition.name, config, call, packet, reader.manifest, handoff,
        fetched=tuple(reader.fetched), is_outward=definition.is_outward,
    )  # fmt: skip


def reserve(openings: list[Opening]) -> list[budget.Refusal | None]:
    """The money of each, or why there is none. In the transaction of `open_runs`."""
    return budget.reserve_all(
        [budget.Wish(one.agent, one.seen.account.pk, one.estimate) for one in openings]
    )


def open_runs(openings: list[Opening], decisions: list[RoutingDecision | None]) -> list[Work]:
    """The rows of runs whose money is reserved: each is its account's step lock, and has the voice
    if it speaks outward. The caller holds the accounts' locks and has seen that both are free.
    """
    texts = [text for one in openings for text in (one.call.system, _packet_text(one))]
    hashes = iter(snapshots.put_many(texts))
    now = clock.now()
    runs = [
        AgentRun(
            account=one.seen.account,
            agent=one.agent,
            config=one.config,
            decision=decision,
            context_version=one.seen.version,
            context_hash=one.seen.hash,
            prompt=next(hashes),
            packet=next(hashes),
            manifest=one.manifest,
            model=one.call.model,
            reserved=one.estimate,
            started_at=now,
            alive_until=now + timedelta(seconds=ALIVE_SECONDS),
        )
        for one, decision in zip(openings, decisions, strict=True)
    ]
    AgentRun.objects.bulk_create(runs)
    preferences.note_received(runs)
    for run in runs:
        events.append("run.started", by="system", account=run.account, subject=run, agent=run.agent)
    handoffs.note_extra_reads(
        [(run, one.handoff, what) for run, one in zip(runs, openings, strict=True)
         if one.handoff for what in one.fetched]
    )  # fmt: skip
    _give_voices([run for run, one in zip(runs, openings, strict=True) if one.is_outward])
    return [
        Work(run, one.call, one.packet, one.handoff, one.judge)
        for run, one in zip(runs, openings, strict=True)
    ]


def _packet_text(opening: Opening) -> str:
    return snapshots.canonical(opening.packet)


def _give_voices(runs: list[AgentRun]) -> None:
    held = leases.acquire_all({run.account: f"run:{run.pk}" for run in runs}, ttl=VOICE)
    for run in runs:
        lease = held.get(run.account_id)
        if lease is None:
            raise LookupError("Somebody else holds the voice.")
        run.lease, run.token = lease, lease.token
    update_each(runs, "lease", "token")


def answers(work: list[Work]) -> list[llm.Answer]:
    """All model calls at once, while a thread says that this process is still alive."""
    done = threading.Event()
    ids = [one.run.pk for one in work]
    heart = threading.Thread(target=_keep_alive, args=(ids, done), daemon=True)
    heart.start()
    try:
        return llm.complete_all([one.call for one in work])
    finally:
        done.set()
        heart.join()


def _keep_alive(run_ids: list[int], done: threading.Event) -> None:
    try:
        while not done.wait(RENEW_SECONDS):
            until = clock.now() + timedelta(seconds=ALIVE_SECONDS)
            AgentRun.objects.filter(pk__in=run_ids, state="running").update(alive_until=until)
    finally:
        connection.close()  # this thread's own


# --- finish ---------------------------------------------------------------------------------------


@dataclass
class _Batch:
    """What the answers of a batch are judged by, read under the accounts' locks."""

    accounts: dict[int, Account]
    running: set[int]
    voiced: set[int]  # runs that still hold the voice that they were given
    people: dict[int, Contact]


def finish(pairs: list[tuple[Work, llm.Answer]]) -> list[Result]:
    """Take the answers, in the caller's transaction: of each nothing counts unless all of it does.

    A result for each, in their order.
    """
    batch = _batch(pairs)
    results = [_result(work, answer, batch) for work, answer in pairs]
    drafts = [result.draft for result in results if result.draft]
    Draft.objects.bulk_create(drafts)
    for draft in drafts:
        events.append(
            "draft.written", by=f"agent:{draft.config}", account=draft.account, subject=draft,
            output_class=draft.output_class,
        )  # fmt: skip
    ended = zip(pairs, results, strict=True)
    _close([(work.run, answer, result) for (work, answer), result in ended if result.kind != LATE])
    return results


def _batch(pairs: list[tuple[Work, llm.Answer]]) -> _Batch:
    runs = {work.run.pk: work.run for work, _ in pairs}
    accounts = {row.pk: row for row in locks.accounts({run.account_id for run in runs.values()})}
    running = set(
        AgentRun.objects.filter(pk__in=runs, state="running").values_list("pk", flat=True)
    )
    tokens = {run.lease.pk: run.token for pk, run in runs.items() if run.lease and pk in running}
    held = leases.renew_all(tokens, ttl=VOICE)
    return _Batch(
        accounts,
        running,
        voiced={pk for pk, run in runs.items() if run.lease_id in held},
        people=Contact.objects.in_bulk({pk for _, answer in pairs if (pk := _addressed(answer))}),
    )


def _addressed(answer: llm.Answer) -> int | None:
    return key(str(getattr(answer.value, "to", "")).partition(":")[2])


def _result(work: Work, answer: llm.Answer, batch: _Batch) -> Result:
    run = work.run
    if run.pk not in batch.running:
        return Result(LATE, "The step had been given up before its answer came.")
    run.account = batch.accounts[run.account_id]
    if work.judge:
        return work.judge(answer)
    if answer.value is None:
        return Result("unusable" if answer.unusable else "failed", answer.error)
    if run.account.context_version != run.context_version:
        return Result("moved", "Something happened at the account meanwhile.")
    if run.lease and run.pk not in batch.voiced:
        return Result("moved", "The voice was taken meanwhile.")
    return _taken(run, work, answer, batch)


def _taken(run: AgentRun, work: Work, answer: llm.Answer, batch: _Batch) -> Result:
    if work.handoff:
        handoffs.accept(work.handoff, run=run)
    now = configs.active(run.agent) or run.config
    result = judged(registry.get(run.agent), answer.value, work.call, work.packet, config=now)
    if result.offer:
        result.handoff = _offer(run, work, result.offer)
    elif result.kind == "draft":
        result.draft = _draft(run, work, answer, people=batch.people)
    return result


def judged(
    definition: Definition, output: Any, call: llm.Call, packet: Packet, *,
    config: AgentConfig | None,
) -> Result:  # fmt: skip
    """What an answer of the type that the definition names comes to under this version. Nothing is
    written."""
    doubt = packets.left_out(definition, output, config) or definition.doubts(output, packet)
    if doubt:
        return Result("escalate", doubt)
    if packets.repeats_prompt(call.system, output):
        return Result("escalate", f"{definition.label} repeats its own instructions in its answer.")
    if output.decision == "skip":
        return Result("skip", output.rationale or "The agent sees nothing to do.")
    offer = definition.offers(output, packet)
    if offer:
        return Result("handoff", output.rationale, offer=offer)
    if definition.writes:
        return Result("draft", output.rationale)
    return Result("escalate", f"{definition.label} decided to act and did not say how.")


def _offer(run: AgentRun, work: Work, offer: Packet) -> Handoff:
    context = offer["context"] | {"is_tainted": packets.is_tainted(work.packet)}
    return handoffs.write(
        run.account, from_agent=run.agent, to_agent=offer["to"], context=context,
        state_update=offer["state_update"], mandate=offer["mandate"],
        by=f"agent:{run.config}", run=run,
    )  # fmt: skip


def _draft(run: AgentRun, work: Work, answer: llm.Answer, *, people: dict[int, Contact]) -> Draft:
    """The row, not saved. Whom it goes to is the record that the model's choice names, never its
    text, and a record of this account."""
    mandate, output = work.packet["task"]["mandate"], cast(OutreachOutput, answer.value)
    chosen = registry.get(run.agent).output_class(output.output_class)
    contact = people[int(output.to.partition(":")[2])]
    if contact.account_id != run.account_id:
        raise LookupError("The recipient is not a contact of this account.")
    return Draft(
        account=run.account,
        agent=run.agent,
        output_class=chosen.name,
        effect=chosen.effect,
        contact=contact,
        subject=output.subject,
        body=output.body_text,
        run=run,
        config=run.config,
        handoff=work.handoff,
        lease=run.lease,
        token=run.token,
        supersedes_id=mandate.get("supersedes"),
        context_version=run.account.context_version,
        context_hash=run.context_hash,
        fields=output.model_dump(mode="json", include={"angle", "cta", "step", "proposed_send_at"})
        | {"removed": answer.removed},
        evidence=[row.model_dump(mode="json") for row in output.evidence],
        risk_flags=output.risk_flags,
        rationale=output.rationale,
        in_reply_to=_answered(run.account, mandate),
        is_tainted=packets.is_tainted(work.packet),
        model=answer.model,
        told=packets.told(work.packet),
        created_at=clock.now(),
    )


def _answered(account: Account, mandate: Packet) -> Activity | None:
    wanted = mandate.get("in_reply_to")
    return Activity.objects.filter(account=account, pk=wanted).first() if wanted else None


def _close(ended: list[tuple[AgentRun, llm.Answer, Result]]) -> None:
    """End the runs and settle what they cost. The voice goes on with a draft, else it is free."""
    hashes = snapshots.put_many([answer.raw for _, answer, _ in ended])
    now = clock.now()
    bills = []
    for (run, answer, result), raw in zip(ended, hashes, strict=True):
        run.state = STATES.get(result.kind, "done")
        run.result, run.note = result.kind[:10], " ".join((result.words, *answer.notes))[:1000]
        run.cost = llm.cost(answer.usage, answer.model, run.model)
        run.answer, run.model, run.calls = raw, answer.model, answer.calls
        run.prompt_tokens = answer.usage.prompt_tokens
        run.cached_tokens = answer.usage.cached_tokens
        run.completion_tokens = answer.usage.completion_tokens
        run.ended_at = now
        bills.append(
            budget.Bill(run.agent, run.account_id, run.reserved, run.cost, at=run.started_at)
        )
    budget.settle_all(bills)
    update_each([run for run, _, _ in ended], *ENDED)
    for run, _, result in ended:
        lease = leases.of(run)
        if lease and not result.draft:
            leases.release(lease, reason=f"run {run.state}")
        events.append("run.ended", by="system", account=run.account, subject=run, state=run.state)


def give_up(run: AgentRun) -> bool:
    """A run whose process died: no longer renewed, it is failed and its voice is freed."""
    with transactions.atomic():
        account = locks.account(run.account_id)
        row = AgentRun.objects.filter(pk=run.pk, state="running").first()
        if row is None or row.alive_until > clock.now():
            return False
        now = clock.now()
        AgentRun.objects.filter(pk=row.pk).update(
            state="failed", ended_at=now, result="failed", note="The step did not end in time."
        )
        budget.settle(
            row.agent, row.account_id, reserved=row.reserved, spent=row.reserved, at=row.started_at
        )
        lease = leases.of(row)
        if lease:
            leases.release(lease, reason="run failed")
        events.append("run.ended", by="system", account=account, subject=row, state="failed")
        return True
