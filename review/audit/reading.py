"""What holds of everything that an agent read and wrote."""

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from agents import packets
from agents.definitions import registry
from agents.models import AgentRun, Draft, Handoff
from revenue import snapshots, trust
from revenue.models import Activity, Contact, Fact, Opportunity, Signal
from review.audit.slices import law

# Rows of an account that a manifest may name; products, claims and preferences belong to all.
OF_ACCOUNTS: dict[str, Any] = {
    "activity": Activity, "contact": Contact, "fact": Fact, "handoff": Handoff,
    "opportunity": Opportunity, "signal": Signal,
}  # fmt: skip


def _with_a_prompt() -> QuerySet[AgentRun]:
    return AgentRun.objects.exclude(packet="")


def _at_work() -> QuerySet[AgentRun]:
    return AgentRun.objects.filter(state="running")


@law("An agent reads of one account alone.", _with_a_prompt, unsettled=_at_work)
def prompts_hold_one_account(runs: list[AgentRun]) -> Iterator[str]:
    """Invariant 27: every row that a manifest names is the run's own account's."""
    named: list[Any] = [(run, *str(one).split(":", 1)) for run in runs for one in run.manifest]
    owners = _owners(named)
    for run, kind, pk in named:
        whose = int(pk) if kind == "account" else owners.get((kind, pk), run.account_id)
        if whose != run.account_id:
            yield f"agentrun {run.pk}: its prompt holds {kind} {pk} of another account"
    yield from (f"agentrun {run.pk}: nothing says what it read"
                for run in runs if not run.manifest)  # fmt: skip


def _owners(named: list[tuple[AgentRun, str, str]]) -> dict[tuple[str, str], int]:
    """The account of each row that is there; one that was removed since has none."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for _, kind, pk in named:
        wanted[kind].add(pk)
    return {
        (kind, str(pk)): account
        for kind, model in OF_ACCOUNTS.items()
        if wanted[kind]
        for pk, account in model._default_manager.filter(pk__in=wanted[kind]).values_list(
            "pk", "account"
        )
        if account
    }


def _of_agents() -> QuerySet[AgentRun]:
    """The router and the reader get no records: a situation, and one mail."""
    return _with_a_prompt().filter(agent__in=registry.names())


@law("Everything that an agent reads says where it is from.", _of_agents, unsettled=_at_work)
def every_fact_has_source_and_label(runs: list[AgentRun]) -> Iterator[str]:
    """Invariant 37: each row of a packet has an id that the manifest names, and a trust label."""
    read = _packets({run.packet for run in runs})
    for run in runs:
        for words in _unlabelled(read.get(run.packet, {}), set(map(str, run.manifest))):
            yield f"agentrun {run.pk}: {words}"


def _packets(hashes: set[str]) -> dict[str, Any]:
    """Those that were not erased."""
    return {key: json.loads(text) for key, text in snapshots.get_many(list(hashes)).items()}


def _unlabelled(packet: dict[str, Any], manifest: set[str]) -> Iterator[str]:
    for section, part in packet.items():
        for row in part if isinstance(part, list) else [part]:
            if not isinstance(row, dict):
                continue
            if row.get("trust") not in trust.LABELS:
                yield f"a row of “{section}” says nothing of how far it is believed"
            if isinstance(part, list) and not row.get("id"):
                yield f"a row of “{section}” has no source"
            if row.get("id") and str(row["id"]) not in manifest:
                yield f"{row['id']} of “{section}” stands in no manifest"


def _with_instructions() -> QuerySet[AgentRun]:
    return _with_a_prompt().exclude(config=None).select_related("config")


@law("An agent follows its published instructions alone.", _with_instructions, unsettled=_at_work)
def prompts_are_published(runs: list[AgentRun]) -> Iterator[str]:
    """Invariant 37: no word that an agent read stands among its instructions."""
    published = {run.config: snapshots.digest(run.config.prompt) for run in runs if run.config}
    for run in runs:
        if run.config and run.prompt not in ("", published[run.config]):
            yield f"agentrun {run.pk}: its instructions are not those of {run.config}"


def _written() -> QuerySet[Any]:
    drafts = Draft.objects.filter(is_tainted=False, run__isnull=False)
    return drafts.exclude(run__packet="").annotate(packet=F("run__packet")).only("pk")


@law(
    "What was written after reading from outside says so.",
    _written, unsettled=partial(Draft.objects.filter, needs_item=True),
)  # fmt: skip
def taint_survives(drafts: list[Any]) -> Iterator[str]:
    """Invariant 37: what was written of a tainted packet is tainted."""
    read = _packets({draft.packet for draft in drafts})
    for draft in drafts:
        if packets.is_tainted(read.get(draft.packet, {})):
            yield f"draft {draft.pk}: untrusted text was read for it, and it does not say so"


def _handed_on() -> QuerySet[Handoff]:
    return Handoff.objects.exclude(to_agent="").select_related("run", "accepted_by")


@law("What one agent hands to the next says where it is from.", _handed_on)
def taint_survives_handoffs(handoffs: list[Handoff]) -> Iterator[str]:
    """Invariant 37: a handoff is tainted where its sender's packet was, and its receiver reads it
    under that label; each piece of evidence in it names its source."""
    read = _packets({run.packet for row in handoffs for run in (row.run, row.accepted_by) if run})
    for row in handoffs:
        where, is_tainted = f"handoff {row.pk}", bool(row.context.get("is_tainted"))
        sent = read.get(row.run.packet, {}) if row.run else {}
        if packets.is_tainted(sent) and not is_tainted:
            yield f"{where}: untrusted text was read for it, and it does not say so"
        taken = read.get(row.accepted_by.packet, {}) if row.accepted_by else {}
        label = taken.get("handoff", {}).get("trust", trust.UNTRUSTED)
        if is_tainted and label != trust.UNTRUSTED:
            yield f"{where}: whoever took it was not told that its text is from outside"
        if not all(one.get("source_id") for one in row.context.get("evidence", [])):
            yield f"{where}: a piece of its evidence has no source"


LAWS = (
    prompts_hold_one_account,
    every_fact_has_source_and_label,
    prompts_are_published,
    taint_survives,
    taint_survives_handoffs,
)
