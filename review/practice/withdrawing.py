"""Practice drafts and second looks that are over end as any other draft would: nobody missed
anything, and nobody is told.

Out of date is also what others speak beside: a draft that waits holds the voice of its account, and
practice holds none.
"""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from revenue import clock, locks, transactions
from revenue.models import Lease
from review import autonomy, citations, intake
from review.models import IS_OPEN, ReviewItem, State

BATCH = 100
OUTDATED, EXPIRED = "the account moved on", "nobody decided"


def withdraw_due() -> int:
    """What its account has outrun, and what nobody decided in time. How many."""
    rows = (_outdated() | _expired()).order_by("account_id", "pk")
    found = rows.values_list("pk", "account_id")[:BATCH]
    return transactions.every(
        lambda: sum(transactions.apart(lambda row: _withdrawn(*row), found)),
        autonomy.expire_doubles,
    )


def _outdated() -> QuerySet[ReviewItem]:
    moved = ~Q(draft__context_version=F("account__context_version"))
    spoken = Exists(Lease.objects.active().filter(account=OuterRef("account")))
    behind = moved | spoken | citations.outdated()
    return ReviewItem.objects.filter(IS_OPEN, behind, draft__is_planted=True)


def _expired() -> QuerySet[ReviewItem]:
    over = {"state": State.PENDING, "expires_at__lte": clock.now()}
    return ReviewItem.objects.filter(draft__is_planted=True, **over)


@transactions.atomic
def _withdrawn(pk: int, account: int) -> bool:
    locks.account(account)
    if _outdated().filter(pk=pk).exists():
        return withdraw(pk)
    rows = _expired().select_related("account", "draft").filter(pk=pk)
    return any(intake.close(row, State.SUPERSEDED, reason=EXPIRED) for row in rows)


def withdraw(pk: int) -> bool:
    """It is out of date. The caller holds the account's lock."""
    item = ReviewItem.objects.select_related("account", "draft").get(pk=pk)
    return intake.close(item, State.STALE, reason=OUTDATED)
