"""Who writes, and from where, and what the agents are told of it.

What you sell and how your mail should sound stand in every prompt of who writes: other words are
another version of all that is written.
"""

import pytest
from django.urls import reverse

from agents.models import Draft
from agents.orchestration import engine
from revenue import workspace
from revenue.models import Event
from review import autonomy, demo
from review.autonomy import epochs, gate, lanes
from review.models import Lane
from review.setup import agents, checklist
from tests import factories, scripts
from tests.fakes import ScriptedModel
from tests.review.accounts import cast
from tests.review.autonomy import trusted
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
GOOD = {
    "company": "Harbour Supply", "postal_address": "1 Quay Street\nSpringfield",
    "sender_domain": "Harbour.example", "offer": "Pumps.", "voice": "",
}  # fmt: skip


def save(**changes: str):
    return client("admin").post(reverse("setup_sender_save"), GOOD | changes)


def test_company_and_address_are_kept_with_an_event() -> None:
    assert save().status_code == 302
    row = workspace.load()
    assert (row.company, row.sender_domain) == ("Harbour Supply", "harbour.example")
    assert "Quay Street" in row.postal_address
    assert Event.objects.filter(kind="workspace.changed").count() == 1


def test_the_page_shows_what_is_there() -> None:
    save()
    assert "Harbour Supply" in text(client("admin").get(reverse("setup_sender")))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("company", "", "required"),
        ("company", "   ", "required"),
        ("company", "x" * 121, "120"),
        ("company", "Harbour\r\nBcc: all@world.example", "one line"),
        ("postal_address", "", "required"),
        ("postal_address", "x" * 301, "300"),
        ("sender_domain", "not a domain", "domain like"),
        ("sender_domain", "a.example\r\nX: 1", "domain like"),
        ("offer", "x" * 2001, "2000"),
        ("company", "a\x00b", "Null characters"),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nothing_is_kept(
    field: str, value: str, words: str
) -> None:
    answer = save(**{field: value})
    assert answer.status_code == 422
    assert words in text(answer)
    assert workspace.load().company == ""


def test_only_an_admin_may_change_it_and_only_by_post() -> None:
    refuses(reverse("setup_sender_save"), "rep", "manager")


def test_a_manager_cannot_open_the_page() -> None:
    assert client("manager").get(reverse("setup_sender")).status_code == 403


def test_the_demos_address_under_an_own_name_is_not_yet_a_sender() -> None:
    demo.seed()
    save(postal_address=workspace.INVENTED["postal_address"])
    step = next(one for one in checklist.steps(cast.admin()) if one.key == "sender")
    assert step.state == ""
    assert "demo's company or address" in step.words


# --- what the agents are told ---------------------------------------------------------------------


def told(offer: str = "Pumps.", voice: str = "") -> str:
    return workspace.told(offer=offer, voice=voice)


def drafted(offer: str = "Pumps.", voice: str = "") -> Draft:
    """A draft of somebody who was told this."""
    account = factories.AccountFactory(owner=cast.rep())
    return cast.draft_at(account, told=told(offer, voice))


@pytest.fixture
def lane(db: None) -> Lane:
    """A class that runs by itself, on drafts that were written for a seller of pumps."""
    cast.manager()
    save()
    return trusted.trust(drafted())


def now(lane: Lane) -> Lane:
    return Lane.objects.get(pk=lane.pk)


@pytest.mark.parametrize("change", [{"offer": "Valves."}, {"voice": "Short."}, {"offer": ""}])
def test_other_words_begin_the_evidence_anew(lane: Lane, change: dict[str, str]) -> None:
    said = text(client("admin").post(reverse("setup_sender_save"), GOOD | change, follow=True))
    assert "Every draft is reviewed again." in said
    row = now(lane)
    assert (row.state, row.epoch, row.demotions) == (Lane.State.REVIEW, None, 0)
    [restarted, *_] = row.changes.all()
    assert (restarted.kind, restarted.by) == ("restarted", cast.admin())


@pytest.mark.parametrize(
    "change", [{"offer": " Pumps.\n"}, {"company": "Harbour"}, {"sender_domain": "a.example"}]
)
def test_white_space_and_the_rest_of_the_form_touch_no_evidence(
    lane: Lane, change: dict[str, str]
) -> None:
    save(**change)
    assert now(lane).epoch == lane.epoch
    assert now(lane).state == Lane.State.AUTO


def test_what_saving_does_is_said_before_the_click(lane: Lane) -> None:
    page = text(client("admin").get(reverse("setup_sender")))
    assert "saving begins the evidence of these classes anew" in page
    assert "Every draft is reviewed again. 150 reviewed account days no longer count." in page


def test_where_nothing_was_collected_nothing_is_lost_or_said() -> None:
    assert "evidence" not in text(client("admin").get(reverse("setup_sender")))
    answer = client("admin").post(reverse("setup_sender_save"), GOOD, follow=True)
    assert "reviewed again" not in text(answer)


def test_a_draft_that_follows_other_words_is_not_what_the_evidence_is_about(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)
    assert autonomy.verdict(drafted()).kind == "auto"
    assert autonomy.verdict(drafted("Valves.")).kind == "human"


def test_the_words_of_before_go_on_with_their_evidence(lane: Lane, clock) -> None:
    clock.travel(hours=1)
    save(offer="Valves.")
    clock.travel(hours=1)
    other = epochs.of(lanes.locked_row(lane), drafted("Valves."))
    assert (other.attempt, other.count) == (2, 0)
    save()
    clock.travel(hours=1)
    assert epochs.of(lanes.locked_row(lane), drafted()) == lane.epoch


def test_a_preview_counts_only_what_was_collected_with_the_words_of_now(lane: Lane) -> None:
    config = agents.latest("outreach")
    Draft.objects.update(config=config)
    row = now(lane)
    row.epochs.update(fingerprint=epochs.fingerprint(Draft.objects.get()))
    assert autonomy.collected(row, config.fingerprint) == 150
    workspace.change(by="test", offer="Valves.")
    assert autonomy.collected(row, config.fingerprint) == 0


def test_who_writes_is_told_and_each_draft_keeps_what_it_was(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    save(voice="Short.")
    account = factories.prospect()
    engine.step(account)
    engine.step(account)
    assert Draft.objects.get().told == told(voice="Short.") != ""
    assert "seller" in scripted_model.packets("OutreachOutput")[0]
    assert "seller" not in scripted_model.packets("ProspectingOutput")[0]
