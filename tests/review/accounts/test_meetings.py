"""Meetings by hand: on record, moved, called off, held or missed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agents.orchestration import engine, situation
from revenue import clock as clocks
from revenue.models import Account, Activity, Meeting, Signal
from review import decisions, selling
from review.audit import replay
from review.models import ReviewItem
from tests.factories import ContactFactory, prospect
from tests.review.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def booked(account, *, hours: float = -2) -> Meeting:
    starts = clocks.now() + timedelta(hours=hours)
    plan = selling.meetings.Plan(
        "Demo of the GTX Pro", starts, starts + timedelta(hours=1), tuple(account.contacts.all())
    )
    return selling.book(account, plan, by=cast.rep(), key=f"key{hours}")


def press(name: str, row: Meeting, by=None, **data):
    said = {"seen": selling.seen_as(row), **data}
    return cast.signed_in(by or cast.rep()).post(reverse(name, args=[row.pk]), said)


def version(account) -> int:
    return Account.objects.get(pk=account.pk).context_version


def when(**ahead) -> dict:
    starts = clocks.now() + timedelta(**ahead)
    return {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "minutes": "30"}


# --- on record ------------------------------------------------------------------------------------


def test_a_meeting_is_put_on_record_and_wakes_the_account(account) -> None:
    said = {"subject": "Demo", "key": "a-form-of-today", "attendees": account.contacts.get().pk}
    client = cast.signed_in(cast.rep())
    before, url = version(account), reverse("meeting_book", args=[account.pk])
    for _ in range(2):
        response = client.post(url, {**said, **when(days=2)}, follow=True)
        assert "The meeting “Demo” is on record." in response.content.decode()
    row = Meeting.objects.get()
    assert (row.status, list(row.attendees.all())) == ("booked", [account.contacts.get()])
    assert version(account) == before + 1
    assert Signal.objects.get().kind == "meeting_booked"
    assert replay.contradictions() == []


def test_a_meeting_that_nobody_said_anything_about_asks_how_it_went(account) -> None:
    booked(account)
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "How did it go?" in page


def test_a_person_of_another_account_does_not_come(account) -> None:
    stranger = ContactFactory(account=prospect(owner=cast.rep()))
    now = clocks.now()
    plan = selling.meetings.Plan("Demo", now, now + timedelta(hours=1), (stranger,))
    with pytest.raises(decisions.NotYours):
        selling.book(account, plan, by=cast.rep(), key="12345678")


# --- how it went ----------------------------------------------------------------------------------


def test_a_meeting_was_held_and_its_notes_are_kept(account) -> None:
    row, before = booked(account), version(account)
    response = press("meeting_end", row, outcome="held", notes="They want two in May.")
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.status == "held"
    assert version(account) == before + 1
    signal = Signal.objects.get(kind="meeting_ended")
    assert signal.payload["notes"] == "They want two in May."
    note = Activity.objects.get()
    assert (note.kind, note.direction, note.user) == ("meeting", "internal", cast.rep())
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "They want two in May." in page
    assert replay.contradictions() == []


def test_what_was_said_there_goes_to_a_person_while_no_agent_follows_up(account) -> None:
    row = booked(account)
    press("meeting_end", row, outcome="held", notes="They want two in May.")
    decision = engine.step(account)
    assert decision.verdict == "escalate"
    assert "meeting ended" in decision.reason


def test_nobody_came_and_no_agent_waits_for_that(account, clock) -> None:
    row = booked(account)
    press("meeting_end", row, outcome="missed", notes="")
    assert Meeting.objects.get().status == "missed"
    assert Signal.objects.filter(kind="meeting_changed").exists()
    assert not Signal.objects.filter(kind="meeting_ended").exists()
    assert situation.meetings_over([Meeting.objects.get()], clock.now()) is None
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "They did not come." in page


def test_drafts_are_out_of_date(account) -> None:
    row, item = booked(account), cast.item_at(account)
    press("meeting_end", row, outcome="held")
    assert ReviewItem.objects.select_related("draft", "account").get(pk=item.pk).is_outrun


def test_what_has_not_begun_was_not_held(account) -> None:
    row = booked(account, hours=5)
    response = press("meeting_end", row, outcome="held")
    assert response.status_code == 422
    assert "Say how it went after that." in response.content.decode()
    assert Meeting.objects.get().status == "booked"


def test_twice_tells_who_was_first_and_keeps_the_notes(account) -> None:
    row = booked(account)
    press("meeting_end", row, cast.manager(), outcome="held")
    response = press("meeting_end", row, outcome="missed", notes="Nobody came.")
    assert response.status_code == 409
    words = response.content.decode()
    assert "Dustin Brinkmann changed this meeting to held." in words
    assert "Nobody came." in words


def test_a_wrong_word_is_corrected(account) -> None:
    row = booked(account)
    press("meeting_end", row, outcome="missed")
    row.refresh_from_db()
    press("meeting_end", row, outcome="held", notes="They came late.")
    assert Meeting.objects.get().status == "held"
    assert replay.contradictions() == []


def test_without_a_word_on_how_it_went_it_stays(account) -> None:
    response = press("meeting_end", booked(account), notes="They came late.")
    assert response.status_code == 422
    assert "Say whether it took place." in response.content.decode()
    assert "They came late." in response.content.decode()


# --- another time, or none ------------------------------------------------------------------------


def test_a_meeting_is_moved(account) -> None:
    row, before = booked(account, hours=5), version(account)
    assert press("meeting_move", row, **when(days=3)).status_code == 302
    row.refresh_from_db()
    assert row.ends_at - row.starts_at == timedelta(minutes=30)
    assert list(row.attendees.all()) == list(account.contacts.all())
    assert version(account) == before + 1
    assert Signal.objects.filter(kind="meeting_changed").count() == 1


def test_moving_it_twice_is_once(account) -> None:
    row, before, to = booked(account, hours=5), version(account), when(days=3)
    for _ in range(2):
        assert press("meeting_move", row, **to).status_code == 302
    assert version(account) == before + 1


def test_what_somebody_moved_meanwhile_is_told_with_its_time(account, clock) -> None:
    row = booked(account, hours=5)
    later = clock.now() + timedelta(days=3)
    selling.move(row, starts_at=later, ends_at=later + timedelta(hours=1), by=cast.manager(),
                 seen=selling.seen_as(row))  # fmt: skip
    for name, more in (("meeting_move", when(days=2)), ("meeting_call_off", {})):
        response = press(name, row, **more)
        assert response.status_code == 409
        words = response.content.decode()
        assert "Dustin Brinkmann changed this meeting to booked for" in words
    stands = Meeting.objects.get()
    assert (stands.status, stands.starts_at) == ("booked", later)


def test_what_was_called_off_meanwhile_is_not_moved(account) -> None:
    row = booked(account, hours=5)
    selling.call_off(row, by=cast.manager(), seen=selling.seen_as(row))
    assert press("meeting_move", row, **when(days=2)).status_code == 409
    assert Meeting.objects.get().status == "cancelled"


def test_a_meeting_is_called_off_and_cannot_be_held_then(account) -> None:
    row = booked(account)
    assert press("meeting_call_off", row).status_code == 302
    assert Meeting.objects.get().status == "cancelled"
    row.refresh_from_db()
    response = press("meeting_end", row, outcome="held")
    assert response.status_code == 409
    assert "This meeting was called off." in response.content.decode()


def test_calling_off_twice_is_told(account) -> None:
    row = booked(account)
    press("meeting_call_off", row)
    assert press("meeting_call_off", row).status_code == 409


# --- who ------------------------------------------------------------------------------------------

VERBS = ("meeting_end", "meeting_move", "meeting_call_off")


@pytest.mark.parametrize("name", VERBS)
def test_a_get_changes_nothing(account, name) -> None:
    url = reverse(name, args=[booked(account).pk])
    assert cast.signed_in(cast.rep()).get(url).status_code == 405


@pytest.mark.parametrize("name", VERBS)
@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_meeting_is_not_there(account, name, who) -> None:
    row = booked(account)
    assert press(name, row, who(), outcome="held", **when(days=1)).status_code == 404
    assert Meeting.objects.get().status == "booked"


def test_the_verbs_ask_for_the_right_again(account) -> None:
    row, now = booked(account), clocks.now()
    for verb, more in (
        (selling.end, {"held": True, "notes": ""}), (selling.call_off, {}),
        (selling.move, {"starts_at": now, "ends_at": now + timedelta(hours=1)}),
    ):  # fmt: skip
        with pytest.raises(decisions.NotYours):
            verb(row, by=cast.colleague(), seen=selling.seen_as(row), **more)
