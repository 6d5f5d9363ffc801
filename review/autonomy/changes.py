"""The record of every change of a lane: who, why, what stood before and after, on what evidence."""

from typing import Any

from django.db.models import Count

from revenue import clock, events
from revenue.models import User
from review.models import Lane, LaneChange

SHOWN = ("state", "target", "tolerated", "minor_loss", "demotions", "is_split")


def chain(lane: Lane) -> str:
    return f"lane:{lane.pk}"


def picture(lane: Lane) -> dict[str, Any]:
    """What a change is compared by."""
    return {name: getattr(lane, name) for name in SHOWN}


def evidence(lane: Lane) -> dict[str, Any]:
    """What is collected now: the epoch, its units, who reviewed how many."""
    if lane.epoch is None:
        return {}
    rows = lane.epoch.verdicts.exclude(by=None).values_list("by").annotate(n=Count("pk"))
    return {
        "epoch": lane.epoch.pk, "units": lane.epoch.count, "skipped": lane.epoch.skipped,
        "meter": lane.meter, "last_verdict": lane.verdicts,
        "reviewers": {str(user): n for user, n in rows.order_by("by")},
    }  # fmt: skip


def enter(lane: Lane, state: str, *, meter: float = 1.0) -> None:
    """Into a state, with a new clean run. The caller saves."""
    lane.state, lane.state_since = state, clock.now()
    lane.meter, lane.clean_run = meter, 0


def fall_back(lane: Lane) -> None:
    """Each draft is reviewed again; of a paused lane, once it is resumed. The caller saves."""
    if lane.state == Lane.State.PAUSED:
        lane.paused_from, lane.meter, lane.clean_run = Lane.State.REVIEW, 1.0, 0
    else:
        enter(lane, Lane.State.REVIEW)


def note(
    lane: Lane,
    kind: str,
    *,
    by: User | str,
    reason: str,
    before: dict[str, Any],
    evidence: dict[str, Any] | None = None,
    sole_reviewer: User | None = None,
    waived: bool = False,
) -> LaneChange:
    """The row and its event. The lane is as it stands after the change."""
    row = LaneChange.objects.create(
        lane=lane, kind=kind, by=by if isinstance(by, User) else None, reason=reason[:300],
        before=before, after=picture(lane), evidence=evidence or {}, policy=lane.policy,
        sole_reviewer=sole_reviewer, waived=waived, at=clock.now(),
    )  # fmt: skip
    events.append(
        f"lane.{kind}", by=by, chain=chain(lane), subject=lane, change=row.pk,
        state=str(lane.state), before=before["state"], policy=lane.policy,
    )  # fmt: skip
    return row
