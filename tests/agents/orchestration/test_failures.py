"""What becomes of an account when the model fails, or we do.

The numbers are those of `tests/test_bad_inputs.py`.
"""

import json

import pytest

from agents import llm, runtime
from agents.models import AgentRun, Draft, Handoff, RoutingDecision, Spend, WakeUp
from agents.orchestration import engine, triggers
from revenue import ingest, leases, snapshots
from review import intake
from tests import factories, scripts
from tests.fakes import Reply, ScriptedModel, completion

pytestmark = pytest.mark.django_db

OUTREACH = "OutreachOutput"


@pytest.fixture
def account(scripted_model: ScriptedModel) -> object:
    """Handed over to outreach, whose answer the test scripts."""
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    account = factories.prospect()
    engine.step(account)
    return account


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(answer, words, id=name)
        for name, answer, words in [
            ("28 no JSON", Reply("not json"), "unreadable output"),
            ("30 cut", Reply('{"decision": "a', finish_reason="length"), "cut at token limit"),
            ("31 no decision", Reply({"decision": "perhaps"}), "at “decision”"),
            ("32 a key twice", Reply('{"a": 1, "a": 2}'), "the same key twice at “a”"),
            ("33 NaN", Reply('{"a": NaN}'), "NaN"),
            ("34 5,000 digits", Reply('{"a": ' + "9" * 5000 + "}"), "malformed"),
            ("35 100,000 lists", Reply("[" * 100_000), "malformed"),
            ("36 nothing but NUL", Reply("\0" * 9), "unreadable output"),
            ("37 refusal", Reply("", refusal="I cannot."), "model declined"),
            ("37 nothing", Reply(""), "model declined"),
            ("46 100 kB", Reply(json.dumps({"a": "x" * 100_001})), "limit of 100 kB"),
        ]
    ],
)
def test_an_answer_that_stays_unusable_goes_to_a_person_with_the_reason(
    account: object, scripted_model: ScriptedModel, answer: Reply, words: str
) -> None:
    scripted_model.on(OUTREACH, answer)
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert words in decision.reason
    assert len(scripted_model.packets(OUTREACH)) == 2
    assert leases.current(account) is None
    assert not Draft.objects.exists()
    run = AgentRun.objects.get(agent="outreach")
    message = completion(answer)["choices"][0]["message"]
    assert snapshots.get(run.answer) == (message["content"] or answer.refusal or "")[:20_000]
    assert intake.ask(decision).reason == decision.reason


def test_one_repair_with_the_validation_error_is_enough(
    account: object, scripted_model: ScriptedModel
) -> None:
    scripted_model.on(OUTREACH, Reply("not json"), scripts.outreach)
    assert engine.step(account).verdict == "run"
    assert Draft.objects.count() == 1
    assert "could not be used" in scripted_model.asked[-1].messages[-1]["content"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        *[
            pytest.param({"to": f"contact:{number}"}, "not offered as a recipient", id=f"40 {name}")
            for name, number in [
                ("nobody", "999999"),
                ("power", "²"),
                ("Arabic digit", "٣"),
                ("no number", "x"),
                ("beyond 2⁶³", "9" * 20),
            ]
        ],
        ({"output_class": "outreach.breakup"}, "asked for was outreach.first_email"),
        ({"decision": "escalate", "rationale": "This needs a lawyer."}, "This needs a lawyer."),
        ({"missing_context": ["the price"]}, "Something needed is missing: the price"),
        ({"confidence": 0.2}, "not sure enough"),
    ],
)
def test_a_doubtful_output_goes_to_a_person(
    account: object, scripted_model: ScriptedModel, change: dict, words: str
) -> None:
    scripted_model.on(OUTREACH, lambda packet: scripts.outreach(packet, **change))
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert words in decision.reason
    assert not Draft.objects.exists()


def test_40_a_contact_of_another_account_goes_to_a_person(
    account: object, scripted_model: ScriptedModel
) -> None:
    theirs = factories.ContactFactory()
    scripted_model.on(OUTREACH, lambda packet: scripts.outreach(packet, to=f"contact:{theirs.pk}"))
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert "not offered as a recipient" in decision.reason
    assert intake.ask(decision).reason == decision.reason
    assert not Draft.objects.exists()


