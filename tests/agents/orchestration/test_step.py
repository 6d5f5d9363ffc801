"""One look at one account: who acts, or why nobody does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents import handoffs, runtime
from agents.models import AgentRun, Draft, Handoff, RoutingDecision, RoutingRule, WakeUp
from agents.orchestration import engine, triggers
from revenue import consent, ingest, leases, records
from revenue.inbound import receive_email
from revenue.models import Account, Opportunity, Signal
from review import intake
from tests import factories, scripts
from tests.fakes import Reply, ScriptedModel

pytestmark = pytest.mark.django_db


def signal(account: Account, kind: str, **payload: object) -> Signal:
    return ingest.record_signal(
        account=account, kind=kind, source="test", occurred_at=timezone.now(), payload=payload,
        dedupe_key=f"{kind}:{account.pk}:{payload}",
    )  # fmt: skip


def test_a_prospecting_deal_without_conversation_is_prospectings(model: ScriptedModel) -> None:
    account = factories.prospect()
    decision = engine.step(account)
    assert (decision.verdict, decision.agent) == ("run", "prospecting")
    assert account.name in decision.reason
    handoff = Handoff.objects.get()
    assert (handoff.from_agent, handoff.to_agent, handoff.state) == (
        "prospecting", "outreach", "offered",
    )  # fmt: skip
    assert not Draft.objects.exists()


def test_the_handoff_goes_to_outreach_and_a_draft_is_written(model: ScriptedModel) -> None:
    account = factories.prospect()
    engine.step(account)
    decision = engine.step(account)
    assert (decision.verdict, decision.agent, decision.rule) == ("run", "outreach", "handoff")
    draft = Draft.objects.get()
    assert draft.contact.account == account
    assert draft.output_class == "outreach.first_email"
    assert draft.context_version == Account.objects.get().context_version
    assert Handoff.objects.get().state == "accepted"
    assert draft.handoff == Handoff.objects.get()


def test_the_receiver_reads_the_package_and_not_the_senders_rows(model: ScriptedModel) -> None:
    account = factories.prospect()
    engine.step(account)
    engine.step(account)
    [packet] = model.packets("OutreachOutput")
    assert packet["handoff"]["context"]["contact"]["first_name"] == "Yara"
    assert not packet.keys() & {"contacts", "deals", "won", "lost", "facts", "thread"}


def test_an_open_deal_gone_silent_is_outreachs(model: ScriptedModel) -> None:
    account = factories.AccountFactory()
    factories.ContactFactory(account=account)
    factories.OpportunityFactory(
        account=account, stage="engaging", engaged_on=timezone.now().date() - timedelta(days=40)
    )
    decision = engine.step(account)
    assert (decision.agent, decision.rule) == ("outreach", "open deal gone silent")
    assert "40 days" in decision.reason
    assert Draft.objects.get().output_class == "outreach.follow_up"


def test_a_fresh_deal_is_left_alone(model: ScriptedModel) -> None:
    account = factories.AccountFactory()
    factories.ContactFactory(account=account)
    today = timezone.now().date()
    factories.OpportunityFactory(account=account, stage="engaging", engaged_on=today)
    decision = engine.step(account)
    assert decision.verdict == "none"


@pytest.mark.parametrize("chosen", ["prospecting", "outreach"])
def test_where_the_rules_leave_a_choice_the_routers_answer_decides_who_acts(
    scripted_model: ScriptedModel, chosen: str
) -> None:
    scripted_model.on("RouterOutput", scripts.router(chosen, reason="They looked at the prices."))
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    account = factories.prospect()
    signal(account, "intent", topic="pricing", score=0.8)
    decision = engine.step(account)
    assert (decision.verdict, decision.agent) == ("run", chosen)
    assert decision.allowed == ["prospecting", "outreach"]
    assert "They looked at the prices." in decision.reason
    assert decision.router_answer
    assert set(AgentRun.objects.values_list("agent", flat=True)) == {"router", chosen}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(answer, words, id=name)
        for name, answer, words in [
            ("38 unknown agent", scripts.router("qualification"), "named “qualification”"),
            ("38 nobody", scripts.router(None), "named “nobody”"),
            ("38 unknown verdict", Reply({"agent": None, "verdict": "x", "reason": ""}), "verdict"),
            (
                "39 contradiction",
                scripts.router("outreach", verdict="wait"),
                "contradicts itself: “wait” and “outreach”",
            ),
            ("28 no JSON", Reply("not json"), "unreadable output"),
            ("31 a key lacks", Reply({"agent": "outreach"}), "verdict"),
            ("37 refusal", Reply("", refusal="No."), "model declined"),
        ]
    ],
)
def test_a_bad_answer_of_the_router_goes_to_a_person(
    scripted_model: ScriptedModel, answer: object, words: str
) -> None:
    scripted_model.on("RouterOutput", answer)
    account = factories.prospect()
    signal(account, "intent", topic="pricing")
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert words in decision.reason
    assert decision.needs_item
    assert leases.current(account) is None
    assert not Draft.objects.exists()


def test_an_answer_of_the_router_is_not_repaired(scripted_model: ScriptedModel) -> None:
    scripted_model.on("RouterOutput", Reply("not json"))
    account = factories.prospect()
    signal(account, "intent", topic="pricing")
    engine.step(account)
    assert len(scripted_model.asked) == 1


def test_53_a_reply_of_somebody_unknown_goes_to_a_person(model: ScriptedModel) -> None:
    account = factories.prospect()
    thread = ingest.thread_for(account, account.contacts.get(), "The GTX Pro", token="t1")
    ingest.record_message(
        account=account, direction="outbound", body="Still of interest?", thread=thread,
        message_id="<first@seller.example>", occurred_at=timezone.now(),
    )  # fmt: skip
    receive_email(
        b"From: boss@elsewhere.example\r\nMessage-ID: <1@elsewhere.example>\r\n"
        b"In-Reply-To: <first@seller.example>\r\nSubject: Re: The GTX Pro\r\n\r\nSend prices."
    )
    decision = engine.step(account)
    assert (decision.verdict, decision.rule) == ("escalate", "reply from somebody unknown")
    assert decision.reason == f"Somebody answered who is not a contact of {account}."
    assert model.asked == []
    assert intake.ask(decision).reason == decision.reason


def deal_less() -> Account:
    return factories.AccountFactory()


def without_owner() -> Account:
    return factories.prospect(owner=None)


def strategic() -> Account:
    return factories.prospect(is_strategic=True)


def in_an_unknown_stage() -> Account:
    return factories.prospect(stage="sleeping")


def nobody_writable() -> Account:
    account = factories.prospect()
    consent.suppress(account.contacts.get().email, scope="address", reason="asked", by="contact")
    return account


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (without_owner, "no owner"),
        (strategic, "strategic account"),
        (in_an_unknown_stage, "not known here"),
        (nobody_writable, "nobody there may be written to"),
    ],
)
def test_what_is_unexpected_goes_to_a_person(
    model: ScriptedModel, make: object, words: str
) -> None:
    account = make()
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert words in decision.reason
    assert model.asked == []


def test_a_rule_that_escalated_is_silent_until_its_inputs_change(model: ScriptedModel) -> None:
    account = without_owner()
    engine.step(account)
    engine.settle_question(RoutingDecision.objects.get())
    assert engine.step(account).verdict == "none"
    Opportunity.objects.filter(account=account, stage="prospecting").delete()
    factories.OpportunityFactory(account=account, stage="engaging", owner=None)
    assert engine.step(account).verdict == "escalate"


def test_an_unknown_signal_is_kept_and_goes_to_a_person(model: ScriptedModel) -> None:
    account = factories.prospect()
    kept = signal(account, "moon_phase", phase="full")
    assert not kept.is_known
    decision = engine.step(account)
    assert (decision.verdict, decision.rule) == ("escalate", "unknown signal")


def test_while_somebody_holds_the_voice_outward_work_waits_and_is_rung_by_its_end(
    model: ScriptedModel,
) -> None:
    account = factories.prospect()
    engine.step(account)
    lease = leases.acquire(account, holder="item:99", ttl=3600)
    decision = engine.step(account)
    assert (decision.verdict, decision.agent) == ("wait", "outreach")
    assert "waits in the desk" in decision.reason
    assert triggers.due() == []
    leases.release(lease)
    assert triggers.due() == [account.pk]
    assert engine.step(account).verdict == "run"


def test_wait_handles_the_signal_and_leaves_it_with_the_alarm(model: ScriptedModel) -> None:
    account = factories.AccountFactory()
    factories.ContactFactory(account=account)
    factories.OpportunityFactory(account=account, stage="engaging")
    leases.acquire(account, holder="item:99", ttl=3600)
    kept = signal(account, "intent", topic="pricing")
    engine.step(account)
    kept.refresh_from_db()
    assert kept.handled_at
    assert WakeUp.objects.get(account=account).signals == [kept.pk]


def test_a_colleagues_own_mail_makes_agents_wait_for_a_day(model: ScriptedModel) -> None:
    account = factories.prospect()
    signal(account, "intent", topic="pricing")
    ingest.record_message(
        account=account, direction="outbound", body="Hi", user=account.owner,
        occurred_at=timezone.now(), by=account.owner,
    )  # fmt: skip
    decision = engine.step(account)
    assert decision.verdict == "wait"
    assert "24 hours" in decision.reason


def test_what_was_read_at_a_version_that_moved_is_dropped(model: ScriptedModel) -> None:
    account = factories.prospect()
    [work] = engine.planned(triggers.claim([account.pk]))
    answers = runtime.answers([work])
    records.flag_strategic(account, on=True, by=account.owner)
    engine.committed([(work, answers[0])])
    assert not Handoff.objects.exists()
    run = AgentRun.objects.get()
    assert (run.state, run.result) == ("cancelled", "moved")
    assert triggers.due() == [account.pk]


def test_an_agent_that_is_switched_off_is_not_run(model: ScriptedModel) -> None:
    from_row = RoutingRule.objects.get(name="prospecting deal without conversation")
    from_row.agents = ["research"]
    from_row.save()
    decision = engine.step(factories.prospect())
    assert decision.verdict == "escalate"
    assert "No agent that is switched on" in decision.reason


def test_a_rule_that_cannot_be_read_goes_to_a_person(model: ScriptedModel) -> None:
    RoutingRule.objects.filter(name="strategic account").update(when={"attr": "moon"})
    decision = engine.step(factories.prospect())
    assert decision.verdict == "escalate"
    assert "“moon” is not known" in decision.reason


def test_the_same_look_twice_writes_one_row(model: ScriptedModel) -> None:
    account = deal_less()
    engine.step(account)
    engine.step(account)
    assert RoutingDecision.objects.filter(account=account).count() == 1


def test_a_second_step_does_nothing_while_the_first_is_running(model: ScriptedModel) -> None:
    account = factories.prospect()
    now = timezone.now()
    AgentRun.objects.create(account=account, agent="outreach", started_at=now, alive_until=now)
    assert engine.step(account) is None
    assert model.asked == []


def test_a_handoff_that_the_account_outran_is_not_acted_on(model: ScriptedModel) -> None:
    account = factories.prospect()
    engine.step(account)
    records.update_contact(account.contacts.get(), by=account.owner, title="Director")
    decision = engine.step(account)
    assert decision.agent == "prospecting"
    assert Handoff.objects.get().state == "offered"
    assert engine.step(account).agent == "outreach"


@pytest.mark.parametrize(("lacking", "reads"), [({}, []), ({"deals": []}, ["deals"])])
def test_what_the_package_lacks_is_fetched_and_each_such_read_is_a_row(
    model: ScriptedModel, lacking: dict, reads: list[str]
) -> None:
    account = factories.prospect()
    engine.step(account)
    handoff = Handoff.objects.get()
    handoff.context |= lacking
    handoff.save()
    engine.step(account)
    [packet] = model.packets("OutreachOutput")
    assert ("deals" in packet) == bool(reads)
    assert list(handoff.extra_reads.values_list("what", flat=True)) == reads
    assert handoffs.integrity(handoff).holds == (not reads)
