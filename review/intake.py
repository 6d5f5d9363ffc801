"""The gate: every draft gets a review item, every escalation too; sweeps what time or events end.

`route` asks `autonomy.verdict` and hands the voice from the run to the item. `sweep` makes a
state of what every read already sees by comparison: items that the account has outrun, holders
that lost the voice, snoozes and rewrites that are over, items that nobody decided.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects

from agents import runtime
from agents.models import Draft, RoutingDecision
from agents.orchestration import engine, triggers
from revenue import clock, events, leases, locks, transactions
from revenue.models import Account, Lease, User
from revenue.rows import update_each
from review import automatic, autonomy, citations, decay, guards, outgoing, said
from review.grounding import sources
from review.guards import freshness
from review.models import (
    BUSINESS_DAYS,
    MANAGER_HOURS,
    WAITING,
    AuditDraw,
    Cause,
    Decision,
    OutboxMessage,
    ReviewItem,
    State,
)

logger = logging.getLogger(__name__)

Sweep = tuple[QuerySet[ReviewItem], Callable[[ReviewItem], bool]]

BATCH = 100
NO_REWRITE = "No rewrite came in 15 minutes. Ask again, edit it yourself, or reject it."


def route_due(*, limit: int = BATCH) -> int:
    """Make items of drafts and escalations that have none. How many."""
    drafts = list(Draft.objects.unrouted().order_by("account_id", "pk")[:limit])
    routed = transactions.together(_route, drafts, failed=_note_failure)
    asked = RoutingDecision.objects.filter(needs_item=True).order_by("account_id", "pk")[:limit]
    return len(routed) + len([one for one in map(ask, asked) if one])


def _note_failure(draft: Draft, error: Exception) -> None:
    logger.error("Draft %s got no item", draft.pk, exc_info=error)


def route(draft: Draft) -> ReviewItem | None:
    """The item of a draft, made now or earlier; nothing for a rewrite that nobody waits for."""
    with transactions.atomic():
        made = _route([draft])
    return made[0] if made else ReviewItem.objects.filter(draft=draft).first()


def _route(drafts: list[Draft]) -> list[ReviewItem]:
    accounts = _locked_accounts({draft.account_id for draft in drafts})
    rows = Draft.objects.filter(pk__in=[draft.pk for draft in drafts], needs_item=True)
    # Whoever takes the mark makes the item; the account's lock makes this one winner.
    ours = list(rows.select_related("contact", "lease").order_by("account_id", "pk"))
    rows.update(needs_item=False)
    known = set(ReviewItem.objects.filter(draft__in=ours).values_list("draft", flat=True))
    ours = [draft for draft in ours if draft.pk not in known]
    for draft in ours:
        draft.account = accounts[draft.account_id]
    sources.look_up(draft for draft in ours if draft.effect == "buyer")
    rulings = {draft.pk: _ruling(draft) for draft in ours if not draft.supersedes_id}
    items = place([_judged(ReviewItem(account=draft.account, draft=draft), rulings[draft.pk])
                  for draft in ours if draft.pk in rulings])  # fmt: skip
    AuditDraw.objects.bulk_create([ruling.draw for ruling in rulings.values() if ruling.draw])
    _take_voices([item for item in items if item.is_outward])
    for item in items:
        if item.draft and item.draft.effect == "none":
            _supersede_older(item, item.draft)
        automatic.approve(item, rulings[item.draft_id or 0])
    again = [_replace(draft) for draft in ours if draft.supersedes_id]
    return items + [item for item in again if item]


def _locked_accounts(ids: set[int]) -> dict[int, Account]:
    rows = locks.accounts(ids)
    prefetch_related_objects(rows, "owner__mailbox")
    return {row.pk: row for row in rows}


def place(items: list[ReviewItem]) -> list[ReviewItem]:
    """New items on the desk; a copy has its original's times. Their accounts are locked."""
    now = clock.now()
    for item in items:
        item.reason = item.reason[:1000]
        item.created_at = item.state_since = item.created_at or now
        item.expires_at = item.expires_at or clock.business_days_after(now, BUSINESS_DAYS)
    decay.reckon(items)
    for item in ReviewItem.objects.bulk_create(items):
        events.append(
            "item.created", by="system", account=item.account, subject=item, state=item.state
        )
    return items


def _ruling(draft: Draft) -> autonomy.Ruling:
    return autonomy.verdict(draft, found=guards.findings(draft, by_the_hour=False))


def _judged(item: ReviewItem, ruling: autonomy.Ruling) -> ReviewItem:
    """With why it is here, in one line: a guard's word first, else the gate's."""
    item.reason, item.cause = ruling.reason, ruling.cause
    return item


