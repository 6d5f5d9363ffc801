"""For each of the fourteen guards of TEAM.md a mail that this guard alone stops.

What happened is done to the rows behind the product's back wherever its own verbs would stop the
mail by a second guard, too: an opt-out, for one, also moves the account on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

from agents.models import Draft
from revenue import clock, consent, snapshots, switches
from revenue import workspace as workspaces
from revenue.inbound import receive_email
from revenue.models import Account, Activity, Address, Claim, Contact, Lease, User, Workspace
from review import decisions, intake, payload
from review.models import Decision, OutboxMessage
from tests.races import verbs

Scene = Callable[[], verbs.Scene]
FOURTEEN = (
    "suppression", "approval", "freshness", "voice", "recipient", "merge", "claims", "price",
    "window", "away", "unsubscribe", "identity", "message_id", "kill_switch",
)  # fmt: skip


def suppression() -> verbs.Scene:
    """Mail to the address came back, and nothing else is known of it."""
    here = verbs.queued()
    address = consent.address_row(here.contact.email)
    Address.objects.filter(pk=address.pk).update(hard_bounced_at=clock.now())
    return here


def approval() -> verbs.Scene:
    """Another text than the one that was approved lies ready."""
    here = verbs.queued()
    approved = snapshots.get(here.message.payload)
    other = approved.replace("still of interest", "of no interest")
    stored = snapshots.put(other)
    OutboxMessage.objects.filter(pk=here.message.pk).update(payload=stored, approved=stored)
    return here


def freshness() -> verbs.Scene:
    here = verbs.queued()
    Account.objects.filter(pk=here.account.pk).update(
        context_version=here.account.context_version + 5
    )
    return here


def voice() -> verbs.Scene:
    here = verbs.queued()
    Lease.objects.filter(account=here.account).update(token=999)
    return here


def recipient() -> verbs.Scene:
    here = verbs.queued()
    Contact.objects.filter(account=here.account).update(email="other@brookfield.example")
    return here


def merge() -> verbs.Scene:
    return _typed("Hi Yara,\n\nIs the GTX Pro of interest to {{company_name}}?\n\nPat")


def claims() -> verbs.Scene:
    """What the agent says of a customer may not be said any more."""
    said = "Northwind Traders cut its downtime by 37% with us in March 2019."
    Claim.objects.create(text=said)
    here = _drafted(f"Hi Yara,\n\n{said}\n\nPat")
    Claim.objects.update(is_active=False)
    return here


def price() -> verbs.Scene:
    """A manager gave what a manager may give, and is none any more."""
    here = verbs.pending()
    here.manager.undo_seconds = 0
    text = "Hi Yara,\n\nWe can take 20% off the list price.\n\nPat"
    _edited(here, text, by=here.manager)
    User.objects.filter(pk=here.manager.pk).update(role="rep")
    return here


def window() -> verbs.Scene:
    """They got their mail of the day. (Working hours, with a clock: `test_window`.)"""
    here = verbs.queued()
    Activity.objects.create(account=here.account, contact=here.contact, direction="outbound",
                            occurred_at=clock.now() - timedelta(hours=5))  # fmt: skip
    Workspace.objects.update(contact_cap=1)
    return here


def away() -> verbs.Scene:
    here = verbs.queued()
    mail = EmailMessage()
    mail["From"], mail["To"] = here.contact.email, "rep@seller.example"
    mail["Subject"], mail["Message-ID"] = "Automatic reply", f"<a{here.account.pk}@buyer.example>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("I am out of the office with limited access to mail.")
    receive_email(mail.as_bytes())
    return here


def unsubscribe() -> verbs.Scene:
    """The way out of the mail that was approved is somebody else's."""
    here = verbs.queued()
    mail = payload.load(snapshots.get(here.message.payload))
    link = payload.unsubscribe_link(workspaces.load(), "somebody@else.example")
    stored = snapshots.put(replace(mail, unsubscribe=link).canonical)
    Decision.objects.filter(pk=here.message.decision_id).update(payload=stored)
    OutboxMessage.objects.filter(pk=here.message.pk).update(payload=stored, approved=stored)
    return here


def identity() -> verbs.Scene:
    here = verbs.queued()
    Workspace.objects.update(postal_address="")
    return here


def message_id() -> verbs.Scene:
    """The bytes of an earlier attempt carry another id."""
    here = verbs.queued()
    mail = payload.load(snapshots.get(here.message.payload))
    raw = payload.render(mail, date=clock.now()).decode()
    other = raw.replace(here.message.message_id, "<1.1.0000@seller.example>")
    OutboxMessage.objects.filter(pk=here.message.pk).update(mime=snapshots.put(other))
    return here


def kill_switch() -> verbs.Scene:
    here = verbs.queued()
    switches.stop("agent", "outreach", by=here.manager, reason="A complaint")
    return here


# --- how a mail comes to be -----------------------------------------------------------------------


def _typed(body: str) -> verbs.Scene:
    """A rep's own words, approved."""
    here = verbs.pending()
    _edited(here, body, by=here.rep)
    return here


def _edited(here: verbs.Scene, body: str, *, by: User) -> None:
    decisions.approve_edited(here.item, by=by, revision=1, subject="The GTX Pro", body=body)
    here.message = OutboxMessage.objects.get(item=here.item)


def _drafted(body: str) -> verbs.Scene:
    """An agent's words, approved as they are."""
    here = verbs.unrouted()
    Draft.objects.filter(pk=here.draft.pk).update(body=body)
    here.draft.refresh_from_db()
    here.item = intake.route(here.draft)
    verbs.approve(here)
    here.message = OutboxMessage.objects.get(item=here.item)
    return here


SCENES: dict[str, Scene] = {
    scene.__name__: scene
    for scene in (
        suppression, approval, freshness, voice, recipient, merge, claims, price, window, away,
        unsubscribe, identity, message_id, kill_switch,
    )
}  # fmt: skip
