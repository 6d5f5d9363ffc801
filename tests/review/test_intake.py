"""The gate: an item for every draft and every question, and what time or events end."""

from datetime import timedelta

import pytest

from agents import runtime
from agents.models import AgentRun, Draft, RoutingDecision, WakeUp
from revenue import clock as time
from revenue import context, ingest, leases, records, switches
from revenue.models import Account, Event, Lease, User, Workspace
from review import decisions, intake
from review.models import ReviewItem, Verdict
from tests.races import verbs
from tests.review import citing

pytestmark = pytest.mark.django_db

Scene = verbs.Scene


def state(here: Scene) -> str:
    return ReviewItem.objects.get(pk=here.item.pk).state


def told(here: Scene) -> list[str]:
    rows = Event.objects.filter(subject_kind="reviewitem", subject_id=here.item.pk)
    return list(rows.values_list("kind", flat=True))


def moves_on(here: Scene) -> None:
    records.update_contact(here.contact, by=here.rep, title="Director")


def brief(here: Scene, **more: object) -> Draft:
    values = {
        "account": here.account, "agent": "prospecting", "output_class": "prospecting.brief",
        "effect": "none", "subject": "Why now", "body": "They grow.", "created_at": time.now(),
    }  # fmt: skip
    return Draft.objects.create(**(values | more))


# --- route ----------------------------------------------------------------------------------------


def test_a_draft_gets_one_item_and_its_voice() -> None:
    here = verbs.unrouted()
    item = intake.route(here.draft)
    assert (item.state, item.revision, item.account) == ("pending", 1, here.account)
    assert item.reason
    held = leases.current(here.account)
    assert (held.holder, held.token) == (f"item:{item.pk}", item.token)
    here.draft.refresh_from_db()
    assert not here.draft.needs_item


def test_routing_twice_is_once() -> None:
    here = verbs.unrouted()
    assert intake.route(here.draft) == intake.route(here.draft)
    assert ReviewItem.objects.count() == 1
    assert Event.objects.filter(kind="item.created").count() == 1


def test_a_draft_of_a_run_that_goes_on_waits() -> None:
    here = verbs.unrouted()
    now = time.now()
    parent = AgentRun.objects.create(
        account=here.account, agent="merge", started_at=now, alive_until=now
    )
    AgentRun.objects.filter(pk=here.draft.run_id).update(parent=parent)
    assert intake.route_due() == 0
    AgentRun.objects.filter(pk=parent.pk).update(state="done")
    assert intake.route_due() == 1


def test_a_draft_that_the_account_outran_is_stale_at_once_and_frees_the_voice() -> None:
    here = verbs.unrouted()
    moves_on(here)
    item = intake.route(here.draft)
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"
    assert leases.current(here.account) is None
    assert WakeUp.objects.get(account=here.account).due_at


def test_a_draft_whose_voice_was_lost_takes_it_again_when_it_is_free() -> None:
    here = verbs.unrouted()
    leases.preempt(here.account, reason="test")
    item = intake.route(here.draft)
    assert item.state == "pending"
    assert leases.current(here.account).holder == f"item:{item.pk}"


def test_a_draft_without_the_voice_is_stale_when_somebody_else_speaks() -> None:
    here = verbs.unrouted()
    leases.preempt(here.account, reason="test")
    leases.acquire(here.account, holder=here.rep, ttl=600)
    item = intake.route(here.draft)
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"
    assert leases.current(here.account).holder == f"user:{here.rep.pk}"


def test_an_internal_output_takes_no_voice_and_replaces_the_older_one() -> None:
    here = verbs.scene()
    first, second = intake.route(brief(here)), intake.route(brief(here))
    assert leases.current(here.account) is None
    assert ReviewItem.objects.get(pk=first.pk).state == "superseded"
    assert ReviewItem.objects.get(pk=second.pk).state == "pending"


def test_an_internal_output_does_not_age_with_the_account() -> None:
    here = verbs.scene()
    here.item = intake.route(brief(here))
    moves_on(here)
    intake.sweep()
    assert state(here) == "pending"


def test_the_reason_says_why_a_person_is_asked(workspace: Workspace) -> None:
    here = verbs.unrouted()
    switches.stop("all", by=here.manager, reason="A complaint")
    assert "stopped" in intake.route(here.draft).reason.lower()


# --- questions ------------------------------------------------------------------------------------


def question(here: Scene) -> RoutingDecision:
    return RoutingDecision.objects.create(
        account=here.account, verdict="escalate", rule="no owner", reason="It has no owner.",
        needs_item=True, at=time.now(),
    )  # fmt: skip


def test_a_question_gets_one_item_without_a_draft() -> None:
    here = verbs.scene()
    asked = question(here)
    assert intake.route_due() == 1
    assert intake.route_due() == 0
    item = ReviewItem.objects.get()
    assert (item.draft, item.routing, item.rule) == (None, asked, "no owner")
    assert item.reason == "It has no owner."
    assert intake.ask(asked) == item


