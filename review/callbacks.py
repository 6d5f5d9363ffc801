"""Decisions are told to the outside agent whose draft it was: signed, at least once, and of each
draft in their order.

`notice` makes a row of everything that happened and is not told yet; `deliver_due` sends what is
due, by `review.telling`.
"""

import json

from django.db.models import Exists, OuterRef

from agents.models import Draft
from revenue import clock, events, locks, posting, transactions, vault
from review import fates, telling
from review.models import ApiToken, Callback, Submission

UNREADABLE = f"{telling.UNREADABLE} Make a new token."
REVOKED = "The token was revoked."


def work(*, compare: bool = True) -> int:
    """One round. How many rows it moved."""
    return transactions.every(notice, deliver_due) if compare else deliver_due()


def notice(*, limit: int = 100) -> int:
    """Rows for what happened to open submissions since the last look. How many."""
    rows = Submission.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True)
    return sum(transactions.apart(_notice, rows[:limit]))


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


def deliver_due() -> int:
    """Send what is due. How many were tried."""
    now = clock.now()
    due = Callback.objects.filter(state=Callback.State.DUE, due_at__lte=now)
    # What comes later at the same draft waits until what comes before was heard or given up.
    earlier = Callback.objects.filter(
        state=Callback.State.DUE, token=OuterRef("token"), draft=OuterRef("draft"),
        pk__lt=OuterRef("pk"),
    )  # fmt: skip
    due = due.exclude(Exists(earlier)).select_related("token", "account")
    return telling.deliver(due, letter=_letter, settle=_settle)


def _letter(row: Callback) -> posting.Letter | None:
    token, body = row.token, row.body.encode()
    if token.revoked_at:
        _settle(row, REVOKED, heard=False)
        return None
    key = token.callback_secret, token.callback_key_id
    try:
        return telling.signed(token.callback_url, *key, webhook_id=row.webhook_id, body=body)
    except vault.Unreadable:
        _settle(row, UNREADABLE, heard=False)
        return None


@transactions.atomic
def _settle(row: Callback, words: str, *, heard: bool) -> None:
    state = Callback.State.DELIVERED if heard else Callback.State.GIVEN_UP
    rows = Callback.objects.filter(pk=row.pk, state=Callback.State.DUE)
    if rows.update(state=state, answer=words[:300], settled_at=clock.now()):
        events.append(
            f"callback.{state}", by="system", account=row.account, subject=row, state=state
        )
