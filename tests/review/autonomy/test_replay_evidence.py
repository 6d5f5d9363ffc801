"""`manage.py replay_evidence`: the verdicts reproduce every figure, or a wrong one is named."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from review import autonomy
from review.models import EvidenceEpoch, EvidenceUnit, Lane, Verdict
from tests.races import verbs
from tests.review import unguarded
from tests.review.autonomy import trusted
from tests.review.autonomy.test_scoring import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "smtp", "clock")]


@pytest.fixture
def lane(clock: object) -> Lane:
    """Two days of reviews, closed."""
    for verb in ("unchanged", "minor", "rejected"):
        decided(verb)
    clock.travel(days=1)
    autonomy.sweep()
    assert EvidenceUnit.objects.filter(closed_at__isnull=False).count() == 3
    return Lane.objects.get()


def told() -> str:
    out = StringIO()
    call_command("replay_evidence", stdout=out)
    return out.getvalue().strip()


def test_what_is_stored_is_what_the_verdicts_say(lane: Lane) -> None:
    assert told() == "3 verdicts of 1 lanes reproduce every figure."


def test_an_empty_desk_has_nothing_to_differ(db: None) -> None:
    assert told() == "0 verdicts of 0 lanes reproduce every figure."


WRONG = {
    "a changed W": (
        lambda: EvidenceUnit.objects.filter(number=2).update(log_w=F("log_w") + 0.001),
        "outreach.first_email, attempt 1: unit 2 says",
    ),
    "a changed proven score": (
        lambda: EvidenceUnit.objects.filter(number=3).update(proven=0.5),
        "outreach.first_email, attempt 1: unit 3 says 0.5",
    ),
    "a changed score of a unit": (
        lambda: EvidenceUnit.objects.filter(number=1).update(score=0.5),
        "outreach.first_email, attempt 1: unit 1 says 0.5",
    ),
    "a changed score of a verdict": (
        lambda: Verdict.objects.filter(number=1).update(score=0.25),
        "outreach.first_email, attempt 1: unit 1 says 1.0, its verdicts say 0.25",
    ),
    "a missing verdict": (
        lambda: Verdict.objects.filter(number=2).delete(),
        "outreach.first_email: verdict 2 is missing",
    ),
    "a missing last verdict": (
        lambda: Verdict.objects.filter(number=3).delete(),
        "outreach.first_email: 3 verdicts are counted, 2 are there",
    ),
    "a changed histogram": (
        lambda: EvidenceEpoch.objects.update(units={"1.0000": 3}),
        "outreach.first_email, attempt 1: its histogram is not the sum of its units",
    ),
    "a changed count": (
        lambda: EvidenceEpoch.objects.update(count=4),
        "outreach.first_email, attempt 1: its histogram is not the sum of its units",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_the_first_figure_that_differs_is_named(lane: Lane, what: str) -> None:
    spoil, words = WRONG[what]
    unguarded.lift()
    spoil()
    with pytest.raises(CommandError) as refused:
        told()
    assert str(refused.value).startswith(words)


@pytest.fixture
def watched() -> Lane:
    """A lane in full review, with a clean verdict and a missed one."""
    here = verbs.pending()
    lane = trusted.trust(here.draft, state="tightened")
    EvidenceEpoch.objects.update(units={}, last=[], count=0)
    decided("unchanged", here)
    decided("rejected")
    lane.refresh_from_db()
    return lane


def test_the_meter_is_replayed(watched: Lane) -> None:
    assert autonomy.difference(watched) == ""
    assert watched.meter == pytest.approx(2.9)


def test_a_changed_meter_is_named(watched: Lane) -> None:
    unguarded.lift()
    Verdict.objects.filter(number=2).update(meter=1.5)
    with pytest.raises(CommandError, match=r"the meter after verdict 2 is 1.5, not 2.89"):
        told()


def test_the_lane_s_own_meter_is_replayed_too(watched: Lane) -> None:
    Lane.objects.update(meter=1.0)
    with pytest.raises(CommandError, match=r"outreach.first_email: its meter is 1.0, not 2.89"):
        told()
