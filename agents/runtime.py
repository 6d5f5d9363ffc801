"""Run one agent on one account: context → model → validated output → draft, facts, handoff.

`begin` opens a run and says what to ask, `finish` takes the answer; between them no transaction
is open. `agents.orchestration.engine` calls both for many accounts at once, `rewrite` for one.
"""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from agents import budget, configs, handoffs, llm
from agents.definitions import registry
from agents.definitions.base import Definition, Packet
from agents.models import AgentConfig, AgentRun, Draft, Handoff, RoutingDecision
from agents.outputs import OutreachOutput
from agents.reading import Reader
from revenue import clock, context, events, leases, locks, snapshots, transactions
from revenue.models import Account, Activity, Contact, Lease

STEP_SECONDS = 90
ALIVE_SECONDS = 40  # a run whose process died is given up after this; the living renew it
RENEW_SECONDS = 10
VOICE = timedelta(minutes=10)


@dataclass(frozen=True)
class Work:
    """A run that waits for its answer."""

    run: AgentRun
    call: llm.Call
    packet: Packet
    handoff: Handoff | None = None


@dataclass(frozen=True)
class Result:
    """`kind`: draft, handoff, skip, escalate, moved (the context did), late, failed."""

    kind: str
    words: str = ""
    draft: Draft | None = None
    handoff: Handoff | None = None


def begin(
    account: Account,
    definition: Definition,
    *,
    mandate: Packet,
    handoff: Handoff | None = None,
    rewrites: Draft | None = None,
) -> Work | budget.Refusal:
    """Open the run: read, reserve, store the prompt. The caller holds the account's lock."""
    config = configs.active(definition.name)
    if config is None:
        raise LookupError(f"{definition.label} is switched off.")
    seen = context.account_context(account)
    reader = Reader(seen.account, now=clock.now())
    packet = packet_for(reader, definition, mandate, handoff=handoff, rewrites=rewrites)
    call = call_for(config, packet, output=definition.output)
    run = open_run(
        account, definition.name, config, call,
        manifest=reader.manifest, version=seen.version, context_hash=seen.hash,
    )  # fmt: skip
    return Work(run, call, packet, handoff) if isinstance(run, AgentRun) else run


def packet_for(
    reader: Reader,
    definition: Definition,
    mandate: Packet,
    *,
    handoff: Handoff | None,
    rewrites: Draft | None,
) -> Packet:
    wanted = mandate.get("output_class")
    packet: Packet = {
        "task": {
            "agent": definition.name,
            "today": reader.now.date().isoformat(),
            "output_classes": [wanted] if wanted else [row.name for row in definition.classes],
            "mandate": mandate,
        }
    }
    # A person who hands back names no rows, so what they say is read beside the records.
    carries = {"handoff": handoff.pk} if handoff and handoff.to_agent else {}
    packet |= definition.read(reader, mandate | carries)
    if handoff:
        packet["handoff"] = package(handoff)
        reader.manifest.append(f"handoff:{handoff.pk}")
    if rewrites:
        packet["rewrite"] = {
            "note": mandate.get("note", ""),
            "subject": rewrites.subject,
            "body": rewrites.body,
        }
    return packet


def package(handoff: Handoff) -> Packet:
    return {
        "id": f"handoff:{handoff.pk}",
        "from": handoff.from_agent,
        "context": handoff.context,
        "state_update": handoff.state_update,
        "mandate": handoff.mandate,
    }


def call_for(config: AgentConfig, packet: Packet, *, output: Any, repair: bool = True) -> llm.Call:
    return llm.Call(
        model=config.model or ("offline-writer" if llm.is_offline() else settings.OPENAI_MODEL),
        system=config.prompt,
        packet=packet,
        output=output,
        temperature=config.temperature,
        max_tokens=config.max_tokens,
        seconds=STEP_SECONDS,
        repair=repair,
    )


