"""What is held or blocked: which guard, what it saw, what lifts it, when it is tried again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as clocks
from revenue import consent, mailboxes
from revenue.models import Activity, Suppression, Workspace
from review import dispatch
from review.models import GuardBlock, OutboxMessage
from review.views import outbox_rows
from tests.factories import prospect
from tests.mailboxes import connected
from tests.review.accounts import cast
from tests.review.guards import office
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db
URL = reverse("outbox")


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def listed(by=None, **query) -> str:
    response = cast.signed_in(by or cast.rep()).get(URL, {"show": "stopped", **query})
    assert response.status_code == 200
    return response.content.decode()


def held(account, clock) -> OutboxMessage:
    """A person who got their mail of the day."""
    Workspace.objects.update(contact_cap=1)
    message = mails.queued(account, subject="The held one")
    Activity.objects.create(account=account, contact=message.draft.contact, direction="outbound",
                            occurred_at=clocks.now() - timedelta(hours=5))  # fmt: skip
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert message.hold_reason
    return message


def test_an_empty_one_says_what_would_stand_here(workspace) -> None:
    assert "Nothing is held or blocked" in listed()


def test_a_held_one_says_which_guard_why_until_when_and_what_to_do(account, clock) -> None:
    message = held(account, clock)
    words = listed()
    assert "Hours and limits." in words
    assert "got a mail from us within 24 hours. Leaves" in words
    assert "next try" in words
    assert reverse("outbox_cancel", args=[message.pk]) in words
    assert reverse("item_undo", args=[message.item_id]) in words


def test_a_blocked_one_says_which_guard_what_it_saw_and_what_lifts_it(account, clock) -> None:
    message = mails.blocked(account, clock)
    words = listed()
    assert "Do not contact." in words
    assert "This address may not be written to: asked for it." in words
    assert "Only the person can lift this" in words
    assert reverse("outbox_unblock", args=[message.pk]) in words
    assert reverse("outbox_cancel", args=[message.pk]) in words


def test_what_a_colleague_decided_is_lifted_by_a_manager(account, clock) -> None:
    message = mails.queued(account)
    consent.suppress(message.recipient, scope="address", reason="a competitor", by=cast.manager(),
                     ground="ours")  # fmt: skip
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    words = listed()
    assert "A manager may lift this" in words
    assert "Only the person" not in words


def test_a_blocked_one_leads_to_the_person_who_may_not_be_written_to(account, clock) -> None:
    message = mails.blocked(account, clock)
    assert reverse("contact", args=[message.draft.contact_id]) in listed()


def test_a_held_one_leads_those_who_may_change_it_to_the_limits(account, clock) -> None:
    held(account, clock)
    assert reverse("setup_hours") in listed(cast.manager())
    assert reverse("setup_hours") not in listed(cast.rep())


def test_one_of_a_paused_mailbox_leads_its_owner_there(account, clock, settings) -> None:
    row = connected(cast.rep())
    message = mails.queued(account)
    mailboxes.pause(row, by=cast.rep(), reason="On leave.")
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    page = cast.signed_in(cast.rep()).get(reverse("outbox_message", args=[message.pk]))
    found = page.context["row"].place
    assert (found.words, found.link) == ("Your mailbox", reverse("own_mailbox"))
    page = cast.signed_in(cast.manager()).get(reverse("outbox_message", args=[message.pk]))
    assert page.context["row"].place.link == reverse("mailboxes")


def test_a_mail_that_the_server_put_off_stands_here_without_a_guard(account, clock, smtp) -> None:
    smtp.answer = "451 try later"
    message = mails.queued(account)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    words = listed()
    assert "The mail server refused it: 451 try later" in words
    assert "Hours and limits" not in words


def test_what_waits_for_its_undo_time_and_what_left_do_not_stand_here(account, clock) -> None:
    mails.sent(account, clock, subject="The sent one")
    mails.queued(account, subject="The queued one")
    words = listed()
    assert "The sent one" not in words
    assert "The queued one" not in words


def test_a_rep_sees_their_own_and_a_manager_the_team(account, clock) -> None:
    held(account, clock)
    for by, sees in [(cast.rep(), True), (cast.manager(), True), (cast.colleague(), False),
                     (cast.outsider(), False), (cast.admin(), False)]:  # fmt: skip
        assert ("The held one" in listed(by)) == sees


def test_unblock_once_it_is_lifted_sends_it(account, clock, smtp) -> None:
    message = mails.blocked(account, clock)
    Suppression.objects.all().delete()
    assert consent.blocked(message.recipient) is None
    account.refresh_from_db()
    # The opt-out moved the account on; the same mail may leave only where it has not.
    type(account).objects.update(context_version=message.draft.context_version)
    cast.signed_in(cast.rep()).post(reverse("outbox_unblock", args=[message.pk]))
    dispatch.send_due()
    assert len(smtp.mails) == 1
    assert "Nothing is held or blocked" in listed()


def test_a_held_one_can_be_cancelled(account, clock) -> None:
    message = held(account, clock)
    cast.signed_in(cast.rep()).post(reverse("outbox_cancel", args=[message.pk]))
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert "Nothing is held or blocked" in listed()


def test_every_one_is_reached_page_by_page(account, clock) -> None:
    one = held(account, clock)
    fields = {f.attname: getattr(one, f.attname) for f in OutboxMessage._meta.concrete_fields}
    del fields["id"]
    OutboxMessage.objects.bulk_create(
        OutboxMessage(**fields | {"revision": number + 2}) for number in range(outbox_rows.SIZE + 3)
    )
    client = cast.signed_in(cast.rep())
    first = client.get(URL, {"show": "stopped"})
    second = client.get(URL + first.context["older"])
    shown = [row.message.pk for page in (first, second)
             for row in page.context["found"].stopped.rows]  # fmt: skip
    assert len(set(shown)) == len(shown) == outbox_rows.SIZE + 4


@pytest.mark.parametrize("count", [1, 60])
def test_the_number_of_queries_does_not_grow(
    account, clock, count, django_assert_max_num_queries
) -> None:
    one = held(account, clock)
    fields = {f.attname: getattr(one, f.attname) for f in OutboxMessage._meta.concrete_fields}
    del fields["id"]
    OutboxMessage.objects.bulk_create(
        OutboxMessage(**fields | {"revision": number + 2}) for number in range(count)
    )
    client = cast.signed_in(cast.rep())
    with django_assert_max_num_queries(10):
        client.get(URL, {"show": "stopped"})


def test_the_pages_frame_counts_the_blocked_ones(account, clock) -> None:
    mails.blocked(account, clock)
    assert (
        'Outbox <span class="count">1</span>'
        in cast.signed_in(cast.rep()).get("/").content.decode()
    )


def test_a_queued_one_says_before_any_look_when_it_will_leave(account, clock, smtp) -> None:
    office.opens()
    clock.at(office.SATURDAY)
    mails.queued(account)
    words = cast.signed_in(cast.rep()).get(URL).content.decode()
    assert "It is Saturday in Chicago. Leaves Mon 09:00 in Chicago." in words
    assert "leaves in" not in words


def test_its_page_says_how_often_it_was_looked_at(account, clock) -> None:
    message = held(account, clock)
    for _ in range(3):
        clock.travel(minutes=1)
        OutboxMessage.objects.filter(pk=message.pk).update(not_before=clocks.now())
        dispatch.send_due()
    assert GuardBlock.objects.count() == 1
    page = cast.signed_in(cast.rep()).get(reverse("outbox_message", args=[message.pk]))
    assert "Looked at 4 times, the last" in page.content.decode()
