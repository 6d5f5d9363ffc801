"""Opportunities with the history of their stages. A deal that moved on gets one more step.

A step that the graph of `revenue.stages` does not have is not made: the stage stays, the row is
told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Model

from revenue import clock, stages
from revenue.events import Entry
from revenue.models import Opportunity, StageChange

from . import columns
from .batches import BY
from .faults import KEPT, Issue, Unreadable
from .spool import Stored
from .units import Unit, Work

FIELDS = ("account_id", "owner_id", "product_id", "name", "amount", "engaged_on", "closed_on")
STEP = ("stage", "is_closed", "is_won")
FIRST = "prospecting"
# A date without a time: noon in UTC is the same day nearly everywhere.
NOON = time(12, tzinfo=UTC)
Counts = tuple[int | None, str, Decimal | None, int | None]


@dataclass(frozen=True)
class Step:
    before: str
    after: str
    at: datetime


def account_ids(unit: Unit) -> set[int]:
    """The accounts that the deals of this unit belong to now, before anything is locked."""
    keys = [row.key for _, row in unit.deals]
    rows = Opportunity.objects.filter(crm_key__in=keys, account__isnull=False)
    return set(rows.values_list("account_id", flat=True))


def write(unit: Unit, work: Work) -> list[Issue]:
    """Returns what could not be done."""
    if not unit.deals:
        return []
    keys = [row.key for _, row in unit.deals]
    there = {deal.crm_key: deal for deal in Opportunity.objects.filter(crm_key__in=keys)}
    now = clock.now()
    _create([(pk, row) for pk, row in unit.deals if row.key not in there], work, now)
    merge = _Merge(work, now)
    for pk, row in unit.deals:
        if row.key in there:
            merge.one(there[row.key], pk, row)
    merge.write()
    return merge.issues


def _values(pk: int | None, row: Stored, work: Work) -> dict[str, Any]:
    """What the row says; a blank cell says nothing."""
    data = row.data
    said = {
        "account_id": pk,
        "owner_id": work.people.get(data.get("owner", "")),
        "product_id": work.products.get(data.get("product", "")),
        "name": data.get("name"),
        "amount": Decimal(data["amount"]) if "amount" in data else None,
        "engaged_on": _day(data.get("engaged_on"), work),
        "closed_on": _day(data.get("closed_on"), work),
    }
    return {name: value for name, value in said.items() if value is not None}


def _day(text: str | None, work: Work) -> date | None:
    return date.fromisoformat(text) + work.shift if text else None


def moment(day: date | None) -> datetime | None:
    return datetime.combine(day, NOON) if day else None


def _stage(name: str) -> dict[str, Any]:
    meaning = stages.OPPORTUNITY[name].semantic
    return {
        "stage": name,
        "is_closed": meaning in (stages.WON, stages.LOST),
        "is_won": meaning == stages.WON,
    }


def _create(rows: list[tuple[int | None, Stored]], work: Work, now: datetime) -> None:
    made = Opportunity.objects.bulk_create(
        Opportunity(crm_key=row.key, **_values(pk, row, work), **_stage(row.data["stage"]))
        for pk, row in rows
    )
    history = []
    for deal in made:
        entries = work.entries[deal.account_id]
        entries.append(Entry("opportunity.imported", deal, {"stage": FIRST}))
        for step in _steps(deal, now):
            history.append(_change(deal, step))
            entries.append(_told(deal, step))
        if deal.account_id and not deal.is_closed:
            work.moved.add(deal.account_id)
    StageChange.objects.bulk_create(history)
    work.counts[columns.OPPORTUNITIES]["new"] += len(made)


def _steps(deal: Opportunity, now: datetime) -> Iterator[Step]:
    """How a deal came to its stage, as far as its dates tell."""
    if deal.stage == FIRST:
        return
    before = FIRST
    if deal.engaged_on or deal.stage == "engaging":
        yield Step(FIRST, "engaging", moment(deal.engaged_on) or now)
        before = "engaging"
    if deal.stage != before:
        yield Step(before, deal.stage, moment(deal.closed_on or deal.engaged_on) or now)


def _change(deal: Opportunity, step: Step) -> StageChange:
    return StageChange(
        account_id=deal.account_id, opportunity=deal, from_stage=step.before, to_stage=step.after,
        at=step.at, by=BY, reason="import",
    )  # fmt: skip


def _told(deal: Opportunity, step: Step) -> Entry:
    return Entry("stage.changed", deal, {"before": step.before, "after": step.after})


def _what_counts(deal: Opportunity) -> Counts | None:
    """What of a deal would change a mail (`revenue.context`): nothing of a closed one."""
    return None if deal.is_closed else (deal.account_id, deal.stage, deal.amount, deal.owner_id)


class _Merge:
    """Deals that we have already."""

    def __init__(self, work: Work, now: datetime) -> None:
        self.work, self.now = work, now
        self.tally = work.counts[columns.OPPORTUNITIES]
        self.changed: list[Opportunity] = []
        self.history: list[StageChange] = []
        self.redated: set[int] = set()
        self.issues: list[Issue] = []

    def one(self, deal: Opportunity, pk: int | None, row: Stored) -> None:
        if not self.work.update:
            self.tally["same"] += 1
            return
        before, account = _what_counts(deal), deal.account_id
        fields = self._set(deal, _values(pk, row, self.work))
        step = self._step(deal, row)
        if not (fields or step):
            self.tally["same"] += 1
            return
        self.tally["changed"] += 1
        self.changed.append(deal)
        if not fields.isdisjoint({"engaged_on", "closed_on"}):
            self.redated.add(deal.pk)
        if before != _what_counts(deal):
            self.work.moved |= {pk for pk in (account, deal.account_id) if pk}
        self._tell(deal, fields, step)

    def _set(self, deal: Opportunity, values: dict[str, Any]) -> set[str]:
        changed = {name for name, value in values.items() if getattr(deal, name) != value}
        for name in changed:
            setattr(deal, name, values[name])
        return changed

    def _step(self, deal: Opportunity, row: Stored) -> Step | None:
        to = row.data["stage"]
        if deal.stage == to:
            return None
        now = stages.OPPORTUNITY.get(deal.stage)
        if now is None or to not in now.to:
            code = "'{was}' cannot become '{to}': the stage stays"
            fault = Unreadable(code, was=deal.stage, to=to)
            issue = Issue(row.file, row.line, "stage", to, fault.text, KEPT, fault.code)
            self.issues.append(issue)
            return None
        was = deal.stage
        for name, value in _stage(to).items():
            setattr(deal, name, value)
        if not deal.is_closed:
            deal.closed_on = None
        day = deal.closed_on if deal.is_closed else deal.engaged_on
        return Step(was, to, moment(day) or self.now)

    def _tell(self, deal: Opportunity, fields: set[str], step: Step | None) -> None:
        entries = self.work.entries[deal.account_id]
        if fields:
            entries.append(Entry("opportunity.changed", deal, {"fields": sorted(fields)}))
        if step:
            self.history.append(_change(deal, step))
            entries.append(_told(deal, step))

    def write(self) -> None:
        if not self.changed:
            return
        overwrite(Opportunity, self.changed, [*FIELDS, *STEP])
        self._move_history({deal.pk: deal for deal in self.changed})
        StageChange.objects.bulk_create(self.history)

    def _move_history(self, deals: dict[int, Opportunity]) -> None:
        """The steps that an import made follow the dates of their deal, and all its account."""
        stale = []
        for change in StageChange.objects.filter(opportunity_id__in=deals):
            deal = deals[change.opportunity_id or 0]
            at = change.at
            if change.by == BY and deal.pk in self.redated:
                at = moment(_day_of(change, deal)) or at
            if (at, deal.account_id) != (change.at, change.account_id):
                change.at, change.account_id = at, deal.account_id
                stale.append(change)
        overwrite(StageChange, stale, ["at", "account_id"])


def _day_of(change: StageChange, deal: Opportunity) -> date | None:
    """The date in the deal that tells when this step was made, if it is the deal's last such."""
    if change.to_stage == "engaging":
        return deal.engaged_on
    return deal.closed_on if change.to_stage == deal.stage else None


def overwrite(model: type[Model], rows: list, fields: list[str]) -> None:
    """Ten times as fast as `bulk_update`: the rows exist, so each insert becomes an update."""
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
