"""Signed requests to addresses that somebody typed in: claimed before each attempt, sent with no
transaction open, tried again later and later, and given up at last.

Whose rows they are says what stands in them (`letter`, or nothing when the row was settled
instead) and what is kept of the end (`settle`).
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import F, QuerySet

from revenue import clock, posting, vault
from review import signing
from review.models.doors import Told

Row = TypeVar("Row", bound=Told)

PAUSES = (15, 60, 300, 1800, 7200, 21_600, 43_200)  # seconds after each attempt
AT_ONCE = 20
UNREADABLE = "The secret cannot be read any more."


def deliver(
    due: QuerySet[Row],
    *,
    letter: Callable[[Row], posting.Letter | None],
    settle: Callable[..., None],
    pauses: Sequence[int] = PAUSES,
    limit: int = AT_ONCE,
) -> int:
    """Send what is due, all at once. `settle(row, words, heard=…)` is told of every end. How many
    were tried."""
    rows = [row for row in due.order_by("due_at", "pk")[:limit] if claim(row, pauses=pauses)]
    letters = [(row, made) for row in rows if (made := letter(row))]
    answers = posting.post_all([made for _, made in letters])
    for (row, _), answer in zip(letters, answers, strict=True):
        if not answer.words:
            settle(row, str(answer.status), heard=True)
        elif row.attempts > len(pauses):
            settle(row, answer.words, heard=False)
        else:
            mine: Any = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts)
            mine.update(answer=answer.words[:300])
    return len(rows)


def claim(row: Told, *, pauses: Sequence[int] = PAUSES, **values: Any) -> bool:
    """The attempt is counted before it is made: one that dies in it is tried again by its time."""
    pause = pauses[min(row.attempts, len(pauses) - 1)]
    rows: Any = type(row)._default_manager
    due = rows.filter(pk=row.pk, state="due", attempts=row.attempts)
    until = clock.now() + timedelta(seconds=pause)
    row.attempts += 1
    return bool(due.update(attempts=F("attempts") + 1, due_at=until, **values))


def signed(url: str, sealed: str, key_id: str, *, webhook_id: str, body: bytes) -> posting.Letter:
    """The request with its signature of this moment; `vault.Unreadable` without the secret."""
    secret = vault.reveal(sealed, key_id)
    headers = signing.headers(secret, webhook_id=webhook_id, at=clock.now(), body=body)
    return posting.Letter(url, body, headers)
