"""What holds after any two verbs met, read from the rows and the log."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from agents.models import AgentState, Preference
from revenue import events
from revenue.models import Account, ChainHead, Event, Mailbox, Suppression, Switch
from review.audit import laws, replay
from review.audit.slices import Law
from review.models import Decision, EvidenceEpoch, Lane, OutboxMessage


def broken(account: Account) -> list[str]:
    """What holds after two verbs met on an account that had one draft."""
    return [
        *always_broken(account),
        *one_live_message(account),
        *nothing_left_after_a_stop(account),
    ]


def always_broken(account: Account) -> list[str]:
    """What holds at any time when no step is under way."""
    return _broken(laws.LASTING, account)


def one_voice(account: Account) -> list[str]:
    return _broken([laws.one_voice], account)


def the_log_holds(account: Account) -> list[str]:
    return _broken([laws.the_log_holds], account)


def one_decision_per_revision(account: Account) -> list[str]:
    return _broken([laws.one_decision_per_revision], account)


def contradictions(account: Account) -> list[str]:
    """In words, everything in which the log and the rows of this account do not agree."""
    return _broken(replay.LAWS, account)


def _broken(asked: Iterable[Law], account: Account) -> list[str]:
    """A law looks at every row; here, where many share a database, only one account's are asked."""
    return [
        words for law in asked for words in law.judge(list(_of(account, law.rows()).order_by("pk")))
    ]


def _of(account: Account, rows: QuerySet[Any]) -> QuerySet[Any]:
    only: dict[Any, dict[str, Any]] = {
        Account: {"pk": account.pk},
        AgentState: {},
        ChainHead: {"key": events.chain_of(account)},
        Decision: {"item__account": account},
        EvidenceEpoch: {"lane__output_class__in": account.drafts.values("output_class")},
        Lane: {"output_class__in": account.drafts.values("output_class")},
        Mailbox: {"user": account.owner_id},
        Preference: {"rep": account.owner_id},
        Switch: {"scope": "account", "key": str(account.pk)},
    }
    return rows.filter(**only.get(rows.model, {"account": account}))


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
