"""What holds after any two verbs met, read from the rows and the log."""

from collections import Counter

from django.db.models import Q

from agents.models import AgentRun, Draft, RoutingDecision, WakeUp
from revenue import events, stages
from revenue.models import Account, Event, Lease, Signal, Suppression
from review.models import Decision, OutboxMessage, ReviewItem
from tests import replay


def broken(account: Account) -> list[str]:
    """What holds after two verbs met on an account that had one draft."""
    return [
        *always_broken(account),
        *one_live_message(account),
        *nothing_left_after_a_stop(account),
    ]


def always_broken(account: Account) -> list[str]:
    """What holds at any time when no step is under way."""
    return [
        words
        for law in (
            one_voice,
            one_step,
            one_decision_per_revision,
            the_voice_has_a_living_holder,
            the_log_holds,
            nobody_is_stuck,
            replay.contradictions,
        )
        for words in law(account)
    ]


def one_voice(account: Account) -> list[str]:
    active = Lease.objects.active().filter(account=account).count()
    return [f"{active} voices"] if active > 1 else []


def one_step(account: Account) -> list[str]:
    running = AgentRun.objects.filter(account=account, state="running").count()
    return [f"{running} steps running"] if running else []


def one_decision_per_revision(account: Account) -> list[str]:
    rows = Decision.objects.filter(
        item__account=account, undone_at=None, verb__in=Decision.TERMINAL
    )
    counts = Counter(rows.values_list("item", "revision"))
    return [f"{count} decisions on {key}" for key, count in counts.items() if count > 1]


def one_live_message(account: Account) -> list[str]:
    rows = OutboxMessage.objects.filter(account=account).exclude(state="cancelled")
    found = [] if rows.count() <= 1 else ["two live messages"]
    for row in rows:
        if row.item.state not in ("approved", "withdrawn"):
            found.append(f"{row.state} message of an item that is {row.item.state}")
    return found


def nothing_left_after_a_stop(account: Account) -> list[str]:
    """In the account's chain no claim stands after what should have prevented it."""
    stops = {"consent.suppressed", "account.taken_over", "account.owner", "contact.changed"}
    found, stopped = [], ""
    for event in Event.objects.filter(account=account).order_by("seq"):
        if event.kind in stops or _spoken_by_a_person(event):
            stopped = event.kind
        if event.kind == "message.sending" and stopped:
            found.append(f"a claim after {stopped}")
    return found + _claims_after_an_opt_out(account)


def _spoken_by_a_person(event: Event) -> bool:
    outside = event.kind == "message.recorded" and not event.actor.startswith("agent:")
    return outside and not event.data.get("automatic")


def _claims_after_an_opt_out(account: Account) -> list[str]:
    emails = [contact.email for contact in account.contacts.all()]
    first = Suppression.objects.filter(value__in=emails).order_by("created_at").first()
    late = first and OutboxMessage.objects.filter(
        account=account, claimed_at__gt=first.created_at, attempt__gt=0
    ).exclude(state__in=["unknown", "sent"])
    return ["a claim after an opt-out"] if late and late.filter(state="sending").exists() else []


def the_voice_has_a_living_holder(account: Account) -> list[str]:
    lease = Lease.objects.active().filter(account=account).first()
    if lease is None:
        return []
    kind, _, number = lease.holder.partition(":")
    living = {
        "item": lambda: ReviewItem.objects.filter(
            pk=number, state__in=["pending", "snoozed", "rewriting", "escalated", "rejected"]
        ).exists(),
        "outbox": lambda: OutboxMessage.objects.filter(
            pk=number, state__in=OutboxMessage.UNSENT
        ).exists(),
        "run": lambda: AgentRun.objects.filter(pk=number, drafts__needs_item=True).exists(),
        "user": lambda: True,
    }
    return [] if living[kind]() else [f"{lease.holder} holds the voice and is over"]


def nobody_is_stuck(account: Account) -> list[str]:
    """Invariant 19: at a living account something is under way, or somebody will look: a person,
    or the agents at a time that is set. The last look may have found nothing to do; then it is its
    owner's."""
    account = Account.objects.select_related("owner").get(pk=account.pk)
    if (
        stages.semantic(account) == stages.LOST
        or _under_way(account)
        or _is_to_be_looked_at(account)
    ):
        return []
    last = RoutingDecision.objects.filter(account=account).first()
    if last and last.verdict == "none" and account.owner and account.owner.is_active:
        return []
    return ["nobody will ever look at this account again"]


def _under_way(account: Account) -> bool:
    held = Lease.objects.active().filter(account=account, holder__startswith="user:")
    return any(
        rows.exists()
        for rows in (
            held,
            ReviewItem.objects.open().filter(account=account),
            ReviewItem.objects.filter(account=account, undo_until__isnull=False),
            OutboxMessage.objects.unsent().filter(account=account),
            AgentRun.objects.filter(account=account, state="running"),
            Draft.objects.filter(account=account, needs_item=True),
            RoutingDecision.objects.filter(account=account, needs_item=True),
        )
    )


def _is_to_be_looked_at(account: Account) -> bool:
    alarm = Q(due_at__isnull=False) | ~Q(waits_for="") | Q(quarantined_at__isnull=False)
    woken = WakeUp.objects.filter(alarm, account=account).exists()
    return woken or Signal.objects.unhandled().filter(account=account).exists()


def the_log_holds(account: Account) -> list[str]:
    return [
        f"{fault.chain} {fault.seq}: {fault.problem}"
        for fault in events.faults(chain=events.chain_of(account))
    ]
