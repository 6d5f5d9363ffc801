"""The mail provider's webhooks: events of mail that left, and mail that came. Postmark plays it."""

import base64
import json
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django_q.models import OrmQ

from revenue import clock as clocks
from revenue import consent
from revenue.models import Account, Activity, Address, MailEvent, Signal, Suppression
from review import dispatch, tasks
from review.models import Critical, OutboxMessage
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.doors.programs import error

pytestmark = pytest.mark.django_db
SECRET = "postmark:a-long-secret"


@pytest.fixture(autouse=True)
def postmark(settings: Any) -> None:
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "POSTMARK_SERVER_TOKEN": "t"}


def post(body: Any, kind: str = "tracking", secret: str = SECRET, esp: str = "postmark") -> Any:
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    basic = base64.b64encode(secret.encode()).decode()
    return Client(enforce_csrf_checks=True, raise_request_exception=False).post(
        f"/hooks/mail/{esp}/{kind}/", raw, content_type="application/json",
        headers={"Authorization": f"Basic {basic}"} if secret else {},
    )  # fmt: skip


def event(message: OutboxMessage, kind: str, **more: Any) -> dict[str, Any]:
    name = message.message_id.strip("<>")
    return {"RecordType": kind, "MessageID": name, "Recipient": message.recipient, **more}


def bounce(message: OutboxMessage, kind: str = "HardBounce", **more: Any) -> dict[str, Any]:
    return event(message, "Bounce", Type=kind, ID=7, BouncedAt="2026-03-01T10:00:00Z", **more)


@pytest.fixture
def sent(workspace, smtp) -> verbs.Scene:
    here = verbs.queued()
    dispatch.send_due()
    here.message.refresh_from_db()
    assert here.message.state == "sent"
    return here


def version(account: Account) -> int:
    return Account.objects.get(pk=account.pk).context_version


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["", "postmark:wrong", ":", "x"])
def test_without_the_secret_nothing_is_taken(sent, secret: str) -> None:
    response = post(bounce(sent.message), secret=secret)
    assert (response.status_code, error(response)["code"]) == (401, "no_secret")
    assert not MailEvent.objects.exists()


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_of_ours_the_door_stays_shut(sent, settings, secrets: list[str]) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": secrets}
    for secret in ("", SECRET, ":"):
        assert post(bounce(sent.message), secret=secret).status_code == 503


@pytest.mark.parametrize(("esp", "kind"), [("mailgun", "tracking"), ("postmark", "nothing")])
def test_another_provider_is_not_there(sent, esp: str, kind: str) -> None:
    assert post(bounce(sent.message), esp=esp, kind=kind).status_code == 404


def test_two_secrets_are_good_while_they_are_exchanged(sent, settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET, "postmark:new"]}
    assert post(bounce(sent.message), secret="postmark:new").status_code == 200


# --- events ---------------------------------------------------------------------------------------


def test_a_hard_bounce_ends_writing_to_the_address_once(sent) -> None:
    OrmQ.objects.all().delete()
    before = version(sent.account)
    assert post(bounce(sent.message)).json() == {"events": 1}
    after = version(sent.account)
    assert post(bounce(sent.message)).status_code == 200
    assert consent.blocked(sent.message.recipient).reason == "mail came back"
    assert Signal.objects.filter(kind="bounce", account=sent.account).count() == 1
    assert MailEvent.objects.count() == 1
    assert (after > before, version(sent.account)) == (True, after)
    assert OrmQ.objects.count() == 1


def test_a_full_mailbox_is_no_dead_address(sent) -> None:
    post(bounce(sent.message, "SoftBounce", Details="452 4.2.2 The mailbox is full"))
    assert consent.blocked(sent.message.recipient) is None
    assert Address.objects.get(email=sent.message.recipient).soft_bounces == 1


def test_a_complaint_and_an_opt_out_suppress(sent) -> None:
    post(event(sent.message, "SpamComplaint", Type="SpamComplaint", ID=8))
    assert "spam" in Suppression.objects.get().reason
    assert Critical.objects.get().item == sent.item
    Suppression.objects.all().delete()
    post(event(sent.message, "SubscriptionChange", SuppressSending=True,
               SuppressionReason="ManualSuppression"))  # fmt: skip
    assert Suppression.objects.get().reason == "unsubscribed at the mail provider"


def test_opens_and_clicks_move_nothing(sent) -> None:
    before = version(sent.account)
    post(event(sent.message, "Open", UserAgent="Mozilla/5.0 (Macintosh) Safari/605",
               ReceivedAt="2099-01-01T00:00:00Z"))  # fmt: skip
    post(event(sent.message, "Click", OriginalLink="https://a.example", UserAgent="curl/8",
               ReceivedAt="2026-03-01T10:00:00Z"))  # fmt: skip
    assert version(sent.account) == before
    assert not Signal.objects.filter(kind="bounce").exists()
    assert MailEvent.objects.filter(account=sent.account).count() == 2


def test_events_are_taken_in_any_order_and_each_once(sent) -> None:
    events = [
        event(sent.message, "Open", ReceivedAt="2026-03-01T11:00:00Z"),
        event(sent.message, "Delivery", DeliveredAt="2026-03-01T10:00:00Z"),
        event(sent.message, "Open", ReceivedAt="2026-03-01T12:00:00Z"),
    ]
    for one in events * 2:
        assert post(one).status_code == 200
    assert list(MailEvent.objects.values_list("kind", flat=True)) == [
        "delivered",
        "opened",
        "opened",
    ]


