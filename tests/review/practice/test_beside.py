"""Until it is decided, practice counts wherever an ordinary draft does; after that nowhere."""

import pytest
from django.test import Client
from django.urls import reverse

from agents.models import Draft, Preference
from revenue import clock
from revenue.models import User
from review import cards, decisions, history, intake, practice, queue
from review.autonomy import units
from review.decisions import bulk
from review.models import Decision, EvidenceUnit, OutboxMessage, Plant, ReviewItem
from review.today import doings
from tests.review.desk.conftest import draft_for
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db


def ordinary(here: Scene) -> ReviewItem:
    """A draft of the same class for another account of theirs."""
    account = scenes.account(here.rep, "Ashgrove", "Nina", "Voss")
    item = intake.route(draft_for(account, body=scenes.BODY.format(name="Nina")))
    assert item
    return item


def seen(item: ReviewItem) -> bulk.Seen:
    return bulk.Seen(item.pk, 1, item.draft.context_hash)


@pytest.fixture
def beside(here: Scene, plant: Plant) -> ReviewItem:
    """An agent's own draft for the same account, later."""
    item = intake.route(draft_for(here.account, output_class="outreach.follow_up"))
    assert item
    return item


def test_a_note_on_its_account_shows_it_like_any_other(here: Scene, plant: Plant) -> None:
    note = intake.route(
        draft_for(here.account, output_class="brief.one", effect="none", contact=None)
    )
    card = cards.build([note.pk], reader=here.rep)[0]
    assert [line.what for line in card.live if "First mail" in line.what] == [
        "First mail to Milo Brandt"
    ]


def test_it_ends_where_an_agent_begins_to_speak(here: Scene, plant: Plant, beside) -> None:
    """Two mails to one account never wait at once, and one of them would hold no voice."""
    assert practice.sweep() == 1
    plant.item.refresh_from_db()
    assert plant.item.state == "stale"
    told = queue.gone(here.rep, have=[plant.item.pk])[0]["sentence"]
    assert told == "Oakmont: The conversation moved on; this draft is out of date."


def test_its_card_says_what_any_card_says(here: Scene, plant: Plant) -> None:
    client = Client()
    client.force_login(here.rep)
    page = client.get(reverse("item", args=[plant.item.pk])).content.decode().casefold()
    for word in ("planted", "practice", "swapped"):
        assert word not in page.replace("your reviewing", ""), word


def test_its_card_names_its_agent_as_the_holder(here: Scene, plant: Plant) -> None:
    card = cards.build([plant.item.pk], reader=here.rep)[0]
    assert card.holder.who == "Outreach"
    assert card.holder.how.startswith("through this draft, until ")


def test_the_account_takes_an_agents_draft_beside_it(here: Scene, beside) -> None:
    assert beside.state == "pending"
    assert beside.lease


def test_a_bulk_approval_takes_it_along_and_it_slipped_through(here: Scene, plant: Plant) -> None:
    other = ordinary(here)
    results = decisions.approve_many([seen(plant.item), seen(other)], by=here.rep)
    assert [one.refusal for one in results] == ["", ""]
    assert results[0].told.startswith("This was a practice draft")
    assert results[1].told == ""
    plant.refresh_from_db()
    assert plant.caught is False
    assert OutboxMessage.objects.filter(item=plant.item).count() == 0


def test_the_undo_of_a_bulk_leaves_it_as_it_is(here: Scene, plant: Plant) -> None:
    other = ordinary(here)
    decisions.approve_many([seen(plant.item), seen(other)], by=here.rep)
    back = decisions.undo_many(Decision.objects.get(item=other), by=here.rep)
    assert [(one.pk, one.refusal) for one in back] == [(other.pk, "")]


def test_a_bulk_of_practice_alone_has_nothing_to_take_back(here: Scene, plant: Plant) -> None:
    client = Client()
    client.force_login(here.rep)
    User.objects.filter(pk=here.rep.pk).update(undo_seconds=10)
    told = ":".join(map(str, seen(plant.item)))
    page = client.post(reverse("bulk_approve"), {"seen": [told]}).content.decode()
    assert "This was a practice draft" in page
    assert "Undo" not in page
    undone = client.post(reverse("item_undo", args=[plant.item.pk]), headers={"HX-Request": "true"})
    assert undone.status_code == 409


def test_a_wish_for_its_class_counts_it_and_it_goes_with_the_others(here: Scene, plant) -> None:
    wish = Preference.objects.create(
        rep=here.rep, name="Short", text="Shorter.", output_class="outreach.first_email",
        by=here.rep, made_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    assert plant.item in decisions.similar([wish], by=here.rep)[wish.pk]
    assert decisions.request_rewrites(wish, by=here.rep) == 1
    plant.refresh_from_db()
    assert (plant.item.state, plant.caught) == ("stale", None)


def test_the_evidence_of_its_account_does_not_wait_for_it(here: Scene, plant: Plant) -> None:
    unit = EvidenceUnit(account=here.account, day=plant.item.draft.created_at.date())
    assert units._busy("outreach.first_email", [unit]) == set()


def test_it_was_drafted_like_any_other_until_it_is_decided(here: Scene, plant: Plant) -> None:
    def drafted() -> list[Draft]:
        found = doings.rows("drafted", here.rep, since=here.source.created_at)
        return list(found.order_by("pk"))

    assert drafted() == [here.source, plant.item.draft]
    decisions.approve(plant.item, by=here.rep, revision=1)
    assert drafted() == [here.source]


def test_what_was_decided_today_leaves_it_out(here: Scene, plant: Plant) -> None:
    before = queue.done_today(here.rep, now=clock.now())
    decisions.approve(plant.item, by=here.rep, revision=1)
    assert queue.done_today(here.rep, now=clock.now()) == before
    assert list(history.real(Decision.objects.all())) == [
        Decision.objects.get(item__draft=here.source)
    ]


def test_it_goes_with_its_account(here: Scene, plant: Plant) -> None:
    decisions.reject(plant.item, by=here.rep, revision=1, reason="wrong_fact")
    OutboxMessage.objects.filter(account=here.account).delete()
    here.account.delete()
    assert not Plant.objects.exists()


def test_a_take_over_withdraws_it(here: Scene, plant: Plant) -> None:
    decisions.take_over(here.account, by=here.rep)
    assert ReviewItem.objects.get(pk=plant.item.pk).state == "withdrawn"
