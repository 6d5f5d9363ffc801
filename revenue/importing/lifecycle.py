"""Where an account stands by its deals: one that won any is a customer, since the first was won.

So Salesforce and HubSpot count it, however many other deals are open there. Everything else an
account can be, people and conversations decide: one that is on hold or lost stays so, one that
was a customer once and is something else now stays that, and only lost deals leave a prospect.
"""

from datetime import date, datetime

from django.db.models import Min

from revenue import clock, stages
from revenue.events import Entry
from revenue.models import Account, Opportunity, StageChange

from .batches import BY
from .deals import moment, overwrite
from .units import Work

CUSTOMER = "customer"
REASON = "won deals in the import"


def advance(account_ids: list[int], work: Work) -> None:
    """The step to customer with its date, for those that have just become complete."""
    won = _first_won(account_ids)
    steps = StageChange.objects.filter(account__in=won, opportunity=None, to_stage=CUSTOMER)
    made = {step.account_id: step for step in steps}
    fresh = [work.accounts[pk] for pk in sorted(won.keys() - made.keys())]
    _make([row for row in fresh if stages.semantic(row) == stages.OPEN], won, work)
    if work.update:
        _redate([step for step in made.values() if (step.by, step.reason) == (BY, REASON)], won)


def _first_won(account_ids: list[int]) -> dict[int, date | None]:
    """Account → the day of its first won deal, empty where no won deal has a date."""
    if not account_ids:
        return {}
    rows = Opportunity.objects.filter(account__in=account_ids, is_won=True).order_by()
    return dict(rows.values_list("account_id").annotate(first=Min("closed_on")))


def _make(accounts: list[Account], won: dict[int, date | None], work: Work) -> None:
    if not accounts:
        return
    now = clock.now()
    StageChange.objects.bulk_create(_step(row, moment(won[row.pk]) or now) for row in accounts)
    Account.objects.filter(pk__in=[row.pk for row in accounts]).update(stage=CUSTOMER)
    for row in accounts:
        told = {"before": row.stage, "after": CUSTOMER}
        work.entries[row.pk].append(Entry("stage.changed", row, told))
        work.moved.add(row.pk)
        row.stage = CUSTOMER


def _step(account: Account, at: datetime) -> StageChange:
    return StageChange(
        account=account, from_stage=account.stage, to_stage=CUSTOMER, at=at, by=BY, reason=REASON
    )


def _redate(steps: list[StageChange], won: dict[int, date | None]) -> None:
    """A step that an import made follows the dates of the deals."""
    stale = []
    for step in steps:
        at = moment(won[step.account_id or 0]) or step.at
        if at != step.at:
            step.at = at
            stale.append(step)
    if stale:
        overwrite(StageChange, stale, ["at"])
