"""What people do with deals: open one, move it a step, win it, lose it, take it up again.

`revenue.stages` writes the step and its history, `revenue.ingest` tells the account of it. With
its first won deal an open account becomes a customer, as it does in an import; everything else
that an account can be, people and conversations decide.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from revenue import clock, context, events, ingest, locks, stages, transactions
from revenue.models import Account, Opportunity, Product, StageChange, User

OPENED = "Opened by hand"
CUSTOMER = "customer"


@dataclass(frozen=True)
class Terms:
    """What a deal is closed with: `amount` in dollars, `on` the day."""

    amount: Decimal | None = None
    on: date | None = None


@transactions.atomic
def open_deal(
    account: Account,
    *,
    name: str,
    product: Product | None,
    amount: Decimal | None,
    stage: str,
    by: User,
) -> Opportunity:
    """A new deal of the account's owner. The very same one, opened today, is that one."""
    row = locks.account(account.pk)
    if stage not in stages.names(stages.OPPORTUNITY, stages.OPEN):
        raise stages.StageError(f"A deal is not opened in stage “{stage}”.")
    today = timezone.localtime(clock.now()).date()
    values = {
        "name": ingest.storable(name).strip()[:200], "product": product, "amount": amount,
        "stage": stage, "engaged_on": today, "owner_id": row.owner_id or by.pk,
    }  # fmt: skip
    known = Opportunity.objects.open().filter(account=row, **values).first()
    return known or _opened(row, values, by=by)


def _opened(account: Account, values: dict[str, object], *, by: User) -> Opportunity:
    deal = Opportunity.objects.create(account=account, **values)
    change = StageChange.objects.create(
        account=account, opportunity=deal, to_stage=deal.stage, at=clock.now(),
        by=events.actor(by), reason=OPENED,
    )  # fmt: skip
    context.moved(account.pk)
    events.append("opportunity.opened", by=by, account=account, subject=deal, stage=deal.stage)
    ingest.record_signal(
        account=account, kind="stage_changed", source="crm", occurred_at=change.at,
        dedupe_key=f"stage:{change.pk}", payload={"opportunity": deal.pk, "to": deal.stage},
    )  # fmt: skip
    return deal


@transactions.atomic
def move(
    deal: Opportunity, to: str, *, by: User, reason: str, terms: Terms | None = None
) -> StageChange:
    """One step along the graph; StageError names the steps there are."""
    change = ingest.record_step(deal, to, by=by, reason=reason)
    if terms and stages.OPPORTUNITY[to].semantic in (stages.WON, stages.LOST):
        _close(deal, terms)
    if stages.OPPORTUNITY[to].semantic == stages.WON and deal.account_id:
        _gain(locks.account(deal.account_id), by=by)
    return change


def _close(deal: Opportunity, terms: Terms) -> None:
    values: dict[str, object] = {"closed_on": terms.on} if terms.on else {}
    if terms.amount is not None:
        values["amount"] = terms.amount
    if values:
        Opportunity.objects.filter(pk=deal.pk).update(**values)


def _gain(account: Account, *, by: User) -> None:
    if stages.semantic(account) == stages.OPEN:
        stages.advance(account, CUSTOMER, by=by, reason="A deal was won.")
