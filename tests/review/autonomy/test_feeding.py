"""A first mail is written from what Prospecting hands over: another Prospecting is another version.

Its evidence ends with what feeds it, is said before the click, and returns when that returns. A
draft from the handoff of a version that was replaced is read, and ends nothing.
"""

import pytest

from agents import configs
from agents.definitions import registry
from agents.models import AgentConfig, AgentRun, Draft, Handoff
from agents.orchestration import engine
from revenue import clock as time
from review import autonomy
from review.autonomy import epochs, gate, lanes
from review.models import EvidenceEpoch, Lane
from review.setup import agents, model
from tests import factories, scripts
from tests.fakes import ScriptedModel
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.autonomy import trusted
from tests.review.autonomy.test_scoring import decided

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
FEEDER = "prospecting"


@pytest.fixture(autouse=True)
def unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)


def version() -> AgentConfig:
    return agents.latest(FEEDER)


def fed(by: AgentConfig | None = None, *, answering: str = "one") -> verbs.Scene:
    """A first mail that was written just now, from a handoff of this version."""
    here, now = verbs.unrouted(), time.now()
    run = AgentRun.objects.create(
        account=here.account, agent=FEEDER, state="done", config=by or version(), model=answering,
        started_at=now, alive_until=now,
    )  # fmt: skip
    handoff = Handoff.objects.create(
        account=here.account, from_agent=FEEDER, to_agent="outreach", run=run, deadline_at=now,
        state="accepted", created_at=now,
    )  # fmt: skip
    return written(here, handoff=handoff)


def unfed() -> verbs.Scene:
    return written(verbs.unrouted())


def written(here: verbs.Scene, **more: object) -> verbs.Scene:
    Draft.objects.filter(pk=here.draft.pk).update(created_at=time.now(), model="writer", **more)
    here.draft = Draft.objects.get(pk=here.draft.pk)
    return here


def reviewed(here: verbs.Scene):
    trusted.arrives(here)
    return decided("unchanged", here)


def publish(words: str) -> agents.Preview:
    """What was said before the click, and the click."""
    shown = agents.preview(FEEDER, configs.Content(words))
    seen = shown.before.version
    agents.publish(
        FEEDER, configs.Content(words), note="Why", by=cast.admin(), seen=seen, seal=shown.seal
    )
    return shown


def ruled(here: verbs.Scene) -> str:
    return autonomy.verdict(here.draft).kind


# --- before the click, and after ------------------------------------------------------------------


