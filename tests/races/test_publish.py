"""Two admins publish at the same moment, or one while a manager promotes: one order of events."""

from collections.abc import Callable
from functools import partial

import pytest

from agents.configs import Moved
from agents.models import AgentConfig
from revenue import clock
from revenue.models import User
from review import autonomy
from review.models import EvidenceEpoch, Lane
from review.setup import agents
from tests.races.test_caps import at_once
from tests.review.accounts import cast
from tests.review.agents.pages import AGENT, content, lane, latest

ROUNDS = 5


def publishing(by: User, words: str) -> Callable[[], object]:
    """What this person has looked at, about to be published."""
    wish = content(prompt=words)
    shown = agents.preview(AGENT, wish)
    return partial(
        agents.publish, AGENT, wish, note="Other words.", by=by, seen=shown.before.version,
        seal=shown.seal,
    )  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_over_the_same_version_one_does() -> None:
    one, other = cast.admin(), cast.other_admin()
    for number in range(ROUNDS):
        before, words = latest().version, f"Round {number}."
        errors = at_once(publishing(one, words), publishing(other, words))
        assert [type(error) for error in errors] == [Moved]
        assert latest().version == before + 1
        assert AgentConfig.objects.filter(agent=AGENT, is_active=True).count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_promotion_at_the_moment_of_a_publish_does_not_outlive_it() -> None:
    """Either it is promoted and then reviewed again, or there is nothing to promote any more."""
    row, manager, admin = lane("outreach.first_email"), cast.manager(), cast.admin()
    for number in range(ROUNDS):
        Lane.objects.filter(pk=row.pk).update(epoch=ready(row, number), state="review")
        errors = at_once(
            partial(autonomy.promote, row, by=manager, reason="It is good."),
            publishing(admin, f"Round {number}."),
        )
        assert {type(error) for error in errors} <= {autonomy.Refused, agents.Unseen}
        if not any(isinstance(error, agents.Unseen) for error in errors):
            assert Lane.objects.get(pk=row.pk).state == Lane.State.REVIEW


def ready(row: Lane, number: int) -> EvidenceEpoch:
    """Enough evidence for any target."""
    EvidenceEpoch.objects.filter(lane=row, closed_at=None).update(closed_at=clock.now())
    return EvidenceEpoch.objects.create(
        lane=row, attempt=number + 2, fingerprint="1" * 64, opened_at=clock.now(),
        units={"1.0000": 900}, last=[1.0] * 20, count=900,
    )  # fmt: skip
