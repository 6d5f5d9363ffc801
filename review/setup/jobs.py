"""Imports that a person said yes to, done in the background a slice at a time.

Called by `review.tasks`: a worker does a long slice, the tick a short one. The row says how far it
is, so that a slice, a process that is killed and another machine all go on where the last stopped.
"""

import logging
import time

from revenue import importing, transactions
from review.setup import uploads
from review.setup.uploads import UploadError

logger = logging.getLogger(__name__)
NO_ROW = "No row of these files can be imported."
FAULT = "The import could not go on. It is tried again; what is imported already stays."
GIVEN_UP = (
    "The import could not go on, three times in a row. What was imported stays, and is not made "
    "twice: look at the files, then import again. Your admin finds the reason in the log."
)


def work(*, seconds: float) -> int:
    """Go on with the oldest import that waits, for about so long. 0 when none does."""
    claim = importing.take()
    if claim is None:
        return 0
    try:
        _slice(claim, until=time.monotonic() + seconds)
    except importing.Lost:
        logger.warning("Import %s went on in another process.", claim.batch.pk)
    except UploadError as fault:
        claim.give_up(str(fault))
    except Exception:
        logger.exception("Import %s could not go on", claim.batch.pk)
        claim.failed(GIVEN_UP if claim.is_last else FAULT)
    return 1


def _slice(claim: importing.Claim, *, until: float) -> None:
    batch = claim.batch
    made = uploads.plan(batch, *uploads.tables(batch))
    if not made.good:
        raise UploadError(NO_ROW)
    run = importing.resume(made, claim, by=batch.by or importing.BY)
    for _ in run.steps():
        if run.may_pause and time.monotonic() > until:
            claim.release()
            return
    with transactions.atomic():
        run.finish()
        uploads.forget(batch)


def is_waiting() -> bool:
    return importing.waiting().exists()