def _take_voices(items: list[ReviewItem]) -> None:
    """From the runs to the items; an item whose draft is already outrun never gets it."""
    ttl = timedelta(days=1) + MANAGER_HOURS
    ttl += max((item.expires_at for item in items), default=clock.now()) - clock.now()
    drafts = {item: item.draft for item in items if item.draft}
    given = {item: lease for item, draft in drafts.items() if (lease := leases.of(draft))}
    wanted = {lease: f"item:{item.pk}" for item, lease in given.items() if not item.is_outrun}
    passed = leases.pass_all(wanted, ttl=ttl)
    for item in items:
        lease = given.get(item)
        if item.is_outrun and lease:
            leases.release(lease, reason="outdated before it was shown")
        elif not item.is_outrun:
            holder = f"item:{item.pk}"
            mine = lease if lease and lease.pk in passed else None
            item.lease = mine or leases.acquire(item.account, holder=holder, ttl=ttl)
            item.token = item.lease.token if item.lease else 0
        if not item.lease:
            close(item, State.STALE, reason="The account moved on while this was written.")
            triggers.ring(item.account_id)
    update_each([item for item in items if item.lease], "lease", "token")


def _replace(draft: Draft) -> ReviewItem | None:
    """A rewrite takes its predecessor's place, or is dropped when nobody waits for it."""
    waiting = ReviewItem.objects.filter(draft=draft.supersedes_id, state=State.REWRITING)
    item = waiting.select_for_update(no_key=True).first()
    if item is None:
        return None
    now = clock.now()
    item.draft, item.state, item.state_since = draft, State.PENDING, now
    item.revision, item.due_at = item.revision + 1, None
    _judged(item, _ruling(draft)).save()
    events.append(
        "item.rewritten", by="system", account=draft.account, subject=item, state=item.state
    )
    return item


def rewritten(item: ReviewItem, result: runtime.Result) -> ReviewItem | None:
    """What became of a rewrite: its draft is routed; without one the item comes back as it was."""
    if result.draft:
        return route(result.draft)
    with transactions.atomic():
        account = locks.account(item.account_id)
        back = ReviewItem.objects.filter(pk=item.pk, state=State.REWRITING)
        reason = f"It could not be rewritten: {result.words}"[:1000]
        if back.update(state=State.PENDING, state_since=clock.now(), due_at=None, reason=reason):
            events.append("item.pending", by="system", account=account, subject=item,
                          state="pending")  # fmt: skip
    return None


def _supersede_older(item: ReviewItem, draft: Draft) -> None:
    """An internal output is out of date when a newer one of its class exists."""
    older = ReviewItem.objects.pending().filter(
        account=item.account, draft__effect="none", draft__output_class=draft.output_class
    )
    for row in older.exclude(pk=item.pk):
        close(row, State.SUPERSEDED, reason="There is a newer one.")


@transactions.atomic
def ask(decision: RoutingDecision) -> ReviewItem | None:
    """The item of an escalation: the rule, what is known, what the agent would do."""
    account = locks.account(decision.account_id)
    marked = RoutingDecision.objects.filter(pk=decision.pk, needs_item=True)
    if not marked.update(needs_item=False):
        return ReviewItem.objects.filter(routing=decision).first()
    item = ReviewItem(account=account, routing=decision, reason=decision.reason,
                      cause=Cause.QUESTION, rule=decision.rule)  # fmt: skip
    return place([item])[0]


def close(item: ReviewItem, state: str, *, reason: str = "") -> bool:
    """End a waiting item and free its voice. The caller holds the account's lock.

    False: it was no longer waiting. Its question, if it was one, is settled with it.
    """
    rows = ReviewItem.objects.filter(pk=item.pk, state__in=WAITING)
    if not rows.update(state=state, state_since=clock.now(), due_at=None):
        return False
    item.state = state
    events.append(f"item.{state}", by="system", account=item.account, subject=item, state=state)
    free_voice(item, reason=reason or state)
    if item.routing:
        engine.settle_question(item.routing)
    return True


def free_voice(item: ReviewItem, *, reason: str) -> None:
    lease = leases.of(item)
    if lease:
        leases.release(lease, reason=reason)


# --- sweeps ---------------------------------------------------------------------------------------


def sweep(*, compare: bool = True, limit: int = BATCH) -> int:
    """Everything that time or events ended. How many rows moved.

    `compare`: also what the accounts have outrun. It looks at every open item, so it is dearer.
    """
    now = clock.now()
    over: list[Sweep] = [
        (_due(State.SNOOZED, now), _wake),
        (_due(State.REWRITING, now), _wake),
        (_expired(now), _escalate),
        (_due(State.ESCALATED, now), _let_go),
        (_undo_over(now), _score),
    ]
    sweeps = [*_compared(), *over] if compare else over
    return transactions.every(decay.recount, *(partial(_each, *one, limit) for one in sweeps))


def _compared() -> list[Sweep]:
    return [
        (_outrun(), _make_stale),
        (_voiceless(), _make_stale),
        (_approved_and_outrun(), _pull_back),
        (automatic.not_any_more(), automatic.ask_somebody),
        (decay.met_sooner(), decay.bring_forward),
    ]


def _each(rows: QuerySet[ReviewItem], move: Callable[[ReviewItem], bool], limit: int) -> int:
    ids = list(rows.order_by("account_id", "pk").values_list("pk", flat=True)[:limit])
    return sum(transactions.apart(lambda pk: _moved(pk, move), ids))


