"""Lanes with evidence: reviews through the real verbs where few are needed, rows where many are.

`reviewed` approves and rejects on the desk and scores each as the desk does. `proven` writes the
verdicts of many account days and lets `units` close them, so that every figure is computed.
"""

from datetime import UTC, datetime, time, timedelta
from html import unescape

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import strip_tags

from agents.models import Draft
from revenue import clock
from revenue.models import Account, User
from review import autonomy, decisions
from review.autonomy import epochs, lanes, units
from review.models import EvidenceEpoch, EvidenceUnit, Lane, ReviewItem, Verdict
from tests.factories import AccountFactory
from tests.review.accounts import cast

CLASS = "outreach.follow_up"
A_DAY = 5


def lane(output_class: str = CLASS, segment: str = "") -> Lane:
    return autonomy.find(output_class, segment)


def reviewed(account: Account, kind: str = "unchanged", *, by: User | None = None) -> Verdict:
    """One draft, decided on the desk and scored once it cannot be taken back."""
    item, by = cast.item_at(account), by or account.owner
    if kind == "rejected":
        decision = decisions.reject(item, by=by, revision=1, reason="tone")
    else:
        decision = decisions.approve(item, by=by, revision=1, dwell_ms=60_000)
    item.refresh_from_db()
    found = autonomy.score(item, decision) or Verdict.objects.get(item=item)
    ReviewItem.objects.filter(pk=item.pk).update(undo_until=None)
    return found


def proven(
    scores: list[float],
    *,
    reviewers: list[User] | None = None,
    output_class: str = CLASS,
    segment: str = "",
) -> Lane:
    """A lane with a closed account day for each score, five a day, the newest two days old."""
    by = reviewers or [cast.rep(), cast.colleague()]
    row = lanes.locked(output_class, segment)
    items = _decided(scores, output_class, owner=by[0])
    epoch = epochs.of(row, items[0].draft)
    EvidenceEpoch.objects.filter(pk=epoch.pk).update(opened_at=items[0].state_since)
    Verdict.objects.bulk_create(
        Verdict(
            lane=row, number=row.verdicts + place, item=item, score=score, at=item.state_since,
            epoch=epoch, kind="unchanged" if score == 1 else "rejected", account=item.account,
            day=item.state_since.astimezone(UTC).date(), by=by[place % len(by)],
        )
        for place, (item, score) in enumerate(zip(items, scores, strict=True), 1)
    )  # fmt: skip
    row.verdicts += len(scores)
    row.save()
    _close(epoch, items)
    return lane(output_class, segment)


def _decided(scores: list[float], output_class: str, *, owner: User) -> list[ReviewItem]:
    accounts = [AccountFactory(owner=owner) for _ in range(A_DAY)]
    first = clock.now() - timedelta(days=2 + (len(scores) - 1) // A_DAY)
    moments = [first + timedelta(days=place // A_DAY) for place in range(len(scores))]
    drafts = Draft.objects.bulk_create(
        Draft(
            account=accounts[place % A_DAY], agent=output_class.partition(".")[0],
            output_class=output_class, subject="Second order", body="Is it still wanted?",
            model="offline-writer", needs_item=False, created_at=at,
        )
        for place, at in enumerate(moments)
    )  # fmt: skip
    return ReviewItem.objects.bulk_create(
        ReviewItem(
            account=draft.account, draft=draft, state="approved", state_since=at, created_at=at,
            expires_at=at, decide_by=at,
        )
        for draft, at in zip(drafts, moments, strict=True)
    )  # fmt: skip


def _close(epoch: EvidenceEpoch, items: list[ReviewItem]) -> None:
    """Each at the end of its own day, as if the sweep had come every night."""
    EvidenceUnit.objects.bulk_create(
        EvidenceUnit(epoch=epoch, account=item.account, day=item.state_since.astimezone(UTC).date())
        for item in items
    )
    units.close_due()
    for day in {item.state_since.astimezone(UTC).date() for item in items}:
        end = datetime.combine(day + timedelta(days=1), time(1, tzinfo=UTC))
        EvidenceUnit.objects.filter(epoch=epoch, day=day).update(closed_at=end)


def standing_at(target: float) -> autonomy.Standing:
    """As it would be with another target."""
    row = lane()
    row.target = target
    return autonomy.standing(row)


def ready(**more: object) -> Lane:
    """One that may be promoted."""
    return proven([1.0] * 130, **more)


def automatic(**more: object) -> Lane:
    row = ready(**more)
    autonomy.promote(row, by=cast.manager(), reason="It has earned it.")
    return lane(row.output_class, row.segment)


def press(
    verb: str, *, by: User | None = None, row: Lane | None = None, **data: object
) -> HttpResponse:
    """A verb of a lane's page, pressed by the manager unless somebody else is named."""
    here = row or lane()
    client = cast.signed_in(by or cast.manager())
    args = [part for part in (here.output_class, here.segment) if part]
    return client.post(reverse(f"lane_{verb}", args=args), {"reason": "I looked at it."} | data)


def page_of(row: Lane | None = None, *, by: User | None = None, **query: object) -> str:
    here = row or lane()
    args = [part for part in (here.output_class, here.segment) if part]
    found = cast.signed_in(by or cast.manager()).get(reverse("lane", args=args), query)
    assert found.status_code == 200
    return said(found)


def said(answer: HttpResponse) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(strip_tags(answer.content.decode())).split())
