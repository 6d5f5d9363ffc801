"""What a mail says it rests on, and whether that still holds.

A draft cites rows as "kind:number" (`Draft.evidence`). A fact holds until a newer one supersedes it
or its time is over, a claim until somebody withdraws it; what cites either after that is stale.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Concat

from agents.models import Draft
from revenue import clock
from revenue.models import Claim, Fact
from revenue.rows import key


def cited(drafts: Iterable[Draft]) -> dict[str, set[int]]:
    """The numbers of all rows that these drafts cite, by kind."""
    found: dict[str, set[int]] = defaultdict(set)
    for draft in drafts:
        for entry in draft.evidence:
            kind, _, text = source_id(entry).partition(":")
            number = key(text)
            if number is not None:
                found[kind].add(number)
    return found


def source_id(entry: dict[str, Any]) -> str:
    return str(entry.get("source_id", ""))


class Cites(Func):
    """Whether a draft's evidence names one of these rows: the column, then their names."""

    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM %(function)s(%(expressions)s)"
    function = "jsonb_array_elements"
    arg_joiner = ") AS one WHERE one.value ->> 'source_id' IN "

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, function="json_each",
            arg_joiner=") AS one WHERE json_extract(one.value, '$.source_id') IN ", **context,
        )  # fmt: skip


def outdated() -> Q:
    """Items whose draft cites what holds no more."""
    over = Q(superseded_by__isnull=False) | Q(good_until__lte=clock.now())
    facts = Fact.objects.filter(over, account=OuterRef("account"))
    claims = Claim.objects.filter(is_active=False)
    return (Q(Exists(facts)) & Q(_cites("fact", facts))) | Q(_cites("claim", claims))


def _cites(kind: str, rows: QuerySet[Any]) -> Cites:
    name = Concat(Value(f"{kind}:"), Cast("pk", CharField()))
    return Cites("draft__evidence", Subquery(rows.order_by().values(name=name)))
