"""A person writes to a buyer themselves: a draft of the agent `human`, approved as it is written.

The same outbox, undo time and guards as any mail. What a person types is their own word, so that
of the claims only links are judged (guard 7); opt-outs, the recipient, unfilled fields, their
authority over prices, caps, hours, the sender's identity and every stop hold as for an agent. It
proves nothing about any agent. Drafts of agents for the account end here, and what of theirs was
queued is cancelled; a mail that is on its way is not interrupted.
"""

from dataclasses import dataclass

from django.db.models import QuerySet

from agents.models import HUMAN, Draft, Effect
from revenue import clock, context, events, leases, transactions, workspace
from revenue.models import Account, Activity, Contact, User
from review import guards, intake, leaving, payload
from review.decisions.accounts import end_open, refuse_a_colleagues
from review.decisions.checks import visible_account
from review.decisions.errors import Conflict, DecisionError, NotYours
from review.decisions.verdicts import approve, cleaned
from review.models import OutboxMessage, ReviewItem, State

CLASS = "human.mail"
WHY = "a person writes"
UNKEPT = 0  # the key of a draft that is only looked at


@dataclass(frozen=True)
class Letter:
    """What a person typed, to whom, and the mail that it answers."""

    contact: Contact
    subject: str
    body: str
    answers: Activity | None = None


@dataclass(frozen=True)
class Preview:
    """Exactly what would leave; why it could not ("" when it could), and what it waits for."""

    mail: payload.Payload
    stops: str
    waits: leaving.Hold | None


@transactions.atomic
def preview(account: Account, letter: Letter, *, by: User) -> Preview:
    """What `write` would send, and what it would say; nothing is kept."""
    row = visible_account(account, by=by)
    draft = _composed(row, letter, by=by)
    draft.pk = UNKEPT
    mail = payload.prepare(draft, revision=1)
    found = guards.composing(draft, mail, by=by)
    holds = leaving.told([draft], company=workspace.load(), now=clock.now())
    return Preview(mail, f"{found.detail} {found.lifts}".strip() if found else "",
                   holds.get(UNKEPT))  # fmt: skip


@transactions.atomic
def write(account: Account, letter: Letter, *, by: User, seen: int) -> OutboxMessage:
    """Let one's own mail leave after the undo time. `seen` is the version of the account that they
    had before them. The same words once more, sent twice by one press, are the same mail."""
    row = visible_account(account, by=by)
    draft = _composed(row, letter, by=by)
    known = _sent_before(draft, seen)
    if known:
        return known
    if seen != row.context_version:
        raise Conflict(f"Something happened at {row} since you opened this. Look at it, then send.")
    _take_voice(draft, by=by)
    draft.save()
    events.append("draft.written", by=by, account=row, subject=draft, output_class=CLASS)
    found = guards.composing(draft, payload.prepare(draft, revision=1), by=by)
    if found:
        raise DecisionError(f"{found.detail} {found.lifts}".strip())
    item = intake.route(draft)
    if item is None:
        raise Conflict("Somebody else speaks to this account now.")
    decision = approve(item, by=by, revision=item.revision)
    return OutboxMessage.objects.select_related("item").get(decision=decision)


def _composed(account: Account, letter: Letter, *, by: User) -> Draft:
    subject, body = cleaned(letter.subject, letter.body)
    people = Contact.objects.there().filter(account=account)
    contact = people.filter(pk=letter.contact.pk).first()
    if contact is None:
        raise NotYours("This person is not there.")
    return Draft(
        account=account,
        agent=HUMAN,
        output_class=CLASS,
        effect=Effect.BUYER,
        contact=contact,
        subject=subject,
        body=body,
        in_reply_to=_answered(account, contact, letter.answers),
        context_version=account.context_version,
        context_hash=context.contexts([account])[account.pk].hash,
        fields={"by": by.pk},
        created_at=clock.now(),
    )


def _answered(account: Account, contact: Contact, mail: Activity | None) -> Activity | None:
    """A mail that this person wrote us, if it is to be answered."""
    if mail is None:
        return None
    rows = answerable(account).filter(contact=contact).select_related("thread")
    found = rows.filter(pk=mail.pk).first()
    if found is None:
        raise Conflict(f"This is no mail of {contact}. Open it again from the timeline.")
    return found


def answerable(account: Account) -> QuerySet[Activity]:
    """Mails that a person of the account wrote."""
    return account.activities.filter(
        kind=Activity.Kind.EMAIL, direction=Activity.Direction.INBOUND, is_auto=False,
        contact__isnull=False, contact__erased_at__isnull=True,
    )  # fmt: skip


def _sent_before(draft: Draft, seen: int) -> OutboxMessage | None:
    rows = OutboxMessage.objects.exclude(state=OutboxMessage.State.CANCELLED).filter(
        draft__agent=HUMAN, draft__contact=draft.contact, draft__subject=draft.subject,
        draft__body=draft.body, draft__context_version=seen, draft__fields__by=draft.by_id,
        account=draft.account,
    )  # fmt: skip
    return rows.select_related("item").first()


def _take_voice(draft: Draft, *, by: User) -> None:
    """From agents; never from a colleague, nor from a mail that is on its way."""
    account = draft.account
    held = leases.current(account)
    if held and held.is_pinned:
        raise Conflict("A mail to this account is on its way. Try again in a moment.")
    if held and held.person:
        refuse_a_colleagues(held, by=by)
    _refuse_a_second(account, by=by)
    if held and held.person:
        draft.lease = leases.lend(held)
        draft.token = held.token
        return
    leases.preempt(account, reason=WHY)
    for item in end_open(account, State.STALE, why=WHY, by=by):
        events.append("item.stale", by=by, account=account, subject=item, state=State.STALE)


def _refuse_a_second(account: Account, *, by: User) -> None:
    """One conversation at a time: the first would be out of date as soon as the second left."""
    rows = ReviewItem.objects.open().outward().filter(account=account, draft__agent=HUMAN)
    item = rows.select_related("draft__contact").first()
    if item and item.draft:
        author = payload.author_of(item.draft)
        whose = "Your" if author == by else f"{author}’s"
        raise Conflict(
            f"{whose} mail to {item.draft.contact} has not left yet. Let it leave or cancel it."
        )
