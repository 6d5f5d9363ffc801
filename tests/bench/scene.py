"""A book of any size in a few statements, and the desk's rows on it.

What a figure measures is made by the product's own verbs; what only has to lie around is planted.
"""

import itertools
from collections.abc import Iterable, Iterator
from datetime import time, timedelta

from django.db import connection

from agents.models import Draft
from revenue import clock, context
from revenue import workspace as workspaces
from revenue.models import Account, Activity, Contact, Opportunity, User, Workspace
from review import intake
from review.models import Decision, Lane, ReviewItem, State, Verdict
from tests import factories

BATCH = 2_000
BODY = "Hi Yara,\n\nIs GTX Pro of use to you this year? I can show it to you in ten minutes.\n\nPat"
_numbers = itertools.count(1)


def company() -> Workspace:
    """One that may send at any hour and all to one domain; its mail stays in the local outbox."""
    row = workspaces.load()
    row.company, row.postal_address = "Harbour Supply", "1 Quay Street, Springfield"
    row.mailbox_tested_at = clock.now()
    row.opens_at = row.closes_at = time()
    row.sends_on_weekends = row.sends_on_holidays = True
    row.mailbox_cap = row.domain_cap = row.account_cap = 30_000
    row.contact_cap = row.contact_cap_14_days = 30_000
    row.save()
    return row


def rep(username: str = "rep") -> User:
    return factories.UserFactory(username=username, undo_seconds=0)


def book(count: int, *, owner: User) -> list[int]:
    """Accounts with one person and one open deal that has been silent for two months."""
    product = factories.ProductFactory()
    silent_since = (clock.now() - timedelta(days=60)).date()
    ids = []
    for numbers in batches(itertools.islice(_numbers, count)):
        accounts = Account.objects.bulk_create(
            Account(name=f"Brookfield {number}", owner=owner, industry="retail",
                    number_of_employees=410, billing_country="United States")
            for number in numbers
        )  # fmt: skip
        Contact.objects.bulk_create(
            Contact(account=account, first_name="Yara", last_name="Zhou", title="Plant Manager",
                    time_zone="America/Chicago", email=f"yara.zhou{account.pk}@brookfield.example")
            for account in accounts
        )  # fmt: skip
        Opportunity.objects.bulk_create(
            Opportunity(account=account, owner=owner, product=product, stage="engaging",
                        engaged_on=silent_since)
            for account in accounts
        )  # fmt: skip
        ids += [account.pk for account in accounts]
    return ids


def batches(things: Iterable) -> Iterator[list]:
    iterator = iter(things)
    while batch := list(itertools.islice(iterator, BATCH)):
        yield batch


def draft(account: Account, **more: object) -> Draft:
    """A mail as outreach leaves it, not saved."""
    values = {
        "account": account, "agent": "outreach", "output_class": "outreach.first_email",
        "effect": "buyer", "contact": account.contacts.all()[0], "model": "offline-writer",
        "subject": "GTX Pro", "body": BODY,
        "context_version": account.context_version, "created_at": clock.now(),
    }  # fmt: skip
    return Draft(**(values | more))


def on_the_desk(account_id: int) -> ReviewItem:
    """A pending item with the voice, made by the gate itself."""
    seen = context.account_context(Account(pk=account_id))
    row = draft(seen.account, context_hash=seen.hash)
    row.save()
    return intake.route(row)


def pending(ids: list[int]) -> list[ReviewItem]:
    """Planted items, one for each account, a second apart."""
    return _items(ids, state=State.PENDING)


def decided(ids: list[int], count: int, *, by: User) -> None:
    """Planted: so many drafts that were approved, with their decisions and their verdicts."""
    lane, _ = Lane.objects.get_or_create(output_class="outreach.first_email", segment="")
    around = itertools.islice(itertools.cycle(ids), count)
    for some in batches(around):
        items = _items(some, state=State.APPROVED)
        Decision.objects.bulk_create(
            Decision(item=item, revision=1, verb="approve", by=by, at=item.created_at)
            for item in items
        )
        Verdict.objects.bulk_create(
            Verdict(lane=lane, number=lane.verdicts + place, item=item, score=1.0,
                    kind="unchanged", at=item.created_at)
            for place, item in enumerate(items, start=1)
        )  # fmt: skip
        lane.verdicts += len(items)
        lane.save()


def _items(ids: list[int], *, state: str) -> list[ReviewItem]:
    now = clock.now()
    found = Account.objects.prefetch_related("contacts").in_bulk(ids)
    made = []
    for some in batches(enumerate(ids)):
        rows = [
            draft(found[pk], needs_item=False, created_at=now - timedelta(seconds=place))
            for place, pk in some
        ]
        Draft.objects.bulk_create(rows)
        made += ReviewItem.objects.bulk_create(
            ReviewItem(account_id=row.account_id, draft=row, state=state, reason="First mail",
                       created_at=row.created_at, state_since=row.created_at,
                       expires_at=row.created_at + timedelta(days=7),
                       decide_by=row.created_at + timedelta(days=2))
            for row in rows
        )  # fmt: skip
    return made


def notes(account_id: int, count: int) -> None:
    """A long timeline of notes that nobody outside has seen."""
    now = clock.now()
    for some in batches(range(count)):
        Activity.objects.bulk_create(
            Activity(account_id=account_id, kind="note", direction="internal", subject="Note",
                     body="Spoke about the spring order.", is_auto=False,
                     occurred_at=now - timedelta(minutes=minute))
            for minute in some
        )  # fmt: skip


def settle_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
