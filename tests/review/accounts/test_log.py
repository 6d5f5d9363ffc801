"""A rep logs a call, a conversation or a note; agents wait after the first two."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from agents.models import WakeUp
from agents.orchestration import conflicts, situation
from revenue import clock as clocks
from revenue import leases
from revenue.models import Account, Activity, Signal, Task
from review import decisions, intake, selling
from review.audit import replay
from review.models import ReviewItem
from review.selling.touches import Touch
from tests.factories import ContactFactory, prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def form(account, **more) -> dict:
    at = f"{clocks.now() - timedelta(minutes=5):%Y-%m-%dT%H:%M}"
    said = {"kind": "call", "contact": account.contacts.get().pk, "at": at,
            "text": "Yara wants a quote in May.", "key": "a-form-of-today"}  # fmt: skip
    return said | more


def press(account, by=None, data=None, **more):
    url = reverse("account_log_keep", args=[account.pk])
    return cast.signed_in(by or cast.rep()).post(url, data or form(account), **more)


def version(account) -> int:
    return Account.objects.get(pk=account.pk).context_version


def waits(account, clock) -> str:
    account.refresh_from_db()
    [seen] = situation.look({}, [account], now=clock.now())
    wait = conflicts.outward(seen)
    return wait.reason if wait else ""


def test_a_call_is_in_the_timeline_in_words(account) -> None:
    response = press(account, follow=True)
    words = response.content.decode()
    assert "The call is logged. Agents wait for a day." in words
    assert "called Yara Zhou" in words
    assert "Yara wants a quote in May." in words
    assert Activity.objects.get().user == cast.rep()
    assert replay.contradictions() == []


@pytest.mark.parametrize("more", [{}, {"theirs": "on"}, {"kind": "meeting"}])
def test_agents_wait_for_a_day_after_it(account, clock, more) -> None:
    press(account, data=form(account, **more))
    assert "within the last 24 hours" in waits(account, clock)
    clock.travel(hours=25)
    assert waits(account, clock) == ""


def test_drafts_of_agents_are_out_of_date_and_the_account_is_looked_at(account) -> None:
    item, before = cast.item_at(account), version(account)
    OrmQ.objects.all().delete()
    press(account)
    assert version(account) == before + 1
    assert leases.current(account) is None
    intake.sweep()
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"
    assert WakeUp.objects.get(account=account).due_at
    assert OrmQ.objects.count() == 1


def test_a_call_of_theirs_came_in(account) -> None:
    press(account, data=form(account, theirs="on"))
    assert Activity.objects.get().direction == "inbound"
    assert not Activity.objects.get().is_untrusted


def test_a_note_would_change_no_mail_and_wakes_nobody(account, clock) -> None:
    item, before = cast.item_at(account), version(account)
    press(account, data=form(account, kind="note"))
    assert version(account) == before
    assert ReviewItem.objects.get(pk=item.pk).state == "pending"
    assert waits(account, clock).startswith("A draft to this account")
    assert not WakeUp.objects.filter(account=account, due_at__isnull=False).exists()


def test_a_conversation_that_ended_is_a_signal_with_its_notes(account) -> None:
    press(account, data=form(account, kind="meeting"))
    assert Signal.objects.get().kind == "meeting_ended"
    assert Signal.objects.get().payload["notes"] == "Yara wants a quote in May."


def test_who_holds_the_account_holds_it_after_a_call(account) -> None:
    decisions.take_over(account, by=cast.rep())
    press(account)
    assert leases.current(account).holder == f"user:{cast.rep().pk}"


def test_the_same_form_twice_is_one_call(account) -> None:
    before = version(account)
    for _ in range(2):
        assert press(account).status_code == 302
    assert Activity.objects.count() == 1
    assert version(account) == before + 1


def test_a_next_step_is_a_task_of_whoever_logged_it_once(account) -> None:
    said = form(account, next_step="Send the quote", due_on="2027-01-05")
    for _ in range(2):
        press(account, data=said)
    task = Task.objects.get()
    assert (task.subject, task.owner, f"{task.due_on}") == (
        "Send the quote", cast.rep(), "2027-01-05",
    )  # fmt: skip
    assert task.contact == account.contacts.get()


def test_a_next_step_says_by_when(account) -> None:
    response = press(account, data=form(account, next_step="Send the quote"))
    assert response.status_code == 422
    assert "Say by when." in response.content.decode()
    assert not Activity.objects.exists()


def test_the_key_of_a_colleagues_form_is_another(account) -> None:
    press(account)
    press(account, cast.manager())
    assert Activity.objects.count() == 2


def test_what_lies_ahead_is_refused_and_what_was_typed_is_kept(account) -> None:
    ahead = f"{clocks.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    response = press(account, data=form(account, at=ahead))
    assert response.status_code == 422
    words = response.content.decode()
    assert "This lies ahead." in words
    assert "Yara wants a quote in May." in words
    touch = Touch("call", "Hi", clocks.now() + timedelta(hours=1), "12345678")
    with pytest.raises(decisions.DecisionError, match="lies ahead"):
        selling.log(account, touch, by=cast.rep())


@pytest.mark.parametrize("field", ["text", "at", "kind", "key"])
def test_what_is_missing_is_said(account, field) -> None:
    assert press(account, data=form(account, **{field: ""})).status_code == 422
    assert not Activity.objects.exists()


def test_a_person_of_another_account_is_not_there(account) -> None:
    stranger = ContactFactory(account=prospect(owner=cast.rep()))
    assert press(account, data=form(account, contact=stranger.pk)).status_code == 422
    touch = Touch("call", "Hi", clocks.now(), "12345678", contact=stranger)
    with pytest.raises(decisions.NotYours):
        selling.log(account, touch, by=cast.rep())


def test_a_get_changes_nothing(account) -> None:
    url = reverse("account_log_keep", args=[account.pk])
    assert cast.signed_in(cast.rep()).get(url).status_code == 405


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert press(account, who()).status_code == 404
    with pytest.raises(decisions.NotYours):
        selling.log(account, Touch("call", "Hi", clocks.now(), "12345678"), by=who())
    assert not Activity.objects.exists()


def test_the_page_warns_of_what_will_not_leave(account) -> None:
    cast.item_at(account)
    page = cast.signed_in(cast.rep()).get(reverse("account_log", args=[account.pk]))
    assert "The draft of Outreach to Yara Zhou, which waits on the desk" in page.content.decode()