def test_a_question_that_nobody_answers_is_settled_with_its_item(clock: object) -> None:
    here = verbs.scene()
    asked = question(here)
    here.item = intake.ask(asked)
    clock.travel(days=8)
    intake.sweep()
    clock.travel(days=2)
    intake.sweep()
    assert state(here) == "superseded"
    asked.refresh_from_db()
    assert asked.settled_at


# --- stale ----------------------------------------------------------------------------------------


def test_an_item_that_the_account_outran_becomes_stale_and_the_account_is_looked_at() -> None:
    here = verbs.pending()
    moves_on(here)
    assert intake.sweep() == 1
    assert state(here) == "stale"
    assert leases.current(here.account) is None
    assert WakeUp.objects.get(account=here.account).due_at
    assert told(here)[-1] == "item.stale"
    assert intake.sweep() == 0


def test_a_reply_makes_the_item_stale() -> None:
    here = verbs.pending()
    verbs.reply(here)
    intake.sweep()
    assert state(here) == "stale"


def test_an_item_that_lost_its_voice_is_stale_although_nothing_moved(clock: object) -> None:
    here = verbs.pending()
    before = context.account_context(here.account).version
    Lease.objects.update(expires_at=time.now() - timedelta(seconds=1))
    leases.sweep()
    intake.sweep()
    assert state(here) == "stale"
    assert context.account_context(here.account).version == before


@pytest.mark.parametrize("waiting", [verbs.pending, verbs.rewriting])
def test_whatever_waits_goes_stale(waiting: object) -> None:
    here = waiting()
    moves_on(here)
    intake.sweep()
    assert state(here) == "stale"


def test_what_was_approved_and_has_not_left_is_pulled_back(workspace: Workspace) -> None:
    here = verbs.queued()
    moves_on(here)
    intake.sweep()
    here.message.refresh_from_db()
    assert (state(here), here.message.state) == ("stale", "cancelled")
    assert leases.current(here.account) is None


@pytest.mark.parametrize("how", citing.ENDS)
def test_what_rests_on_what_holds_no_more_becomes_stale_and_says_on_what(how: str) -> None:
    here, (rests, ends) = verbs.pending(), citing.ENDS[how]
    text = rests(here)
    assert intake.sweep() == 0
    ends(here)
    with pytest.raises(decisions.DecisionError, match="does not hold any more"):
        decisions.approve(here.item, by=here.rep, revision=1)
    assert intake.sweep() == 1
    assert (state(here), leases.current(here.account)) == ("stale", None)
    assert WakeUp.objects.get(account=here.account).due_at
    with pytest.raises(decisions.Conflict, match=f"It rests on “{text.rstrip('.')}”, which does"):
        decisions.approve(here.item, by=here.rep, revision=1)
    assert intake.sweep() == 0


@pytest.mark.parametrize("how", citing.ENDS)
def test_what_was_approved_and_rests_on_it_is_pulled_back(workspace: Workspace, how: str) -> None:
    here, (rests, ends) = verbs.queued(), citing.ENDS[how]
    text = rests(here)
    assert intake.sweep() == 0
    ends(here)
    assert intake.sweep() == 1
    here.message.refresh_from_db()
    assert (state(here), here.message.state) == ("stale", "cancelled")
    assert text.rstrip(".") in here.message.detail
    assert leases.current(here.account) is None


@pytest.mark.parametrize("other", ["another fact", "another account", "a number that begins alike",
                                   "its words"])  # fmt: skip
def test_what_rests_on_another_stays(other: str) -> None:
    here = verbs.pending()
    gone, elsewhere = citing.fact(here, "They grow."), verbs.scene()
    citing.supersede(here)
    names = {
        "another fact": f"fact:{citing.fact(here, 'They ship by rail.').pk}",
        "another account": f"fact:{citing.fact(elsewhere).pk}",
        "a number that begins alike": f"fact:{gone.pk}0",
        "its words": f'They wrote "fact:{gone.pk}" to us',
    }
    citing.cites(here, names[other])
    citing.supersede(elsewhere)
    assert intake.sweep() == 0
    decisions.approve(here.item, by=here.rep, revision=1)
    assert intake.sweep() == 0


def test_what_comes_in_on_what_holds_no_more_is_never_let_go() -> None:
    here = verbs.unrouted()
    citing.of_fact(here)
    citing.supersede(here)
    item = intake.route(here.draft)
    assert (item.state, item.cause) == ("pending", "guard")
    assert "You plan to grow your fleet" in item.reason


def test_an_item_that_nothing_happened_to_stays() -> None:
    here = verbs.pending()
    ingest.record_message(
        account=here.account, direction="internal", kind="note", body="A note", user=here.rep,
        occurred_at=time.now(), by=here.rep,
    )  # fmt: skip
    assert intake.sweep() == 0
    assert state(here) == "pending"


# --- snooze and rewrite ---------------------------------------------------------------------------


def test_a_snooze_is_over_when_it_is_due(clock: object) -> None:
    here = verbs.pending()
    verbs.snooze(here)
    clock.travel(hours=2)
    assert intake.sweep() == 0
    clock.travel(hours=1, minutes=1)
    assert intake.sweep() == 1
    assert state(here) == "pending"
    assert leases.current(here.account).holder == f"item:{here.item.pk}"


