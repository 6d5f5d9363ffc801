"""Decisions are told to the outside agent whose draft it was: signed, at least once, and of each
draft in their order.

`notice` makes a row of everything that happened and is not told yet; `deliver_due` sends what is
due, with no transaction open, and tries again later, longer each time, until it gives up.
"""

import json
from datetime import timedelta

from django.db.models import Exists, F, OuterRef

from agents.models import Draft
from revenue import clock, events, locks, posting, transactions, vault
from review import fates, signing
from review.models import ApiToken, Callback, Submission

PAUSES = (15, 60, 300, 1800, 7200, 21_600, 43_200)  # seconds after each attempt
ATTEMPTS = len(PAUSES) + 1
AT_ONCE = 20
UNREADABLE = "The secret cannot be read any more. Make a new token."
REVOKED = "The token was revoked."


def work(*, compare: bool = True) -> int:
    """One round. How many rows it moved."""
    return (notice() if compare else 0) + deliver_due()


def notice(*, limit: int = 100) -> int:
    """Rows for what happened to open submissions since the last look. How many."""
    rows = Submission.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True)
    return sum(_notice(pk) for pk in list(rows[:limit]))


@transactions.atomic
def _notice(pk: int) -> int:
    """Under the submission's lock: of two that look at once the second finds what is told."""
    locks.row(Submission, pk)
    rows = Submission.objects.filter(pk=pk, is_open=True)
    submission = rows.select_related("token", "draft__account").first()
    if submission is None or submission.draft is None:
        return 0
    token, draft = submission.token, submission.draft
    if token.revoked_at or not token.callback_url:
        rows.update(is_open=False)
        return 0
    fate = fates.of(draft)
    known = set(Callback.objects.filter(token=token, draft=draft).values_list("about", flat=True))
    new = [one for one in fate.happenings if one.about not in known]
    for one in new:
        _tell(token, draft, one)
    if fate.is_over:
        rows.update(is_open=False)
    return len(new)


def _tell(token: ApiToken, draft: Draft, one: fates.Happening) -> None:
    now = clock.now()
    row = Callback.objects.create(
        token=token, account=draft.account, draft=draft, about=one.about, kind=one.kind,
        due_at=now, made_at=now, body=_body(draft, token, one),
    )  # fmt: skip
    events.append("callback.due", by="system", account=draft.account, subject=row, state=row.state)


def _body(draft: Draft, token: ApiToken, one: fates.Happening) -> str:
    data = {"draft": draft.pk, "account": draft.account_id, "agent": token.agent,
            "state": one.kind, **one.data}  # fmt: skip
    said = {"type": f"draft.{one.kind}", "timestamp": one.at.isoformat(), "data": data}
    return json.dumps(said, ensure_ascii=False)


def deliver_due(*, limit: int = AT_ONCE) -> int:
    """Send what is due, all at once. How many were tried."""
    now = clock.now()
    due = Callback.objects.filter(state=Callback.State.DUE, due_at__lte=now)
    # What comes later at the same draft waits until what comes before was heard or given up.
    earlier = Callback.objects.filter(
        state=Callback.State.DUE, token=OuterRef("token"), draft=OuterRef("draft"),
        pk__lt=OuterRef("pk"),
    )  # fmt: skip
    due = due.exclude(Exists(earlier))
    rows = [row for row in due.select_related("token", "account").order_by("due_at", "pk")[:limit]
            if _claim(row)]  # fmt: skip
    letters = [(row, letter) for row in rows if (letter := _letter(row))]
    answers = posting.post_all([letter for _, letter in letters])
    for (row, _), answer in zip(letters, answers, strict=True):
        _record(row, answer)
    return len(rows)


def _claim(row: Callback) -> bool:
    """The attempt is counted before it is made: one that dies in it is tried again by its time."""
    pause = PAUSES[min(row.attempts, len(PAUSES) - 1)]
    due = Callback.objects.filter(pk=row.pk, state=Callback.State.DUE, attempts=row.attempts)
    until = clock.now() + timedelta(seconds=pause)
    row.attempts += 1
    return bool(due.update(attempts=F("attempts") + 1, due_at=until))


def _letter(row: Callback) -> posting.Letter | None:
    token = row.token
    if token.revoked_at:
        _give_up(row, REVOKED)
        return None
    try:
        secret = vault.reveal(token.callback_secret, token.callback_key_id)
    except vault.Unreadable:
        _give_up(row, UNREADABLE)
        return None
    body = row.body.encode()
    headers = signing.headers(secret, webhook_id=row.webhook_id, at=clock.now(), body=body)
    return posting.Letter(token.callback_url, body, headers)


def _record(row: Callback, answer: posting.Answer) -> None:
    if not answer.words:
        _settle(row, Callback.State.DELIVERED, str(answer.status))
    elif row.attempts >= ATTEMPTS:
        _give_up(row, answer.words)
    else:
        Callback.objects.filter(pk=row.pk, attempts=row.attempts).update(answer=answer.words[:300])


def _give_up(row: Callback, words: str) -> None:
    _settle(row, Callback.State.GIVEN_UP, words)


@transactions.atomic
def _settle(row: Callback, state: str, words: str) -> None:
    rows = Callback.objects.filter(pk=row.pk, state=Callback.State.DUE)
    if rows.update(state=state, answer=words[:300], settled_at=clock.now()):
        events.append(
            f"callback.{state}", by="system", account=row.account, subject=row, state=state
        )
