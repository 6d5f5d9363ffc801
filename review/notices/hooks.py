"""Notices to a person's webhook: signed, at least once, by `review.telling`."""

from revenue import clock, posting, vault
from revenue.models import User
from review import telling
from review.models import Notice, NoticeChoice
from review.notices import choices, contents, mailing, wording

State = Notice.State
GONE = "The webhook was disconnected."
UNREADABLE = f"{telling.UNREADABLE} Connect the webhook again."


def deliver_due() -> int:
    """How many were tried."""
    rows = Notice.objects.filter(way=Notice.Way.HOOK, due_at__lte=clock.now())
    moved = mailing.give_up_lost(rows)
    due = rows.filter(state=State.DUE).select_related("user")
    return moved + telling.deliver(due, letter=_letter, settle=_settle, pauses=mailing.PAUSES)


def _letter(row: Notice) -> posting.Letter | None:
    """What waits of it now, signed; nothing when nothing does, or when nobody may be told."""
    choice = choices.of(row.user)
    if not choice.url:
        _settle(row, GONE, heard=False)
        return None
    try:
        choices.refuse(choice.url)
        found = contents.of(row, choice)
        if found or row.kind == Notice.Kind.NOW:
            return _signed(row, choice, found)
        _settle(row, "", state=State.NOTHING)
    except choices.NoticeError as error:
        _settle(row, str(error), heard=False)
    except vault.Unreadable:
        _settle(row, UNREADABLE, heard=False)
    return None


def _signed(row: Notice, choice: NoticeChoice, found: contents.Contents) -> posting.Letter:
    is_slack = choice.style == NoticeChoice.Style.SLACK
    body = wording.slack(found) if is_slack else wording.body(found)
    if row.kind != Notice.Kind.WAITING:  # whose items are what it is about
        Notice.objects.filter(pk=row.pk).update(items=[line.pk for line in found.lines])
    return telling.signed(
        choice.url, choice.secret, choice.key_id, webhook_id=row.webhook_id, body=body.encode()
    )


def _settle(row: Notice, words: str, *, heard: bool = False, state: str = "") -> None:
    row.state = state or (State.SENT if heard else State.FAILED)
    row.answer = words[:300]
    rows = Notice.objects.filter(pk=row.pk, state__in=[State.DUE, State.SENDING])
    rows.update(state=row.state, answer=row.answer, settled_at=clock.now())


def try_out(user: User) -> Notice:
    """One at once for whoever asks, whatever waits; its row says what became of it."""
    row = mailing.asked_for(user, Notice.Way.HOOK)
    letter = _letter(row)
    if letter:
        [answer] = posting.post_all([letter])
        _settle(row, answer.words or str(answer.status), heard=not answer.words)
    return row
