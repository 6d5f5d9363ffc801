"""A law, asked of many rows, a few hundred at a time: an audit needs no more memory than a page
does, and can stop after each part and go on later.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from agents.models import AgentState, Preference
from revenue.models import Account, Mailbox, Switch
from review.models import EvidenceEpoch, Lane

AT_ONCE = 500
Rows = Callable[[Account | None], QuerySet[Any]]
Judge = Callable[[list[Any]], Iterator[str]]


@dataclass(frozen=True)
class Law:
    """What must hold of `rows`, those of an account or all. `words` says it to whoever runs the
    product; `judge` says what breaks it in a part of the rows.

    `unsettled` are the rows that can still become what is asked about: whatever is older than the
    oldest of them needs no second look. Without it every row is looked at again.
    """

    name: str
    words: str
    rows: Rows
    judge: Judge
    unsettled: Callable[[], QuerySet[Any]] | None = None

    def __call__(self, account: Account | None = None) -> Iterator[str]:
        for part in slices(self.rows(account)):
            yield from self.judge(part)


def law(
    words: str, rows: Rows, *, unsettled: Callable[[], QuerySet[Any]] | None = None
) -> Callable[[Judge], Law]:
    """The law that a function judges by; it is called as the function is."""
    return lambda judge: Law(judge.__name__, words, rows, judge, unsettled)


def slices(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """By the primary key, from the last one on: a row that comes meanwhile is seen."""
    last = 0
    while part := list(rows.order_by("pk").filter(pk__gt=last)[:AT_ONCE]):
        yield part
        last = part[-1].pk


def of_account(model: type[Any], account: Account | None) -> QuerySet[Any]:
    """The rows of one account, or all."""
    rows = model._default_manager.order_by("pk")
    if account is None or model is AgentState:
        return rows
    if model is Switch:
        return rows.filter(scope="account", key=str(account.pk))
    if model is Lane:
        return rows.filter(output_class__in=account.drafts.values("output_class"))
    if model is EvidenceEpoch:
        return rows.filter(lane__in=of_account(Lane, account))
    if model is Mailbox:
        return rows.filter(user=account.owner_id)
    if model is Preference:
        return rows.filter(rep=account.owner_id)
    return rows.filter(pk=account.pk) if model is Account else rows.filter(account=account)