def test_an_event_before_the_send_was_recorded_belongs_to_the_mail(workspace, smtp) -> None:
    here = verbs.queued()
    dispatch._claim(here.message.pk)
    post(event(here.message, "Delivery", DeliveredAt="2026-03-01T10:00:00Z"))
    assert MailEvent.objects.get().message_id == here.message.message_id


def test_an_event_of_a_mail_that_is_not_ours_is_kept_without_an_account(sent) -> None:
    OutboxMessage.objects.all().update(message_id="<x@y.example>")
    post(bounce(sent.message))
    assert MailEvent.objects.get().account is None


def test_the_providers_own_name_of_a_mail_is_enough(sent) -> None:
    OutboxMessage.objects.update(provider_id="pm-1")
    post(
        event(sent.message, "Delivery", DeliveredAt="2026-03-01T10:00:00Z") | {"MessageID": "pm-1"}
    )
    assert MailEvent.objects.get().message_id == sent.message.message_id


def test_a_hard_bounce_between_approval_and_claim_blocks(workspace, smtp) -> None:
    here = verbs.queued()
    post(bounce(here.message))
    dispatch.send_due()
    here.message.refresh_from_db()
    assert (here.message.state, here.message.guard) == ("blocked", "suppression")
    assert smtp.mails == []


def test_what_was_told_is_shown_with_the_mail_and_on_the_timeline(sent) -> None:
    at = clocks.now().isoformat()
    post(event(sent.message, "Delivery", DeliveredAt=at))
    post(event(sent.message, "Open", ReceivedAt=at, UserAgent="via ggpht.com GoogleImageProxy"))
    post(bounce(sent.message, Details="550 5.1.1 No such user"))
    rep = cast.signed_in(sent.rep)
    mail = rep.get(f"/outbox/{sent.message.pk}/").content.decode()
    timeline = rep.get(f"/accounts/{sent.account.pk}/").content.decode()
    for words in ("Delivered", "Opened", "probably by a machine", "550 5.1.1 No such user"):
        assert words in mail, words
        assert words in timeline, words


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"no json", b"\xff", b'{"RecordType": 5}',
     b'{"RecordType": "Bounce", "Metadata": 1}', b'{"RecordType": "Inbound"}',
     b'{"RecordType": []}', b"[" * 100_000],
)  # fmt: skip
def test_what_is_no_event_is_refused_or_ignored(sent, body: bytes) -> None:
    assert post(body).status_code in (200, 400)
    assert not MailEvent.objects.exists()


# --- mail that comes in ---------------------------------------------------------------------------


def inbound(raw: str) -> dict[str, Any]:
    return {"FromFull": {"Email": "x@y.example"}, "RawEmail": raw, "MessageID": "in-1"}


def reply_to(here: verbs.Scene) -> str:
    return (
        f"From: {here.contact.email}\r\nTo: pat@seller.example\r\nSubject: Re: The GTX Pro\r\n"
        f"Message-ID: <answer@buyer.example>\r\nIn-Reply-To: {here.message.message_id}\r\n\r\n"
        "Yes, tell me more about it please.\r\n"
    )


def test_a_reply_comes_in_with_its_bell_and_once(sent) -> None:
    OrmQ.objects.all().delete()
    for _ in range(2):
        assert post(inbound(reply_to(sent)), kind="inbound").json() == {"events": 1}
    mail = Activity.objects.get(direction="inbound")
    assert (mail.account, mail.contact, mail.body) == (
        sent.account, sent.contact, "Yes, tell me more about it please."
    )  # fmt: skip
    assert OrmQ.objects.exists()
    tasks.tick()
    sent.account.refresh_from_db()
    assert sent.account.stage == "engaged"


def test_a_mail_that_the_provider_took_apart_comes_in_too(sent) -> None:
    body = {
        "FromFull": {"Email": sent.contact.email, "Name": "Yara Zhou"}, "ToFull": [],
        "Subject": "Re: The GTX Pro", "TextBody": "Please stop writing to me.",
        "Headers": [{"Name": "Message-ID", "Value": "<a@b.example>"},
                    {"Name": "In-Reply-To", "Value": sent.message.message_id}],
    }  # fmt: skip
    assert post(body, kind="inbound").status_code == 200
    assert consent.blocked(sent.contact.email).reason == "asked for it in a reply"


def test_a_mail_of_five_megabytes_comes_in(sent) -> None:
    raw = reply_to(sent) + "x" * 5_000_000
    assert post(inbound(raw), kind="inbound").status_code == 200
    stranger = post(inbound(raw), kind="inbound", secret="postmark:wrong")
    assert (stranger.status_code, error(stranger)["code"]) == (413, "too_large")
    assert Activity.objects.filter(direction="inbound").count() == 1


# --- the settings ---------------------------------------------------------------------------------


def test_an_unknown_provider_stops_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import revenue.settings"], text=True, capture_output=True,
        env={"MAIL_PROVIDER": "nobody", "ENV_FILE": "", "SECRET_KEY": "x", "PATH": ""},
    )  # fmt: skip
    assert ImproperlyConfigured.__name__ in done.stderr
    assert "MAIL_PROVIDER: use a name of django-anymail's" in done.stderr