def test_a_skip_is_a_first_class_answer(account: object, scripted_model: ScriptedModel) -> None:
    scripted_model.on(OUTREACH, lambda packet: scripts.outreach(packet, decision="skip"))
    engine.step(account)
    assert AgentRun.objects.first().result == "skip"
    assert leases.current(account) is None


def test_a_model_that_cannot_be_reached_is_asked_again_and_the_third_time_a_person_is(
    account: object, scripted_model: ScriptedModel, clock: object
) -> None:
    scripted_model.on(OUTREACH, Reply(status=500, content="down"))
    for attempt in (1, 2, 3):
        engine.step(account)
        assert WakeUp.objects.get(account=account).attempts == attempt
        assert triggers.due() == []
        clock.travel(minutes=6)
    assert WakeUp.objects.get(account=account).quarantined_at
    assert RoutingDecision.objects.filter(account=account).first().verdict == "escalate"
    assert triggers.due() == []


def test_work_that_kills_its_process_every_time_is_quarantined_before_a_fourth(
    account: object,
    clock: object,
) -> None:
    for _ in range(3):
        assert triggers.claim([account.pk])
        clock.travel(seconds=11)
    assert triggers.claim([account.pk]) == {}
    assert WakeUp.objects.get(account=account).quarantined_at


def test_a_run_whose_process_died_is_given_up_within_a_minute(
    account: object, clock: object
) -> None:
    engine.planned(triggers.claim([account.pk]))
    run = AgentRun.objects.get(state="running")
    assert leases.current(account).holder == f"run:{run.pk}"
    assert engine.sweep() == 0
    clock.travel(seconds=41)
    assert engine.sweep() == 1
    run.refresh_from_db()
    assert (run.state, run.result) == ("failed", "failed")
    assert leases.current(account) is None
    assert Handoff.objects.get().state == "offered"
    assert triggers.due() == [account.pk]


def test_a_look_that_comes_after_a_slow_one_loses_no_signal_of_a_run_that_dies(
    clock: object,
) -> None:
    account = factories.prospect()
    signal = ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key="import",
    )  # fmt: skip
    slow = triggers.claim([account.pk])
    clock.travel(seconds=11)
    late = triggers.claim([account.pk])
    assert [len(engine.planned(look)) for look in (slow, late)] == [1, 0]
    assert WakeUp.objects.get(account=account).attempts == 1
    clock.travel(seconds=41)
    engine.sweep()
    [work] = engine.planned(triggers.claim(triggers.due()))
    assert work.run.decision.signals == [signal.pk]


def test_an_answer_that_comes_after_its_run_was_given_up_counts_for_nothing(
    account: object, clock: object, scripted_model: ScriptedModel
) -> None:
    [work] = engine.planned(triggers.claim([account.pk]))
    scripted_model.on(OUTREACH, scripts.outreach)
    [answer] = llm.complete_all([work.call])
    clock.travel(seconds=41)
    engine.sweep()
    engine.committed([(work, answer)])
    assert not Draft.objects.exists()


def test_money_is_reserved_before_the_call_and_settled_after_it(
    account: object, scripted_model: ScriptedModel, settings: object
) -> None:
    settings.MODEL_PRICES = {"scripted": [1, 1, 2], "offline-writer": [1, 1, 2]}
    scripted_model.on(OUTREACH, scripts.outreach)
    [work] = engine.planned(triggers.claim([account.pk]))
    estimate = Spend.objects.get(scope="all").reserved
    assert estimate == work.run.reserved > 0
    engine.committed(list(zip([work], runtime.answers([work]), strict=True)))
    row = Spend.objects.get(scope="all")
    assert row.reserved == 0
    assert 0 < row.settled == AgentRun.objects.get(pk=work.run.pk).cost < estimate


def test_when_todays_budget_is_spent_nobody_is_asked_until_tomorrow(
    account: object, scripted_model: ScriptedModel, settings: object
) -> None:
    settings.MODEL_PRICES = {"offline-writer": [1, 1, 2]}
    settings.MODEL_BUDGET_PER_DAY = 0
    decision = engine.step(account)
    assert decision.verdict == "wait"
    assert "budget is spent" in decision.reason
    assert scripted_model.packets(OUTREACH) == []
    assert decision.until > decision.at
