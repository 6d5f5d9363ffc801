"""The page of one account: what it says, to whom, and that its cost does not grow."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from agents.models import AgentRun, RoutingDecision, WakeUp
from revenue import consent, ingest, stages, todo
from revenue.models import Activity, Opportunity
from review import decisions
from review.models import ReviewItem
from review.views import timeline
from tests.factories import (
    ContactFactory,
    OpportunityFactory,
    TaskFactory,
    WonFactory,
    prospect,
)
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db


def url(account) -> str:
    return reverse("account", args=[account.pk])


def opened(account, by=None) -> str:
    response = cast.signed_in(by or cast.rep()).get(url(account))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert cast.signed_in(who()).get(url(account)).status_code == 404


def test_somebody_signed_out_is_asked_to_sign_in(client, account) -> None:
    assert client.get(url(account)).status_code == 302


def test_a_post_is_refused(account) -> None:
    assert cast.signed_in(cast.rep()).post(url(account)).status_code == 405


def test_the_manager_sees_it_too(account) -> None:
    assert "Condax" in opened(account, cast.manager())


def test_a_new_account_says_that_nothing_happened_yet(account) -> None:
    words = opened(account)
    assert "Nobody has looked at this account yet" in words
    assert "Nothing waits for a decision" in words


def test_it_says_what_was_decided_and_why(account, clock) -> None:
    signal = ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key="one",
    )  # fmt: skip
    RoutingDecision.objects.create(
        account=account, verdict="run", agent="outreach", rule="open deal gone silent",
        reason="An open deal of Condax has been silent for 31 days.", signals=[signal.pk],
        allowed=["prospecting", "outreach"], router_answer="0" * 64, at=clock.now(),
        mandate={"do": "Follow up the open deal and name its product."},
    )  # fmt: skip
    words = opened(account)
    assert "Outreach acts." in words
    assert "silent for 31 days" in words
    assert "Imported" in words
    assert "The rule left Prospecting and Outreach; the router model chose." in words
    assert "Follow up the open deal and name its product." in words


def test_it_says_who_speaks_and_until_when(account) -> None:
    cast.item_at(account)
    words = opened(account)
    assert "Outreach, through the draft to Yara Zhou, until" in words


def test_waiting_drafts_lead_to_the_desk(account) -> None:
    item = cast.item_at(account)
    assert reverse("item", args=[item.pk]) in opened(account)


def test_a_draft_that_the_account_outran_is_out_of_date(account, clock) -> None:
    cast.item_at(account)
    ingest.record_message(
        account=account, direction="inbound", body="Not now", occurred_at=clock.now(),
        contact=account.contacts.get(),
    )  # fmt: skip
    assert "Out of date" in opened(account)


def test_people_carry_their_badges(account) -> None:
    ContactFactory(account=account, first_name="Elena", title="CEO", email="elena@x.example")
    consent.suppress("elena@x.example", scope="address", reason="asked", by="contact")
    words = opened(account)
    assert "Do not contact" in words
    assert "Sensitive" in words
    assert "mailto:elena@x.example" not in words


def test_a_contacts_time_of_day_is_theirs_not_the_readers(account, clock) -> None:
    ContactFactory(account=account, first_name="Kiri", time_zone="Pacific/Kiritimati")
    there = clock.now().astimezone(ZoneInfo("Pacific/Kiritimati"))
    words = opened(account)
    assert any(f"{there + timedelta(minutes=late):%H:%M} there" in words for late in (0, 1))


def test_memory_shows_source_date_certainty_and_doubt(account, clock) -> None:
    ingest.record_fact(
        account=account, text="Budget closed for this quarter.", source="Mail of Yara Zhou",
        as_of=clock.now() - timedelta(days=40), by="agent:outreach v1", confidence=0.7,
        shelf_life=timedelta(days=30), trust="untrusted", source_url="javascript:alert(1)",
    )  # fmt: skip
    words = opened(account)
    assert "Budget closed for this quarter." in words
    assert "Mail of Yara Zhou" in words
    assert "70 % sure" in words
    assert "Past its time" in words
    assert "From outside, not checked" in words
    assert "javascript:" not in words


def test_deals_stand_open_first_with_their_steps(account) -> None:
    deal = Opportunity.objects.get(account=account, stage="prospecting")
    stages.advance(deal, "engaging", by=account.owner, reason="They asked for a quote.")
    words = opened(account)
    assert words.index("GTX Pro") < words.index("GTX Basic")
    assert "They asked for a quote." in words


def test_what_an_answer_was_read_as_is_said_in_words(account, clock) -> None:
    AgentRun.objects.create(
        account=account, agent="reader", state="done", result="read", note="meeting_request",
        started_at=clock.now(), alive_until=clock.now(),
    )  # fmt: skip
    words = opened(account)
    assert "Read an answer" in words
    assert "Meeting request" in words
    assert "meeting_request" not in words


def test_the_deals_stand_before_the_timeline(account) -> None:
    words = opened(account)
    assert words.index('id="deals"') < words.index('id="timeline"')


def test_runs_show_what_they_cost(account, clock) -> None:
    AgentRun.objects.create(
        account=account, agent="outreach", state="done", result="draft", cost="0.001234",
        started_at=clock.now(), alive_until=clock.now(), model="gpt-5-mini",
    )  # fmt: skip
    words = opened(account)
    assert "$0.0012" in words
    assert "Wrote a draft" in words


def test_a_quarantined_account_says_so_without_the_error(account, clock) -> None:
    WakeUp.objects.create(account=account, quarantined_at=clock.now(), error="KeyError: 'x'")
    words = opened(account)
    assert "Agents stopped here after three failures" in words
    assert "KeyError" not in words


def test_text_from_a_mail_is_never_markup(account, clock) -> None:
    ingest.record_message(
        account=account, direction="inbound", body="<script>alert(1)</script>",
        subject="<img src=x>", occurred_at=clock.now(), sender="x@y.example",
    )  # fmt: skip
    words = opened(account)
    assert "<script>alert" not in words
    assert "<img src=x>" not in words


def test_times_are_the_readers_own(account, clock) -> None:
    person = cast.rep()
    person.time_zone = "Asia/Tokyo"
    person.save()
    moment = clock.now().replace(year=2020, month=5, day=31, hour=20)
    ingest.record_message(account=account, direction="outbound", body="x", occurred_at=moment)
    assert "1 Jun 2020" in opened(account)


# --- the timeline ---------------------------------------------------------------------------------


def test_the_timeline_tells_of_every_kind(account, clock) -> None:
    mails.sent(account, clock)
    mails.queued(account)
    decisions.take_over(account, by=cast.rep())
    ingest.record_meeting(
        account=account, uid="m1", starts_at=clock.now(), ends_at=clock.now(), subject="Demo"
    )
    yara = account.contacts.get()
    promise = TaskFactory(account=account, kind="promise", contact=yara, subject="Send the plan")
    TaskFactory(account=account, subject="Ask who signs")
    todo.done(promise, by=cast.rep())
    words = opened(account)
    assert "Done: Ask who signs" not in words
    for part in (
        "Done: Send the plan",
        f"{promise.owner} had promised it to Yara Zhou.",
        "wrote to Yara Zhou: Second order",
        "Approved unchanged by you.",
        "Stage: Prospect → Contacted",
        "was cancelled before it left",
        "taken over by a person",
        "drafted: Follow-up mail to Yara Zhou",
        "took the account over",
        "Meeting: Demo",
    ):
        assert part in words


def everything(account, by) -> list[tuple]:
    """Every entry's place, page after page."""
    client, places = cast.signed_in(by), []
    response = client.get(url(account))
    while True:
        places += [entry.place for entry in response.context["stretch"].entries]
        if not response.context["older"]:
            return places
        response = client.get(url(account) + response.context["older"])


