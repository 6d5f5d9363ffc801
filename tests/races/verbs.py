"""The verbs that can meet on one account, and the states in which they meet.

Each state is built through the ordinary verbs; each verb is called as the product calls it and
says how it went: "done", or the words that the loser was told.
"""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from email.message import EmailMessage
from itertools import combinations_with_replacement

from django.db import connection, transaction

from agents import rewriting as rewrites
from agents.models import AgentRun, Draft
from agents.orchestration import engine
from revenue import clock, consent, context, events, ingest, leases, records, switches
from revenue.inbound import receive_email
from revenue.models import Account, Lease, User
from review import decisions, dispatch, intake, selling
from review.models import OutboxMessage, ReviewItem
from review.selling.touches import Touch
from tests import factories

_numbers = itertools.count(1)


@dataclass
class Scene:
    """One account with everything that the verbs of its state need."""

    account: Account
    rep: User
    manager: User
    successor: User
    item: ReviewItem | None = None
    message: OutboxMessage | None = None
    draft: Draft | None = None
    told: list[str] = field(default_factory=list)

    @property
    def contact(self):
        return self.account.contacts.first()


Verb = Callable[[Scene], object]


def scene() -> Scene:
    team = factories.TeamFactory()
    number = next(_numbers)
    rep = factories.UserFactory(username=f"rep{number}", team=team, undo_seconds=0)
    manager = factories.UserFactory(username="manager", role="manager", team=team)
    successor = factories.UserFactory(username="successor", team=team)
    account = factories.AccountFactory(owner=rep)
    factories.ContactFactory(account=account, email=f"buyer{number}@race{number}.example")
    factories.OpportunityFactory(account=account)
    return Scene(account, rep, manager, successor)


# --- states ---------------------------------------------------------------------------------------


def unrouted(here: Scene | None = None) -> Scene:
    """A draft that a run has written, with the voice, and no item yet."""
    here = here or scene()
    now = clock.now()
    seen = context.account_context(here.account)
    run = AgentRun.objects.create(
        account=here.account, agent="outreach", state="done", started_at=now, alive_until=now,
        context_version=seen.version,
    )  # fmt: skip
    events.append("run.started", by="system", account=here.account, subject=run)
    events.append("run.ended", by="system", account=here.account, subject=run, state="done")
    lease = leases.acquire(here.account, holder=f"run:{run.pk}", ttl=600)
    here.draft = Draft.objects.create(
        account=here.account, agent="outreach", output_class="outreach.first_email",
        effect="buyer", contact=here.contact, subject="The GTX Pro", run=run,
        body="Hi Yara,\n\nIs the GTX Pro still of interest?\n\nPat", lease=lease,
        token=lease.token, context_version=seen.version, context_hash=seen.hash, created_at=now,
    )  # fmt: skip
    return here


def pending(here: Scene | None = None) -> Scene:
    here = unrouted(here)
    here.item = intake.route(here.draft)
    return here


def queued(here: Scene | None = None) -> Scene:
    here = pending(here)
    decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=60_000)
    here.message = OutboxMessage.objects.get(item=here.item)
    return here


def unknown() -> Scene:
    here = queued()
    claim = dispatch._claim(here.message.pk)
    OutboxMessage.objects.filter(pk=claim.message.pk).update(
        claimed_at=clock.now() - timedelta(minutes=5)
    )
    dispatch.sweep()
    return here


def rejected() -> Scene:
    here = pending()
    User.objects.filter(pk=here.rep.pk).update(undo_seconds=60)
    here.rep.undo_seconds = 60
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone")
    return here


def held() -> Scene:
    here = scene()
    decisions.take_over(here.account, by=here.rep)
    return here


def rewriting() -> Scene:
    here = pending()
    decisions.request_rewrite(here.item, by=here.rep, revision=1, note="Shorter")
    return here


STATES = {
    state.__name__: state
    for state in (unrouted, pending, queued, unknown, rejected, held, rewriting)
}


# --- verbs ----------------------------------------------------------------------------------------


def approve(here: Scene) -> object:
    return decisions.approve(here.item, by=here.rep, revision=1, dwell_ms=60_000)


def approve_by_manager(here: Scene) -> object:
    return decisions.approve(here.item, by=here.manager, revision=1, dwell_ms=60_000)


def approve_edited(here: Scene) -> object:
    return decisions.approve_edited(
        here.item, by=here.rep, revision=1, subject="The GTX Pro", body="Hi Yara,\n\nStill?\n\nPat"
    )


def reject(here: Scene) -> object:
    return decisions.reject(here.item, by=here.manager, revision=1, reason="tone")


def request_rewrite(here: Scene) -> object:
    return decisions.request_rewrite(here.item, by=here.rep, revision=1, note="Shorter")


def snooze(here: Scene) -> object:
    until = clock.now() + timedelta(hours=3)
    return decisions.snooze(here.item, by=here.rep, revision=1, until=until)


def undo(here: Scene) -> object:
    return decisions.undo(here.item, by=here.rep)


def take_over(here: Scene) -> object:
    return decisions.take_over(here.account, by=here.rep)


def take_over_by_manager(here: Scene) -> object:
    return decisions.take_over(here.account, by=here.manager)


def hand_back(here: Scene) -> object:
    return decisions.hand_back(
        here.account, by=here.rep, note="Called them", next_action="Follow up"
    )


