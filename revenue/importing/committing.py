"""A plan becomes rows: our own people first, then accounts, then everything of each account.

Every step is one short transaction and knows its rows by their key, so a killed import is resumed
by running it again. The same files a second time change nothing: what is there stays as it is,
whatever people have changed since, and only what is missing is made.
"""

from collections import Counter, defaultdict
from collections.abc import Callable

from revenue import clock, ingest, locks
from revenue.models import Account, ImportBatch, Product, Signal, User

from . import accounts, batches, columns, contacts, deals, lifecycle, owners, parties
from .batches import BY, Counts
from .faults import Issue
from .planning import Plan
from .references import people_by_name
from .units import Unit, Work, units
from .values import fold

Progress = Callable[[int], None]


def commit(
    plan: Plan, *, by: User | str = BY, progress: Progress = lambda rows: None
) -> ImportBatch:
    """Write what is good in the plan. `counts` of the result says what this run did.

    Returns the earlier import when the same files were imported before and nothing after them.
    """
    before = batches.earlier(plan)
    update = not (before and batches.is_latest(before))
    batch = before if before and not update else batches.begin(plan, by=by)
    counts: Counts = defaultdict(Counter)
    parties.write_people(plan.spool, counts, update=update)
    parties.write_products(plan.spool, counts, update=update)
    accounts.write(plan.spool, counts, update=update)
    counts[columns.CONTACTS]["suppressed"] = contacts.suppress(plan.spool)
    _write_units(plan, batch, counts, update=update, progress=progress)
    if update:
        batches.finish(batch, counts, by=by)
    batch.counts = {kind: dict(total) for kind, total in counts.items()}
    return batch


def _write_units(
    plan: Plan, batch: ImportBatch, counts: Counts, *, update: bool, progress: Progress
) -> None:
    people = people_by_name()
    products = dict(Product.objects.values_list("name", "pk"))
    done = 0
    for unit in units(plan.spool):
        work = Work({}, people, products, plan.shift, update, counts)
        with batches.turn():
            issues = _write(unit, work, plan)
            batches.tell(batch, iter(issues))
        plan.spool.tell(issues)
        done += unit.size
        progress(done)


def _write(unit: Unit, work: Work, plan: Plan) -> list[Issue]:
    ids = unit.account_ids | deals.account_ids(unit)
    work.accounts = {account.pk: account for account in locks.accounts(ids)}
    issues = unit.drop(unit.account_ids - work.accounts.keys())
    contacts.write(unit, work)
    issues += deals.write(unit, work)
    owners.assign(plan.spool, unit.finished, work)
    lifecycle.advance(unit.finished, work)
    work.write_log()
    for account in _new_here(unit.finished, work):
        ingest.record_signal(
            account=account, kind="imported", source="import", occurred_at=clock.now(), payload={},
            dedupe_key=_signal_key(account),
        )  # fmt: skip
    return issues


def _new_here(ids: list[int], work: Work) -> list[Account]:
    """The accounts that no import has announced yet, ascending."""
    keys = {pk: _signal_key(work.accounts[pk]) for pk in sorted(ids)}
    seen = Signal.objects.filter(dedupe_key__in=keys.values())
    known = set(seen.values_list("dedupe_key", flat=True))
    return [work.accounts[pk] for pk, key in keys.items() if key not in known]


def _signal_key(account: Account) -> str:
    return f"imported:{account.crm_key or fold(account.name)}"
