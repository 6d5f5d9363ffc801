"""Every background job, the bell and the tick. The only importer of `django_q`.

Rows are the truth: a task carries ids at most, and losing one loses nothing, because `tick` looks
at the same rows. `tick` is one round of everything that is due, in this process, with no queue.
"""

from django_q.tasks import async_task

from agents import rewriting
from agents.orchestration import engine, triggers
from revenue import clock, imap, leases, transactions
from review import (
    autonomy,
    callbacks,
    complaints,
    dispatch,
    intake,
    notices,
    practice,
    privacy,
)
from review.audit import nightly
from review.models import Heartbeat, ReviewItem, State
from review.setup import jobs

HEARTBEAT = "worker"
# Seconds of an import in one go: a tick has to send mail in between and stops when it is asked to
# (`supervisor.GRACE`), a task has to end before it is killed (Q_CLUSTER's timeout).
SLICE, LONG_SLICE = 6.0, 45.0
LOOK = 0.2  # seconds of such a round, at night: what is due goes first


def tick(*, compare: bool = True, patient: bool = False) -> int:
    """One round of everything that is due. How many rows it moved: 0 means there was nothing.

    `compare` False leaves out what looks at every open item: a round in between needs not.
    `patient` leaves the reading of a mailbox to a worker, unless none comes for it.
    """
    return transactions.every(
        lambda: sweep(compare=compare),
        lambda: import_due(seconds=SLICE),
        lambda: read_due(patient=patient),
        lambda: callbacks.work(compare=compare),
        lambda: notices.work(compare=compare),
        step_due, rewrite_due, route_due, send_due,
        lambda: _look_on() if compare else 0,
    )  # fmt: skip


def _look_on() -> int:
    """It moves nothing, and a round that moved nothing is followed by a pause."""
    nightly.go_on(seconds=LOOK)
    return 0


def sweep(*, compare: bool = True) -> int:
    often = [leases.sweep, engine.sweep, dispatch.sweep, lambda: intake.sweep(compare=compare)]
    if not compare:
        return transactions.every(*often)
    seldom = [complaints.sweep, autonomy.sweep, practice.sweep]
    return transactions.every(privacy.go_on_with_all, *often, *seldom)


def step_due() -> int:
    ids = triggers.due()
    return len(engine.step_many(ids)) if ids else 0


def route_due() -> int:
    return intake.route_due()


def rewrite_due(*, limit: int = 20) -> int:
    """Drafts that a rep sent back with a note and nobody has begun to rewrite."""
    waiting = ReviewItem.objects.filter(state=State.REWRITING).exclude(
        account__runs__state="running"
    )
    items = waiting.select_related("draft").order_by("state_since")[:limit]
    return len(transactions.apart(_rewrite, items))


def _rewrite(item: ReviewItem) -> None:
    if item.draft:
        intake.rewritten(item, rewriting.rewrite(item.draft, note=item.rewrite_note))


def send_due() -> int:
    return dispatch.send_due()


def import_due(*, seconds: float) -> int:
    """Go on with an import for so long; ring for whoever is free when there is more to do."""
    moved = jobs.work(seconds=seconds)
    if moved and jobs.is_waiting():
        ring()
    return moved


def read_due(*, patient: bool = False) -> int:
    """Look into the mailboxes whose time has come; one bell wakes a worker for them."""
    if patient and imap.to_be_rung():
        ring()
    return imap.read_due(seconds=SLICE, patient=patient)


def work() -> int:
    """What a worker does when the bell rings."""
    return transactions.every(
        lambda: import_due(seconds=LONG_SLICE),
        lambda: imap.read_due(seconds=LONG_SLICE),
        step_due, rewrite_due, route_due,
    )  # fmt: skip


def ring() -> None:
    """Wake a worker. Called inside the transaction of what is to be done."""
    async_task("review.tasks.work", group="bell")


def beat() -> None:
    """A worker answers the supervisor."""
    Heartbeat.objects.filter(name=HEARTBEAT).update(seen_at=clock.now())


def request_heartbeat() -> None:
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"asked_at": clock.now()})
    async_task("review.tasks.beat", group="heartbeat")


def heartbeat_age() -> float | None:
    """Seconds since a worker last answered; None when none ever did."""
    row = Heartbeat.objects.filter(name=HEARTBEAT, seen_at__isnull=False).first()
    return (clock.now() - row.seen_at).total_seconds() if row and row.seen_at else None
