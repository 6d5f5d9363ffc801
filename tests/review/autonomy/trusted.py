"""A class that has earned its trust, and drafts of it."""

from typing import Any

from agents.models import Draft
from revenue.models import User
from review import intake
from review.autonomy import changes, epochs, lanes
from review.models import Lane, LaneChange, ReviewItem
from tests.races import verbs

CLASS = "outreach.first_email"


def trust(draft: Draft, **more: Any) -> Lane:
    """The draft's class runs by itself, on evidence about the version that wrote it."""
    lane = lanes.locked_for(draft)
    epoch = epochs.of(lane, draft)
    assert epoch
    epoch.units, epoch.last, epoch.count = {"1.0000": 150}, [1.0] * 20, 150
    epoch.save()
    lane.state, lane.audits = Lane.State.AUTO, 100
    for name, value in more.items():
        setattr(lane, name, value)
    lane.save()
    before = changes.picture(lane) | {"state": "review"}
    changes.note(
        lane, LaneChange.Kind.PROMOTED, by=User.objects.get(role="manager"), before=before,
        reason="It is good.", evidence={"last_verdict": lane.verdicts},
    )  # fmt: skip
    return lane


def arrives(here: verbs.Scene) -> ReviewItem:
    """The scene's draft comes in at the gate."""
    item = intake.route(here.draft)
    assert item
    here.item = ReviewItem.objects.get(pk=item.pk)
    return here.item
