"""A plan becomes rows: our own people first, then accounts, then everything of each account.

Every step is one short transaction and knows its rows by their key, so a killed import is resumed
by running it again. The same files a second time change nothing: what is there stays as it is,
whatever people have changed since, and only what is missing is made.

`commit` does it in one go, for the command. `Run` is the same in steps, for whoever does it a
slice at a time under a claim: what is behind the cursor of the batch is not looked at again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from revenue import clock, ingest, locks
from revenue.models import Account, ImportBatch, Product, Signal, User

from . import accounts, batches, columns, contacts, deals, lifecycle, owners, parties
from .batches import BY, Counts
from .claims import Claim
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
    run = Run(plan, batch, by=by, update=update)
    for _ in run.steps():
        progress(run.rows)
    if update:
        run.finish()
    batch.counts = batches.plain(run.counts)
    return batch


def resume(plan: Plan, claim: Claim, *, by: User | str = BY) -> "Run":
    """The run of a batch that waited, from where it was left; begun, if nobody has yet."""
    before = batches.earlier(plan)
    batches.begin_claimed(claim.batch, plan, by=by, write=claim.write)
    update = not (before and batches.is_latest(before))
    return Run(plan, claim.batch, by=by, update=update, claim=claim)


class Run:
    """An import under way. `rows` is how many are done, `counts` what became of them."""

    def __init__(
        self, plan: Plan, batch: ImportBatch, *, by: User | str, update: bool,
        claim: Claim | None = None,
    ) -> None:  # fmt: skip
        self.plan, self.batch, self.by, self.update, self.claim = plan, batch, by, update, claim
        self.cursor = dict(batch.cursor) if claim else {}
        self.rows = self.cursor.get("rows", 0)
        kept = batch.counts if claim else {}
        self.counts: Counts = defaultdict(Counter, {kind: Counter(n) for kind, n in kept.items()})

    def steps(self) -> Iterator[None]:
        """One short transaction each."""
        spool, phase = self.plan.spool, self.cursor.get("phase", 0)
        if phase < 1:
            yield from self._phase(1, parties.write(spool, self.counts, update=self.update))
        if phase < 2:
            yield from self._phase(2, self._accounts())
        else:
            accounts.place(spool)
        yield from self._units()

    @property
    def may_pause(self) -> bool:
        """Is everything that is written behind the cursor, so that nothing is done again?"""
        return self.cursor.get("phase", 0) == 2 and self.cursor["rows"] == self.rows

    def finish(self) -> None:
        batches.finish(self.batch, self.counts, by=self.by)

    def _phase(self, number: int, portions: Iterator[int]) -> Iterator[None]:
        for rows in portions:
            self.rows += rows
            if self.claim:
                self.claim.progress(self.rows)
            yield
        self._reached(phase=number)

    def _accounts(self) -> Iterator[int]:
        yield from accounts.write(self.plan.spool, self.counts, update=self.update)
        for marked in contacts.suppress(self.plan.spool):
            self.counts[columns.CONTACTS]["suppressed"] += marked
            yield 0

    def _units(self) -> Iterator[None]:
        people = people_by_name()
        products = dict(Product.objects.values_list("name", "pk"))
        place = {name: self.cursor[name] for name in ("account", "deal") if name in self.cursor}
        for unit in units(self.plan.spool, **place):
            work = Work({}, people, products, self.plan.shift, self.update, self.counts)
            with batches.turn():
                issues = _write(unit, work, self.plan)
                batches.tell(self.batch, iter(issues))
                self.rows += unit.size
                self._passed(unit)
            self.plan.spool.tell(issues)
            yield

    def _passed(self, unit: Unit) -> None:
        """In the unit's own transaction: its rows, what is told of them and the cursor are one.

        A unit that ends in the middle of an account is done again from the account's beginning.
        """
        if unit.is_whole:
            behind = {"account": unit.finished[-1]} if unit.finished else {}
            without = [row.key for pk, row in unit.deals if pk is None]
            self._reached(**behind, **({"deal": without[-1]} if without else {}))
        elif self.claim:
            self.claim.progress(self.rows)

    def _reached(self, **place: int | str) -> None:
        self.cursor |= {**place, "rows": self.rows}
        if self.claim:
            self.claim.reached(self.cursor, self.counts)


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
