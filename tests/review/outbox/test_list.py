"""The outbox: what needs a person, what waits, what became of the rest; whose, and at what cost."""

import pytest
from django.urls import reverse

from revenue.workspace import LOCAL_OUTBOX
from review.models import OutboxMessage
from review.views import outbox_rows
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.inbox.strays import stray
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db
URL = reverse("outbox")


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def opened(by=None, **query) -> str:
    response = cast.signed_in(by or cast.rep()).get(URL, query)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_one_says_what_to_do(workspace) -> None:
    assert "Nothing has been approved yet" in opened()


def test_a_post_is_refused(workspace) -> None:
    assert cast.signed_in(cast.rep()).post(URL).status_code == 405


def test_somebody_signed_out_is_asked_to_sign_in(client) -> None:
    assert client.get(URL).status_code == 302


def test_a_queued_mail_says_when_it_leaves(account) -> None:
    mails.queued(account)
    words = opened()
    assert "Waiting to leave" in words
    assert "leaves in" in words
    assert "Approved by you, unchanged." in words


def test_an_unknown_one_says_what_is_known_and_offers_three_choices(account, clock, smtp) -> None:
    message = mails.unknown(account, clock, smtp)
    words = opened()
    assert "Nobody knows whether this mail left." in words
    assert "Attempt 1 began" in words
    assert message.provider_answer[:20].replace("'", "&#x27;") in words
    for outcome in ("sent", "queued", "cancelled"):
        assert f'name="outcome" value="{outcome}"' in words


def test_a_blocked_one_says_the_guards_words_and_what_lifts_it(account, clock) -> None:
    mails.blocked(account, clock)
    words = opened()
    assert "This address may not be written to: asked for it." in words
    assert "Only the person can lift this" in words
    assert "Try again" in words


def test_a_failed_one_says_the_servers_answer(account, clock, smtp) -> None:
    smtp.answer = "554 no such mailbox"
    message = mails.queued(account)
    for _ in range(5):
        clock.travel(hours=2)
        mails.dispatch.send(message.pk)
    words = opened()
    assert "It was refused 5 times and is not tried again." in words
    assert "554 no such mailbox" in words


def test_a_held_one_says_why(account, clock, smtp) -> None:
    smtp.answer = "451 try later"
    message = mails.queued(account)
    clock.travel(seconds=11)
    mails.dispatch.send(message.pk)
    assert "The mail server refused it: 451 try later" in opened()


def test_a_sent_one_that_did_not_leave_the_machine_says_so(account, clock, settings) -> None:
    settings.EMAIL_BACKEND = LOCAL_OUTBOX
    mails.sent(account, clock)
    assert "It stayed on this machine" in opened()


def test_a_rep_sees_their_own_and_a_manager_the_team(account) -> None:
    mails.queued(account, subject="Mine of Moses")
    assert "Mine of Moses" in opened(cast.manager())
    for other in (cast.colleague(), cast.outsider(), cast.admin()):
        assert "Mine of Moses" not in opened(other)


def test_a_filter_leaves_the_others_out(account, clock) -> None:
    mails.sent(account, clock, subject="The sent one")
    mails.queued(account, subject="The queued one")
    assert "The queued one" not in opened(show="sent")
    assert "The sent one" not in opened(show="waiting")
    assert "Nothing needs a person" in opened(show="needs")


def many(account, count: int) -> None:
    """Settled mails beside one that was made by the ordinary path."""
    one = mails.queued(account)
    OutboxMessage.objects.filter(pk=one.pk).update(state="cancelled")
    fields = {f.attname: getattr(one, f.attname) for f in OutboxMessage._meta.concrete_fields}
    del fields["id"]
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(**fields | {"state": "cancelled"}) for _ in range(count)]
    )


def test_done_goes_on_and_back_by_key(account) -> None:
    many(account, outbox_rows.SIZE + 4)
    client = cast.signed_in(cast.rep())
    first = client.get(URL)
    second = client.get(URL + first.context["older"])
    shown = [row.message.pk for page in (first, second) for row in page.context["found"].done.rows]
    assert len(shown) == len(set(shown)) == outbox_rows.SIZE + 5
    assert shown == sorted(shown, reverse=True)
    back = client.get(URL + second.context["newer"])
    assert [row.message.pk for row in back.context["found"].done.rows] == shown[: outbox_rows.SIZE]


def test_the_way_to_the_mail_that_came_in_says_how_much_of_it_has_no_place() -> None:
    stray()
    shown = cast.signed_in(cast.manager()).get(URL).content.decode()
    assert '<span class="count">1<' in shown
    assert '<span class="count">1<' not in cast.signed_in(cast.rep()).get(URL).content.decode()


@pytest.mark.parametrize("count", [1, 200])
def test_the_number_of_queries_does_not_grow(account, count, django_assert_max_num_queries) -> None:
    many(account, count)
    client = cast.signed_in(cast.rep())
    with django_assert_max_num_queries(10):
        client.get(URL)
