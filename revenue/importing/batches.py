"""One import as a row: which files, how far, every row that was told. Two imports take turns."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from typing import Any

from revenue import clock, events, locks, transactions, workspace
from revenue.models import ImportBatch, ImportIssue, User, Workspace

from .faults import Issue
from .planning import Plan

BY = "system:import"
CHAIN = "import"
Counts = dict[str, Counter]


def earlier(plan: Plan) -> ImportBatch | None:
    """The finished import of the same files, understood in the same way."""
    done = ImportBatch.objects.filter(digest=plan.digest, state=ImportBatch.State.DONE)
    return done.order_by("-finished_at").first()


def is_latest(batch: ImportBatch) -> bool:
    done = ImportBatch.objects.filter(state=ImportBatch.State.DONE)
    return not done.filter(finished_at__gt=batch.finished_at).exists()


@contextmanager
def turn() -> Iterator[None]:
    """A transaction in which no other import writes. The workspace's one row is the lock."""
    with transactions.atomic():
        locks.row(Workspace, workspace.load().pk)
        yield


def begin(plan: Plan, *, by: User | str) -> ImportBatch:
    """A new batch, or the one that a killed import of the same files left behind."""
    with turn():
        return _begun(plan, by=by)


def _begun(plan: Plan, *, by: User | str) -> ImportBatch:
    left = ImportBatch.objects.filter(digest=plan.digest, state=ImportBatch.State.RUNNING).first()
    if left:
        return left
    batch = ImportBatch.objects.create(
        name=plan.name[:300],
        digest=plan.digest,
        by=by if isinstance(by, User) else None,
        started_at=clock.now(),
        options=understood(plan),
        rows=plan.good,
    )
    tell(batch, plan.issues())
    events.append("import.started", by=by, chain=CHAIN, subject=batch)
    return batch


def begin_claimed(
    batch: ImportBatch, plan: Plan, *, by: User | str, write: Callable[..., None]
) -> None:
    """A preview's own row becomes the import; once, whoever goes on with it."""
    if batch.digest:
        return
    with turn():
        kept = {name: batch.options[name] for name in ("files", "shift_to")}
        options = {**understood(plan), **kept}
        write(name=plan.name[:300], digest=plan.digest, rows=plan.good, options=options)
        tell(batch, plan.issues())
        events.append("import.started", by=by, chain=CHAIN, subject=batch)


def understood(plan: Plan) -> dict[str, Any]:
    """How the files were read, for later."""
    mappings = {part.table.name: asdict(part.mapping) for part in plan.parts}
    return {"shift_days": plan.shift.days, "mappings": mappings}


def tell(batch: ImportBatch, issues: Iterator[Issue]) -> None:
    while portion := list(islice(issues, 1000)):
        ImportIssue.objects.bulk_create([_row(batch, issue) for issue in portion])


def _row(batch: ImportBatch, issue: Issue) -> ImportIssue:
    return ImportIssue(
        batch=batch, file=issue.file[:300], row=issue.row, field=issue.field, found=issue.found,
        problem=issue.problem, action=issue.action,
    )  # fmt: skip


def plain(counts: Counts) -> dict[str, dict[str, int]]:
    return {kind: dict(total) for kind, total in counts.items()}


@transactions.atomic
def finish(batch: ImportBatch, counts: Counts, *, by: User | str) -> None:
    """A batch that a process has claimed is finished by this process alone."""
    under_way = (ImportBatch.State.RUNNING, ImportBatch.State.QUEUED)
    running = ImportBatch.objects.filter(pk=batch.pk, claim=batch.claim, state__in=under_way)
    done = running.update(
        state=ImportBatch.State.DONE,
        finished_at=clock.now(),
        counts=plain(counts),
        claim="",
        claimed_until=None,
        trouble="",
    )
    # Two processes may import the same files at once: the one that was first has told it.
    if done:
        events.append("import.done", by=by, chain=CHAIN, subject=batch)
