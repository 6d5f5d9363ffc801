"""A simulated world: its planted rates are found again in the rows, every invariant holds at its
end, and the same seed is the same history."""

import math
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command

from agents.models import Draft
from revenue import clock, outside
from revenue.models import Account, Activity, Contact, Event, Mailbox, Meeting, User
from review import demo, world
from review.models import Decision, OutboxMessage, ReviewItem, Verdict
from review.world import Habits, NoRoom, Plan, World
from tests.factories import AccountFactory, UserFactory
from tests.house import modules
from tests.mailboxes import connected

CARE, WRONG, EDITS = 0.7, 0.4, 0.1
HABITS = Habits(care=CARE, edits=EDITS, rejects=0.0, rewrites=0.0, snoozes=0.0, undoes=0.0)
BUSY = Plan(
    seed=3, days=9, accounts=80, reviewers=(HABITS,), grain=timedelta(hours=2),
    errors={"outreach.first_email": WRONG, "outreach.follow_up": WRONG, "outreach.reply": WRONG},
)  # fmt: skip
SMALL = Plan(seed=2, days=3, accounts=6, grain=timedelta(hours=2))


def lived(plan: Plan) -> World:
    return world.live(plan, founded=demo.found)


def is_within(found: int, of: int, planted: float) -> bool:
    """Whether a count is one that the planted rate gives in 999 of 1,000 cases."""
    return abs(found - of * planted) <= 3.3 * math.sqrt(of * planted * (1 - planted)) + 0.5


@pytest.mark.django_db(transaction=True)
def test_a_worlds_rates_are_found_again_and_everything_holds() -> None:
    """One world for all of it: it is the slow part."""
    emptied()
    busy = lived(BUSY)
    told = world.told(busy)
    assert told.broken == []
    the_model_erred_as_often_as_planted(busy)
    the_reviewers_caught_as_many_as_planted(busy)
    what_was_right_was_approved_or_reworded_as_planted(busy)
    each_kind_of_thing_happened()
    everything_is_marked_as_simulated()
    its_history_lies_in_its_own_time(busy)
    assert told.digest in "".join(str(told.as_json()))
    assert any("Every invariant" in line for line in told.lines)


def the_model_erred_as_often_as_planted(busy: World) -> None:
    written, wrong = busy.model.written.total(), busy.model.wrong.total()
    assert written == Draft.objects.count() > 60
    assert is_within(wrong, written, WRONG)


def the_reviewers_caught_as_many_as_planted(busy: World) -> None:
    """What a guard stopped as well is theirs, too: it is more than their care alone."""
    seen = sum((one.seen for one in busy.reviewers.values()), Counter())
    assert seen["flawed"] > 20
    least = seen["flawed"] * CARE - 3.3 * math.sqrt(seen["flawed"] * CARE * (1 - CARE))
    assert least <= seen["caught"] <= seen["flawed"]
    assert is_within(seen["caught"] - seen["guarded"], seen["flawed"], CARE)
    corrected = Decision.objects.filter(verb="approve_edited", edit_kind="major").count()
    rejected = Decision.objects.filter(verb="reject", reason__startswith="wrong_").count()
    assert corrected + rejected == seen["caught"] + seen["doubted"]


def what_was_right_was_approved_or_reworded_as_planted(busy: World) -> None:
    seen = sum((one.seen for one in busy.reviewers.values()), Counter())
    right = seen["drafts"] - seen["flawed"]
    reworded = Decision.objects.filter(verb="approve_edited", edit_kind="minor").count()
    assert is_within(reworded, right, EDITS)
    approved = Decision.objects.filter(verb="approve").exclude(by=None).count()
    overlooked = seen["flawed"] - seen["caught"]
    assert is_within(approved - overlooked, right, 1 - EDITS)
    assert set(Verdict.objects.values_list("kind", flat=True)) >= {"unchanged", "major"}


def each_kind_of_thing_happened() -> None:
    assert set(ReviewItem.objects.values_list("state", flat=True)) >= {"approved", "rejected"}
    assert OutboxMessage.objects.filter(state="sent").count() > 8
    inbound = Activity.objects.filter(direction="inbound")
    assert len(set(inbound.values_list("reply_class", flat=True))) > 3
    assert Meeting.objects.exists()


def everything_is_marked_as_simulated() -> None:
    assert not Account.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    assert set(Draft.objects.values_list("model", flat=True)) == {"simulated writer"}
    emails = [*Contact.objects.values_list("email", flat=True),
              *User.objects.values_list("email", flat=True)]  # fmt: skip
    assert [email for email in emails if not email.endswith(".example")] == []


def its_history_lies_in_its_own_time(busy: World) -> None:
    times = Event.objects.filter(account__isnull=False).values_list("at", flat=True)
    assert busy.plan.start <= min(times) < max(times) <= busy.end
    dwells = Decision.objects.exclude(dwell_ms=None).values_list("dwell_ms", flat=True)
    assert min(dwells) > 4000


def emptied() -> None:
    """Its rows get the same numbers each time: luck hangs on them."""
    call_command("flush", interactive=False, verbosity=0)


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_is_the_same_history() -> None:
    emptied()
    first = world.told(lived(SMALL))
    emptied()
    again = world.told(lived(SMALL))
    assert (again.digest, again.events) == (first.digest, first.events)
    assert first.drafts > 1


# --- it does not run where anything real is -------------------------------------------------------


def real_account() -> None:
    AccountFactory(owner=None)


def real_person() -> None:
    UserFactory()


def real_mailbox() -> None:
    connected(UserFactory(is_demo=True))


@pytest.mark.django_db
@pytest.mark.parametrize("real", [real_account, real_person, real_mailbox])
def test_where_anything_real_is_nothing_is_simulated(real) -> None:
    real()
    before = Event.objects.count(), Account.objects.count(), Mailbox.objects.count()
    with pytest.raises(NoRoom, match="This database is in use"):
        lived(SMALL)
    assert (Event.objects.count(), Account.objects.count(), Mailbox.objects.count()) == before


@pytest.mark.django_db
def test_nobody_stands_in_for_the_outside_when_a_world_is_over() -> None:
    assert outside.simulated() is None
    strange = World(SMALL)
    with outside.replaced_by(strange):
        assert clock.now() == SMALL.start
        with pytest.raises(RuntimeError, match="running in this process"):
            outside.replaced_by(strange).__enter__()
    assert outside.simulated() is None


def test_no_setting_and_no_product_code_stands_in_for_the_outside() -> None:
    users = {one.name for one in modules() if "outside.replaced_by(" in one.text}
    assert users == {"review.world.run"}
