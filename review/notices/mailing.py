"""Digests by mail, each at most once: the row is claimed before the mail is sent.

They leave by the installation's own mail server, never from a rep's mailbox. What the server
provably refused is tried again, twice; what nobody knows is not repeated, and the person reads so
under Notifications.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from revenue import clock
from revenue.models import User
from review import telling
from review.models import Notice, NoticeChoice
from review.notices import choices, contents, wording
from review.notices.choices import NoticeError
from review.setup import mailbox

State = Notice.State
PAUSES = (300, 1800)  # seconds after the first and the second attempt
ATTEMPTS = len(PAUSES) + 1
AT_ONCE = 5
LOST = "Countersign stopped while it was sent. Nobody knows whether it left, so it is not repeated."
NOTHING = "Nothing waits for you, so no mail was sent."


def send_due() -> int:
    """How many were tried. A server that does not take one gets no more in this round."""
    now = clock.now()
    rows = Notice.objects.filter(way=Notice.Way.MAIL, due_at__lte=now)
    moved = give_up_lost(rows)
    due = rows.filter(state=State.DUE).select_related("user").order_by("due_at", "pk")
    for row in due[:AT_ONCE]:
        if not telling.claim(row, pauses=PAUSES, state=State.SENDING):
            continue
        moved += 1
        if not _sent(row):
            break
    return moved


def give_up_lost(rows: QuerySet[Notice]) -> int:
    """Those whose sender died in the attempt. How many."""
    lost = rows.filter(state=State.SENDING)
    return lost.update(state=State.UNKNOWN, answer=LOST, settled_at=clock.now())


def _sent(row: Notice) -> bool:
    """Send one that is claimed, and keep what became of it. False when the server is in trouble."""
    found = contents.of(row, choices.of(row.user))
    if not found:
        _settle(row, State.NOTHING)
        return True
    row.items = [line.pk for line in found.lines]
    Notice.objects.filter(pk=row.pk).update(items=row.items)
    off = choices.off_link(row.user)
    tried = mailbox.deliver(
        row.user, subject=wording.subject(found), text=wording.text(found, off=off),
        sender=settings.DEFAULT_FROM_EMAIL,
        headers={"List-Unsubscribe": f"<{off}>",
                 "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )  # fmt: skip
    _keep(row, tried)
    return tried.kind in (mailbox.ARRIVED, mailbox.LOCAL, "recipient")


def _keep(row: Notice, tried: mailbox.Try) -> None:
    if tried.arrived:
        _settle(row, State.SENT)
    elif tried.kind in ("unknown", "late"):
        _settle(row, State.UNKNOWN, tried.words)
    elif tried.kind == mailbox.LOCAL or row.attempts >= ATTEMPTS:
        _settle(row, State.FAILED, tried.words)
    else:
        row.answer = tried.words[:300]
        _mine(row).update(state=State.DUE, answer=row.answer)


def _settle(row: Notice, state: str, words: str = "") -> None:
    row.state, row.answer = state, words[:300]
    _mine(row).update(state=state, answer=row.answer, settled_at=clock.now())


def _mine(row: Notice) -> Any:
    return Notice.objects.filter(pk=row.pk, state=State.SENDING, attempts=row.attempts)


def send_now(user: User) -> Notice:
    """One at once for whoever asks, one a minute at most; its row says what became of it."""
    row = asked_for(user, Notice.Way.MAIL)
    _sent(row)
    return row


def asked_for(user: User, way: str) -> Notice:
    """The row of this minute, claimed already and for one attempt."""
    now = clock.now()
    row, made = Notice.objects.get_or_create(
        user=user, way=way, kind=Notice.Kind.NOW, period=now.replace(second=0, microsecond=0),
        defaults={"state": State.SENDING, "attempts": ATTEMPTS, "made_at": now,
                  "due_at": now + timedelta(seconds=PAUSES[0])},
    )  # fmt: skip
    if not made:
        raise NoticeError("One was sent a moment ago. Wait a minute, then try again.")
    row.user = user
    return row


def preview(user: User, choice: NoticeChoice) -> str:
    """What a digest would say now; "" when none would come."""
    found = contents.of(Notice(user=user, kind=Notice.Kind.NOW), choice)
    return wording.text(found) if found else ""
