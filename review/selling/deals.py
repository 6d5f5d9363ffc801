"""Deals by hand: opened, moved, won, lost, taken up again. A step is refused when somebody else
moved the deal meanwhile: `seen` is the stage that the person had before them.
"""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from revenue import clock, deals, events, locks, stages, transactions
from revenue.models import Account, Opportunity, Product, User
from review import moments
from review.decisions.checks import visible_account
from review.decisions.errors import Conflict, DecisionError, NotYours

LOST_FOR = {
    "price": "Price",
    "competitor": "A competitor won it",
    "no_budget": "No budget",
    "no_need": "No need any more",
    "timing": "Bad timing",
    "no_answer": "They stopped answering",
    "product": "Something the product lacks",
    "other": "Other",
}
MOVED = "Moved by hand"


@transactions.atomic
def open_deal(
    account: Account, *, name: str, product: Product | None, amount: Decimal | None, stage: str,
    by: User,
) -> Opportunity:  # fmt: skip
    row = visible_account(account, by=by)
    if not name.strip() and product is None:
        raise DecisionError("Name the deal, or choose the product.")
    try:
        return deals.open_deal(row, name=name, product=product, amount=amount, stage=stage, by=by)
    except stages.StageError as error:
        raise DecisionError(str(error)) from None


@transactions.atomic
def move_deal(deal: Opportunity, to: str, *, by: User, seen: str) -> Opportunity:
    """To another open stage; a closed one is taken up again so."""
    row = _seen(deal, by=by, seen=seen)
    if to not in stages.names(stages.OPPORTUNITY, stages.OPEN):
        raise DecisionError("Choose a stage.")
    return _moved(row, to, by=by, reason=MOVED)


@transactions.atomic
def close_deal(
    deal: Opportunity, *, won: bool, by: User, seen: str, reason: str = "", note: str = "",
    amount: Decimal | None = None, on: date | None = None,
) -> Opportunity:  # fmt: skip
    """Won, with its amount and day; or lost, with a reason."""
    row = _seen(deal, by=by, seen=seen)
    if on and on > timezone.localtime(clock.now()).date():
        raise DecisionError("The day lies ahead. A deal is closed on the day on which it was.")
    if won and amount is None:
        raise DecisionError("Say what it is worth.")
    if not won and reason not in LOST_FOR:
        raise DecisionError("Choose why it was lost.")
    words = "Won" if won else ": ".join(filter(None, (LOST_FOR[reason], note.strip())))
    terms = deals.Terms(amount, on)
    return _moved(row, "won" if won else "lost", by=by, reason=words[:300], terms=terms)


def _moved(
    deal: Opportunity, to: str, *, by: User, reason: str, terms: deals.Terms | None = None
) -> Opportunity:
    try:
        deals.move(deal, to, by=by, reason=reason, terms=terms)
    except stages.StageError:
        label = stages.OPPORTUNITY[to].label
        raise DecisionError(f"From {stages.label(deal)} it does not become {label}.") from None
    deal.refresh_from_db()
    return deal


def _seen(deal: Opportunity, *, by: User, seen: str) -> Opportunity:
    """The deal as it is under the lock, if it still is what was looked at."""
    if deal.account is None:
        raise NotYours("This deal is not there.")
    visible_account(deal.account, by=by)
    row = locks.row(Opportunity, deal.pk)
    if row.account_id != deal.account_id:
        raise NotYours("This deal is not there.")
    if row.stage != seen:
        raise Conflict(f"{_who(row)} {stages.label(row)}. Here it is as it is now.")
    return row


def _who(deal: Opportunity) -> str:
    last = deal.stage_changes.order_by("pk").last()
    person = events.person(last.by) if last else None
    if last is None or person is None:
        return "This deal is by now in stage"
    return f"{person} moved this deal {moments.at(last.at)} to"