def reply(here: Scene) -> object:
    mail = EmailMessage()
    mail["From"], mail["To"] = here.contact.email, "rep@seller.example"
    mail["Subject"], mail["Message-ID"] = "Re: GTX", f"<r{here.account.pk}@race.example>"
    mail.set_content("Tell me more about delivery, please?")
    return receive_email(mail.as_bytes())


def opt_out(here: Scene) -> object:
    return consent.suppress(here.contact.email, scope="address", reason="asked", by="contact")


def opt_out_of_account(here: Scene) -> object:
    return consent.suppress(here.account, scope="account", reason="asked", by=here.manager)


def stop_account(here: Scene) -> object:
    return switches.stop("account", str(here.account.pk), by=here.manager, reason="A complaint")


def change_owner(here: Scene) -> object:
    return records.assign_owner(here.account, here.successor, by=here.manager)


def change_address(here: Scene) -> object:
    return records.update_contact(here.contact, by=here.rep, title="Director")


def human_mail(here: Scene) -> object:
    return ingest.record_message(
        account=here.account, direction="outbound", body="I write myself.", user=here.rep,
        occurred_at=clock.now(), by=here.rep,
    )  # fmt: skip


def write(here: Scene) -> object:
    """On the account as it was when the scene began: whatever came since is told."""
    letter = decisions.Letter(here.contact, "The GTX Pro", "Hi Yara,\n\nI ask myself.\n\nPat")
    return decisions.write(here.account, letter, by=here.rep, seen=here.account.context_version)


def call(here: Scene) -> object:
    touch = Touch("call", "They want two.", clock.now(), f"call{here.account.pk}")
    return selling.log(here.account, touch, by=here.rep)


def win(here: Scene) -> object:
    deal = here.account.opportunities.get()
    return selling.close_deal(deal, won=True, by=here.rep, seen="prospecting", amount=Decimal(1))


def lose(here: Scene) -> object:
    deal = here.account.opportunities.get()
    return selling.close_deal(deal, won=False, by=here.manager, seen="prospecting", reason="price")


def send(here: Scene) -> object:
    return dispatch.send(here.message.pk)


def cancel(here: Scene) -> object:
    return dispatch.cancel(here.message, by=here.rep)


def say_sent(here: Scene) -> object:
    return dispatch.settle(here.message, by=here.rep, outcome="sent")


def say_not_sent(here: Scene) -> object:
    return dispatch.settle(here.message, by=here.manager, outcome="queued")


def route(here: Scene) -> object:
    return intake.route(here.draft)


def sweep(here: Scene) -> object:
    """Everything that time or events ended, of this account alone."""
    ids = ReviewItem.objects.filter(account=here.account).values_list("pk", flat=True)
    moves = (intake._make_stale, intake._pull_back, intake._wake, intake._score)
    return [_swept(pk, move) for pk in ids for move in moves]


def _swept(pk: int, move: Callable[[ReviewItem], bool]) -> bool:
    with transaction.atomic():
        item = ReviewItem.objects.get(pk=pk)
        if item.draft_id is None:
            return False
    return intake._moved(pk, move)


def sweep_voice(here: Scene) -> object:
    rows = Lease.objects.active().filter(account=here.account)
    return [leases._expire(pk) for pk in rows.values_list("pk", flat=True)]


def step(here: Scene) -> object:
    return engine.step(here.account)


def rewrite(here: Scene) -> object:
    item = ReviewItem.objects.select_related("draft").get(pk=here.item.pk)
    return intake.rewritten(item, rewrites.rewrite(item.draft, note="Shorter"))


ANYWHERE = (
    reply, opt_out, opt_out_of_account, stop_account, change_owner, change_address, human_mail,
    sweep_voice, step,
)  # fmt: skip
MEETS: dict[str, tuple[Verb, ...]] = {
    "unrouted": (*ANYWHERE, route, take_over),
    "pending": (
        *ANYWHERE, approve, approve_by_manager, approve_edited, reject, request_rewrite, snooze,
        take_over, sweep,
    ),
    "queued": (*ANYWHERE, send, undo, take_over, cancel, sweep, write),
    "unknown": (*ANYWHERE, say_sent, say_not_sent, cancel, take_over, sweep),
    "rejected": (*ANYWHERE, undo, take_over, sweep),
    "held": (*ANYWHERE, hand_back, take_over, take_over_by_manager, write),
    "rewriting": (*ANYWHERE, rewrite, take_over, sweep),
}  # fmt: skip


def pairs() -> list[tuple[str, Verb, Verb]]:
    """Every two verbs that can meet, with the state in which they do; two that meet only on the
    account's own lock are raced once, in `pending`."""
    found = []
    for state, verbs in MEETS.items():
        for one, other in combinations_with_replacement(verbs, 2):
            if state != "pending" and one in ANYWHERE and other in ANYWHERE:
                continue
            found.append((state, one, other))
    return found


# --- a race ---------------------------------------------------------------------------------------


def race(here: Scene, one: Verb, other: Verb) -> list[object]:
    """Both at once from a barrier, each on its own connection. What each said, or its error."""
    barrier = threading.Barrier(2)
    outcomes: list[object] = [None, None]

    def run(place: int, verb: Verb) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            outcomes[place] = ("done", verb(here))
        except (decisions.DecisionError, dispatch.Unsettled) as refused:
            outcomes[place] = ("told", refused.words)
        except Exception as error:
            outcomes[place] = ("error", error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((one, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes
