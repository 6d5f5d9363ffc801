"""A practice draft is made: from an approved mail, for an idle account, with one wrong fact."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.models import AgentConfig, AgentRun, Draft, Preference, ReceivedPreference
from revenue import clock, leases
from revenue.models import Account, Contact, User
from review import autonomy, cards, decisions, edits, tasks
from review.audit import replay
from review.models import Decision, OutboxMessage, Plant, PracticeRound, ReviewItem
from review.practice import planting
from tests.review import citing
from tests.review.desk.conftest import draft_for
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hour that nobody foresees has come."""
    monkeypatch.setattr(autonomy, "chance", lambda what: 0.0)
    monkeypatch.setattr(planting, "CHANCE", 0.125)


def test_names_and_company_are_exchanged_and_one_fact_is_wrong(here: Scene, plant: Plant) -> None:
    draft = plant.item.draft
    right = here.source.body.replace("Yara", "Milo")
    assert draft.subject == "GTX Pro, Oakmont"
    edit = edits.compare(right, draft.body, products=["GTX Basic", "GTX Pro"])
    assert edit.kind == "major"
    assert [(one.kind, one.before, one.after) for one in edit.changed_facts] == [
        (plant.kind, plant.before, plant.after)
    ]


def test_its_sources_are_the_accounts_own(here: Scene, plant: Plant) -> None:
    deal = here.account.opportunities.get(is_won=True)
    assert [one["source_id"] for one in plant.item.draft.evidence] == [f"opportunity:{deal.pk}"]


def test_it_looks_like_any_other(here: Scene, plant: Plant) -> None:
    assert plant.item.state == "pending"
    assert plant.item.reason == "First mail: reviewed before it leaves."
    assert plant.item.assigned_to is None
    assert ReviewItem.objects.on_desk_of(here.rep).filter(pk=plant.item.pk).exists()


def test_it_holds_no_voice_and_moves_no_context(here: Scene) -> None:
    before = Account.objects.get(pk=here.account.pk).context_version
    plant = here.plant()
    assert leases.current(here.account) is None
    assert plant.item.lease is None
    assert Account.objects.get(pk=here.account.pk).context_version == before
    assert replay.contradictions() == []


def test_no_outbox_row_may_ever_name_it(here: Scene, plant: Plant) -> None:
    message = OutboxMessage.objects.filter(draft=here.source)
    with pytest.raises(IntegrityError), transaction.atomic():
        message.update(draft=plant.item.draft)


def test_the_sweeps_leave_it_alone(here: Scene, plant: Plant) -> None:
    tasks.sweep()
    assert scenes.fresh(plant.item).state == "pending"


def test_it_is_withdrawn_without_a_word_when_the_account_moves(here: Scene, plant: Plant) -> None:
    Account.objects.filter(pk=here.account.pk).update(context_version=99)
    tasks.sweep()
    assert scenes.fresh(plant.item).state == "stale"
    plant.refresh_from_db()
    assert (plant.caught, plant.answered_at) == (None, None)


def test_it_is_withdrawn_like_any_other_when_what_it_cites_holds_no_more(
    here: Scene, plant: Plant
) -> None:
    old = citing.fact(here)
    evidence = [{"claim": old.text, "source_id": f"fact:{old.pk}", "quote": old.text}]
    Draft.objects.filter(items=plant.item_id).update(evidence=evidence)
    tasks.sweep()
    assert scenes.fresh(plant.item).state == "pending"
    citing.supersede(here)
    tasks.sweep()
    assert scenes.fresh(plant.item).state == "stale"


def test_nobody_is_told_when_its_time_is_over(here: Scene, plant: Plant) -> None:
    ReviewItem.objects.filter(pk=plant.item.pk).update(expires_at=clock.now())
    tasks.sweep()
    assert scenes.fresh(plant.item).state == "superseded"


NOT_HERE = {
    "a strategic account": lambda here: Account.objects.update(is_strategic=True),
    "nobody to write to": lambda here: Contact.objects.filter(account=here.account).delete(),
    "somebody speaks there": lambda here: leases.acquire(here.account, holder="run:1", ttl=600),
    "of the demo": lambda here: Account.objects.filter(pk=here.account.pk).update(is_demo=True),
    "nothing was bought": lambda here: here.account.opportunities.filter(is_won=True).delete(),
    "somebody who had such a mail": lambda here: Draft.objects.filter(pk=here.source.pk).update(
        contact=here.account.contacts.get()
    ),
    "taken back": lambda here: Decision.objects.update(undone_at=clock.now()),
    "a colleague's": lambda here: Account.objects.filter(pk=here.account.pk).update(
        owner=here.colleague
    ),
    "of an outside agent": lambda here: Draft.objects.update(agent="outside:x"),
    "outside text": lambda here: Draft.objects.update(is_tainted=True),
}


@pytest.mark.parametrize("why", NOT_HERE)
def test_where_nothing_fits_nothing_is_planted(here: Scene, why: str) -> None:
    NOT_HERE[why](here)
    assert planting.plant(here.rep) is None


def test_an_account_where_something_waits_gets_none(here: Scene, plant: Plant) -> None:
    assert planting.plant(here.rep) is None


def test_it_is_due_once_a_week_for_who_decides(here: Scene, always: None) -> None:
    assert planting.is_due(here.rep)
    assert not planting.is_due(here.colleague)
    plant = here.plant()
    assert not planting.is_due(here.rep)
    ReviewItem.objects.filter(pk=plant.item.pk).update(state="practised")
    assert not planting.is_due(here.rep)
    Plant.objects.update(made_at=clock.now() - timedelta(days=7, hours=1))
    assert planting.is_due(here.rep)


def test_a_week_without_one_does_not_wait_for_luck(here: Scene, monkeypatch) -> None:
    monkeypatch.setattr(autonomy, "chance", lambda what: 0.99)
    assert not planting.is_due(here.rep)
    plant = here.plant()
    ReviewItem.objects.filter(pk=plant.item.pk).update(state="practised")
    Plant.objects.update(made_at=clock.now() - timedelta(days=7, hours=1))
    assert planting.is_due(here.rep)


def test_the_tick_plants_and_looks_once_an_hour(here: Scene, always: None) -> None:
    assert planting.plant_due() == 1
    assert Plant.objects.get().reviewer == here.rep
    ReviewItem.objects.filter(plant__isnull=False).update(state="practised")
    Plant.objects.update(made_at=clock.now() - timedelta(days=8))
    assert planting.plant_due() == 0
    assert PracticeRound.objects.filter(user=here.rep).count() == 1


def test_a_round_in_between_costs_one_query(here: Scene, django_assert_num_queries) -> None:
    planting.plant_due()
    with django_assert_num_queries(1):
        planting.plant_due()


def test_a_mail_that_nobody_read_is_no_model(here: Scene) -> None:
    Decision.objects.update(bulk="7b3f6e1c-0d5a-4c58-9d0e-0d1d4c2e8f11")
    assert planting.plant(here.rep) is None


def test_the_accounts_of_the_team_do_not_count(here: Scene) -> None:
    assert planting.plant(here.colleague) is None


def wish_of(rep: User) -> Preference:
    return Preference.objects.create(
        rep=rep, name="Short", text="Shorter.", output_class="outreach.first_email", by=rep,
        made_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip


def written_with(draft: Draft, wish: Preference) -> None:
    now = clock.now()
    run = AgentRun.objects.create(
        account=draft.account, agent="outreach", state="done", result="draft", started_at=now,
        alive_until=now, manifest=[f"preference:{wish.pk}"],
    )  # fmt: skip
    ReceivedPreference.objects.create(run=run, preference=wish)
    Draft.objects.filter(pk=draft.pk).update(run=run)


def test_a_colleagues_preference_does_not_stand_on_ones_card(here: Scene) -> None:
    written_with(here.source, wish_of(here.colleague))
    assert planting.plant(here.rep) is None


def test_it_is_written_with_the_preferences_of_whoever_gets_it(here: Scene) -> None:
    wish = wish_of(here.rep)
    assert planting.plant(here.rep) is None
    written_with(here.source, wish)
    item = here.plant().item
    shown = cards.build([item.pk], reader=here.rep)[0]
    assert shown.signature.wishes == ["your preference “Short”"]
    assert decisions.similar([wish], by=here.rep) == {}


def test_a_preference_that_is_off_or_of_another_class_changes_nothing(here: Scene) -> None:
    off, other = wish_of(here.rep), wish_of(here.rep)
    Preference.objects.filter(pk=off.pk).update(is_on=False)
    Preference.objects.filter(pk=other.pk).update(output_class="outreach.breakup")
    assert planting.plant(here.rep)


@pytest.mark.parametrize("what", ["version", "model"])
def test_a_mail_of_before_is_no_model_once_its_agent_has_written_otherwise(
    here: Scene, what: str
) -> None:
    """Its history would name the version and the model of then."""
    newer = draft_for(scenes.account(here.rep, "Larkfield", "Nina", "Voss"))
    if what == "model":
        Draft.objects.filter(pk=newer.pk).update(model="another")
    else:
        config = AgentConfig.objects.active().get(agent="outreach")
        Draft.objects.filter(pk=newer.pk).update(config=config)
    assert planting.plant(here.rep) is None
    Draft.objects.filter(pk=newer.pk).update(model=here.source.model, config=None)
    assert planting.plant(here.rep)
