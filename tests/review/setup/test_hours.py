"""Managers and admins say when mail leaves and how much of it; what waits is looked at again."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from revenue.models import Event, Workspace
from review import decay, dispatch
from review.models import ServiceLevel
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.guards import office
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
PAGE, SAVE = reverse("setup_hours"), reverse("setup_hours_save")
GOOD = {
    "opens_at": "08:30", "closes_at": "17:30", "time_zone": "Europe/Berlin", "country": "DE",
    "mailbox_cap": "40", "domain_cap": "15", "account_cap": "2", "contact_cap": "1",
    "contact_cap_14_days": "3",
}  # fmt: skip


def test_a_new_installation_has_the_usual_ones(db: None) -> None:
    shown = cast.signed_in(cast.manager()).get(PAGE).content.decode()
    assert 'value="09:00"' in shown
    assert 'value="17:00"' in shown
    row = Workspace.objects.get()
    assert (row.mailbox_cap, row.domain_cap, row.account_cap) == (50, 20, 2)
    assert (row.contact_cap, row.contact_cap_14_days) == (1, 4)


@pytest.mark.parametrize("who", [cast.manager, cast.admin])
def test_they_are_saved_with_who_did_it(workspace: Workspace, who) -> None:
    response = cast.signed_in(who()).post(SAVE, GOOD, follow=True)
    assert "Saved. The mails that wait are looked at again." in response.content.decode()
    row = Workspace.objects.get()
    assert (row.opens_at, row.closes_at) == (time(8, 30), time(17, 30))
    assert (row.time_zone, row.country, row.domain_cap) == ("Europe/Berlin", "DE", 15)
    assert not row.sends_on_weekends
    event = Event.objects.filter(kind="workspace.changed").latest("pk")
    assert event.actor == f"user:{who().pk}"


def test_a_rep_sets_none(workspace: Workspace) -> None:
    assert cast.signed_in(cast.rep()).get(PAGE).status_code == 403
    assert cast.signed_in(cast.rep()).post(SAVE, GOOD).status_code == 403


def test_a_get_saves_nothing(workspace: Workspace) -> None:
    assert cast.signed_in(cast.manager()).get(SAVE).status_code == 405


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        pytest.param("time_zone", "Mars/X", "“Mars/X” is no time zone.", id="71 zone"),
        ("time_zone", "", "This field is required."),
        ("country", "XX", "Select a valid choice."),
        ("opens_at", "half past", "Write a time like 08:30."),
        ("closes_at", "08:00", "This has to be later than 08:30."),
        ("closes_at", "08:30", "This has to be later than 08:30."),
        pytest.param("domain_cap", "0", "Write a whole number from 1 to 10,000.", id="69 zero"),
        pytest.param("contact_cap", "-1", "Write a whole number from 1 to 10,000.", id="69 less"),
        pytest.param("account_cap", "NaN", "Write a whole number from 1 to 10,000.", id="69 NaN"),
        pytest.param("mailbox_cap", "99999999999", "Write a whole number from 1 to 10,000.",
                     id="69 more"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_at_its_field_and_saved_nowhere(
    workspace: Workspace, field: str, value: str, words: str
) -> None:
    before = Workspace.objects.values().get()
    response = cast.signed_in(cast.manager()).post(SAVE, {**GOOD, field: value})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Workspace.objects.values().get() == before


def test_round_the_clock_can_be_said(workspace: Workspace) -> None:
    always = {"opens_at": "00:00", "closes_at": "00:00", "sends_on_weekends": "on"}
    assert cast.signed_in(cast.manager()).post(SAVE, {**GOOD, **always}).status_code == 302
    assert Workspace.objects.get().sends_on_weekends


def test_what_waited_for_the_hours_leaves_when_they_are_widened(
    workspace: Workspace, smtp: Sink, clock: object
) -> None:
    office.opens()
    clock.at(office.SATURDAY)
    here = verbs.queued()
    dispatch.send_due()
    cast.signed_in(cast.manager()).post(SAVE, {**GOOD, "sends_on_weekends": "on"})
    dispatch.send_due()
    assert len(smtp.mails) == 1
    here.message.refresh_from_db()
    assert here.message.state == "sent"


def test_what_another_guard_holds_stays_held(
    workspace: Workspace, smtp: Sink, clock: object
) -> None:
    here = verbs.queued()
    Workspace.objects.update(postal_address="")
    dispatch.send_due()
    here.message.refresh_from_db()
    until = here.message.not_before
    cast.signed_in(cast.manager()).post(SAVE, GOOD)
    here.message.refresh_from_db()
    assert here.message.not_before == until


def test_what_waits_is_due_by_the_new_hours(workspace: Workspace, clock: object) -> None:
    office.opens()
    clock.at(office.SATURDAY)
    item = cast.item_at(cast.account_of(cast.rep()))
    before = item.decide_by
    client = cast.signed_in(cast.manager())
    client.post(SAVE, {**GOOD, "sends_on_weekends": "on", "sends_on_holidays": "on"})
    item.refresh_from_db()
    assert item.decide_by < before
    assert not ServiceLevel.objects.exclude(counted_to=None).exists()


def test_a_time_round_the_clock_stays_when_the_hours_change(workspace: Workspace) -> None:
    decay.change({"outreach.follow_up": decay.Level(3, in_working_hours=False)}, by=cast.admin())
    item = cast.item_at(cast.account_of(cast.rep()))
    cast.signed_in(cast.manager()).post(SAVE, GOOD)
    item.refresh_from_db()
    assert item.decide_by == item.created_at + timedelta(hours=3)


def test_the_set_up_leads_there(workspace: Workspace) -> None:
    assert PAGE in cast.signed_in(cast.manager()).get(reverse("stops")).content.decode()