def test_a_rewrite_that_never_came_gives_the_item_back_after_15_minutes(clock: object) -> None:
    here = verbs.rewriting()
    clock.travel(minutes=14)
    assert intake.sweep() == 0
    clock.travel(minutes=2)
    assert intake.sweep() == 1
    assert (state(here), ReviewItem.objects.get().revision) == ("pending", 1)


def test_a_rewrite_takes_its_predecessors_place() -> None:
    here = verbs.rewriting()
    new = Draft.objects.create(
        account=here.account, agent="outreach", output_class="outreach.first_email",
        contact=here.contact, subject="Shorter", body="Hi Yara", supersedes=here.draft,
        context_version=here.draft.context_version, created_at=time.now(),
    )  # fmt: skip
    item = intake.route(new)
    assert (item.pk, item.draft, item.state, item.revision) == (here.item.pk, new, "pending", 2)
    assert decisions.text_of(item) == ("Shorter", "Hi Yara")


def test_a_rewrite_that_nobody_waits_for_is_dropped(clock: object) -> None:
    here = verbs.rewriting()
    clock.travel(minutes=16)
    intake.sweep()
    late = Draft.objects.create(
        account=here.account, agent="outreach", output_class="outreach.first_email",
        contact=here.contact, subject="Late", body="Hi", supersedes=here.draft,
        created_at=time.now(),
    )  # fmt: skip
    assert intake.route(late) is None
    assert ReviewItem.objects.get().draft == here.draft
    assert not Draft.objects.unrouted().exists()


def test_a_rewrite_that_failed_gives_the_item_back_and_says_why() -> None:
    here = verbs.rewriting()
    item = ReviewItem.objects.get()
    assert intake.rewritten(item, runtime.Result("failed", "The model did not answer.")) is None
    assert state(here) == "pending"
    assert ReviewItem.objects.get().reason.endswith("The model did not answer.")


# --- nobody decides -------------------------------------------------------------------------------


@pytest.fixture
def waited(clock: object) -> Scene:
    """Five business days have passed, a weekend among them."""
    here = verbs.pending()
    clock.travel(days=7, minutes=1)
    intake.sweep()
    return here


def test_before_five_business_days_nothing_happens(clock: object) -> None:
    here = verbs.pending()
    clock.travel(days=4)
    assert intake.sweep() == 0
    assert state(here) == "pending"


def test_after_five_business_days_it_is_the_managers(waited: Scene) -> None:
    assert state(waited) == "escalated"
    with pytest.raises(decisions.Conflict, match="manager"):
        decisions.approve(waited.item, by=waited.rep, revision=1)
    decisions.approve(waited.item, by=waited.manager, revision=1)
    assert state(waited) == "approved"


def test_a_day_later_it_is_let_go_and_the_account_is_free(waited: Scene, clock: object) -> None:
    clock.travel(hours=24, minutes=1)
    intake.sweep()
    assert state(waited) == "superseded"
    assert leases.current(waited.account) is None
    with pytest.raises(decisions.Conflict, match="let go"):
        decisions.approve(waited.item, by=waited.manager, revision=1)
    assert told(waited) == ["item.created", "item.escalated", "item.superseded"]


def test_time_alone_never_approves(waited: Scene, clock: object) -> None:
    for _ in range(5):
        clock.travel(days=1)
        intake.sweep()
    assert not waited.item.messages.exists()
    assert not waited.item.decisions.exists()


# --- undo is over ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("workspace")
def test_a_rejection_counts_and_frees_the_voice_when_undo_is_over(clock: object) -> None:
    here = verbs.rejected()
    intake.sweep()
    assert not Verdict.objects.exists()
    assert leases.current(here.account)
    clock.travel(seconds=61)
    intake.sweep()
    verdict = Verdict.objects.get()
    assert (verdict.kind, verdict.score, verdict.item) == ("rejected", 0, here.item)
    assert leases.current(here.account) is None


def test_what_was_undone_does_not_count(clock: object) -> None:
    here = verbs.rejected()
    decisions.undo(here.item, by=here.rep)
    clock.travel(seconds=61)
    intake.sweep()
    assert not Verdict.objects.exists()
    assert state(here) == "pending"


@pytest.mark.usefixtures("workspace")
def test_the_first_verdict_on_a_draft_counts(clock: object) -> None:
    here = verbs.pending()
    decisions.request_rewrite(here.item, by=here.rep, revision=1, note="Shorter")
    clock.travel(minutes=16)
    intake.sweep()
    User.objects.update(undo_seconds=0)
    decisions.reject(here.item, by=here.rep, revision=1, reason="tone")
    intake.sweep()
    assert [row.kind for row in Verdict.objects.all()] == ["rewrite"]


def test_nothing_counts_where_no_lane_can_be(clock: object) -> None:
    verbs.rejected()
    Account.objects.update(is_strategic=True)
    clock.travel(seconds=61)
    intake.sweep()
    assert not Verdict.objects.exists()
