"""Decisions of every kind at the rep's own account, made by the verbs."""

from revenue.models import Account, User
from review import decisions
from review.models import Decision
from tests.factories import prospect
from tests.review.accounts import cast

EDITED = "Hi Yara,\n\nMay I call you about the second order?\n\nMoses"


def book(name: str = "Condax", owner: User | None = None) -> Account:
    return prospect(owner=owner or cast.rep(), name=name)


def approved(account: Account, *, by: User | None = None, **more: object) -> Decision:
    dwell = more.pop("dwell_ms", 14_000)
    item = cast.item_at(account, **more)
    return decisions.approve(item, by=by or account.owner, revision=1, dwell_ms=dwell)


def edited(
    account: Account, subject: str = "The second order, by phone", body: str = EDITED
) -> Decision:
    item = cast.item_at(account)
    return decisions.approve_edited(
        item, by=account.owner, revision=1, subject=subject, body=body, dwell_ms=74_000
    )


def rejected(
    account: Account, *, by: User | None = None, note: str = "", **more: object
) -> Decision:
    item = cast.item_at(account, **more)
    return decisions.reject(
        item, by=by or account.owner, revision=1, reason="tone", note=note, dwell_ms=3_000
    )


def planted(decision: Decision, count: int) -> None:
    """Copies of one decision beside it, each on a copy of its item."""
    item = decision.item
    values = {field.attname: getattr(item, field.attname) for field in item._meta.concrete_fields}
    del values["id"]
    values |= {"draft_id": None, "routing_id": None, "lease_id": None}
    items = type(item).objects.bulk_create([type(item)(**values) for _ in range(count)])
    fields = {f.attname: getattr(decision, f.attname) for f in decision._meta.concrete_fields}
    del fields["id"]
    Decision.objects.bulk_create([Decision(**fields | {"item_id": row.pk}) for row in items])
