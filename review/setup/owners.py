"""Accounts that nobody works: without an owner, or with one who cannot sign in any more."""

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from agents.orchestration import triggers
from revenue import locks, records, transactions
from revenue.models import Account, Role, User
from review import decisions
from review.models import ReviewItem

RULE = "no owner"


@dataclass
class Given:
    """`late` had got an owner in the meantime."""

    to: User
    accounts: list[Account] = field(default_factory=list)
    late: list[Account] = field(default_factory=list)


def visible(user: User) -> QuerySet[Account]:
    """A manager's are those they see; an admin sets the book up and may give away any."""
    return Account.objects.all() if user.is_admin else Account.objects.for_user(user)


def ownerless(user: User) -> QuerySet[Account]:
    return visible(user).filter(Q(owner=None) | Q(owner__is_active=False))


def candidates(user: User) -> QuerySet[User]:
    """Who may own an account: reps and managers who can sign in; for a manager, of their team."""
    rows = User.objects.filter(is_active=True).exclude(role=Role.ADMIN)
    if user.is_manager:
        rows = rows.filter(Q(pk=user.pk) | (Q(team=user.team) & Q(team__isnull=False)))
    return rows.order_by("first_name", "last_name", "pk")


def give(accounts: list[int], *, to: User, by: User) -> Given:
    """One account after the other, each in its own transaction. What has an owner now keeps it."""
    done = Given(to)
    for pk in sorted(accounts):
        account = Account.objects.filter(pk=pk).select_related("owner").first()
        if account:
            (done.accounts if _give(account, to, by=by) else done.late).append(account)
    return done


@transactions.atomic
def _give(account: Account, to: User, *, by: User) -> bool:
    row = locks.account(account.pk)
    if row.owner and row.owner.is_active:
        return False
    records.assign_owner(row, to, by=by)
    _answer_the_question(row, by=by)
    triggers.ring(row.pk)
    return True


def _answer_the_question(account: Account, *, by: User) -> None:
    """The desk may have asked for an owner: this is the answer. An admin may not settle it."""
    for item in ReviewItem.objects.waiting().filter(account=account, draft=None, rule=RULE):
        try:
            with transactions.atomic(savepoint=True):
                decisions.resolve(item, by=by, revision=item.revision, note="Given an owner.")
        except decisions.DecisionError:
            continue
