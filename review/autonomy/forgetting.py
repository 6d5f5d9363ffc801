"""Evidence from invented reviews goes with them: every lane starts anew, as on the first day."""

from revenue import clock, events
from revenue.models import User
from review.autonomy import changes
from review.models import (
    AuditDraw,
    Critical,
    Decision,
    EvidenceEpoch,
    EvidenceUnit,
    Lane,
    LaneChange,
    Verdict,
)


def forget(*, by: User) -> None:
    """All that lanes rest on. What real mails left by is kept, and speaks for nothing any more."""
    for lane in Lane.objects.select_for_update(no_key=True).order_by("pk"):
        changes.enter(lane, Lane.State.REVIEW)
        lane.epoch, lane.paused_from = None, ""
        lane.verdicts = lane.audits = lane.demotions = 0
        lane.save()
        events.append("lane.forgotten", by=by, chain=changes.chain(lane), subject=lane,
                      state=str(lane.state))  # fmt: skip
    for model in (Verdict, EvidenceUnit, AuditDraw, Critical, LaneChange):
        model._default_manager.all().delete()
    named = Decision.objects.exclude(evidence=None).values("evidence")
    EvidenceEpoch.objects.exclude(pk__in=named).delete()
    kept = EvidenceEpoch.objects.all()
    kept.update(fingerprint="", fed_by="", units={}, last=[], count=0, skipped=0, unscored=0,
                closed_at=clock.now())  # fmt: skip
