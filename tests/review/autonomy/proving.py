"""Account days of clean reviews, as if they had been given one by one."""

from datetime import UTC, timedelta

from agents.models import Draft
from revenue import clock as time
from revenue.models import User
from review import evidence
from review.autonomy import epochs, missed, units
from review.models import EvidenceUnit, Lane, ReviewItem, Verdict


def proven(lane: Lane, draft: Draft, reviewers: list[User], *, many: int) -> None:
    """So many account days of clean reviews under the draft's version, each closed since."""
    epoch = epochs.of(lane, draft)
    assert epoch
    now = time.now()
    target = evidence.adjusted_target(lane.target, missed.bound(epoch))
    first = draft.created_at.astimezone(UTC).date() - timedelta(days=many + epoch.count)
    account = draft.account
    items = ReviewItem.objects.bulk_create(
        ReviewItem(account=account, state="resolved", reason="Long ago", created_at=now,
                   state_since=now, expires_at=now, decide_by=now)
        for _ in range(many)
    )  # fmt: skip
    verdicts, pieces = [], []
    for place, item in enumerate(items):
        lane.verdicts += 1
        day = first + timedelta(days=place)
        verdicts.append(
            Verdict(lane=lane, number=lane.verdicts, item=item, score=1.0, kind="unchanged",
                    epoch=epoch, account=account, day=day, by=reviewers[place % len(reviewers)],
                    state=lane.state, meter=lane.meter, at=now)
        )  # fmt: skip
        units.add(epoch, 1.0)
        pieces.append(
            EvidenceUnit(epoch=epoch, account=account, day=day, number=epoch.count, score=1.0,
                         target=target, closed_at=now,
                         log_w=evidence.log_evidence(epoch.counts, target),
                         proven=evidence.proven_score(epoch.counts))
        )  # fmt: skip
    Verdict.objects.bulk_create(verdicts)
    EvidenceUnit.objects.bulk_create(pieces)
    epoch.save()
    lane.save()