def test_the_timeline_tells_how_a_reply_was_read(account, clock) -> None:
    ingest.record_message(
        account=account, direction="inbound", body="Lieber im Mai", occurred_at=clock.now(),
        reply_class="not_now", reply_layer="model", reply_confidence=0.8,
        return_date=date(2030, 5, 1),
    )  # fmt: skip
    ingest.record_message(
        account=account, direction="inbound", body="Too expensive", occurred_at=clock.now(),
        reply_class="objection", reply_detail="price", reply_layer="lexicon",
    )  # fmt: skip
    page = opened(account)
    assert "Read as: not now, 1 May 2030, by a model." in page
    assert "Read as: objection (price)." in page


def test_older_pages_repeat_nothing_and_leave_nothing_out(account, clock) -> None:
    same = clock.now() - timedelta(days=3)
    for number in range(45):
        moment = same if number % 3 else same + timedelta(minutes=number)
        ingest.record_message(
            account=account, direction="outbound", body=f"n{number}", occurred_at=moment
        )
    for row in Opportunity.objects.filter(account=account, is_closed=False):
        stages.advance(row, "engaging", by="system", reason="x", at=same)
    places = everything(account, cast.rep())
    assert len(places) == 46
    assert len(set(places)) == 46
    assert places == sorted(places, reverse=True)


def test_htmx_gets_the_timeline_alone(account) -> None:
    response = cast.signed_in(cast.rep()).get(url(account), headers={"HX-Request": "true"})
    assert response.content.decode().strip().startswith('<section class="card" id="timeline"')


@pytest.mark.parametrize(
    "key", ["x", "~~", "2026-01-01~0~0", "2026-01-01T00:00:00+00:00~0~" + "9" * 30]
)
def test_an_odd_key_reads_as_the_newest(account, key) -> None:
    client = cast.signed_in(cast.rep())
    assert client.get(url(account), {"before": key}).context["stretch"].is_newest


def test_a_filter_leaves_the_other_kinds_out(account, clock) -> None:
    mails.sent(account, clock)
    response = cast.signed_in(cast.rep()).get(url(account), {"events": "mail"})
    sources = {entry.source for entry in response.context["stretch"].entries}
    assert sources == {timeline.ACTIVITY}


# --- cost -----------------------------------------------------------------------------------------


def grow(account, count: int, clock) -> None:
    Activity.objects.bulk_create(
        [
            Activity(account=account, body="x " * 500, subject=f"Mail {number}",
                     occurred_at=clock.now() - timedelta(minutes=number), direction="outbound")
            for number in range(count)
        ],
        batch_size=500,
    )  # fmt: skip
    for _ in range(count // 100):
        ContactFactory(account=account)
        WonFactory(account=account)
        OpportunityFactory(account=account)
        RoutingDecision.objects.create(account=account, verdict="none", reason="x", at=clock.now())
        ingest.record_fact(account=account, text="x", source="y", as_of=clock.now(), by="system")


@pytest.mark.parametrize("count", [100, 3000])
def test_the_number_of_queries_does_not_grow(
    account, clock, count, django_assert_max_num_queries
) -> None:
    mails.sent(account, clock)
    cast.item_at(account)
    grow(account, count, clock)
    assert ReviewItem.objects.count() == 2
    client = cast.signed_in(cast.rep())
    with django_assert_max_num_queries(40):
        client.get(url(account))