def test_an_offer_asks_for_a_class_that_its_definition_says_it_feeds(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    engine.step(factories.prospect())
    offer = Handoff.objects.get()
    assert offer.mandate["output_class"] in registry.get(offer.from_agent).feeds


def test_the_class_that_it_feeds_is_named_before_the_click_and_is_reviewed_after(clock) -> None:
    lane = trusted.trust(fed().draft)
    assert ruled(fed()) == "auto"
    clock.travel(hours=1)
    [effect] = publish("Choose whoever signs.").effects
    assert (effect.label, effect.units) == ("First mail, from its handoffs", 150)
    assert (
        "Every draft is reviewed again. 150 reviewed account days no longer count." in effect.words
    )
    lane.refresh_from_db()
    assert (lane.state, lane.epoch, lane.demotions) == (Lane.State.REVIEW, None, 0)
    assert "Prospecting version 2" in lane.changes.first().reason
    assert ruled(fed()) == "human"


def test_the_whole_way_a_new_version_of_who_hands_over_is_another_fingerprint(
    scripted_model: ScriptedModel,
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    found = []
    for number in range(2):
        account = factories.prospect()
        engine.step(account)
        engine.step(account)
        draft = Draft.objects.latest("pk")
        found.append((epochs.fingerprint(draft), epochs.fed_by(draft)))
        configs.publish(FEEDER, prompt=f"Look again, {number}.", by="test")
    (first, was), (second, becomes) = found
    assert first == second
    assert "" != was != becomes != ""


def test_white_space_in_its_instructions_touches_nothing() -> None:
    lane = trusted.trust(fed().draft)
    assert publish(f"{version().prompt}\n\n").effects[0].words == "Stays as it is."
    lane.refresh_from_db()
    assert lane.state == Lane.State.AUTO
    assert ruled(fed()) == "auto"


def test_another_model_of_the_installation_ends_what_it_feeds_once() -> None:
    lane = trusted.trust(fed().draft)
    model.save(url="", model="another-model", key="secret", by=cast.admin())
    assert lane.changes.filter(kind="restarted").count() == 1


# --- what was collected ---------------------------------------------------------------------------


def test_the_drafts_of_the_new_one_are_collected_apart(smtp, clock) -> None:
    old = reviewed(fed()).epoch
    clock.travel(hours=1)
    publish("Choose whoever signs.")
    clock.travel(hours=1)
    new = reviewed(fed()).epoch
    assert (new.attempt, new.fingerprint, new.doublings) == (2, old.fingerprint, 0)
    assert new.fed_by != old.fed_by


def test_rolled_back_it_goes_on_with_the_evidence_that_it_had(smtp, clock) -> None:
    first, before = version(), trusted.trust(fed().draft).epoch
    clock.travel(hours=1)
    publish("Choose whoever signs.")
    clock.travel(hours=1)
    reviewed(fed())
    [effect] = publish(first.prompt).effects
    assert "150 of this version count again." in effect.words
    clock.travel(hours=1)
    assert reviewed(fed()).epoch == before
    assert Lane.objects.get().epoch == before
    assert EvidenceEpoch.objects.count() == 2


def test_an_answering_model_that_changed_its_name_is_another_version(smtp, clock) -> None:
    lane = trusted.trust(fed().draft)
    here = fed(answering="another")
    assert ruled(here) == "human"
    assert reviewed(here).epoch.attempt == 2
    lane.refresh_from_db()
    assert lane.state == Lane.State.REVIEW
    assert lane.epochs.first().reason == epochs.NEW_FEEDER


def test_a_handoff_of_a_version_that_was_replaced_is_read_and_ends_nothing(smtp, clock) -> None:
    first = version()
    publish("Choose whoever signs.")
    between = version()
    publish(first.prompt)
    lane = trusted.trust(fed().draft)
    clock.travel(hours=1)
    here = fed(between)
    assert ruled(here) == "human"
    assert reviewed(here).epoch is None
    lane.refresh_from_db()
    assert lane.state == Lane.State.AUTO


def test_a_late_verdict_speaks_for_the_version_that_fed_it(smtp, clock) -> None:
    late = fed()
    old = trusted.trust(late.draft, state="review").epoch
    trusted.arrives(late)
    clock.travel(hours=1)
    publish("Choose whoever signs.")
    assert decided("unchanged", late).epoch == old
    assert Lane.objects.get().epoch is None


# --- drafts that no agent fed ---------------------------------------------------------------------


def test_what_nobody_handed_over_speaks_for_the_class_as_it_is_fed_and_ends_nothing(smtp) -> None:
    lane = trusted.trust(fed().draft)
    assert ruled(unfed()) == "auto"
    Lane.objects.update(state=Lane.State.TIGHTENED)
    for here in (unfed(), fed(), unfed()):
        assert reviewed(here).epoch == lane.epoch
    lane.refresh_from_db()
    assert (lane.state, lane.epochs.count()) == (Lane.State.TIGHTENED, 1)


def test_a_class_that_was_never_fed_has_not_shown_what_it_does_of_a_handoff(smtp, clock) -> None:
    trusted.trust(unfed().draft)
    clock.travel(hours=1)
    assert ruled(fed()) == "human"
    assert reviewed(fed()).epoch.attempt == 2


def test_what_a_person_hands_back_is_fed_by_no_agent() -> None:
    here = fed()
    Handoff.objects.update(run=None, to_agent="", from_agent="person")
    assert epochs.fed_by(here.draft) == ""


def test_another_weight_goes_on_with_what_feeds_the_class() -> None:
    lane = trusted.trust(fed().draft)
    autonomy.settings(lane, by=cast.manager(), reason="Wording matters", minor_loss=0.5)
    row = lanes.locked_for(fed().draft)
    assert (row.epoch.attempt, row.epoch.fed_by) == (2, lane.epoch.fed_by)
