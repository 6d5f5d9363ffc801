"""The webhook: signed, batched, to hosts that an admin allowed, with what still waits."""

import json

import pytest
from django.conf import settings as conf
from django.urls import reverse

from revenue import clock as clocks
from review import decisions, notices, signing
from review.models import Notice, NoticeChoice, NoticeHost
from review.notices import choices, wording
from tests.review.accounts import cast
from tests.review.notices import scene
from tests.review.notices.scene import asks
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db(transaction=True)


def told(ear) -> list[dict]:
    return [json.loads(body) for _, body in ear.heard]


def later(early, minutes: int = 6) -> None:
    early.travel(minutes=minutes)
    notices.work()


def test_what_cannot_wait_is_told_signed_and_links_to_its_page(rep, early, ear) -> None:
    secret = scene.hooked(rep, ear.url)
    item = asks(cast.account_of(rep, name="Acme Ltd"))
    later(early)
    [(headers, body)] = ear.heard
    signing.verify(body.decode(), headers, keys=[secret], now=clocks.now())
    with pytest.raises(signing.BadSignature):
        signing.verify(body.decode() + " ", headers, keys=[secret], now=clocks.now())
    row, said = Notice.objects.get(), json.loads(body)
    assert (said["type"], said["data"]["person"]) == ("desk.waiting", rep.email)
    [one] = said["data"]["items"]
    assert (one["item"], one["account"], one["urgent"]) == (item.pk, "Acme Ltd", True)
    assert one["url"] == f"{conf.SITE_URL}/desk/items/{item.pk}/?notice={row.pk}"
    assert (row.state, headers["webhook-id"]) == ("sent", f"notice_{row.pk}")
    assert cast.signed_in(rep).get(one["url"].removeprefix(conf.SITE_URL)).status_code == 200


