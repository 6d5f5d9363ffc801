"""Notifications under the user's menu: choosing, one at once, and the way out in every mail."""

from datetime import UTC, datetime

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from revenue.models import Event, User
from review import notices
from review.models import Notice, NoticeChoice
from review.notices import choices
from tests.review.accounts import cast
from tests.review.notices import scene
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db


def save(who: User, **values):
    form = {"schedule": "morning", "hour": "8", "every": "2", "by_mail": "on", **values}
    form = {name: value for name, value in form.items() if value}
    return cast.signed_in(who).post(reverse("notices_save"), form, follow=True)


def show(who: User) -> str:
    return text(cast.signed_in(who).get(reverse("notices")))


def test_nobody_is_told_anything_who_did_not_choose_it(workspace, early, smtp) -> None:
    rep = cast.rep()
    cast.item_at(cast.account_of(rep))
    assert "Notifications" in show(rep)
    early.travel(days=1)
    notices.work()
    assert smtp.mails == []


def test_it_is_saved_and_says_when_the_next_one_is_due(workspace, early) -> None:
    rep = cast.rep()
    User.objects.update(time_zone="Europe/Berlin")
    page = text(save(rep, schedule="urgent", hour="9", every="4"))
    assert "Saved." in page
    assert "due on <time>Tuesday, 4 March, 09:00</time>" in page
    row = NoticeChoice.objects.get()
    assert (row.user, row.schedule, row.hour, row.every) == (rep, "urgent", 9, 4)
    assert row.next_at == datetime(2031, 3, 4, 8, tzinfo=UTC)
    assert (row.by_mail, row.with_mails, row.tells_urgent) == (True, False, True)
    event = Event.objects.filter(kind="notices.chosen").latest("pk")
    assert "hour" in event.data["fields"]


def test_twice_the_same_is_one_choice_and_no_news(rep) -> None:
    before = Event.objects.count()
    for _ in range(2):
        save(rep, with_mails="on")
    assert NoticeChoice.objects.count() == 1
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"schedule": "hourly"}, "not one of the available choices"),
        ({"hour": "3"}, "not one of the available choices"),
        ({"every": "x"}, "not one of the available choices"),
        ({"by_mail": ""}, "Choose a way for the digest to come"),
    ],
)
def test_what_is_wrong_stands_at_its_field(rep, values, words) -> None:
    answer = save(rep, **values)
    assert answer.status_code == 422
    assert words in text(answer)
    assert choices.of(rep).by_mail


def test_never_needs_no_way(rep) -> None:
    assert save(rep, schedule="off", by_mail="").status_code == 200
    assert NoticeChoice.objects.get().next_at is None


def test_everybody_chooses_for_themselves_alone(rep) -> None:
    colleague = cast.colleague()
    save(colleague, hour="10")
    assert choices.of(rep).hour == 8
    assert choices.of(colleague).hour == 10


@pytest.mark.parametrize("name", ["save", "send", "connect", "test", "disconnect", "opened"])
def test_only_sellers_and_only_by_post(workspace, name) -> None:
    url = reverse(f"notices_{name}")
    assert cast.signed_in(cast.rep()).get(url).status_code == 405
    assert cast.signed_in(cast.admin()).post(url).status_code == 403
    assert Client().post(url).status_code == 302
    refuses(reverse("notice_host_allow"), "rep", "manager")


def test_the_page_costs_few_queries(rep, django_assert_max_num_queries) -> None:
    for _ in range(12):
        cast.item_at(cast.account_of(rep))
    client = cast.signed_in(rep)
    client.get(reverse("notices"))
    with django_assert_max_num_queries(18):
        client.get(reverse("notices"))


# --- one at once ----------------------------------------------------------------------------------


def send(who: User):
    return cast.signed_in(who).post(reverse("notices_send"), follow=True)


def test_one_is_sent_at_once_and_one_a_minute_at_most(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    assert f"Sent to {rep.email}." in text(send(rep))
    again = send(rep)
    assert again.status_code == 409
    assert "Wait a minute" in text(again)
    assert len(smtp.mails) == 1
    early.travel(minutes=1)
    assert send(rep).status_code == 200
    assert len(smtp.mails) == 2


def test_with_nothing_waiting_it_says_so(rep, smtp) -> None:
    answer = send(rep)
    assert answer.status_code == 422
    assert "Nothing waits for you, so no mail was sent." in text(answer)
    assert smtp.mails == []


def test_a_refusal_is_told_in_words_and_not_tried_again(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    smtp.answer = "451 Try later"
    answer = send(rep)
    assert answer.status_code == 422
    assert (
        "The mail server refused the mail itself. Its answer says why. It said: 451 Try later"
        in (text(answer))
    )
    smtp.answer = "250 OK"
    early.travel(minutes=20)
    notices.mailing.send_due()
    assert (smtp.mails, Notice.objects.get().state) == ([], "failed")


def test_a_server_that_is_not_there_is_told(rep, smtp, settings) -> None:
    cast.item_at(cast.account_of(rep))
    settings.EMAIL_PORT = 1
    answer = send(rep)
    assert answer.status_code == 422
    assert "nothing answers at this port" in text(answer)


def test_who_has_no_address_is_told_whom_to_ask(rep, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    User.objects.filter(pk=rep.pk).update(email="")
    rep.refresh_from_db()
    answer = send(rep)
    assert answer.status_code == 422
    assert "An admin adds it under Set-up, People." in text(answer)


def test_without_a_mail_server_there_is_no_button_and_the_digest_is_on_the_page(
    rep, settings
) -> None:
    settings.EMAIL_BACKEND = "review.channels.local.EmailBackend"
    cast.item_at(cast.account_of(rep, name="Acme Ltd"))
    page = show(rep)
    assert "No mail server is connected" in page
    assert "Acme Ltd: Follow-up mail" in page
    assert "Send me one now" not in page
    assert "stayed on this machine" in text(send(rep))


# --- the way out ----------------------------------------------------------------------------------


@pytest.fixture
def way_out(rep) -> str:
    return "/" + choices.off_link(rep).partition("://")[2].partition("/")[2]


def test_looking_at_the_link_changes_nothing(rep, way_out) -> None:
    stranger = Client(enforce_csrf_checks=True)
    for answer in (stranger.get(way_out), stranger.head(way_out)):
        assert answer.status_code == 200
    assert b'<form class="form" method="post">' in stranger.get(way_out).content
    assert choices.of(rep).by_mail


def test_a_post_ends_the_mails_without_a_login(rep, way_out, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    stranger = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = stranger.post(way_out, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, bool(answer.cookies)) == (200, False)
    early.travel(days=1)
    notices.work()
    assert smtp.mails == []
    assert choices.of(rep).next_at is None


@pytest.mark.parametrize("odd", ["x", "1:2:3", "%00"])
def test_a_link_that_we_did_not_make_is_not_there(rep, odd) -> None:
    for verb in ("get", "post"):
        assert getattr(Client(), verb)(f"/notices/off/{odd}/").status_code == 404
    forged = signing.dumps(rep.pk, key="guessed", salt=choices.TURN_OFF)
    assert Client().post(f"/notices/off/{forged}/").status_code == 404
    assert choices.of(rep).by_mail


def test_a_row_of_the_same_minute_by_another_way_is_another(rep, early, smtp, ear) -> None:
    scene.hooked(rep, ear.url)
    cast.item_at(cast.account_of(rep))
    send(rep)
    cast.signed_in(rep).post(reverse("notices_test"))
    assert (len(smtp.mails), len(ear.heard)) == (1, 1)
