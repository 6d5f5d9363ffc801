"""The copy that a blind second look is given, once the original has left or is done with.

It lies on the second person's desk like a draft that was handed to them: since the original does.
"""

from django.db.models import Exists, OuterRef

from agents.models import Draft
from revenue import clock, context, locks, transactions
from revenue.models import Account, User
from review import autonomy, intake
from review.autonomy import doubles
from review.models import Double, OutboxMessage, ReviewItem

BATCH = 20


def show_due() -> int:
    """Give each second look that can begin to somebody. How many."""
    unsent = OutboxMessage.objects.unsent().filter(item=OuterRef("original"))
    rows = doubles.waiting().filter(~Exists(unsent), shadow=None).order_by("pk")
    found = rows.values_list("pk", "original__account_id")
    return sum(transactions.apart(lambda row: _show(*row), found[:BATCH]))


@transactions.atomic
def _show(pk: int, account_id: int) -> bool:
    account = locks.account(account_id)
    rows = doubles.waiting().filter(pk=pk, shadow=None)
    double = rows.select_related("original__draft__contact", "first_by").first()
    original = double.original.draft if double else None
    if double is None or original is None:
        return False
    second = _second(double)
    if second is None or double.original.expires_at <= clock.now():
        Double.objects.filter(pk=pk).update(closed_at=clock.now())
        return False
    copy = _copy(original)
    copy.account = account
    copy.context_version = account.context_version
    copy.context_hash = context.contexts([account])[account.pk].hash
    copy.save(force_insert=True)
    item = ReviewItem(
        account=account, draft=copy, assigned_to=second, reason=autonomy.ordinary(copy),
        created_at=double.original.created_at, expires_at=double.original.expires_at,
    )  # fmt: skip
    double.shadow = intake.place([item])[0]
    double.save(update_fields=["shadow"])
    return True


def _second(double: Double) -> User | None:
    """Somebody else of the team, by chance, to whom the account is closed: on its page stands that
    the mail has left."""
    account = Account.objects.filter(pk=double.original.account_id)
    found = doubles.reviewers(double.first_by.team_id)
    others = [user for user in found if user.pk != double.first_by_id
              and not (account & Account.objects.for_user(user)).exists()]  # fmt: skip
    drawn = autonomy.chance(f"second {double.original_id}")
    return others[int(drawn * len(others))] if others else None


def _copy(original: Draft) -> Draft:
    """What the agent wrote, as it wrote it and of what. It cannot leave."""
    kept = ("agent", "config", "output_class", "effect", "contact", "subject", "body", "fields",
            "evidence", "risk_flags", "rationale", "in_reply_to", "is_tainted", "model", "run",
            "handoff", "created_at")  # fmt: skip
    values = {name: getattr(original, name) for name in kept}
    return Draft(**values, is_planted=True, needs_item=False)
