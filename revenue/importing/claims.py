"""Who goes on with an import that waits: one process at a time, for as long as it shows life.

The row is the truth: a process that is gone leaves its claim to expire, and the next one goes on
behind what was written. A claim is fenced by its token: whoever lost it writes nothing more.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F, Q

from revenue import clock, events, transactions
from revenue.models import ImportBatch

from .batches import BY, CHAIN, Counts, plain

# Longer than the longest thing between two signs of life, which is to read and check the files.
LASTS = timedelta(seconds=30)
MOST_ATTEMPTS = 3  # that came to nothing
PAUSE = timedelta(seconds=5)
State = ImportBatch.State


class Lost(Exception):
    """Another process has this import now."""


@dataclass(frozen=True)
class Claim:
    batch: ImportBatch

    def _mine(self) -> Any:
        rows = ImportBatch.objects.filter(pk=self.batch.pk, state=State.QUEUED)
        return rows.filter(claim=self.batch.claim)

    def write(self, **values: Any) -> None:
        """Only as long as it is ours; a sign of life as well."""
        if not self._mine().update(claimed_until=clock.now() + LASTS, **values):
            raise Lost
        for name, value in values.items():
            setattr(self.batch, name, value)

    def progress(self, rows: int) -> None:
        self.write(rows_done=rows)

    def reached(self, cursor: dict[str, Any], counts: Counts) -> None:
        """Everything up to here is written. Called in the transaction that wrote the last of it."""
        self.write(
            cursor=cursor, rows_done=cursor["rows"], counts=plain(counts), attempts=0, trouble=""
        )

    def release(self) -> None:
        """There is more to do; anybody may."""
        self._mine().update(claim="", claimed_until=None)

    @property
    def is_last(self) -> bool:
        """Has it come to nothing often enough, should it come to nothing now?"""
        return self.batch.attempts >= MOST_ATTEMPTS

    def failed(self, words: str) -> None:
        """Try again after a pause; the third time in a row a person is asked."""
        if self.is_last:
            self.give_up(words)
            return
        self._mine().update(claim="", claimed_until=clock.now() + PAUSE, trouble=words[:400])

    @transactions.atomic
    def give_up(self, words: str) -> None:
        """It is a preview again and says why. What was written stays, and is not made twice."""
        back = self._mine().update(
            state=State.PREVIEW, trouble=words[:400], claim="", claimed_until=None, attempts=0,
            digest="", cursor={}, counts={}, rows_done=0,
        )  # fmt: skip
        if back:
            self.batch.issues.all().delete()
            events.append("import.stopped", by=BY, chain=CHAIN, subject=self.batch)


def queue(batch: ImportBatch) -> bool:
    """A person said yes. False when somebody was faster."""
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=State.PREVIEW)
    return bool(waiting.update(state=State.QUEUED, started_at=clock.now(), trouble=""))


def waiting() -> Any:
    """Imports that nobody works at."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=clock.now())
    return ImportBatch.objects.filter(free, state=State.QUEUED)


def take() -> Claim | None:
    """The oldest that waits, or nothing. The attempt is counted before anything is tried."""
    batch = waiting().select_related("by").order_by("started_at", "pk").first()
    if batch is None:
        return None
    token = secrets.token_hex(16)
    mine = waiting().filter(pk=batch.pk).update(
        claim=token, claimed_until=clock.now() + LASTS, attempts=F("attempts") + 1
    )  # fmt: skip
    batch.claim, batch.attempts = token, batch.attempts + 1
    if not mine:
        return None
    claim = Claim(batch)
    if batch.attempts > MOST_ATTEMPTS:
        claim.give_up(batch.trouble or "The import ended without a result three times.")
        return None
    return claim
