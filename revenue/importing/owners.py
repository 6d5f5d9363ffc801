"""Whose account it is: the person on its latest open deal, else on its latest closed one.

An open deal is as late as it began, a closed one as it ended; one without a date is the oldest, and
of two on a day the later row counts. Who cannot sign in owns nothing. An owner whom a person chose
is never replaced.
"""

from django.db.models import Case, F, When, Window
from django.db.models.functions import RowNumber

from revenue.events import Entry
from revenue.models import Account, Event, Opportunity, User

from .batches import BY
from .spool import Spool
from .units import Work

_LATEST = [
    F("is_closed").asc(),
    Case(When(is_closed=True, then=F("closed_on")), default=F("engaged_on")).desc(nulls_last=True),
    F("pk").desc(),
]


def by_deals(account_ids: list[int]) -> dict[int, int]:
    """Account → owner, for those whose deals tell."""
    rows = Opportunity.objects.filter(account_id__in=account_ids, owner__is_active=True)
    place = Window(RowNumber(), partition_by="account_id", order_by=_LATEST)
    return dict(rows.annotate(place=place).filter(place=1).values_list("account_id", "owner_id"))


def assign(spool: Spool, account_ids: list[int], work: Work) -> None:
    ids = [pk for pk in account_ids if work.update or work.accounts[pk].owner_id is None]
    wanted = by_deals(ids) | _named(spool, ids, work)
    different = {pk: owner for pk, owner in wanted.items() if work.accounts[pk].owner_id != owner}
    for pk in sorted(different.keys() - _chosen_by_a_person(different, work)):
        Account.objects.filter(pk=pk).update(owner_id=different[pk])
        work.entries[pk].append(Entry("account.owner", None, {"owner": different[pk]}))
        work.moved.add(pk)


def _named(spool: Spool, account_ids: list[int], work: Work) -> dict[int, int]:
    """The owners that the file of accounts names itself; they come before the deals."""
    if not account_ids:
        return {}
    rows = spool.account_rows(account_ids)
    named = {pk: work.people.get(row.data.get("owner", "")) for pk, row in rows.items()}
    active = User.objects.filter(pk__in=set(named.values()), is_active=True)
    allowed = set(active.values_list("pk", flat=True))
    return {pk: owner for pk, owner in named.items() if owner in allowed}


def _chosen_by_a_person(account_ids: dict[int, int], work: Work) -> set[int]:
    """Accounts whose present owner, or lack of one, is not an import's doing."""
    if not account_ids:
        return set()
    events = Event.objects.filter(kind="account.owner", account_id__in=account_ids)
    last = dict(events.order_by("pk").values_list("account_id", "actor"))
    owned = {pk for pk in account_ids if work.accounts[pk].owner_id}
    return {pk for pk in account_ids if last.get(pk, "" if pk in owned else BY) != BY}
