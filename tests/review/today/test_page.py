"""The Today page: what it says to whom, from which rows, and what it costs on a full day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue import clock as now_is
from revenue import ingest, leases
from revenue.models import Account, Lease, User
from review import decisions, pace, today
from review.models import ReviewItem
from review.today import Today, deciding
from tests.factories import ContactFactory
from tests.review.accounts import cast
from tests.review.outbox import mails
from tests.review.today import scenes

pytestmark = pytest.mark.django_db
URL = reverse("today")


@pytest.fixture(autouse=True)
def on_a_thursday(workspace, clock) -> None:
    clock.at(scenes.THURSDAY)


@pytest.fixture
def rep() -> User:
    return cast.rep()


def opened(user: User) -> str:
    response = cast.signed_in(user).get(URL)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def of(user: User) -> Today:
    return today.build(User.objects.get(pk=user.pk))


# --- whose page it is -----------------------------------------------------------------------------


def test_it_is_where_a_rep_begins(rep) -> None:
    assert URL == "/"
    assert "<h1>Today</h1><p>Thursday 26 November</p>" in opened(rep)


def test_an_admin_is_led_to_the_set_up() -> None:
    response = cast.signed_in(cast.admin()).get(URL)
    assert (response.status_code, response.url) == (302, reverse("setup"))


def test_who_is_signed_out_is_led_to_the_sign_in(client) -> None:
    assert client.get(URL).status_code == 302


def test_a_post_is_refused(rep) -> None:
    assert cast.signed_in(rep).post(URL).status_code == 405


def test_nothing_of_somebody_elses_day_is_on_it() -> None:
    scenes.full_day()
    for who in (cast.colleague(), cast.outsider()):
        page = opened(who)
        assert [name for name in ("Condax", "Zoomit", "Finhigh", "Betatech") if name in page] == []
        day = of(who)
        assert [day.visits, day.due.rows, day.held, day.doings, day.deciding.expiring] == [[]] * 5


def test_a_new_rep_reads_what_will_stand_here(rep) -> None:
    page = opened(rep)
    assert "You own no account." in page
    assert "What stands here once you own accounts" in page
    assert "Since yesterday" not in page


def test_a_new_manager_is_led_to_the_import() -> None:
    assert "Import your accounts and deals." in opened(cast.manager())


def test_a_rep_with_nothing_to_do_reads_so(rep) -> None:
    scenes.account("Condax")
    page = opened(rep)
    for words in ("Nothing waits for a decision", "No meeting today.", "Nothing is due.",
                  "The agents had nothing to do"):  # fmt: skip
        assert words in page


# --- what waits -----------------------------------------------------------------------------------


def test_how_long_it_takes_is_the_usual_until_there_are_twenty_decisions(rep) -> None:
    for number in range(3):
        cast.item_at(scenes.account(f"Account {number}"))
    scenes.decided(rep, times=pace.ENOUGH - 1, seconds=8)
    page = opened(rep)
    assert "3 wait for a decision" in page
    assert "About 2 min at the usual pace, 30 s each; yours counts after 20 decisions." in page


def test_then_it_is_the_median_of_the_last_ones(rep) -> None:
    for number in range(3):
        cast.item_at(scenes.account(f"Account {number}"))
    scenes.decided(rep, times=pace.ENOUGH, seconds=40)
    assert "About 2 min at your pace, 40 s each." in opened(rep)


@pytest.mark.parametrize(
    ("number", "seconds", "words"),
    [(1, 10, "under 1 min"), (41, 26, "about 18 min"), (240, 30, "about 2 h"),
     (300, 30, "more than 2 h")],
)  # fmt: skip
def test_times_are_rounded_to_what_one_can_plan_with(number, seconds, words) -> None:
    waiting = deciding.Capped(number, deciding.MOST)
    assert deciding._takes(pace.Pace(seconds, is_own=True), waiting) == words


def test_decisions_of_others_and_undone_ones_are_no_pace(rep) -> None:
    scenes.decided(cast.colleague(), times=pace.ENOUGH, seconds=8)
    scenes.decided(rep, times=pace.ENOUGH, seconds=8)
    rep.decision_set.update(undone_at=now_is.now())
    assert pace.of([rep], now=now_is.now()) == {}


def test_what_expires_today_is_named_and_leads_to_its_card(rep) -> None:
    item = scenes.ends_today(cast.item_at(scenes.account("Condax")))
    cast.item_at(scenes.account("Zoomit"))
    page = opened(rep)
    assert "1 must be decided today" in page
    assert f'<a href="{reverse("item", args=[item.pk])}">Condax</a>' in page
    assert "until 12:30" in page
    assert "Zoomit</a> <span" not in page


def test_what_was_not_decided_in_time_is_the_managers(rep) -> None:
    item = cast.item_at(scenes.account("Condax"))
    ReviewItem.objects.filter(pk=item.pk).update(
        state="escalated", due_at=now_is.now() + timedelta(hours=20)
    )
    assert "1 was not decided in time and went to your manager." in opened(rep)
    page = opened(cast.manager())
    assert "overdue, yours until 27 Nov, 05:30" in page
    scenes.ends_today(cast.item_at(scenes.account("Zoomit")))
    ReviewItem.objects.filter(pk=item.pk).update(expires_at=now_is.now() + timedelta(days=2))
    late = [(one.who, one.is_late) for one in of(cast.manager()).deciding.expiring]
    assert late == [("Condax", True), ("Zoomit", False)]
    assert "All of them are yours." in page


# --- meetings -------------------------------------------------------------------------------------


def test_todays_meetings_stand_in_the_readers_time_with_the_buyers_beside_it(rep) -> None:
    rep.time_zone = "Europe/Berlin"
    rep.save()
    condax = scenes.account("Condax")
    scenes.handed(condax)
    scenes.meeting(condax, hours=2)
    scenes.meeting(condax, hours=20)
    page = opened(rep)
    assert "<strong>12:30</strong> to 13:00" in page
    assert "05:30 in Chicago" in page
    assert "Offer GTX Pro for the new plant." in page
    assert [visit.state for visit in of(rep).visits] == ["next"]


def test_where_clocks_agree_no_second_time_is_said(rep) -> None:
    condax = scenes.account("Condax")
    condax.contacts.update(time_zone="Europe/London")
    ContactFactory(account=condax, time_zone="")
    scenes.meeting(condax)
    assert of(rep).visits[0].there == ""


def test_a_day_is_the_readers_own(rep) -> None:
    scenes.meeting(scenes.account("Condax"), hours=15)  # half past midnight in London
    assert of(rep).visits == []
    rep.time_zone = "America/Chicago"
    rep.save()
    assert len(of(rep).visits) == 1


def test_a_meeting_that_is_over_asks_whether_it_was_held(rep) -> None:
    condax = scenes.account("Condax")
    scenes.meeting(condax, hours=-2)
    scenes.meeting(condax, hours=-3, status="held")
    scenes.meeting(condax, hours=-0.1)
    assert [visit.state for visit in of(rep).visits] == ["held", "over", "now"]
    page = opened(rep)
    assert page.count("Was it held?") == 1
    assert f'href="{reverse("account", args=[condax.pk])}#meetings"' in page


def test_the_brief_is_the_last_handoff_else_the_last_drafts_else_what_is_known(rep) -> None:
    condax, zoomit, plain = (scenes.account(name) for name in ("Condax", "Zoomit", "Plain"))
    for at in (condax, zoomit, plain):
        scenes.meeting(at)
    ingest.record_fact(account=plain, text="They grow.", source="call", by=rep,
                       as_of=now_is.now())  # fmt: skip
    cast.draft_at(condax, rationale="Older.")
    scenes.handed(condax)
    cast.draft_at(zoomit, rationale="An older reason.")
    cast.draft_at(zoomit, rationale="They asked for a demo.")
    found = {visit.meeting.account.name: visit.brief for visit in of(rep).visits}
    assert found["Condax"].title == "Handoff from Prospecting"
    assert found["Zoomit"].lines == [("In short", "They asked for a demo.")]
    assert found["Plain"].lines == [
        ("Open deal", "GTX Pro, Prospecting"), ("26 Nov 2026", "They grow."),
    ]  # fmt: skip
    assert all(len(brief.lines) <= 5 for brief in found.values() if brief)


# --- tasks and promises ---------------------------------------------------------------------------


def test_what_is_late_stands_before_what_is_due_today(rep) -> None:
    condax = scenes.account("Condax")
    scenes.task(condax, subject="Call her")
    scenes.task(condax, late=1, subject="Send the quote", kind="promise")
    scenes.task(condax, late=-1, subject="Not yet")
    rows = of(rep).due.rows
    assert [(row.task.subject, row.due) for row in rows] == [
        ("Send the quote", "1 day late"), ("Call her", "today"),
    ]  # fmt: skip
    assert "Not yet" not in opened(rep)


def test_a_day_without_tasks_names_the_next_one(rep) -> None:
    scenes.task(scenes.account("Condax"), late=-1, subject="Send the quote")
    assert "Nothing is due today. Next: “Send the quote” at" in opened(rep)


def test_tasks_of_others_at_the_same_account_are_theirs(rep) -> None:
    condax = scenes.account("Condax")
    scenes.task(condax, owner=cast.manager(), subject="Ask how it went")
    assert of(rep).due.rows == []
    assert len(of(cast.manager()).due.rows) == 1


def test_more_than_a_page_of_them_is_said(rep) -> None:
    condax = scenes.account("Condax")
    for number in range(31):
        scenes.task(condax, late=number)
    day = of(rep).due
    assert (len(day.rows), day.has_more) == (30, True)


# --- accounts that one holds ----------------------------------------------------------------------


def held_since(rep: User, days: int, clock) -> Account:
    clock.at(scenes.THURSDAY - timedelta(days=days, hours=1))
    condax = scenes.account("Condax")
    decisions.take_over(condax, by=rep)
    clock.at(scenes.THURSDAY)
    return condax


@pytest.mark.parametrize(("days", "asks"), [(0, False), (6, False), (7, True)])
def test_five_business_days_of_silence_ask(rep, clock, days, asks) -> None:
    held_since(rep, days, clock)
    [held] = of(rep).held
    assert (held.silent, held.asks, held.ended) == (days, asks, None)
    assert ("Should the agents go on?" in opened(rep)) is asks
    assert "#hand-back" in opened(rep)


def test_a_word_spoken_ends_the_silence(rep, clock) -> None:
    condax = held_since(rep, 9, clock)
    scenes.replied(condax)
    [held] = of(rep).held
    assert (held.silent, held.asks) == (0, False)


def test_a_hold_that_ended_by_time_is_asked_about_until_somebody_speaks(rep, clock) -> None:
    condax = held_since(rep, 3, clock)
    Lease.objects.filter(account=condax).update(expires_at=now_is.now() - timedelta(days=1))
    assert of(rep).held[0].ended is not None
    leases.sweep()
    assert "Your hold ended on 26 November by itself." in opened(rep)
    cast.item_at(condax)
    assert of(rep).held == []


def test_handed_back_is_not_held(rep, clock) -> None:
    condax = held_since(rep, 1, clock)
    decisions.hand_back(condax, by=rep, note="", next_action="Go on.")
    assert of(rep).held == []


# --- since yesterday ------------------------------------------------------------------------------


def numbers(user: User) -> dict[str, str]:
    return {line.words: str(line.number) for line in of(user).doings}


def test_what_the_agents_did_is_counted_from_rows_and_leads_to_them(rep, clock, smtp) -> None:
    condax, zoomit = scenes.account("Condax"), scenes.account("Zoomit")
    for _ in range(2):
        scenes.researched(condax)
    scenes.replied(zoomit)
    mails.sent(zoomit, clock)
    scenes.waits(condax)
    assert numbers(rep) == {
        "draft written": "1", "account researched": "1", "mail sent": "1", "reply came in": "1",
        "account waits": "1",
    }  # fmt: skip
    assert "A meeting is less than 24 hours away." in opened(rep)
    browser = cast.signed_in(rep)
    for line in of(rep).doings:
        assert browser.get(line.link).status_code == 200


@pytest.mark.parametrize(
    ("show", "names"),
    [("drafted", ["Zoomit"]), ("researched", ["Condax"]), ("replied", ["Zoomit"]),
     ("paused", ["Condax"])],
)  # fmt: skip
def test_the_list_behind_a_line_has_its_accounts(rep, show, names) -> None:
    condax, zoomit = scenes.account("Condax"), scenes.account("Zoomit")
    scenes.account("Quiet")
    cast.draft_at(zoomit)
    scenes.researched(condax)
    scenes.replied(zoomit)
    scenes.waits(condax)
    response = cast.signed_in(rep).get(reverse("accounts"), {"show": show})
    assert [row.account.name for row in response.context["page"].rows] == names
    assert [one["label"] for one in response.context["filters"] if one["is_current"]] != []


def test_what_is_older_and_what_was_decided_since_does_not_count(rep, clock) -> None:
    clock.at(scenes.THURSDAY - timedelta(days=2))
    condax = scenes.account("Condax")
    scenes.researched(condax)
    scenes.waits(condax)
    clock.at(scenes.THURSDAY)
    zoomit = scenes.account("Zoomit")
    scenes.waits(zoomit)
    later = scenes.waits(zoomit)
    type(later).objects.filter(pk=later.pk).update(verdict="run")
    assert numbers(rep) == {}


def test_the_reasons_are_counted_when_there_are_several(rep) -> None:
    for number in range(3):
        scenes.waits(scenes.account(f"Account {number}"), "Somebody is away.")
    scenes.waits(scenes.account("Condax"))
    [line] = of(rep).doings
    assert line.reasons == ["3 × Somebody is away.", "A meeting is less than 24 hours away."]


@pytest.mark.parametrize(("day", "word"), [(26, "yesterday"), (28, "yesterday"), (29, "Friday"),
                                           (30, "Friday")])  # fmt: skip
def test_on_a_monday_it_is_since_friday(rep, clock, day, word) -> None:
    clock.at(datetime(2026, 11, day, 9, 30, tzinfo=UTC))
    scenes.account("Condax")
    assert f"Since {word}" in opened(rep)
    assert of(rep).day.last == datetime(2026, 11, 25 if day == 26 else 27, tzinfo=UTC).date()


def test_a_weekend_says_when_mails_leave(rep, clock, workspace) -> None:
    clock.at(datetime(2026, 11, 28, 9, 30, tzinfo=UTC))
    assert "leave after the weekend" not in opened(rep)  # this company sends at weekends too
    workspace.sends_on_weekends = False
    workspace.save()
    assert "Mails that you approve leave after the weekend." in opened(rep)


# --- the team -------------------------------------------------------------------------------------


def test_a_manager_sees_a_line_for_each_rep_of_the_team() -> None:
    scenes.full_day()
    cast.colleague()
    cast.outsider()
    manager = cast.manager()
    lines = {
        str(one.user): [str(n) for n in (one.waiting, one.ends_today, one.late, one.meetings)]
        for one in of(manager).team
    }
    assert lines == {"Moses Frase": ["3", "2", "1", "2"], "Vicki Laflamme": ["0"] * 4}
    assert "All of them are your team’s." in opened(manager)
    assert "1 task late" in opened(manager)


def test_a_rep_has_no_team_to_look_at(rep) -> None:
    assert of(rep).team == []


# --- what it costs --------------------------------------------------------------------------------


def test_a_full_day_takes_as_many_queries_as_a_fuller_one(django_assert_num_queries) -> None:
    rep = scenes.full_day()
    browser = cast.signed_in(rep)
    browser.get(URL)
    with CaptureQueriesContext(connection) as once:
        browser.get(URL)
    assert len(once) <= 24
    for number in range(4):
        at = scenes.account(f"More {number}")
        scenes.handed(at)
        cast.draft_at(at)
        scenes.meeting(at, hours=3)
        scenes.task(at, late=number)
        scenes.ends_today(cast.item_at(at))
        scenes.researched(at)
        scenes.replied(at)
        scenes.waits(at)
        held = scenes.account(f"Held {number}")
        decisions.take_over(held, by=rep)
    with django_assert_num_queries(len(once)):
        browser.get(URL)


def test_a_managers_page_costs_little_more(django_assert_max_num_queries) -> None:
    scenes.full_day()
    browser = cast.signed_in(cast.manager())
    browser.get(URL)
    with django_assert_max_num_queries(24):
        browser.get(URL)