def test_several_are_one_message_and_each_is_told_once(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    for _ in range(3):
        asks(cast.account_of(rep))
    later(early, minutes=1)
    assert ear.heard == []
    for _ in range(3):
        later(early)
    assert [len(one["data"]["items"]) for one in told(ear)] == [3]
    asks(cast.account_of(rep))
    later(early)
    assert [len(one["data"]["items"]) for one in told(ear)] == [3, 1]


def test_what_came_while_it_was_off_is_no_news(rep, early, ear) -> None:
    scene.hooked(rep, ear.url, tells_urgent=False)
    asks(cast.account_of(rep))
    later(early)
    choices.choose(rep, by=rep, tells_urgent=True)
    later(early, minutes=12)
    assert ear.heard == []


def test_what_can_wait_is_not_told_by_itself(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    cast.item_at(cast.account_of(rep))
    later(early)
    assert not Notice.objects.exists()


def test_who_wants_the_digest_alone_gets_that(rep, early, ear, smtp) -> None:
    scene.hooked(rep, ear.url, tells_urgent=False, by_hook=True, by_mail=False)
    asks(cast.account_of(rep))
    later(early)
    assert ear.heard == []
    later(early, minutes=30)
    assert [one["type"] for one in told(ear)] == ["desk.digest"]
    assert smtp.mails == []


def test_what_was_decided_before_it_left_is_not_told(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    first, second = (asks(cast.account_of(rep)) for _ in range(2))
    early.travel(minutes=6)
    notices.making.look_for_urgent()
    decisions.resolve(first, by=rep, revision=1, reason="rightly_mine")
    notices.work()
    assert [one["item"] for one in told(ear)[0]["data"]["items"]] == [second.pk]


def test_when_nothing_is_left_of_it_nothing_is_sent(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    item = asks(cast.account_of(rep))
    early.travel(minutes=6)
    notices.making.look_for_urgent()
    decisions.resolve(item, by=rep, revision=1, reason="rightly_mine")
    notices.work()
    assert (ear.heard, Notice.objects.get().state) == ([], "nothing")


def test_what_was_not_heard_is_said_again_under_the_same_id_and_given_up(rep, early, ear) -> None:
    ear.statuses = [500]
    scene.hooked(rep, ear.url, schedule="off")
    asks(cast.account_of(rep))
    for _ in range(8):
        later(early, minutes=35)
    assert len({headers["webhook-id"] for headers, _ in ear.heard}) == 1
    row = Notice.objects.get()
    assert (len(ear.heard), row.state, row.answer) == (3, "failed", "500: refused")
    assert "500: refused" in text(cast.signed_in(rep).get(reverse("notices")))


def test_slack_reads_one_text_with_links(rep, early, ear) -> None:
    scene.hooked(rep, ear.url, style="slack")
    item = asks(cast.account_of(rep, name="A & <B>"))
    later(early)
    [said] = told(ear)
    assert said.keys() == {"text"}
    assert f"/desk/items/{item.pk}/?notice=" in said["text"]
    assert "|A &amp; &lt;B&gt;: Question>" in said["text"]


@pytest.mark.parametrize("name", ["A|B", "<!channel>", "a>b"])
def test_no_name_breaks_out_of_slacks_markup(name) -> None:
    assert not set("<>|") & set(wording._escaped(name))


def test_a_host_that_is_forbidden_again_is_told_nothing(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    asks(cast.account_of(rep))
    choices.forbid(NoticeHost.objects.get(), by=cast.admin())
    later(early)
    row = Notice.objects.get()
    assert (ear.heard, row.state) == ([], "failed")
    assert "is not on the list" in row.answer


def test_a_private_network_is_not_called(rep, early, ear, settings) -> None:
    scene.hooked(rep, ear.url)
    settings.TRUSTED_HOSTS = []
    NoticeChoice.objects.update(url=ear.url.replace("http:", "https:"))
    asks(cast.account_of(rep))
    later(early)
    assert ear.heard == []
    assert Notice.objects.get().answer.startswith("address not allowed")


def test_a_secret_that_cannot_be_read_is_told(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    NoticeChoice.objects.update(key_id="of a lost key")
    asks(cast.account_of(rep))
    later(early)
    assert (ear.heard, Notice.objects.get().state) == ([], "failed")


# --- connecting -----------------------------------------------------------------------------------


def connect(who, url, style="signed", **more):
    form = {"url": url, "style": style}
    return cast.signed_in(who).post(reverse("notices_connect"), form, **more)


def test_the_secret_is_shown_once(rep, ear) -> None:
    choices.allow("127.0.0.1", by=cast.admin())
    answer = connect(rep, ear.url)
    assert answer.status_code == 200
    assert "whsec_" in text(answer)
    assert "whsec_" not in text(cast.signed_in(rep).get(reverse("notices")))
    assert "whsec_" not in NoticeChoice.objects.get().secret


def test_twice_is_another_secret(rep, ear) -> None:
    choices.allow("127.0.0.1", by=cast.admin())
    connect(rep, ear.url)
    old = NoticeChoice.objects.get().secret
    connect(rep, ear.url, style="slack")
    row = NoticeChoice.objects.get()
    assert row.secret != old
    assert row.style == "slack"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Write the address"),
        ("http://hooks.slack.com/x", "https://"),
        ("https://user:pass@hooks.slack.com/x", "user name or a password"),
        ("https://elsewhere.example/x", "is not on the list"),
        ("https://hooks.slack.com.evil.example/", "is not on the list"),
        ("javascript:alert(1)", "https://"),
    ],
)
def test_another_address_is_refused_in_words(rep, url, words) -> None:
    choices.allow("hooks.slack.com", by=cast.admin())
    answer = connect(rep, url)
    assert answer.status_code == 422
    assert words in text(answer)
    assert NoticeChoice.objects.get().url == ""


def test_a_test_says_how_it_went(rep, ear) -> None:
    scene.hooked(rep, ear.url)
    client = cast.signed_in(rep)
    answer = client.post(reverse("notices_test"), follow=True)
    assert "The webhook answered with 200." in text(answer)
    assert told(ear)[0]["type"] == "desk.test"
    assert client.post(reverse("notices_test")).status_code == 409


def test_a_test_that_fails_says_why(rep, ear) -> None:
    ear.statuses = [403]
    scene.hooked(rep, ear.url)
    answer = cast.signed_in(rep).post(reverse("notices_test"))
    assert answer.status_code == 422
    assert "did not take it: 403: refused" in text(answer)
    assert Notice.objects.get().state == "failed"


def test_disconnected_nothing_goes_there(rep, early, ear) -> None:
    scene.hooked(rep, ear.url)
    asks(cast.account_of(rep))
    early.travel(minutes=6)
    notices.making.look_for_urgent()
    client = cast.signed_in(rep)
    assert client.post(reverse("notices_disconnect")).status_code == 302
    assert client.post(reverse("notices_disconnect")).status_code == 409
    assert client.post(reverse("notices_test")).status_code == 409
    notices.work()
    assert (ear.heard, NoticeChoice.objects.get().secret) == ([], "")


# --- the hosts ------------------------------------------------------------------------------------


def test_an_admin_allows_a_host_and_takes_it_back(rep) -> None:
    client = cast.signed_in(cast.admin())
    add = {"host": " Hooks.Slack.com "}
    assert client.post(reverse("notice_host_allow"), add).status_code == 302
    assert "hooks.slack.com" in text(client.get(reverse("connections")))
    twice = client.post(reverse("notice_host_allow"), add)
    assert (twice.status_code, "on the list already" in text(twice)) == (422, True)
    url = reverse("notice_host_forbid", args=[NoticeHost.objects.get().pk])
    assert cast.signed_in(rep).post(url).status_code == 403
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(
    "host", ["", "https://x.example", "x.example/path", "u:p@x.example", "x.example:8443", "a b",
             "2130706433", "ü.example"],
)  # fmt: skip
def test_what_is_no_host_is_refused(rep, host) -> None:
    answer = cast.signed_in(cast.admin()).post(reverse("notice_host_allow"), {"host": host})
    assert answer.status_code == 422
    assert "like hooks.slack.com" in text(answer)
    assert not NoticeHost.objects.exists()
