"""A class that was taken out of what an agent may write: not planned, not asked for, not taken."""

from datetime import timedelta

import pytest

from agents import configs, llm, rewriting
from agents.models import AgentConfig, AgentRun, Draft, RoutingDecision
from agents.orchestration import engine, triggers
from revenue import clock, ingest
from revenue.models import Account
from tests import factories, scripts
from tests.fakes import ScriptedModel

pytestmark = pytest.mark.django_db
FIRST, FOLLOW_UP = "outreach.first_email", "outreach.follow_up"


@pytest.fixture
def silent(db: None) -> Account:
    """A deal there waits for a follow-up."""
    account = factories.AccountFactory(name="Brookfield")
    factories.ContactFactory(account=account)
    ago = clock.now().date() - timedelta(days=40)
    factories.OpportunityFactory(account=account, stage="engaging", engaged_on=ago)
    return account


def take_out(*classes: str) -> AgentConfig:
    prompt = AgentConfig.objects.get(agent="outreach", version=1).prompt
    return configs.publish("outreach", prompt=prompt, by="system", left_out=classes)


def news(account: Account) -> None:
    ingest.record_signal(
        account=account, kind="news", source="test", occurred_at=clock.now(),
        payload={"title": "They grow", "url": "https://example.com", "date": "2026-01-01"},
        dedupe_key=f"news:{account.pk}",
    )  # fmt: skip


def test_where_it_would_be_next_a_person_is_asked(silent: Account, model: ScriptedModel) -> None:
    take_out(FOLLOW_UP)
    decision = engine.step(silent)
    assert (decision.verdict, decision.rule) == ("escalate", "open deal gone silent")
    assert "“Follow-up mail” was taken out of what Outreach may write" in decision.reason
    assert model.asked == []
    assert not AgentRun.objects.exists()


def test_a_handoff_that_asks_for_it_goes_to_a_person(model: ScriptedModel) -> None:
    account = factories.prospect()
    engine.step(account)
    take_out(FIRST)
    decision = engine.step(account)
    assert (decision.verdict, decision.rule) == ("escalate", "handoff")
    assert "“First mail” was taken out" in decision.reason
    assert model.packets("OutreachOutput") == []


def test_the_other_classes_are_asked_for_as_before(silent: Account, model: ScriptedModel) -> None:
    take_out(FIRST)
    assert engine.step(silent).verdict == "run"
    assert Draft.objects.get().output_class == FOLLOW_UP


def test_a_task_that_leaves_the_choice_does_not_offer_it(
    silent: Account, model: ScriptedModel
) -> None:
    take_out(FIRST, "outreach.breakup")
    news(silent)
    engine.step(silent)
    [packet] = model.packets("OutreachOutput")
    assert packet["task"]["output_classes"] == [FOLLOW_UP, "outreach.reply"]


def test_a_model_that_writes_it_all_the_same_is_not_heard(
    silent: Account, model: ScriptedModel
) -> None:
    take_out("outreach.breakup")
    model.on(
        "OutreachOutput", lambda asked: scripts.outreach(asked, output_class="outreach.breakup")
    )
    engine.step(silent)
    assert not Draft.objects.exists()
    asked = RoutingDecision.objects.filter(verdict="escalate").get()
    assert "Outreach wrote “Closing mail”, a class that was taken out" in asked.reason


def test_what_is_taken_out_while_the_model_thinks_is_not_taken(
    silent: Account, model: ScriptedModel
) -> None:
    [work] = engine.planned(triggers.claim([silent.pk]))
    [answer] = llm.complete_all([work.call])
    take_out(FOLLOW_UP)
    engine.committed([(work, answer)])
    assert not Draft.objects.exists()
    assert "Follow-up mail" in RoutingDecision.objects.get(verdict="escalate").reason


def test_a_draft_of_it_is_not_written_again(silent: Account, model: ScriptedModel) -> None:
    engine.step(silent)
    take_out(FOLLOW_UP)
    result = rewriting.rewrite(Draft.objects.get(), note="Shorter.")
    assert (result.kind, result.words) == ("failed", "Outreach may not write this class now.")


def test_what_is_left_out_shapes_no_other_answer() -> None:
    before = configs.active("outreach")
    after = take_out(FOLLOW_UP)
    assert (after.change, after.fingerprint) == ("scope", before.fingerprint)
    assert configs.active("outreach").left_out == [FOLLOW_UP]