@transactions.atomic
def _moved(pk: int, move: Callable[[ReviewItem], bool]) -> bool:
    """One item, looked at again under its account's lock."""
    found = ReviewItem.objects.values_list("account_id", flat=True).get(pk=pk)
    locks.account(found)
    return move(ReviewItem.objects.select_related("account", "draft", "lease").get(pk=pk))


def _outrun() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.waiting().outward().real().filter(_behind())


def _behind() -> Q:
    """Written for another context, or on what holds no more."""
    return ~Q(draft__context_version=F("account__context_version")) | citations.outdated()


def _why_stale(item: ReviewItem) -> str:
    if item.is_outrun:
        return "outdated"
    return freshness.outdated(item.draft) if item.draft else ""


def _voiceless() -> QuerySet[ReviewItem]:
    """The holder lost the voice (pre-empted, expired) although the account stands still."""
    rows = ReviewItem.objects.waiting().outward().real()
    return rows.exclude(lease__state=Lease.State.ACTIVE, lease__token=F("token"))


def _has_voice(item: ReviewItem) -> bool:
    held = leases.current(item.account_id)
    return bool(held and held.pk == item.lease_id and held.token == item.token)


def _make_stale(item: ReviewItem) -> bool:
    why = _why_stale(item)
    if not why and _has_voice(item):
        return False
    done = close(item, State.STALE, reason=why or "the conversation moved on")
    if done:
        triggers.ring(item.account_id)
    return done


def _approved_and_outrun() -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(_behind(), state=State.APPROVED, messages__state="queued")


def _pull_back(item: ReviewItem) -> bool:
    """Approved and not yet on its way, but out of date: it does not leave."""
    why = _why_stale(item)
    if not why or not cancel_queued(item, why=why, by="system"):
        return False
    ReviewItem.objects.filter(pk=item.pk).update(
        state=State.STALE, state_since=clock.now(), undo_until=None
    )
    events.append("item.stale", by="system", account=item.account, subject=item, state="stale")
    triggers.ring(item.account_id)
    return True


def cancel_queued(item: ReviewItem, *, why: str, by: User | str) -> OutboxMessage | None:
    """Take the item's queued message out of the outbox and free its voice; nothing when it is
    no longer queued. The caller holds the account's lock."""
    message = outgoing.cancel(item, why=why, by=by)
    lease = leases.of(message) if message else None
    if lease:
        leases.release(lease, reason=why)
    return message


def _due(state: str, now: datetime) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(state=state, due_at__lte=now)


def _wake(item: ReviewItem) -> bool:
    rows = ReviewItem.objects.filter(pk=item.pk, state__in=[State.SNOOZED, State.REWRITING])
    told = {"reason": NO_REWRITE} if item.state == State.REWRITING else {}
    done = rows.filter(due_at__lte=clock.now()).update(
        state=State.PENDING, state_since=clock.now(), due_at=None, **told
    )
    if done:
        events.append("item.pending", by="system", account=item.account, subject=item,
                      state="pending")  # fmt: skip
    return bool(done)


def _expired(now: datetime) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.real().filter(state=State.PENDING, expires_at__lte=now)


def _escalate(item: ReviewItem) -> bool:
    """Nobody decided for five business days: a manager may, for a day. Never an approval."""
    now = clock.now()
    rows = ReviewItem.objects.filter(pk=item.pk, state=State.PENDING, expires_at__lte=now)
    done = rows.update(state=State.ESCALATED, state_since=now, due_at=now + MANAGER_HOURS)
    if done:
        events.append("item.escalated", by="system", account=item.account, subject=item,
                      state="escalated")  # fmt: skip
    return bool(done)


def _let_go(item: ReviewItem) -> bool:
    done = close(item, State.SUPERSEDED, reason="nobody decided")
    if done:
        autonomy.undecided(item)
    return done


def revocable() -> QuerySet[ReviewItem]:
    """What can be taken back until its time is over; what lies in the outbox, until it leaves."""
    unsent = Exists(OutboxMessage.objects.unsent().filter(item=OuterRef("pk")))
    rows = ReviewItem.objects.filter(undo_until__isnull=False)
    return rows.exclude(Q(state=State.APPROVED) & unsent)


def _undo_over(now: datetime) -> QuerySet[ReviewItem]:
    return revocable().filter(undo_until__lte=now)


def _score(item: ReviewItem) -> bool:
    """Undo has closed: the review counts, and a rejection gives the voice back."""
    if not _undo_over(clock.now()).filter(pk=item.pk).exists() or not end_undo(item):
        return False
    if item.state == State.REJECTED:
        free_voice(item, reason="rejected")
        triggers.ring(item.account_id, at=clock.business_days_after(clock.now(), BUSINESS_DAYS))
    return True


def end_undo(item: ReviewItem) -> bool:
    """Its decision cannot be taken back any more, because its time is over or the mail has left:
    the review counts, once. The caller holds the account's lock."""
    if not ReviewItem.objects.filter(pk=item.pk, undo_until__isnull=False).update(undo_until=None):
        return False
    last = item.decisions.filter(undone_at=None, verb__in=Decision.TERMINAL).last()
    if last:
        autonomy.score(item, last)
        said.remember_approved(item, last)
    return True