def open_run(
    account: Account,
    agent: str,
    config: AgentConfig,
    call: llm.Call,
    *,
    version: int,
    context_hash: str,
    manifest: list[str],
) -> AgentRun | budget.Refusal:
    """The run's row, which is the step lock, with its money reserved and its prompt stored."""
    estimate = llm.estimate(call)
    refusal = budget.reserve(agent, account.pk, estimate)
    if refusal:
        return refusal
    prompt, packet = snapshots.put_many([call.system, snapshots.canonical(call.packet)])
    now = clock.now()
    run = AgentRun.objects.create(
        account=account,
        agent=agent,
        config=config,
        context_version=version,
        context_hash=context_hash,
        prompt=prompt,
        packet=packet,
        manifest=manifest,
        model=call.model,
        reserved=estimate,
        started_at=now,
        alive_until=now + timedelta(seconds=ALIVE_SECONDS),
    )
    events.append("run.started", by="system", account=account, subject=run, agent=agent)
    return run


def grant(run: AgentRun, decision: RoutingDecision, *, voice: bool) -> None:
    """Tie a run to the decision that started it and give it the voice, if it speaks outward.

    The caller holds the account's lock and has seen that nobody else has the voice.
    """
    run.decision = decision
    if voice:
        run.lease = leases.acquire(run.account, holder=f"run:{run.pk}", ttl=VOICE)
        if run.lease is None:
            raise LookupError("Somebody else holds the voice.")
        run.token = run.lease.token
    run.save(update_fields=["decision", "lease", "token"])


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


def finish(work: Work, answer: llm.Answer) -> Result:
    """Take the answer, in one transaction: nothing of it counts unless all of it does."""
    with transactions.atomic():
        account = locks.account(work.run.account_id)
        run = AgentRun.objects.filter(pk=work.run.pk, state="running").first()
        if run is None:
            return Result("late", "The step had been given up before its answer came.")
        result = _judged(run, account, work, answer)
        close(run, answer, result)
        return result


def _judged(run: AgentRun, account: Account, work: Work, answer: llm.Answer) -> Result:
    if answer.value is None:
        return Result("unusable" if answer.unusable else "failed", answer.error)
    if account.context_version != run.context_version:
        return Result("moved", "Something happened at the account meanwhile.")
    if run.lease and not leases.renew(_as_held(run, run.lease), ttl=VOICE):
        return Result("moved", "The voice was taken meanwhile.")
    return _taken(run, account, work, answer.value)


def _as_held(run: AgentRun, lease: Lease) -> Lease:
    """The lease with the token that this run was given: an older one finds no row."""
    lease.token = run.token
    return lease


def _taken(run: AgentRun, account: Account, work: Work, output: Any) -> Result:
    definition = registry.get(run.agent)
    if work.handoff:
        handoffs.accept(work.handoff, run=run)
    doubt = definition.doubts(output, work.packet)
    if doubt:
        return Result("escalate", doubt)
    if output.decision == "skip":
        return Result("skip", output.rationale or "The agent sees nothing to do.")
    offer = definition.offers(output, work.packet)
    if offer:
        return Result("handoff", output.rationale, handoff=_offer(run, account, work, offer))
    if definition.writes:
        return Result("draft", output.rationale, draft=_draft(run, account, work, output))
    return Result("escalate", f"{definition.label} decided to act and did not say how.")


def _offer(run: AgentRun, account: Account, work: Work, offer: Packet) -> Handoff:
    context = offer["context"] | {"is_tainted": is_tainted(work.packet)}
    return handoffs.write(
        account, from_agent=run.agent, to_agent=offer["to"], context=context,
        state_update=offer["state_update"], mandate=offer["mandate"],
        by=f"agent:{run.config}", run=run,
    )  # fmt: skip


def _draft(run: AgentRun, account: Account, work: Work, output: OutreachOutput) -> Draft:
    """The row. Whom it goes to is the record that the model's choice names, never its text."""
    mandate = work.packet["task"]["mandate"]
    chosen = registry.get(run.agent).output_class(output.output_class)
    draft = Draft.objects.create(
        account=account,
        agent=run.agent,
        output_class=chosen.name,
        effect=chosen.effect,
        contact=_contact(account, output.to),
        subject=output.subject,
        body=output.body_text,
        run=run,
        config=run.config,
        handoff=work.handoff,
        lease=run.lease,
        token=run.token,
        supersedes_id=mandate.get("supersedes"),
        context_version=account.context_version,
        context_hash=run.context_hash,
        fields=output.model_dump(mode="json", include={"angle", "cta", "step", "proposed_send_at"}),
        evidence=[row.model_dump(mode="json") for row in output.evidence],
        risk_flags=output.risk_flags,
        rationale=output.rationale,
        in_reply_to=_answered(account, mandate),
        is_tainted=is_tainted(work.packet),
        model=run.model,
        created_at=clock.now(),
    )
    events.append(
        "draft.written", by=f"agent:{run.config}", account=account, subject=draft,
        output_class=draft.output_class,
    )  # fmt: skip
    return draft


def _contact(account: Account, reference: str) -> Contact:
    return Contact.objects.get(account=account, pk=reference.partition(":")[2])


def _answered(account: Account, mandate: Packet) -> Activity | None:
    wanted = mandate.get("in_reply_to")
    return Activity.objects.filter(account=account, pk=wanted).first() if wanted else None


def is_tainted(packet: Packet) -> bool:
    """Was text from outside in the prompt, or in the sender's? Then a person always looks."""
    if packet.get("handoff", {}).get("context", {}).get("is_tainted"):
        return True
    sections = [packet.get(name, []) for name in ("facts", "thread", "signals")]
    return any(row.get("trust") == "untrusted" for rows in sections for row in rows)


def close(run: AgentRun, answer: llm.Answer, result: Result) -> None:
    """End the run and settle what it cost. The voice goes on with a draft, else it is free."""
    cost = llm.cost(answer.usage, answer.model)
    budget.settle(run.agent, run.account_id, reserved=run.reserved, spent=cost, at=run.started_at)
    states = {"failed": "failed", "unusable": "failed", "moved": "cancelled"}
    run.state = states.get(result.kind, "done")
    run.result, run.note = result.kind[:10], result.words[:1000]
    run.answer = snapshots.put(answer.raw)
    run.model, run.calls, run.cost = answer.model, answer.calls, cost
    run.prompt_tokens = answer.usage.prompt_tokens
    run.cached_tokens = answer.usage.cached_tokens
    run.completion_tokens = answer.usage.completion_tokens
    run.ended_at = clock.now()
    run.save()
    if result.draft and result.draft.model != run.model:
        Draft.objects.filter(pk=result.draft.pk).update(model=run.model)
    if run.lease and not result.draft:
        leases.release(_as_held(run, run.lease), reason=f"run {run.state}")
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
        if row.lease:
            leases.release(_as_held(row, row.lease), reason="run failed")
        events.append("run.ended", by="system", account=account, subject=row, state="failed")
        return True


def rewrite(draft: Draft, *, note: str) -> Result:
    """Write a draft again with a rep's note, under the voice that its item holds."""
    definition = registry.get(draft.agent)
    mandate = {
        "do": "Write this mail again as the note asks.",
        "note": note,
        "output_class": draft.output_class,
        "supersedes": draft.pk,
        "in_reply_to": draft.in_reply_to_id,
    }
    with transactions.atomic():
        account = locks.account(draft.account_id)
        if AgentRun.objects.filter(account=account, state="running", parent=None).exists():
            return Result("failed", "Another agent is at work on this account.")
        work = begin(account, definition, mandate=mandate, handoff=draft.handoff, rewrites=draft)
    if isinstance(work, budget.Refusal):
        return Result("failed", work.reason)
    [answer] = answers([work])
    return finish(work, answer)
