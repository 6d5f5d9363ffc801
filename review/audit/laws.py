"""What holds at any time when no step is under way, read from the rows.

Each law gives, in words, what breaks it. The queries do not grow with the history of what keeps it.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from agents.models import AgentRun, Draft, RoutingDecision, WakeUp
from revenue import events, stages
from revenue.models import Account, ChainHead, Event, Lease, Signal
from review.audit import replay
from review.audit.slices import Law, law
from review.models import WAITING, Decision, OutboxMessage, ReviewItem, State

HOLDING = (*WAITING, State.REJECTED)


def _voices() -> QuerySet[Lease]:
    other = Lease.objects.active().filter(account=OuterRef("account")).exclude(pk=OuterRef("pk"))
    return Lease.objects.filter(Exists(other), state=Lease.State.ACTIVE)


@law("One voice at most speaks to an account.", _voices)
def one_voice(leases: list[Lease]) -> Iterator[str]:
    yield from (f"account {lease.account_id}: {lease.holder} is not its only voice"
                for lease in leases)  # fmt: skip


def _running() -> QuerySet[AgentRun]:
    return AgentRun.objects.filter(state="running")


@law("No step goes on for ever.", _running)
def one_step(runs: list[AgentRun]) -> Iterator[str]:
    yield from (f"account {run.account_id}: a step is running" for run in runs)


def _decided_twice() -> QuerySet[Decision]:
    stands = Decision.objects.filter(undone_at=None, verb__in=Decision.TERMINAL)
    other = stands.filter(item=OuterRef("item"), revision=OuterRef("revision"))
    return stands.filter(Exists(other.exclude(pk=OuterRef("pk"))))


@law("Each revision is decided once.", _decided_twice, unsettled=Decision.objects.none)
def one_decision_per_revision(rows: list[Decision]) -> Iterator[str]:
    yield from (f"decision {row.pk} is not the only one on item {row.item_id}" for row in rows)


def _held() -> QuerySet[Lease]:
    return Lease.objects.filter(state=Lease.State.ACTIVE)


@law("Whoever holds the voice of an account is still at work there.", _held)
def the_voice_has_a_living_holder(leases: list[Lease]) -> Iterator[str]:
    living = _living(leases)
    for lease in leases:
        if not lease.holder.startswith(Lease.PERSON) and lease.holder not in living:
            yield f"account {lease.account_id}: {lease.holder} holds the voice and is over"


def _living(leases: list[Lease]) -> set[str]:
    there = {
        "item": ReviewItem.objects.filter(state__in=HOLDING),
        "outbox": OutboxMessage.objects.unsent(),
        "run": AgentRun.objects.filter(drafts__needs_item=True),
    }
    held = [lease.holder.partition(":") for lease in leases]
    wanted = {kind: [pk for its, _, pk in held if its == kind] for kind in there}
    return {f"{kind}:{pk}" for kind, rows in there.items() if wanted[kind]
            for pk in rows.filter(pk__in=wanted[kind]).values_list("pk", flat=True)}  # fmt: skip


def _unattended() -> QuerySet[Account]:
    lost = stages.names(stages.ACCOUNT, stages.LOST)
    rest = Account.objects.exclude(stage__in=lost)
    for there in (*_under_way(), *_to_be_looked_at()):
        rest = rest.exclude(Exists(there.filter(account=OuterRef("pk"))))
    return rest


@law("No account is forgotten.", _unattended)
def nobody_is_stuck(accounts: list[Account]) -> Iterator[str]:
    """Invariant 19: at a living account something is under way, or somebody will look: a person,
    or the agents at a time that is set. The last look may have found nothing to do; then it is its
    owner's, or that of whoever gives it one: set-up lists those that have none."""
    for one in accounts:
        last = RoutingDecision.objects.filter(account=one).first()
        if last is None or not _found_nothing(last):
            yield f"account {one.pk}: nobody will ever look at this account again"


def _found_nothing(look: RoutingDecision) -> bool:
    if look.verdict != "run":
        return look.verdict == "none"
    return AgentRun.objects.filter(decision=look, result="skip").exists()


def _under_way() -> list[QuerySet]:
    return [
        Lease.objects.active().filter(holder__startswith=Lease.PERSON),
        ReviewItem.objects.open(),
        ReviewItem.objects.filter(undo_until__isnull=False),
        OutboxMessage.objects.unsent(),
        AgentRun.objects.filter(state="running"),
        Draft.objects.filter(needs_item=True),
        RoutingDecision.objects.filter(needs_item=True),
    ]


def _to_be_looked_at() -> list[QuerySet]:
    alarm = Q(due_at__isnull=False) | ~Q(waits_for="") | Q(quarantined_at__isnull=False)
    return [WakeUp.objects.filter(alarm), Signal.objects.unhandled()]


def _chains() -> QuerySet[ChainHead]:
    return ChainHead.objects.all()


@law("Nobody changed the log, or cut from it.", _chains)
def the_log_holds(heads: list[ChainHead]) -> Iterator[str]:
    for head in heads:
        for fault in events.faults(chain=head.key):
            yield f"{fault.chain} {fault.seq}: {fault.problem}"


def _headless() -> QuerySet[Event]:
    head = ChainHead.objects.filter(key=OuterRef("chain"))
    return Event.objects.filter(~Exists(head), seq=1)


@law("Every chain of the log has its end on record.", _headless)
def every_chain_has_a_head(first_rows: list[Event]) -> Iterator[str]:
    yield from (f"{row.chain} {row.seq}: the head of this chain is missing" for row in first_rows)


LASTING: tuple[Law, ...] = (
    one_voice,
    one_step,
    one_decision_per_revision,
    the_voice_has_a_living_holder,
    the_log_holds,
    every_chain_has_a_head,
    nobody_is_stuck,
    *replay.LAWS,
)
