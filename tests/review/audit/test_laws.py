"""What always holds: each law finds what breaks it."""

from datetime import timedelta

import pytest

from agents.models import AgentRun, RoutingDecision, WakeUp
from revenue import clock
from revenue.models import Account, Lease, Workspace
from review import dispatch
from review.audit import laws, slices
from review.models import ReviewItem
from tests.factories import AccountFactory
from tests.races import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(workspace: Workspace) -> verbs.Scene:
    return verbs.pending()


def test_everything_holds_of_a_draft_that_waits(here: verbs.Scene) -> None:
    assert [words for law in laws.LASTING for words in law()] == []


def test_a_step_that_never_ended_is_found(here: verbs.Scene) -> None:
    now = clock.now()
    AgentRun.objects.create(
        account=here.account, agent="outreach", started_at=now, context_version=1,
        alive_until=now + timedelta(minutes=1),
    )  # fmt: skip
    assert list(laws.one_step()) == [f"account {here.account.pk}: a step is running"]


def test_a_voice_without_a_holder_is_found(here: verbs.Scene) -> None:
    assert list(laws.the_voice_has_a_living_holder()) == []
    ReviewItem.objects.update(state="stale")
    assert "holds the voice and is over" in "".join(laws.the_voice_has_a_living_holder())
    Lease.objects.update(holder=f"user:{here.rep.pk}")
    assert list(laws.the_voice_has_a_living_holder()) == []


def test_an_account_that_nobody_will_look_at_is_found(workspace: Workspace) -> None:
    here = verbs.queued()
    dispatch.cancel(here.message, by=here.manager)
    assert list(laws.nobody_is_stuck()) == []
    WakeUp.objects.update(due_at=None)
    assert list(laws.nobody_is_stuck()) != []


@pytest.mark.parametrize(("verdict", "is_stuck"), [("none", False), ("wait", True), ("run", True)])
def test_what_a_look_found_nothing_at_is_its_owners(
    here: verbs.Scene, verdict: str, is_stuck: bool
) -> None:
    ReviewItem.objects.update(state="rejected")
    WakeUp.objects.update(due_at=None)
    RoutingDecision.objects.create(account=here.account, verdict=verdict, at=clock.now())
    assert bool(list(laws.nobody_is_stuck())) is is_stuck
    Account.objects.update(owner=None)  # a manager's, in set-up
    assert bool(list(laws.nobody_is_stuck())) is is_stuck


def test_an_agent_that_skips_found_nothing_either(here: verbs.Scene) -> None:
    ReviewItem.objects.update(state="rejected")
    WakeUp.objects.update(due_at=None)
    now = clock.now()
    look = RoutingDecision.objects.create(account=here.account, verdict="run", at=now)
    run = AgentRun.objects.create(
        account=here.account, agent="outreach", started_at=now, context_version=1, decision=look,
        alive_until=now, state="done", result="draft",
    )  # fmt: skip
    assert list(laws.nobody_is_stuck())
    AgentRun.objects.filter(pk=run.pk).update(result="skip")
    assert list(laws.nobody_is_stuck()) == []


def test_many_rows_come_a_few_at_a_time(here: verbs.Scene, monkeypatch) -> None:
    monkeypatch.setattr(slices, "AT_ONCE", 2)
    made = [AccountFactory(owner=here.rep) for _ in range(4)]
    parts = list(slices.slices(type(here.account).objects.all()))
    assert [len(part) for part in parts] == [2, 2, 1]
    assert [row.pk for part in parts for row in part][-4:] == [row.pk for row in made]
