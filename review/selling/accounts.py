"""What a manager says of a whole account: that it is strategic, or no longer.

At a strategic account a person decides each next step and reads every draft by itself, however far
its class is trusted.
"""

from revenue import events, records, transactions
from revenue.models import Account, Event, User
from review import moments
from review.decisions.checks import visible_account
from review.decisions.errors import Conflict, DecisionError


@transactions.atomic
def flag_strategic(account: Account, *, on: bool, by: User) -> None:
    row = visible_account(account, by=by)
    if not by.is_manager:
        raise DecisionError("Only a manager says which accounts are strategic.")
    if row.is_strategic == on:
        raise Conflict(f"{_who(row)} {'strategic' if on else 'not strategic'}.")
    records.flag_strategic(row, on=on, by=by)


def _who(account: Account) -> str:
    told = Event.objects.filter(account_id=account.pk, kind="account.strategic").last()
    person = events.person(told.actor) if told else None
    if told is None or person is None:
        return "This account is by now"
    return f"{person} marked this account {moments.at(told.at)} as"
